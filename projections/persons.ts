/** Which accounts and places in the expert bank are one person's (D-46): the read side of events/rules/persons.ts. */
import {
  accountMark,
  linksOf,
  named,
  type PersonEvent,
  type PersonMark,
  personEventTypes,
} from '../events/rules/persons.ts';
import type { Reader } from './ports.ts';
import { on, projection } from './projection.ts';
import { loadMany } from './query.ts';

interface PersonRow {
  readonly mark: PersonMark;
  /** Marks that events have linked with it. */
  readonly linked: readonly PersonMark[];
}

export const personRows = projection<PersonRow>({
  name: 'persons',
  version: 1,
  question: '哪些账户、哪些专家是同一人 (Which accounts and experts are one person?)',
  indexes: [],
  handlers: [
    on(
      personEventTypes,
      event => [...new Set(linksOf(event).flat())],
      (row, event, key) => withLinks(row ?? { mark: key as PersonMark, linked: [] }, event),
    ),
  ],
});

function withLinks(row: PersonRow, event: PersonEvent): PersonRow {
  const others = linksOf(event).flatMap(([one, other]) =>
    one === row.mark ? [other] : other === row.mark ? [one] : [],
  );
  return { ...row, linked: [...new Set([...row.linked, ...others])] };
}

/** All marks of the person with this one, itself first. */
export async function readMarksOf(reader: Reader, mark: PersonMark): Promise<readonly PersonMark[]> {
  const marks = new Set([mark]);
  for (let unread: readonly PersonMark[] = [mark]; unread.length > 0; ) {
    const rows = await loadMany(reader, personRows, unread);
    unread = [...new Set([...rows.values()].flatMap(({ linked }) => linked))].filter(found => !marks.has(found));
    for (const found of unread) marks.add(found);
  }
  return [...marks];
}

/** The accounts of the person behind one of them, that one among them. */
export async function accountsOfPerson(reader: Reader, accountId: string): Promise<ReadonlySet<string>> {
  return new Set(named(await readMarksOf(reader, accountMark(accountId)), 'account'));
}
