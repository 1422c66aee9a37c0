/** When a lag is told: not while it shrinks, once when it does not. */
import { describe, expect, it } from 'vitest';
import type { Position } from '../../events/ids.ts';
import { Lag } from '../../infra/event-store/eventstoredb-lag.ts';

const PATIENCE = 2;

/** Each look is at the place of the subscription and the head of the log. */
function looks(...places: readonly (readonly [number, number] | 'unknown')[]): readonly boolean[] {
  const lag = new Lag(PATIENCE);
  return places.map(place => {
    if (place !== 'unknown') return lag.look(String(place[0]) as Position, String(place[1]) as Position);
    lag.forget();
    return false;
  });
}

describe('a lag', () => {
  it('that shrinks, however long it takes, is not told', () => {
    const far = [9_000, 8_000, 7_000, 6_000, 5_000, 4_000].map((left, at) => [at * 1_000, at * 1_000 + left] as const);
    expect(looks(...far)).not.toContain(true);
  });

  it('of what came since the last look is none, however fast the log grows', () => {
    const keeping = [0, 1, 2, 3, 4, 5].map(at => [at * at * 1_000, (at + 1) * (at + 1) * 1_000] as const);
    expect(looks(...keeping)).not.toContain(true);
  });

  it.each([
    ['stands', [0, 500]],
    ['grows', [400, 1_000]],
  ] as const)('that %s is told once, when patience is over', (_how, [step, growth]) => {
    const behind = [0, 1, 2, 3, 4, 5].map(at => [at * step, 2_000 + at * growth] as const);
    expect(looks(...behind)).toEqual([false, false, true, false, false, false]);
  });

  it('that comes again after it was made up is told again', () => {
    const stuck = [
      [0, 10],
      [0, 10],
      [0, 10],
    ] as const;
    expect(looks(...stuck, [10, 10], [10, 20], [10, 20], [10, 20])).toEqual([
      ...[false, false, true],
      ...[false, false, false, true],
    ]);
  });

  it('is counted anew when the log could not be asked meanwhile', () => {
    expect(looks([0, 10], [0, 10], 'unknown', [0, 10], [0, 10])).not.toContain(true);
  });

  it('is none where the subscription has gone beyond our head, among events of others', () => {
    expect(looks([50, 10], [50, 10], [50, 10], [50, 10])).not.toContain(true);
  });
});
