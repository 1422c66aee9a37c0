/** The real application over a data directory, or its part that takes requests over servers, with a session of the municipal authority's office. */
import type { AccountId } from '../../events/ids.ts';
import { readConfig } from '../../infra/config.ts';
import { startProcess } from '../../infra/main.ts';
import { givePassword } from '../support/passwords.ts';
import { argument, type Servers, serving } from './children.ts';

const { directory, servers } = argument<{ directory: string; servers?: Servers }>();
const accountId = 'msr.office' as AccountId;
const password = 'bench-of-the-house';

const config = readConfig({
  GONGGUAN_DATA: directory,
  PORT: '0',
  GONGGUAN_SECOND_FACTOR: 'optional',
  LOG_LEVEL: 'info',
  ...servers,
});
const { system, identity, url, close } = await startProcess(config, servers && { part: 'api' });
await givePassword(system.keyStore, accountId, password);
const { token } = await identity.login({ accountId, password, address: '127.0.0.1' });
serving({ url, token }, close);
