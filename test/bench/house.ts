/** A house opened in this process, and a plain connection to its rows through the same binding. */
import { join } from 'node:path';
import { readConfig } from '../../infra/config.ts';
import { type House, type HouseOptions, openHouse } from '../../infra/house.ts';
import { type Database, openDatabase } from '../../infra/sqlite.ts';
import type { Projection } from '../../projections/projection.ts';

/** Later than the last of the years that a long log is made of. */
const clock = { now: () => '2200-01-01T00:00:00.000Z' };

/** With every read model at the head of the log. */
export async function openBenchHouse(
  directory: string,
  options: Pick<HouseOptions, 'projecting'> = {},
): Promise<House> {
  const house = await openHouse(readConfig({ GONGGUAN_DATA: directory }), {
    ...options,
    clock,
    alarm: (message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    },
  });
  await house.follow();
  return house;
}

export function plainRows(directory: string): Database {
  return openDatabase(join(directory, 'rows.db'), { synchronous: 'NORMAL', readOnly: true });
}

/** The table that holds the live rows of a projection. */
export function tableOf(house: House, projection: Pick<Projection, 'name'>): string {
  return `"${house.projector.specOf(projection).name}"`;
}
