/**
 * Positions that events hold: a published list is what was listed at a position, a comparison was made with what stood at
 * one. They are facts and stay as they were written, in the numbering of the log that wrote them. What they say can be
 * checked in any copy of the log, because the event that stood there is known.
 */
import { similarityChecked } from '../../events/application.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import { projectPlanAmended, projectPlanCompiled, projectPlanPublished } from '../../events/programme.ts';
import { excellentResultsPublished } from '../../events/recognition.ts';
import { resultsCompiled } from '../../events/result.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Dependency, Sources } from '../../services/command.ts';
import { createStates } from '../../services/loading.ts';
import type { EventStore } from '../../services/ports.ts';
import { projectsListed } from '../../services/programme/listing.ts';
import { recognisedAsOf } from '../../services/recognition/listing.ts';
import { MigrationRefused } from './refused.ts';

/** A list as of a position, and how it is made from a log. */
interface PinnedList {
  readonly event: RecordedEvent;
  readonly year: number;
  readonly position: Position;
  readonly listHash: string;
  readonly madeOf: ListMaker;
}

type ListMaker = (year: number, position: Position) => Dependency<{ readonly listHash: string } | undefined>;

export interface Pin {
  readonly eventId: string;
  readonly type: string;
  /** As the event holds it. */
  readonly position: Position;
  /** Where the same event stands now. */
  readonly target: Position;
}

/** Under which name the kinds of event hold a position of the log. */
export const POSITIONS_HELD: ReadonlyMap<string, string> = new Map([
  [projectPlanCompiled.type, 'position'],
  [projectPlanPublished.type, 'position'],
  [projectPlanAmended.type, 'position'],
  [excellentResultsPublished.type, 'position'],
  [resultsCompiled.type, 'position'],
  [similarityChecked.type, 'corpusPosition'],
]);

const LISTS: ReadonlyMap<string, ListMaker> = new Map<string, ListMaker>([
  [projectPlanCompiled.type, projectsListed],
  [projectPlanPublished.type, projectsListed],
  [projectPlanAmended.type, projectsListed],
  [excellentResultsPublished.type, recognisedAsOf],
]);

/** Follows positions of one log into its copy. Feed it every event in log order, with its place in the copy. */
export class Pins {
  readonly #places = new Map<Position, Position>([[START, START]]);
  readonly #lists: PinnedList[] = [];
  readonly #pins: Pin[] = [];

  /** @param positions the positions that events of the log hold, from {@link positionsHeld}. */
  constructor(positions: ReadonlySet<Position>) {
    for (const position of positions) this.#places.set(position, START);
  }

  take(event: RecordedEvent, target: Position): void {
    if (this.#places.has(event.position)) this.#places.set(event.position, target);
    const position = positionIn(event);
    if (position === undefined) return;
    this.#pins.push({ eventId: event.id, type: event.type, position, target: this.#placeOf(position) });
    const madeOf = LISTS.get(event.type);
    if (!madeOf) return;
    const { year, listHash } = event.data as Pick<PinnedList, 'year' | 'listHash'>;
    this.#lists.push({ event, year, position, listHash, madeOf });
  }

  get all(): readonly Pin[] {
    return this.#pins;
  }

  /** Makes every pinned list again from the copy. Throws {@link MigrationRefused} when one is not what it was. */
  async verify(copy: EventStore): Promise<void> {
    const states = createStates(copy);
    const sources = {
      head: () => copy.head(),
      log: (fold, types, upTo) => states.loadLog(fold as never, types, upTo as Position),
    } as Pick<Sources, 'head' | 'log'> as Sources;
    for (const { event, year, position, listHash, madeOf } of this.#lists) {
      const listed = await madeOf(year, this.#placeOf(position)).resolve(sources);
      if (listed?.listHash === listHash) continue;
      throw new MigrationRefused(
        `事件 ${event.id} 的清单在目标日志中不能重算出同一摘要`,
        `the list that ${event.type} pins at ${position} is not what the copy lists there`,
      );
    }
  }

  #placeOf(position: Position): Position {
    return this.#places.get(position) as Position;
  }
}

/** The positions that events of a log hold. */
export async function positionsHeld(log: Pick<EventLog, 'readAll'>): Promise<ReadonlySet<Position>> {
  const held = new Set<Position>();
  for (let after = START; ; ) {
    const page = await log.readAll(after, 1_000);
    for (const event of page) {
      // Copied as it is; what nobody can read nobody can follow.
      if (event.fault?.of === 'data' || event.fault?.of === 'meta') continue;
      const position = positionIn(event);
      if (position !== undefined) held.add(position);
    }
    const last = page.at(-1);
    if (!last) return held;
    after = last.position;
  }
}

function positionIn(event: RecordedEvent): Position | undefined {
  const name = POSITIONS_HELD.get(event.type);
  return name === undefined ? undefined : (event.data as Readonly<Record<string, Position>>)[name];
}
