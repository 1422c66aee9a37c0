/** The thread that projects: its own connections to log and rows, so that no command waits for a read model. */
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../../projections/index.ts';
import { collectAtRest } from '../../collect-at-rest.ts';
import { SqliteLog } from '../../event-store/sqlite-log.ts';
import { tracedRows } from '../../observability/instrumentation.ts';
import { startTracing } from '../../observability/tracing.ts';
import { openSqliteRows, ROWS_FILE } from '../../read-store/sqlite-files.ts';
import { CHECKPOINTED_ELSEWHERE, startCheckpointer } from '../../sqlite.ts';
import { ProjectionRunner } from '../core/runner.ts';
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts';

collectAtRest();
const port = parentPort as MessagePort;
const { directory, traces } = workerData as ThreadData;
const post = (message: FromThread) => port.postMessage(message);

const log = new SqliteLog(join(directory, 'events.db'));
const store = openSqliteRows(directory, { autoCheckpointPages: CHECKPOINTED_ELSEWHERE });
const checkpointer = startCheckpointer(join(directory, ROWS_FILE), 'NORMAL', (message, details) =>
  post({ kind: 'alarm', message, details }),
);
const tracing =
  traces === undefined
    ? undefined
    : await startTracing({ endpoint: traces, service: 'gongguan', part: 'projector thread', warn: () => undefined });
const runner = new ProjectionRunner({
  log,
  store: tracing ? tracedRows(store, tracing) : store,
  projections,
  now: () => new Date().toISOString(),
  // For those who look at the file beside this process.
  saveWithinMs: 1_000,
  alarm(message, details) {
    post({ kind: 'alarm', message, details });
    post({ kind: 'state', state: runner.state() });
  },
  moved: position => post({ kind: 'moved', position }),
  swapped: () => post({ kind: 'live', specs: runner.specs() }),
});

/** Milliseconds that the last copy back may take. */
const LAST_COPY_MS = 2_000;

/**
 * What nobody has caught ends the thread. Its files are closed first, and the thread that copies back is not cut off in
 * the middle of a call: a binding whose thread goes away under it takes the whole process with it.
 */
process.once('uncaughtException', async error => {
  post({ kind: 'alarm', message: 'the projector thread failed', details: { error: String(error) } });
  const late = new Promise(resolve => setTimeout(resolve, LAST_COPY_MS).unref());
  await Promise.race([checkpointer.stop(), late]).catch(() => undefined);
  store.close();
  log.close();
  process.exit(1);
});

async function call({ id, method, argument }: Extract<ToThread, { kind: 'call' }>): Promise<unknown> {
  const onProgress = (progress: Extract<FromThread, { kind: 'progress' }>['progress']) =>
    post({ kind: 'progress', id, progress });
  switch (method) {
    case 'start':
      await runner.start(onProgress);
      post({ kind: 'state', state: runner.state() });
      return runner.specs();
    case 'stop':
      await runner.stop();
      await checkpointer.stop();
      store.close();
      log.close();
      await tracing?.close();
      return undefined;
    case 'checkpoints':
      return runner.checkpoints();
    case 'rebuild':
      return runner.rebuild(argument as string, onProgress);
    case 'rebuildAll':
      return runner.rebuildAll(argument as readonly string[], onProgress);
    case 'rollback':
      return runner.rollback(argument as string);
  }
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'grown') {
    log.grown();
    return;
  }
  const { id, method } = message;
  call(message)
    .then(
      value => post({ kind: 'result', id, value }),
      (error: Error) => post({ kind: 'failed', id, name: error.name, message: error.message }),
    )
    .finally(() => {
      if (method === 'stop') port.close();
    });
});
