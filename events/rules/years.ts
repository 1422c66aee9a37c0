/** To which programme year an act belongs: one rule for the trail, the coverage of articles and the reports. */
import { fraudEventTypes } from '../enforcement.ts';
import type { RecordedEvent } from '../envelope.ts';
import type { ProjectId } from '../ids.ts';
import { shanghaiDate } from '../time.ts';

const FRAUD_TYPES: ReadonlySet<string> = new Set(fraudEventTypes.map(({ type }) => type));

/** The programme year that a project's id begins with. */
export function yearOfProject(projectId: ProjectId | string): number {
  return Number(projectId.slice(0, 4));
}

/** The calendar year of an instant in Asia/Shanghai. */
export function calendarYear(instant: string): number {
  return Number(shanghaiDate(instant).slice(0, 4));
}

/** What a case of art-25 names of the projects and results it is about. */
interface OfCase {
  readonly projectIds?: readonly string[];
  readonly revoked?: readonly { readonly year: number }[];
}

const ofCase = ({ type, data }: RecordedEvent): OfCase => (FRAUD_TYPES.has(type) ? (data as OfCase) : {});

/**
 * The programme years an act is about, each once, earliest first: the one it bears, and those of the projects and results
 * that a case names. An act that names none belongs to the calendar year in which it took effect, as do cases of art-25
 * and art-26 that were recorded before they bore a year.
 */
export function yearsOf(event: RecordedEvent): readonly number[] {
  const { about, effectiveAt } = event.meta;
  const { projectIds = [], revoked = [] } = ofCase(event);
  const named = [
    ...(about.year === undefined ? [] : [about.year]),
    ...(about.projectId === undefined ? [] : [yearOfProject(about.projectId)]),
    ...projectIds.map(yearOfProject),
    ...revoked.map(({ year }) => year),
  ];
  return named.length === 0 ? [calendarYear(effectiveAt)] : [...new Set(named)].sort((one, other) => one - other);
}

/** The programme year an act counts in, where it counts once: the one it bears, else the latest that it is about. */
export function yearOf(event: RecordedEvent): number {
  return event.meta.about.year ?? (yearsOf(event).at(-1) as number);
}
