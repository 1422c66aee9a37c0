/** What commands and queries are for, in Chinese. */
import { commandSummaries } from './summaries-commands.ts';
import { querySummaries } from './summaries-queries.ts';

const summaries: ReadonlyMap<string, string> = new Map(Object.entries({ ...commandSummaries, ...querySummaries }));

/** What a command or a query is for, in a sentence; undefined for what has none. */
export function purposeOf(name: string): string | undefined {
  return summaries.get(name);
}
