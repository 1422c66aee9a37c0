import { join } from 'node:path';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { ledgerContract } from '../contracts/ledger.ts';

ledgerContract('SQLite', async directory => new SqliteLedgerStore(join(directory, 'ledger.db')));
