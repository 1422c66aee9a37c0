/** `lists.json` of a bundle: the lists that were published, as they were, each with the place in the log that it rests on. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import {
  LIST_KINDS,
  LIST_PROJECTION_VERSION,
  type ListBesideLog,
  ListBook,
  type ListEvent,
} from '../../../projections/published-lists.ts';
import type { BundleScope } from './scope.ts';

const KINDS: ReadonlySet<string> = new Set(LIST_KINDS.map(({ type }) => type));

export class PublishedLists {
  readonly #book = new ListBook();
  readonly #lists: ListBesideLog[] = [];

  /** Every event in the order of the log. What cannot be read says nothing of a list. */
  take(event: RecordedEvent): void {
    this.#book.pass(event);
    const list = KINDS.has(event.type) && !event.fault ? this.#book.take(event as ListEvent) : undefined;
    if (list) this.#lists.push(list);
  }

  /**
   * Of a year those of the year, of a project those that it stands in; none is about a person. What a list says of its
   * projects is public where its hash, which was published, is that of it; any other is told to those who oversee.
   */
  within(scope: BundleScope, { oversees }: { readonly oversees: boolean }): readonly object[] {
    return this.#lists.filter(list => isWithin(list, scope) && (oversees || list.isOfItsHash)).map(told);
  }
}

function isWithin({ publication }: ListBesideLog, scope: BundleScope): boolean {
  switch (scope.kind) {
    case 'log':
      return true;
    case 'year':
      return publication.year === scope.year;
    case 'project':
      return publication.projects.some(projectId => projectId === scope.projectId);
    case 'person':
      return false;
  }
}

function told({ publication, events, standings }: ListBesideLog): object {
  const { label, year, version, position, projects, listHash } = publication;
  const entries = new Map(standings.map(({ projectId, entry }) => [projectId, entry]));
  const list = projects.map(projectId => entries.get(projectId) ?? { projectId });
  const made = { projectionVersion: LIST_PROJECTION_VERSION, index: events - 1, position, listHash };
  return { label, year, version, ...made, list };
}
