/**
 * The book of a year's results: which materials stand with which body, and which batch took them up, in the order of
 * the log. Projects and batches are written in different streams, so that a withdrawal and a compilation can pass each
 * other; whatever order the log gives them, every reader finds the same result in the same batch.
 */
import type { BodyEvent } from '../../events/body.ts';
import { jurisdictionAssigned, jurisdictionTransferred } from '../../events/body.ts';
import type { EventOf } from '../../events/event-type.ts';
import { type BodyId, comparePositions, type Position, type ProjectId } from '../../events/ids.ts';
import { projectTerminated } from '../../events/implementation.ts';
import {
  type BatchedResult,
  type DropCause,
  resultNotRecommended,
  resultsCompiled,
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
} from '../../events/result.ts';
import { type Addressee, type Charges, chargesAfter, inChargeOn, NO_CHARGES } from '../../events/rules/jurisdiction.ts';
import type { CivilDate } from '../../events/time.ts';
import { type Dependency, type Fold, stateOfLog } from '../command.ts';

const KINDS = [
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
  resultsCompiled,
  resultNotRecommended,
  projectTerminated,
  jurisdictionAssigned,
  jurisdictionTransferred,
] as const;

type BookEvent = EventOf<(typeof KINDS)[number]>;

/** Newest first; adding one shares the rest, so that a fold over many results stays linear. */
interface Entry {
  readonly event: Pick<BookEvent, 'type' | 'data' | 'position'>;
  readonly earlier: Entry | undefined;
}

/** What the log says about a year's results, still to be read as of a position. */
export type BookEntries = Entry | undefined;

/** Named by the year, because states over the log are cached by name. */
export function bookFold(year: number): Fold<BookEntries, BookEvent> {
  return {
    name: `result-book-${year}`,
    initial: undefined,
    evolve(earlier, { type, data, position }) {
      if ('year' in data && data.year !== year) return earlier;
      return { event: { type, data: lean(data), position } as Entry['event'], earlier };
    },
  };
}

/** Without the text of the results, which no decision needs and memory would keep. */
function lean(data: BookEvent['data']): object {
  if (!('content' in data)) return data;
  const { content: _text, ...rest } = data;
  return rest;
}

/** The results of a year and what bodies did with them, from the log as it is now. */
export function bookOf(year: number): Dependency<BookEntries> {
  return stateOfLog(
    bookFold(year),
    KINDS.map(kind => kind.type),
  );
}

/** A batch is one body's, with its number within the year. */
interface BatchRef {
  readonly bodyId: BodyId;
  readonly batch: number;
}

export interface SubmittedResult extends BatchedResult, Addressee {}

export interface Book {
  /** The materials that are handed in and neither withdrawn nor of a terminated project. */
  readonly standing: ReadonlyMap<ProjectId, SubmittedResult>;
  /** Why materials that were handed in no longer stand. */
  readonly gone: ReadonlyMap<ProjectId, 'withdrawn' | 'terminated'>;
  /** By project and version: the first batch in the log that lists them. */
  readonly batches: ReadonlyMap<string, BatchRef>;
  readonly declined: ReadonlySet<string>;
  readonly charges: Charges;
}

const keyOf = ({ projectId, version }: Pick<BatchedResult, 'projectId' | 'version'>) => `${projectId}@${version}`;

/** A book is the same as long as its entries are: one is opened for all results of a batch. */
const opened = new WeakMap<Entry, Book>();

/** The book as of a position; of all that is known unless one is given. */
export function bookAt(entries: BookEntries, position?: Position): Book {
  if (!entries || position !== undefined) return read(entries, position);
  const book = opened.get(entries) ?? read(entries, position);
  opened.set(entries, book);
  return book;
}

function read(entries: BookEntries, position: Position | undefined): Book {
  const standing = new Map<ProjectId, SubmittedResult>();
  const gone = new Map<ProjectId, 'withdrawn' | 'terminated'>();
  const batches = new Map<string, BatchRef>();
  const compiled = new Map<string, readonly BatchedResult[]>();
  const declined = new Set<string>();
  let charges = NO_CHARGES;
  for (const recorded of oldestFirst(entries, position)) {
    const event = recorded as BookEvent | BodyEvent;
    switch (event.type) {
      case 'results.submitted':
      case 'results.supplemented': {
        const { projectId, version, materialsRoot, bodyId, jurisdiction } = event.data;
        standing.set(projectId, { projectId, version, materialsRoot, bodyId, jurisdiction });
        break;
      }
      case 'results.withdrawn':
      case 'project.terminated':
        standing.delete(event.data.projectId);
        gone.set(event.data.projectId, event.type === 'results.withdrawn' ? 'withdrawn' : 'terminated');
        break;
      case 'results.compiled': {
        const { bodyId, batch, projects } = event.data;
        compiled.set(`${bodyId}/${batch}`, projects);
        for (const result of projects) {
          if (!batches.has(keyOf(result))) batches.set(keyOf(result), { bodyId, batch });
        }
        break;
      }
      case 'result.not-recommended': {
        const { bodyId, batch, projectId } = event.data;
        const result = compiled.get(`${bodyId}/${batch}`)?.find(member => member.projectId === projectId);
        if (result) declined.add(keyOf(result));
        break;
      }
      default:
        charges = chargesAfter(charges, event);
    }
  }
  return { standing, gone, batches, declined, charges };
}

function oldestFirst(entries: BookEntries, position: Position | undefined): Entry['event'][] {
  const events: Entry['event'][] = [];
  for (let entry = entries; entry; entry = entry.earlier) {
    if (position === undefined || comparePositions(entry.event.position, position) <= 0) events.push(entry.event);
  }
  return events.reverse();
}

/** Whether the version of a result has been taken into a batch. */
export function isCompiled(book: Book, result: Pick<BatchedResult, 'projectId' | 'version'>): boolean {
  return book.batches.has(keyOf(result));
}

/** Whether the body declined this version of the result. */
export function isDeclined(book: Book, result: Pick<BatchedResult, 'projectId' | 'version'>): boolean {
  return book.declined.has(keyOf(result));
}

/** The standing results a body answers for on a date, in the order of their project ids. */
export function inChargeOf(book: Book, bodyId: BodyId, date: CivilDate): SubmittedResult[] {
  return [...book.standing.values()]
    .filter(result => inChargeOn(book.charges, result, date) === bodyId)
    .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
}

/** Why a compiled version is not (or no longer) this batch's to forward; undefined while it is. */
export function dropCause(book: Book, ref: BatchRef, result: BatchedResult): DropCause | undefined {
  const first = book.batches.get(keyOf(result));
  if (first && (first.bodyId !== ref.bodyId || first.batch !== ref.batch)) return 'in-another-batch';
  const standing = book.standing.get(result.projectId);
  if (!standing) return book.gone.get(result.projectId) ?? 'withdrawn';
  const isSame = standing.version === result.version && standing.materialsRoot === result.materialsRoot;
  return isSame ? undefined : 'superseded';
}
