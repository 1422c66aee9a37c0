/** The whole application over the engines that an environment names. */
import { expect, vi } from 'vitest';
import { registerFirstAccount } from '../../infra/bootstrap.ts';
import { readConfig } from '../../infra/config.ts';
import type { House } from '../../infra/house.ts';
import { startApplication } from '../../infra/main.ts';
import { deriveReminders } from '../../infra/worker/reminding.ts';
import { temporaryDirectory } from '../support/log.ts';
import { dumpOf } from '../support/rows.ts';
import type { OpenApplication } from './application.ts';

export interface OpenOptions {
  /** Done when the application is closed. */
  readonly cleanUp?: () => Promise<void>;
}

export function opener(environment: NodeJS.ProcessEnv = {}, { cleanUp }: OpenOptions = {}): OpenApplication {
  return async clock => {
    const directory = temporaryDirectory();
    const config = readConfig({ GONGGUAN_DATA: directory.path, PORT: '0', LOG_LEVEL: 'error', ...environment });
    const { house, identity, url, close } = await startApplication(config, { clock, scheduling: false });
    return {
      url,
      bootstrap: ({ accountId, name, role, password }) =>
        registerFirstAccount(house, identity, { accountId, name, supervisor: role === 'SUP' }, password),
      remind: () => remind(house),
      events: house.events,
      readModels: () => readModelsOf(house),
      async close() {
        await close();
        await cleanUp?.();
        directory[Symbol.dispose]();
      },
    };
  };
}

async function remind({ jobs, clock }: House): Promise<void> {
  await deriveReminders(jobs, `at-${clock.now()}`);
  await vi.waitFor(
    async () => expect(await jobs.counts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 }),
    { timeout: 20_000, interval: 50 },
  );
}

async function readModelsOf({ events, projector, rows }: House): Promise<ReadonlyMap<string, string>> {
  await projector.reached(await events.head(), 10_000);
  return dumpOf(rows, projection => projector.specOf(projection));
}
