/** A system opened in this process, and a plain connection to its rows through the same binding. */
import { join } from 'node:path';
import { openSystem, type System, type SystemOptions } from '../../infra/compose/system.ts';
import { readConfig } from '../../infra/config.ts';
import { type Database, openDatabase } from '../../infra/sqlite.ts';
import type { Projection } from '../../projections/projection.ts';

/** Later than the last of the years that a long log is made of. */
const clock = { now: () => '2200-01-01T00:00:00.000Z' };

/** With every read model at the head of the log. */
export async function openBenchSystem(
  directory: string,
  options: Pick<SystemOptions, 'projecting'> = {},
): Promise<System> {
  const system = await openSystem(readConfig({ GONGGUAN_DATA: directory }), {
    ...options,
    clock,
    alarm: (message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    },
  });
  await system.follow();
  return system;
}

export function plainRows(directory: string): Database {
  return openDatabase(join(directory, 'rows.db'), { synchronous: 'NORMAL', readOnly: true });
}

/** The table that holds the live rows of a projection. */
export function tableOf(system: System, projection: Pick<Projection, 'name'>): string {
  return `"${system.projector.specOf(projection).name}"`;
}
