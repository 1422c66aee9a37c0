/**
 * A process of the crash test: appends and projects under load until it is killed, and prints the id of each event once
 * it is acknowledged. Arguments: directory, the number of the run.
 */
import { writeSync } from 'node:fs';
import { SqliteEventStore } from '../../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../../infra/runner/core/runner.ts';
import { NO_STREAM } from '../../../services/ports.ts';
import { control, factNames } from '../../support/controls.ts';
import { newFact, stream } from '../../support/log.ts';
import { allProjections } from '../../support/projections.ts';

const WRITERS = 16;
const [directory = '', run = ''] = process.argv.slice(2);
const log = new SqliteEventStore({ path: `${directory}/events.db`, checkpointThread: true });
const runner = new ProjectionRunner({
  log,
  store: new SqliteReadStore(`${directory}/read.db`),
  projections: allProjections,
  now: () => new Date().toISOString(),
  alarm: (message, details) => {
    console.error(message, details);
    process.exit(1);
  },
});
await runner.start();

/** One after another to a stream of its own, which later runs continue. */
async function write(writer: number): Promise<never> {
  const name = stream(`writer-${writer}`);
  let revision = (await log.readStream(name, NO_STREAM)).length - 1;
  for (;;) {
    const fact = factNames[(revision + 1 + writer) % factNames.length] as (typeof factNames)[number];
    const event = newFact(`run-${run}-writer-${writer}-${revision + 1}`, control(fact));
    await log.append(name, revision, [event]);
    writeSync(1, `${event.id}\n`);
    revision += 1;
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
