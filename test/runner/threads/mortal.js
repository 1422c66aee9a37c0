/** The real projector thread, with a planted fault: it dies at the first growth of the log that it hears of, once. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const died = join(workerData.directory, 'died');

await import('../../../infra/runner/thread/projector-thread.js');
parentPort?.on('message', message => {
  if (message.kind !== 'grown' || existsSync(died)) return;
  writeFileSync(died, '');
  setImmediate(() => {
    throw new Error('planted: the thread dies');
  });
});
