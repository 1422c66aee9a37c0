import { START } from '../events/ids.ts';
import { registerFirstAccount } from '../infra/bootstrap.ts';
import { readConfig } from '../infra/config.ts';
import { startApplication } from '../infra/main.ts';
import type { Clock } from '../services/ports.ts';
import type { OpenedApplication } from './programme-year/application.ts';
import { programmeYear } from './programme-year/suite.ts';
import { temporaryDirectory } from './support/log.ts';

/** The whole application over the embedded engines. */
async function openEmbedded(clock: Clock): Promise<OpenedApplication> {
  const directory = temporaryDirectory();
  const config = readConfig({ GONGGUAN_DATA: directory.path, PORT: '0', LOG_LEVEL: 'error' });
  const { house, identity, url, close } = await startApplication(config, { clock });
  return {
    url,
    bootstrap: ({ accountId, name, role, password }) =>
      registerFirstAccount(house, identity, { accountId, name, supervisor: role === 'SUP' }, password),
    log: () => house.events.readAll(START, 100_000),
    async close() {
      await close();
      directory[Symbol.dispose]();
    },
  };
}

programmeYear(openEmbedded);
