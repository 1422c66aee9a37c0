/** What the plan past one machine rests on (infra/README.md): read models can be spread by the hash of the row id. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../events/envelope.ts';
import { projections } from '../projections/index.ts';
import type { Projection } from '../projections/projection.ts';
import { askedOf, hottestShare, isFedByStreams, type Part, partOf, spreadOver } from './bench/partitions.ts';
import { factNames } from './support/controls.ts';
import { logOf, rowsOf, told } from './support/fold.ts';
import { streams } from './support/projections.ts';

const PARTITIONS = 3;

/** Every kind of event, then all of them again under another project and unit. */
const events: readonly RecordedEvent[] = logOf([...factNames, ...factNames].map(name => told(name)));

function rowsOfParts(projection: Projection, by: Part['by']): ReadonlyMap<string, unknown> {
  const together = new Map<string, unknown>();
  for (let at = 0; at < PARTITIONS; at += 1) {
    for (const [id, row] of rowsOf(partOf(projection, { at, of: PARTITIONS, by }), events)) {
      expect(together.has(id), `${id} is in two partitions`).toBe(false);
      together.set(id, row);
    }
  }
  return together;
}

describe.each(projections.map(projection => [projection.name, projection] as const))('%s', (_name, projection) => {
  it('has the same rows when partitions make them, each row in one', () => {
    expect(rowsOfParts(projection, 'row')).toEqual(rowsOf(projection, events));
  });

  it.runIf(isFedByStreams(askedOf(projection, events)))('so it has when streams are divided instead of rows', () => {
    expect(rowsOfParts(projection, 'stream')).toEqual(rowsOf(projection, events));
  });
});

describe('spreading a read model', () => {
  const at = (position: number, streamId: string) =>
    ({ position: String(position), streamId, type: 'organising-work.recorded' }) as unknown as RecordedEvent;
  const asked = (log: readonly RecordedEvent[]) => askedOf(streams as Projection, log);

  it('gains nothing when there is one row', () => {
    const log = [at(1, 'one'), at(2, 'one')];
    expect(spreadOver(asked(log), 4)).toEqual({ skew: 4, unneeded: 0.75 });
    expect(hottestShare(asked(log))).toBe(1);
  });

  it('divides the work of many rows evenly', () => {
    const log = Array.from({ length: 4_000 }, (_, index) => at(index + 1, `row-${index}`));
    const { skew, unneeded } = spreadOver(asked(log), 4);
    expect(skew).toBeLessThan(1.1);
    expect(unneeded).toBe(0.75);
  });

  it('cannot go by streams where a row takes events of two', () => {
    const sameRow: Projection = {
      ...streams,
      handlers: streams.handlers.map(fold => ({ ...fold, rowIds: () => ['all'] })),
    };
    expect(isFedByStreams(askedOf(sameRow, [at(1, 'one'), at(2, 'two')]))).toBe(false);
    expect(isFedByStreams(asked([at(1, 'one'), at(2, 'two')]))).toBe(true);
  });

  it('counts events that no partition takes as read for nothing', () => {
    const log = [at(1, 'one'), { ...at(2, 'one'), type: 'unit.registered' } as RecordedEvent];
    expect(spreadOver(asked(log), 1).unneeded).toBe(0.5);
  });
});
