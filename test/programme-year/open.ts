/** The whole application over the engines that an environment names. */
import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { registerFirstAccount } from '../../infra/compose/bootstrap.ts';
import type { System } from '../../infra/compose/system.ts';
import { readConfig } from '../../infra/config.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { startProcess } from '../../infra/main.ts';
import { eraseNow } from '../../infra/worker/erasing.ts';
import { deriveReminders } from '../../infra/worker/reminding.ts';
import { rotateNow } from '../../infra/worker/rotating.ts';
import { withdrawNow } from '../../infra/worker/withdrawing.ts';
import { temporaryDirectory } from '../support/log.ts';
import { dumpOf } from '../support/rows.ts';
import type { OpenApplication } from './application.ts';

export interface OpenOptions {
  /** Done when the application is closed. */
  readonly cleanUp?: () => Promise<void>;
  /** Whether what is due is done by itself, the signing of the ledger among it; not unless told. */
  readonly scheduling?: boolean;
}

export function opener(
  environment: NodeJS.ProcessEnv = {},
  { cleanUp, scheduling = false }: OpenOptions = {},
): OpenApplication {
  return async clock => {
    const directory = temporaryDirectory();
    const config = readConfig({
      GONGGUAN_DATA: directory.path,
      PORT: '0',
      GONGGUAN_SECOND_FACTOR: 'optional',
      LOG_LEVEL: 'error',
      ...environment,
    });
    const { system, identity, url, close } = await startProcess(config, { clock, scheduling });
    return {
      url,
      bootstrap: ({ accountId, name, role, password }) =>
        registerFirstAccount(
          system,
          identity,
          { accountId, name, supervisor: role === 'SUP', identity: demoIdentityOf(accountId) },
          password,
        ),
      remind: () => remind(system),
      withdraw: () => withdraw(system),
      erase: () => erase(system),
      rotate: () => rotate(system),
      events: system.events,
      readModels: () => readModelsOf(system),
      async close() {
        await close();
        await cleanUp?.();
        directory[Symbol.dispose]();
      },
    };
  };
}

async function remind(system: System): Promise<void> {
  await caughtUp(system);
  await deriveReminders(system.jobs, randomUUID());
  await worked(system);
}

async function withdraw(system: System): Promise<void> {
  await caughtUp(system);
  await withdrawNow(system.jobs, randomUUID());
  await worked(system);
}

async function erase(system: System): Promise<void> {
  await caughtUp(system);
  await eraseNow(system.jobs, randomUUID());
  await worked(system);
}

async function rotate(system: System): Promise<void> {
  await caughtUp(system);
  await rotateNow(system.jobs, randomUUID());
  await worked(system);
}

async function caughtUp({ events, projector }: System): Promise<void> {
  expect(await projector.reached(await events.head(), 10_000)).toBe(true);
}

/** All jobs are done, and what they recorded can be read. */
async function worked(system: System): Promise<void> {
  await vi.waitFor(
    async () => expect(await system.jobs.counts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 }),
    { timeout: 20_000, interval: 50 },
  );
  await caughtUp(system);
}

async function readModelsOf(system: System): Promise<ReadonlyMap<string, string>> {
  await caughtUp(system);
  return dumpOf(system.rows, projection => system.projector.specOf(projection));
}
