/**
 * The real projector thread, with planted faults: in its first life it dies at the first growth of the log; in its second
 * it stays, but says that it cannot start.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const lives = join(workerData.directory, 'lives');
appendFileSync(lives, '.');
const life = readFileSync(lives, 'utf8').length;

if (life === 2) {
  parentPort?.on('message', message => {
    if (message.kind !== 'call') return;
    parentPort?.postMessage({ kind: 'failed', id: message.id, name: 'Error', message: 'planted' });
  });
} else {
  await import('../../../infra/runner/thread/projector-thread.js');
  parentPort?.on('message', message => {
    if (message.kind !== 'grown' || life !== 1) return;
    setImmediate(() => {
      throw new Error('planted: the thread dies');
    });
  });
}
