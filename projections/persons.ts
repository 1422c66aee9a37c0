/** Which accounts and places in the expert bank are one person's (D-46): the read side of events/rules/persons.ts. */
import { accountMark, linksOf, type Mark, named, type PersonEvent, personFacts } from '../events/rules/persons.ts';
import type { Reader } from './ports.ts';
import { projection, when } from './projection.ts';
import { loadMany } from './query.ts';

interface PersonRow {
  readonly mark: Mark;
  /** Marks that facts have linked with it. */
  readonly linked: readonly Mark[];
}

export const persons = projection<PersonRow>({
  name: 'persons',
  version: 1,
  question: '哪些账户、哪些专家是同一人 (Which accounts and experts are one person?)',
  indexes: [],
  handlers: [
    when(
      personFacts,
      event => [...new Set(linksOf(event).flat())],
      (row, event, key) => withLinks(row ?? { mark: key as Mark, linked: [] }, event),
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
export async function marksOf(reader: Reader, mark: Mark): Promise<readonly Mark[]> {
  const marks = new Set([mark]);
  for (let unread: readonly Mark[] = [mark]; unread.length > 0; ) {
    const rows = await loadMany(reader, persons, unread);
    unread = [...new Set([...rows.values()].flatMap(({ linked }) => linked))].filter(found => !marks.has(found));
    for (const found of unread) marks.add(found);
  }
  return [...marks];
}

/** The accounts of the person behind one of them, that one among them. */
export async function accountsOfPerson(reader: Reader, accountId: string): Promise<ReadonlySet<string>> {
  return new Set(named(await marksOf(reader, accountMark(accountId)), 'account'));
}
