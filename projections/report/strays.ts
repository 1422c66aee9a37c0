/**
 * Which events were skipped or taken twice, told from the sums of two sets that should be one: what is between the sums is the
 * sum of the strays. Pure arithmetic over the elements that stand for events (event-sets.ts).
 */
import { beyond, together } from '../event-sets.ts';

/** An event that may be a stray. */
export interface Candidate {
  readonly element: bigint;
  readonly type: string;
}

export interface Strays<C> {
  /** `instead`: the first was skipped, and the second taken twice. */
  readonly how: 'skipped' | 'twice' | 'instead';
  /** In the order of the candidates, where they are not two that stand for each other. */
  readonly events: readonly C[];
}

/**
 * The strays among candidates, where what is missing is one event, all of one type, some that follow each other, two, or one
 * that another stands for. Undefined where it is none of these.
 *
 * @param missing the root of what should have been taken, less that of what was, modulo 2^256.
 */
export function straysAmong<C extends Candidate>(candidates: readonly C[], missing: bigint): Strays<C> | undefined {
  const ways = [
    ['skipped', missing],
    ['twice', beyond(0n, missing)],
  ] as const;
  for (const find of [one, ofOneType, inARow, two]) {
    for (const [how, sum] of ways) {
      const events = find(candidates, sum);
      if (events.length > 0) return { how, events };
    }
  }
  const swapped = oneForAnother(candidates, missing);
  return swapped && { how: 'instead', events: swapped };
}

function one<C extends Candidate>(candidates: readonly C[], sum: bigint): readonly C[] {
  return candidates.filter(({ element }) => element === sum);
}

function ofOneType<C extends Candidate>(candidates: readonly C[], sum: bigint): readonly C[] {
  const sums = new Map<string, bigint>();
  for (const { type, element } of candidates) sums.set(type, together(sums.get(type) ?? 0n, element));
  return candidates.filter(({ type }) => sums.get(type) === sum);
}

function inARow<C extends Candidate>(candidates: readonly C[], sum: bigint): readonly C[] {
  const before = new Map<bigint, number>([[0n, 0]]);
  let total = 0n;
  for (const [at, { element }] of candidates.entries()) {
    total = together(total, element);
    const from = before.get(beyond(total, sum));
    if (from !== undefined) return candidates.slice(from, at + 1);
    before.set(total, at + 1);
  }
  return [];
}

function two<C extends Candidate>(candidates: readonly C[], sum: bigint): readonly C[] {
  const passed = new Map<bigint, C>();
  for (const candidate of candidates) {
    const other = passed.get(beyond(sum, candidate.element));
    if (other) return [other, candidate];
    passed.set(candidate.element, candidate);
  }
  return [];
}

function oneForAnother<C extends Candidate>(candidates: readonly C[], missing: bigint): readonly C[] | undefined {
  const byElement = new Map(candidates.map(candidate => [candidate.element, candidate]));
  for (const twice of candidates) {
    const skipped = byElement.get(together(missing, twice.element));
    if (skipped) return [skipped, twice];
  }
  return undefined;
}
