/** Passages that two works have in common, as evidence for the person who adjudicates. */

const MIN_RUN = 8;
const MAX_RUNS_A_FIELD = 3;

export interface Passage {
  readonly field: string;
  /** Levelled text. */
  readonly text: string;
}

/**
 * The longest passages of each field that stand anywhere in the earlier work, moved text included.
 * Both are given by field, levelled.
 */
export function sharedPassages(
  texts: Readonly<Record<string, string>>,
  earlierTexts: Readonly<Record<string, string>>,
): Passage[] {
  // Levelled text holds no line feed, so no run crosses from one field into the next.
  const earlierText = Object.values(earlierTexts).join('\n');
  const starts = startsOf(earlierText);
  return Object.entries(texts).flatMap(([field, text]) =>
    commonRuns(text, earlierText, starts).map(run => ({ field, text: run })),
  );
}

/** Where each sequence of the least length begins. */
function startsOf(text: string): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>();
  for (let at = 0; at + MIN_RUN <= text.length; at += 1) {
    const piece = text.slice(at, at + MIN_RUN);
    const found = starts.get(piece);
    if (found) found.push(at);
    else starts.set(piece, [at]);
  }
  return starts;
}

function commonRuns(text: string, other: string, starts: ReadonlyMap<string, readonly number[]>): string[] {
  const runs: string[] = [];
  for (let at = 0; at + MIN_RUN <= text.length; ) {
    const candidates = starts.get(text.slice(at, at + MIN_RUN)) ?? [];
    const length = Math.max(0, ...candidates.map(start => runLength(text, at, other, start)));
    if (length > 0) runs.push(text.slice(at, at + length));
    at += Math.max(1, length);
  }
  return runs.sort((a, b) => b.length - a.length).slice(0, MAX_RUNS_A_FIELD);
}

function runLength(a: string, i: number, b: string, j: number): number {
  let length = 0;
  while (i + length < a.length && a[i + length] === b[j + length]) length += 1;
  return length;
}
