/** Whether recorded times go back on the log, over all writers: what is asked by time is answered with it. */
import type { RecordedEvent } from '../events/envelope.ts';
import { type TimesPassed, timePassed } from '../events/rules/recorded-time.ts';
import type { Reader } from './ports.ts';
import { isCaseOnly, projection } from './projection.ts';
import { load } from './query.ts';

const LOG = 'log';

export const recordedTimes = projection<TimesPassed>({
  name: 'recorded-times',
  version: 1,
  question: '台账记录时间是否倒退 (Do recorded times go back on the log?)',
  indexes: [],
  material: { none: '只有记录时间，没有材料 (times alone)' },
  handlers: [],
  every: {
    rowIds: event => (isCaseOnly(event) ? [] : [LOG]),
    evolve: (row, event: RecordedEvent) => timePassed(row, event.meta.recordedAt),
  },
});

/** What has passed so far; undefined while the log is empty. */
export function timesOf(reader: Reader): Promise<TimesPassed | undefined> {
  return load(reader, recordedTimes, LOG);
}
