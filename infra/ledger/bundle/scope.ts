/** Which part of the log a bundle holds. What a reader may not know of an event does not count: it would tell of it. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { accountMark, expertMark, type PersonMark } from '../../../events/rules/persons.ts';
import { yearsOf } from '../../../events/rules/years.ts';
import type { Told } from './reader.ts';

export type BundleScope =
  | { readonly kind: 'log' }
  /** As the supervision trail counts it. */
  | { readonly kind: 'year'; readonly year: number }
  /** What is about a project, or names it. */
  | { readonly kind: 'project'; readonly projectId: string }
  /** What a person did with any of his accounts, and what is about him; by one of them. */
  | { readonly kind: 'person'; readonly accountId: string };

/** Whether an event of which the reader is told something is within the scope. `person` is whom the scope is about. */
export function isInScope(
  scope: BundleScope,
  event: RecordedEvent,
  told: Told,
  person: ReadonlySet<PersonMark>,
): boolean {
  switch (scope.kind) {
    case 'log':
      return true;
    case 'year':
      return hasSurroundings(event) && yearsToldOf(event, told).includes(scope.year);
    case 'project':
      return hasSurroundings(event) && namesProject(scope.projectId, event, told);
    case 'person':
      return hasSurroundings(event) && isOfPerson(person, event, told);
  }
}

/** What an event is about is said there. */
function hasSurroundings({ fault }: RecordedEvent): boolean {
  return fault?.of !== 'meta';
}

/** The public is told when an act was recorded, not when it took effect. */
function yearsToldOf(event: RecordedEvent, { shown }: Told): readonly number[] {
  const { meta, fault } = event;
  // Data that cannot be read names no years.
  if (fault?.of === 'data') return yearsOf({ meta } as RecordedEvent);
  if (!shown) return yearsOf(event);
  const { type, data } = event;
  return yearsOf({ type, data, meta: { ...meta, effectiveAt: meta.recordedAt } } as RecordedEvent);
}

function namesProject(projectId: string, { streamId, meta, dataText }: RecordedEvent, told: Told): boolean {
  const named = `"${projectId}"`;
  if (told.shown) return streamId.endsWith(`-${projectId}`) || JSON.stringify(told.shown.data).includes(named);
  return meta.about.projectId === projectId || (told.data && dataText.includes(named));
}

/** The trail tells whose act it was of what else is hidden. */
function isOfPerson(person: ReadonlySet<PersonMark>, { meta }: RecordedEvent, told: Told): boolean {
  const { accountId, expertId } = told.meta ? meta.about : {};
  const marks = [
    accountMark(meta.actor.accountId),
    ...(accountId === undefined ? [] : [accountMark(accountId)]),
    ...(expertId === undefined ? [] : [expertMark(expertId)]),
  ];
  return marks.some(mark => person.has(mark));
}
