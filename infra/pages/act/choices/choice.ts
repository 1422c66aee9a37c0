/** How it is said what a field can hold. */
import type { Asking } from '../../page.ts';

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** A thing that can be chosen. */
export interface FieldChoice extends NamedThing {
  /** Of several: chosen as a rule, so that it is there from the beginning. */
  readonly isUsual?: boolean;
}

export interface Choosing extends Pick<Asking, 'ask' | 'reader'> {
  /** What stands in a field of the form; empty where nothing does. */
  given(field: string): string;
}

/** Undefined for a reader who is helped otherwise. */
export type Choices = (asked: Choosing) => Promise<readonly FieldChoice[] | undefined>;

/** By the place of the field, alone or with the name of its command before it: `visitId`, `RecordVisit/visitId`. */
export type ChoicesByPlace = Readonly<Record<string, Choices>>;

/** Rows read at once, and the most that anybody would choose from. */
const PAGE = 500;
const MOST = 5_000;

/** A whole list. */
export async function wholeList<Row>(
  ask: Asking['ask'],
  query: string,
  input: Readonly<Record<string, unknown>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: readonly Row[]; next?: string } = await ask(query, {
      ...input,
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && rows.length < MOST);
  return rows;
}
