/**
 * The draw of experts, for anyone to repeat with `sort`, `printf` and `sha256sum`. Byte by byte:
 *
 * 1. The candidate set is the list of candidate ids (ASCII), sorted by bytes, each followed by one LF (0x0A). Its hash is
 *    the SHA-256 of these bytes: `LC_ALL=C sort candidates.txt | sha256sum`.
 * 2. The seed is text; its commitment is the SHA-256 of its UTF-8 bytes: `printf '%s' "$seed" | sha256sum`.
 * 3. The ticket of a candidate is the SHA-256, as 64 lower-case hex digits, of the UTF-8 bytes of the seed, one LF, the
 *    beacon value (nothing if there is none), one LF, and the candidate's id:
 *    `printf '%s\n%s\n%s' "$seed" "$beacon" "$id" | sha256sum`.
 * 4. The order of the draw is that of the tickets, smallest first. The members are the first so many of it that are
 *    active in the bank on the day; replacements go on down the same order.
 *
 * A committed seed cannot be changed once the candidates are known, but whoever makes it could have tried many before
 * committing; a beacon named with the commitment and published after it takes that choice away.
 */

export const DRAW_ALGORITHM = 'sha256-tickets-1';

/** SHA-256 of the UTF-8 bytes of a text, lower-case hex. */
export type Sha256 = (text: string) => string;

/** Ids are ASCII, so the order of code units is that of bytes. */
export function sortedCandidates<Id extends string>(candidates: readonly Id[]): readonly Id[] {
  return candidates.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Pins who could be drawn (art-18): SHA-256, lower-case hex, of the sorted ids, each followed by a line feed. */
export function candidateSetHash(candidates: readonly string[], sha256: Sha256): string {
  return sha256(
    sortedCandidates(candidates)
      .map(id => `${id}\n`)
      .join(''),
  );
}

/** Who is drawn from: the active experts of the bank, and of those who are one person the first (D-46). */
export function candidatesAmong<Id extends string>(
  active: readonly Id[],
  expertsOfPerson: (id: Id) => Iterable<string>,
): readonly Id[] {
  const taken = new Set<string>();
  return sortedCandidates(active).filter(id => {
    if (taken.has(id)) return false;
    for (const own of expertsOfPerson(id)) taken.add(own);
    return true;
  });
}

/** All candidates in the order of the draw. */
export function drawOrder<Id extends string>(
  candidates: readonly Id[],
  { seed, beaconValue = '' }: { readonly seed: string; readonly beaconValue?: string | undefined },
  sha256: Sha256,
): readonly Id[] {
  const tickets = new Map(candidates.map(id => [sha256(`${seed}\n${beaconValue}\n${id}`), id]));
  return sortedCandidates([...tickets.keys()]).map(ticket => tickets.get(ticket) as Id);
}

/** The first `count` of an order that are not passed over, and those passed over on the way. */
export function takeFrom<Id extends string>(
  order: readonly Id[],
  count: number,
  isActive: (id: Id) => boolean,
): { readonly taken: readonly Id[]; readonly inactive: readonly Id[] } {
  const taken: Id[] = [];
  const inactive: Id[] = [];
  for (const id of order) {
    if (taken.length === count) break;
    (isActive(id) ? taken : inactive).push(id);
  }
  return { taken, inactive };
}

/** Who replaces a member: the first of the order who has not been one and is active, if there is any left. */
export function replacementFrom<Id extends string>(
  order: readonly Id[],
  everMembers: readonly string[],
  isActive: (id: Id) => boolean,
): { readonly replacement: Id | undefined; readonly inactive: readonly Id[] } {
  const left = order.filter(id => !everMembers.includes(id));
  const { taken, inactive } = takeFrom(left, 1, isActive);
  return { replacement: taken[0], inactive };
}

/** What was fixed before a draw, and what it says of itself. */
export interface RecordedDraw {
  readonly candidates: readonly string[];
  readonly size: number;
  readonly seedCommitment: string;
  readonly seed: string;
  readonly beaconValue?: string | undefined;
  readonly algorithm: string;
}

/** A draw run again from its published parts. */
export function drawAgain(recorded: RecordedDraw, isActive: (id: string) => boolean, sha256: Sha256) {
  const order = drawOrder(recorded.candidates, recorded, sha256);
  return {
    order,
    picks: takeFrom(order, recorded.size, isActive).taken,
    algorithmKnown: recorded.algorithm === DRAW_ALGORITHM,
    /** The seed is the one committed to. */
    seedKept: sha256(recorded.seed) === recorded.seedCommitment,
  };
}
