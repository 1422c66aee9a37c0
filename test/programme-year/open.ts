/** The whole application over the engines that an environment names. */
import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { registerFirstAccount } from '../../infra/bootstrap.ts';
import { readConfig } from '../../infra/config.ts';
import { identityOf } from '../../infra/demo/identity.ts';
import type { House } from '../../infra/house.ts';
import { startApplication } from '../../infra/main.ts';
import { eraseNow } from '../../infra/worker/erasing.ts';
import { deriveReminders } from '../../infra/worker/reminding.ts';
import { withdrawNow } from '../../infra/worker/withdrawing.ts';
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
    const config = readConfig({
      GONGGUAN_DATA: directory.path,
      PORT: '0',
      GONGGUAN_SECOND_FACTOR: 'optional',
      LOG_LEVEL: 'error',
      ...environment,
    });
    const { house, identity, url, close } = await startApplication(config, { clock, scheduling: false });
    return {
      url,
      bootstrap: ({ accountId, name, role, password }) =>
        registerFirstAccount(
          house,
          identity,
          { accountId, name, supervisor: role === 'SUP', identity: identityOf(accountId) },
          password,
        ),
      remind: () => remind(house),
      withdraw: () => withdraw(house),
      erase: () => erase(house),
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

async function remind(house: House): Promise<void> {
  await caughtUp(house);
  await deriveReminders(house.jobs, randomUUID());
  await worked(house);
}

async function withdraw(house: House): Promise<void> {
  await caughtUp(house);
  await withdrawNow(house.jobs, randomUUID());
  await worked(house);
}

async function erase(house: House): Promise<void> {
  await caughtUp(house);
  await eraseNow(house.jobs, randomUUID());
  await worked(house);
}

async function caughtUp({ events, projector }: House): Promise<void> {
  expect(await projector.reached(await events.head(), 10_000)).toBe(true);
}

/** All jobs are done, and what they recorded can be read. */
async function worked(house: House): Promise<void> {
  await vi.waitFor(
    async () => expect(await house.jobs.counts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 }),
    { timeout: 20_000, interval: 50 },
  );
  await caughtUp(house);
}

async function readModelsOf(house: House): Promise<ReadonlyMap<string, string>> {
  await caughtUp(house);
  return dumpOf(house.rows, projection => house.projector.specOf(projection));
}
