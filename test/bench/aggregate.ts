/** Loading an aggregate: 100 events of a stream read and folded, beside a plain scan of the same table. */
import { join } from 'node:path';
import type { RecordedEvent } from '../../events/envelope.ts';
import { streamId } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { type NewEvent, NO_STREAM } from '../../services/ports.ts';
import type { Area } from './bench.ts';
import { inTurn, repeat, repeatSync } from './measure.ts';

const EVENTS = 100;
const STREAMS = 200;

interface Folded {
  readonly count: number;
  readonly last: unknown;
}

const fold = (state: Folded, data: unknown): Folded => ({ count: state.count + 1, last: data });

export const aggregate: Area = {
  name: 'aggregate',
  async run({ lab, report, rounds, ...bench }) {
    const seconds = bench.seconds(1, 0.5);
    const path = join(lab.newDirectory('aggregate'), 'events.db');
    const source = (await lab.year()).filter(({ streamId: id }) => id.startsWith('project-'));
    const store = new SqliteEventStore({ path, checkpointThread: true });
    const names = Array.from({ length: STREAMS }, (_, at) => streamId(`aggregate-${at}`));
    await Promise.all(names.map((name, at) => store.append(name, NO_STREAM, eventsOf(source, at * EVENTS))));

    const database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
    const scan = database.prepare(
      'SELECT type, data FROM events WHERE stream = (SELECT key FROM streams WHERE id = ?) ORDER BY revision',
    );
    scan.setReturnArrays(true);
    let asked = 0;
    const next = () => {
      asked += 1;
      return names[(asked * 7) % names.length] as (typeof names)[number];
    };
    const { ours, plain } = await inTurn(rounds, {
      ours: () =>
        repeat({ seconds }, async () => {
          const events = await store.readStream(next(), NO_STREAM);
          return events.reduce((state, { data }) => fold(state, data), { count: 0, last: undefined } as Folded);
        }),
      plain: () =>
        repeatSync({ seconds }, () => {
          let state: Folded = { count: 0, last: undefined };
          for (const [, data] of scan.all(next()) as unknown as [number, string][])
            state = fold(state, JSON.parse(data));
          return state;
        }),
    });
    database.close();
    await store.close();
    report.ratio({
      area: `aggregate load, ${EVENTS} events`,
      ours,
      limit: plain,
      limitName: 'plain scan + parse + fold',
      must: { atLeast: 0.6 },
    });
  },
};

/** The events of many projects as if they were one's. */
function eventsOf(source: readonly RecordedEvent[], from: number): NewEvent[] {
  return Array.from({ length: EVENTS }, (_, at) => {
    const { type, schemaVersion, dataText, metaText } = source[(from + at) % source.length] as RecordedEvent;
    const id = `00000000-0000-7000-8000-${(from + at).toString(16).padStart(12, '0')}`;
    return { id, type, schemaVersion, data: JSON.parse(dataText), meta: JSON.parse(metaText) };
  });
}
