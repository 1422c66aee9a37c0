import { join } from 'node:path';
import { SqliteWebhooks } from '../../infra/webhooks/sqlite-store.ts';
import { webhookStoreContract } from '../contracts/webhooks.ts';

webhookStoreContract('SQLite', async directory => new SqliteWebhooks(join(directory, 'webhooks.db')));
