/**
 * Published lists (art-13, art-21) made again from the log: what one should hold follows from the events up to the position that
 * it names, wherever the log is kept by now.
 */

import { hash } from 'node:crypto';
import { projectListed } from '../events/application.ts';
import { canonicalJson } from '../events/canonical.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { fraudDecisionTaken, revocationOverturned } from '../events/enforcement.ts';
import { type EventsOf, untouched } from '../events/event-type.ts';
import type { Position, ProjectId } from '../events/ids.ts';
import { type PlanEntry, projectPlanAmended, projectPlanPublished } from '../events/programme.ts';
import { type ExcellentEntry, excellentResultRecognised, excellentResultsPublished } from '../events/recognition.ts';

/** The kinds of event that lists are made of, or that publish them. */
export const LIST_KINDS = [
  projectListed,
  projectPlanPublished,
  projectPlanAmended,
  excellentResultRecognised,
  excellentResultsPublished,
  fraudDecisionTaken,
  revocationOverturned,
] as const;

export type ListEvent = EventsOf<typeof LIST_KINDS>;

/** Of what makes lists here, and told with each: raised whenever one would come out differently. */
export const LIST_PROJECTION_VERSION = 1;

export type ListLabel = '项目计划' | '优秀成果';
type Entry = PlanEntry | ExcellentEntry;

/** A line of a list, and from which event on it belongs there. */
export interface Standing {
  readonly projectId: ProjectId;
  readonly entry: Entry;
  /** Canonical JSON of the entry. */
  readonly text: string;
  readonly event: DomainEvent;
}

interface KeptStanding extends Standing {
  readonly label: ListLabel;
  readonly year: number;
  readonly index: number;
  /** Where it was taken off and put on again, oldest first. */
  readonly changes: { readonly index: number; readonly live: boolean; readonly caseId: string }[];
}

/** A list as its publication states it. */
export interface ListPublication {
  readonly label: ListLabel;
  readonly year: number;
  readonly version: number;
  readonly position: Position;
  readonly projects: readonly ProjectId[];
  readonly listHash: string;
  /** The length of the list where the publication states none. */
  readonly count: number;
}

/** A list beside what the log says it should hold. */
export interface ListBesideLog {
  readonly publication: ListPublication;
  /** Index of the event that published it. */
  readonly publishedAt: number;
  /** How many events of the log it rests on: those up to the position that it names. */
  readonly events: number;
  /** What it should hold, in the order of the project ids. */
  readonly standings: readonly Standing[];
  /** Whether `listHash` is that of the projects that it names, by what the log says of each. */
  readonly isOfItsHash: boolean;
}

/** Where events stand, to tell how many there are up to a position. Eight bytes an event: positions of any store are below 2^53. */
class Places {
  readonly #positions: number[] = [];

  get events(): number {
    return this.#positions.length;
  }

  pass(position: Position): void {
    this.#positions.push(Number(position));
  }

  upTo(position: Position): number {
    const wanted = Number(position);
    let [from, to] = [0, this.#positions.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#positions[middle] as number) <= wanted) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** Remembers what a log says of lists while it passes by, so that each can be made again for any place before. */
export class ListBook {
  readonly #places = new Places();
  readonly #standings: KeptStanding[] = [];

  /** Every event in the order of the log, whatever it is, before it is taken. */
  pass({ position }: { readonly position: Position }): void {
    this.#places.pass(position);
  }

  /** An event of {@link LIST_KINDS}; for one that publishes a list, the list beside the log. */
  take(event: ListEvent): ListBesideLog | undefined {
    switch (event.type) {
      case 'project.listed': {
        const { projectId, title, unitName, bodyName, year } = event.data;
        return this.#add('项目计划', year, { projectId, title, unitName, bodyName }, event);
      }
      case 'excellent-result.recognised': {
        const { projectId, resultId, title, unitName, bodyId, year } = event.data;
        return this.#add('优秀成果', year, { projectId, resultId, title, unitName, bodyId }, event);
      }
      case 'fraud-decision.taken':
        return this.#revoke(event.data.caseId, new Set(event.data.revoked.map(({ resultId }) => resultId)));
      case 'revocation.overturned':
        return this.#restore(event.data.caseId);
      case 'project-plan.published':
      case 'project-plan.amended':
        return this.#besideLog({ ...event.data, label: '项目计划' }, event.position);
      case 'excellent-results.published':
        return this.#besideLog({ ...event.data, label: '优秀成果', count: event.data.projects.length }, event.position);
      default:
        return untouched(undefined, event);
    }
  }

  get #index(): number {
    return this.#places.events - 1;
  }

  #add(label: ListLabel, year: number, entry: Entry, event: DomainEvent): undefined {
    const { projectId } = entry;
    const text = canonicalJson(entry);
    this.#standings.push({ label, year, projectId, entry, text, event, index: this.#index, changes: [] });
  }

  #revoke(caseId: string, resultIds: ReadonlySet<string>): undefined {
    for (const { entry, changes } of this.#standings) {
      const isMeant = 'resultId' in entry && resultIds.has(entry.resultId);
      if (isMeant) changes.push({ index: this.#index, live: false, caseId });
    }
  }

  #restore(caseId: string): undefined {
    for (const { changes } of this.#standings) {
      if (changes.at(-1)?.caseId === caseId) changes.push({ index: this.#index, live: true, caseId });
    }
  }

  /**
   * A position that an event holds is one of the log that wrote it. In a log that was moved here from files since, those are counts
   * of events, which here are no larger than the index of the event; then it is read as one unless only the other reading bears
   * the list out.
   */
  #besideLog(publication: ListPublication, publishedFrom: Position): ListBesideLog {
    const publishedAt = this.#index;
    const { position } = publication;
    const asItStands = this.#places.upTo(position);
    const isNumbered = publishedFrom === String(publishedAt + 1);
    const counted = Number(position);
    const readings = isNumbered || counted > publishedAt ? [asItStands] : [counted, asItStands];
    const made = readings.map(events => this.#madeAgain(publication, publishedAt, events));
    return made.find(({ isOfItsHash }) => isOfItsHash) ?? (made[0] as ListBesideLog);
  }

  #madeAgain(publication: ListPublication, publishedAt: number, events: number): ListBesideLog {
    const standings = this.#at(publication, events);
    const texts = new Map(standings.map(({ projectId, text }) => [projectId, text]));
    const listed = publication.projects.map(projectId => texts.get(projectId));
    const isOfItsHash = publication.listHash === hash('sha256', `[${listed.join(',')}]`);
    return { publication, publishedAt, events, standings, isOfItsHash };
  }

  /** The last word on each project among the first events, in the order of the project ids. */
  #at({ label, year }: Pick<ListPublication, 'label' | 'year'>, events: number): readonly Standing[] {
    const live = this.#standings.filter(
      standing =>
        standing.label === label &&
        standing.year === year &&
        standing.index < events &&
        (standing.changes.findLast(({ index }) => index < events)?.live ?? true),
    );
    const byProject = new Map(live.map(standing => [standing.projectId, standing]));
    return [...byProject.values()].sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  }
}
