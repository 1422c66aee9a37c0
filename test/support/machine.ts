/**
 * What this machine has to serve and judge tests. It may still be on its way while the first tests run: whoever looks for
 * something of it imports this, and waits for the file that tells it.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { TESTED_WITH } = process.env;
if (TESTED_WITH !== undefined) {
  while (!existsSync(TESTED_WITH)) await sleep(200);
  process.loadEnvFile(TESTED_WITH);
}
