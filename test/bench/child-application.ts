/** The real application over a data directory, or its part that takes requests over servers, with sessions of the municipal authority's office and of a unit. */
import type { AccountId } from '../../events/ids.ts';
import { readConfig } from '../../infra/config.ts';
import { startProcess } from '../../infra/main.ts';
import { givePassword } from '../support/passwords.ts';
import { argument, type Servers, serving } from './children.ts';

const { directory, servers } = argument<{ directory: string; servers?: Servers }>();
const password = 'bench-of-the-house';

const config = readConfig({
  GONGGUAN_DATA: directory,
  PORT: '0',
  GONGGUAN_SECOND_FACTOR: 'optional',
  LOG_LEVEL: 'info',
  ...servers,
});
const { system, identity, url, close } = await startProcess(config, servers && { part: 'api' });
const signIn = async (name: string) => {
  const accountId = name as AccountId;
  await givePassword(system.keyStore, accountId, password);
  return (await identity.login({ accountId, password, address: '127.0.0.1' })).token;
};
serving({ url, token: await signIn('msr.office'), unitToken: await signIn('unit.0001') }, close);
