/** From the sum of what is missing the strays are told, without a list of what was taken. */
import { describe, expect, it } from 'vitest';
import { beyond, elementOf, Tally } from '../../projections/event-sets.ts';
import { type Candidate, straysAmong } from '../../projections/report/strays.ts';
import { told } from '../support/fold.ts';
import { story } from './support.ts';

const log = story(
  Array.from({ length: 12 }, (_, at) => told(at % 4 === 1 ? 'unit.registered' : 'project.listed', {}, {})),
);
const candidates: readonly Candidate[] = log.map(event => ({ type: event.type, element: elementOf(event) }));
const rootOf = (chosen: readonly Candidate[]) => {
  const tally = new Tally();
  for (const { element } of chosen) tally.add(element);
  return tally.root;
};
/** Told of a set that holds these instead of all. */
const strays = (taken: readonly Candidate[]) => straysAmong(candidates, beyond(rootOf(candidates), rootOf(taken)));
const at = (...places: readonly number[]) => places.map(place => candidates[place] as Candidate);
const without = (...places: readonly number[]) => candidates.filter((_, place) => !places.includes(place));

describe('what was skipped or taken twice', () => {
  it.each([
    ['the first', [0]],
    ['one in the middle', [5]],
    ['the last', [11]],
    ['two that lie apart', [2, 9]],
    ['a row of them', [3, 4, 5, 6]],
    ['all of one kind', [1, 5, 9]],
    ['all', candidates.map((_, place) => place)],
  ])('given %s, then it is named', (_what, places) => {
    expect(strays(without(...places))).toEqual({ how: 'skipped', events: at(...places) });
    expect(strays([...candidates, ...at(...places)])).toEqual({ how: 'twice', events: at(...places) });
  });

  it('given one that stands in the place of another, then the one that was left out and the one that came twice', () => {
    expect(strays([...without(4), ...at(8)])).toEqual({ how: 'instead', events: at(4, 8) });
  });

  it('given more than can be told apart, or an event that is no candidate, then nobody is named', () => {
    expect(strays(without(0, 3, 7, 10))).toBeUndefined();
    expect(straysAmong(candidates, 12345n)).toBeUndefined();
  });

  it('given another text under the same id, then it is another event', () => {
    const [event] = log as [(typeof log)[0]];
    const altered = { ...event, dataText: event.dataText.replace('2024', '2025') };
    expect(elementOf(altered)).not.toBe(elementOf(event));
    expect(elementOf({ ...event, position: '99' as never })).toBe(elementOf(event));
  });
});
