/** Tests that need a real server run when its URL is set, and say loudly when they do not. */
import { describe } from 'vitest';
import './machine.ts';

export type ServerVariable = 'EVENTSTOREDB_URL' | 'MONGODB_URL' | 'REDIS_URL';

/** What a suite that is only listed is given: it may take the address apart, and must not use it. */
const NOWHERE: Readonly<Record<ServerVariable, string>> = {
  EVENTSTOREDB_URL: 'esdb://unset.invalid',
  MONGODB_URL: 'mongodb://unset.invalid',
  REDIS_URL: 'redis://unset.invalid',
};

/** Runs `suite` with the server's URL, or shows it as skipped with the variable that is missing. */
export function describeWith(variable: ServerVariable, suite: (url: string) => void): void {
  const url = process.env[variable];
  if (url) {
    suite(url);
    return;
  }
  console.warn(`SKIPPED: ${variable} is not set, its tests do not run`);
  describe.skip(`needs ${variable}`, () => suite(NOWHERE[variable]));
}
