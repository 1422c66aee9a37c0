/** How often the work plan in force wants projects monitored and visited (DL-9, DL-10). */
import type { Reader } from '../ports.ts';
import { deadlines } from '../programme/deadlines.ts';
import { all } from '../query.ts';

export interface Rhythm {
  readonly year: number;
  readonly planVersion: number;
  readonly monitoringEveryMonths: number;
  readonly visitsPerYear: number;
}

/** A year without a published plan has the default rhythm (domain 1.4), under version 0. */
export async function rhythmOf(reader: Reader, year: number): Promise<Rhythm> {
  const planned = await all(reader, deadlines, { year });
  const count = (item: string, unless: number) => planned.find(each => each.item === item)?.every?.count ?? unless;
  return {
    year,
    planVersion: planned[0]?.planVersion ?? 0,
    monitoringEveryMonths: count('monitoringEveryMonths', 3),
    visitsPerYear: count('visitsPerYear', 1),
  };
}
