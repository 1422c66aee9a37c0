/** Whether two generations of a projection hold the same rows. */
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ReadStore } from '../../../projections/ports.ts';
import type { GenerationProjector } from './generation-projector.ts';

export interface Comparison {
  readonly rows: number;
  readonly rowsBefore: number;
  /** Rows that differ, are missing or are new; undefined when the versions differ and rows are meant to. */
  readonly differing: number | undefined;
  /** The first few ids that differ. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
const YIELD_EVERY = 1_000;

/** Walks both collections in the order of their ids, like a merge. */
export async function compareGenerations(
  store: ReadStore,
  before: GenerationProjector | undefined,
  after: GenerationProjector,
): Promise<Comparison> {
  if (!before || before.checkpoint.version !== after.checkpoint.version) {
    const rowsBefore = before ? await store.count(before.spec) : 0;
    return { rows: await store.count(after.spec), rowsBefore, differing: undefined, examples: [] };
  }
  const left = store.scan(before.spec)[Symbol.asyncIterator]();
  const right = store.scan(after.spec)[Symbol.asyncIterator]();
  let [rows, rowsBefore, differing] = [0, 0, 0];
  const examples: string[] = [];
  let [a, b] = [await left.next(), await right.next()];
  while (!a.done || !b.done) {
    const [idA, textA] = a.done ? [undefined, undefined] : a.value;
    const [idB, textB] = b.done ? [undefined, undefined] : b.value;
    const order = idA === undefined ? 1 : idB === undefined ? -1 : compareIds(idA, idB);
    const [takeA, takeB] = [order <= 0, order >= 0];
    if (order !== 0 || !sameRow(textA as string, textB as string)) {
      differing += 1;
      if (examples.length < EXAMPLES) examples.push((takeA ? idA : idB) as string);
    }
    if (takeA) {
      rowsBefore += 1;
      a = await left.next();
    }
    if (takeB) {
      rows += 1;
      b = await right.next();
    }
    if ((rows + rowsBefore) % YIELD_EVERY === 0) await turn();
  }
  return { rows, rowsBefore, differing, examples };
}

/** As the store orders ids: by their bytes in UTF-8, which is not the order of UTF-16 code units. */
function compareIds(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A row that was kept in memory and one that was read back may differ in the order of their members only. */
function sameRow(a: string, b: string): boolean {
  return a === b || isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}
