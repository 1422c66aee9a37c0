/** What commands, queries and other endpoints are for, in Chinese. */
import { commandSummaries } from './summaries-commands.ts';
import { endpointSummaries } from './summaries-endpoints.ts';
import { querySummaries } from './summaries-queries.ts';

const summaries: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...commandSummaries, ...querySummaries, ...endpointSummaries }),
);

/** What a command, a query or another endpoint is for, in a sentence; undefined for what has none. */
export function purposeOf(name: string): string | undefined {
  return summaries.get(name);
}
