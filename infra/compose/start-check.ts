/** What a start would refuse, found without starting: nothing is opened, made or asked of a server. */
import { lookup } from 'node:dns/promises';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BadConfiguration, type Config, isShared } from '../config.ts';

/** Throws {@link BadConfiguration} with every fault that is found. */
export async function checkStart(config: Config): Promise<void> {
  const { engines, host, namespace } = config;
  const checks: readonly (readonly [string, () => unknown])[] = [
    ['EVENTSTOREDB_URL', () => engines.eventStoreDb && checkEventStoreDb(engines.eventStoreDb)],
    ['MONGODB_URL', () => engines.mongodb && checkMongo(engines.mongodb, namespace)],
    ['REDIS_URL', () => engines.redis && new URL(engines.redis)],
    ['GONGGUAN_DATA', () => isShared(config) || checkWritable(config.dataDirectory)],
    ['GONGGUAN_REPORTING_FILE', () => config.reportingFile && checkFolder(dirname(resolve(config.reportingFile)))],
    ['HOST', () => lookup(host)],
  ];
  const faults: string[] = [];
  for (const [name, check] of checks) {
    try {
      await check();
    } catch (error) {
      faults.push(`${name}: 启动时会被拒绝 (a start would refuse it): ${(error as Error).message}`);
    }
  }
  if (faults.length > 0) throw new BadConfiguration(faults);
}

async function checkEventStoreDb(url: string): Promise<void> {
  const { EventStoreDBClient } = await import('@eventstore/db-client');
  EventStoreDBClient.connectionString(url);
}

async function checkMongo(url: string, namespace: string): Promise<void> {
  const { clientsOf } = await import('../mongodb.ts');
  clientsOf(url, { namespace });
}

/** A directory that is not there is made below the nearest one that is. */
function checkWritable(directory: string): void {
  let nearest = resolve(directory);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  checkFolder(nearest);
}

function checkFolder(directory: string): void {
  accessSync(directory, constants.W_OK | constants.X_OK);
}
