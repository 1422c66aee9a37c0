/**
 * The sets of events that a read model has handled, ignored and set aside, added up against the log while it passes by: at each
 * checkpoint that was kept on the way, so that the first one that does not add up says between which positions to look.
 */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { beyond, elementOf, Tally, together } from '../event-sets.ts';
import type { Checkpoint, Quarantined } from '../ports.ts';
import { isCaseOnly } from '../projection.ts';
import { UNTOLD } from '../unknown-kinds.ts';
import { type ReadModelAccount, type Reference, reference } from './report.ts';
import { type Candidate, type Strays, straysAmong } from './strays.ts';

/** Events that are looked through for strays at most, the latest of those that come into question: some milliseconds of work. */
const SEARCHED = 10_000;
/** Events that a flaw names at most. */
const RESTS = 100;
/** Searches of one report: where many read models do not add up for reasons of their own, the first ones are looked into. */
const SEARCHES = 4;

interface Passed extends Candidate {
  readonly event: RecordedEvent;
}

/** What does not add up, in Chinese, with the events that are named. */
export interface SetFlaw {
  readonly says: string;
  readonly rests: readonly Reference[];
}

/** The log as far as it has passed. */
class LogSums {
  readonly all = new Tally();
  readonly byType = new Map<string, Tally>();
  /** The last events that strays may be among. */
  readonly #recent: Passed[] = [];
  /** By what is missing: where an event was lost for many read models, it is looked for once. */
  readonly #searched = new Map<bigint, Strays<Passed> | undefined>();

  add(event: RecordedEvent, element: bigint): void {
    this.all.add(element);
    const ofType = this.byType.get(event.type) ?? new Tally();
    ofType.add(element);
    this.byType.set(event.type, ofType);
    this.#recent.push({ event, element, type: event.type });
    if (this.#recent.length >= 2 * SEARCHED) this.#recent.splice(0, this.#recent.length - SEARCHED);
  }

  /** Among the events after a position that come into question. */
  strays(missing: bigint, after: Position, concerns: (event: RecordedEvent) => boolean): Strays<Passed> | undefined {
    const known = this.#searched.get(missing);
    if (known || this.#searched.size >= SEARCHES) return known;
    const candidates = this.#recent
      .slice(-SEARCHED)
      .filter(({ event }) => comparePositions(event.position, after) > 0 && concerns(event));
    const found = straysAmong(candidates, missing);
    this.#searched.set(missing, found);
    return found;
  }
}

/** One read model beside the log. */
class Account {
  readonly #account: ReadModelAccount;
  readonly #places: readonly Checkpoint[];
  #next = 0;
  /** Up to here it adds up. */
  #good: Position = START;
  /** The sum of what stands in the list of events that were set aside. */
  #listed = 0n;
  /** As the log was where the read model is. */
  logRoot: bigint | undefined;
  readonly flaws: SetFlaw[] = [];

  constructor(account: ReadModelAccount) {
    const { position } = account.checkpoint;
    this.#account = account;
    const marks = account.marks.filter(mark => comparePositions(mark.position, position) < 0);
    this.#places = [...marks, account.checkpoint];
  }

  /** The next place where it is to add up; undefined behind the last. */
  get next(): Position | undefined {
    return this.#places[this.#next]?.position;
  }

  /** Checks the places that lie before the event that comes, or all that are left. */
  settle(coming: Position | undefined, sums: LogSums): void {
    for (let place = this.#places[this.#next]; place; place = this.#places[this.#next]) {
      if (coming !== undefined && comparePositions(place.position, coming) >= 0) return;
      this.#check(place, sums);
      this.#next += 1;
    }
  }

  /** The event that comes stands in the list of those that were set aside. */
  list(element: bigint): void {
    if (this.next !== undefined) this.#listed = together(this.#listed, element);
  }

  #check(place: Checkpoint, sums: LogSums): void {
    if (place === this.#account.checkpoint) this.logRoot = sums.all.root;
    // A generation that an earlier program began has counted, and not added up.
    if (!place.roots || this.flaws.length > 0) return;
    const { handled, ignored, unknown, quarantined } = place.roots;
    const due = new Tally();
    for (const [type, tally] of sums.byType) if (this.#account.takes(type)) due.join(tally);
    const left = beyond(sums.all.root, due.root);
    const takes = ({ type }: RecordedEvent) => this.#account.takes(type);
    const flaws = [
      this.#flaw(DUE, beyond(due.root, together(handled, quarantined)), sums, takes),
      this.#flaw(LEFT, beyond(left, together(ignored, unknown)), sums, event => !takes(event)),
      this.#flaw(LISTED, beyond(quarantined, this.#listed), sums, () => true),
    ];
    for (const flaw of flaws) if (flaw) this.flaws.push(flaw(place.position));
    this.#good = place.position;
  }

  #flaw(
    words: Words,
    missing: bigint,
    sums: LogSums,
    concerns: (event: RecordedEvent) => boolean,
  ): ((to: Position) => SetFlaw) | undefined {
    if (missing === 0n) return undefined;
    const good = this.#good;
    const strays = sums.strays(missing, good, concerns);
    if (!strays) return to => ({ says: `${words.sums}，差在位置 ${good} 之后至 ${to}`, rests: [] });
    const { how, events } = strays;
    const [first, second] = events as [Passed, Passed];
    const rests = events.filter(({ event }) => !isUntold(event)).map(({ event }) => reference(event));
    const says =
      how === 'instead'
        ? `${named(first)}${words.skipped}，${named(second)}${words.twice}`
        : `${named(first)}${events.length > 1 ? `等${events.length}个事件` : ''}${words[how]}`;
    return () => ({ says, rests: rests.slice(0, RESTS) });
  }
}

/** Which cases there are about staff is not for all who ask. */
function isUntold(event: RecordedEvent): boolean {
  return event.fault?.of === 'meta' || isCaseOnly(event);
}

function named({ event }: Passed): string {
  return `位置 ${event.position} 的 ${isUntold(event) ? UNTOLD : event.type}`;
}

interface Words {
  readonly sums: string;
  readonly skipped: string;
  readonly twice: string;
}
const DUE: Words = { sums: '处理的与应处理的不是同一些事件', skipped: '被跳过，未处理', twice: '被处理两次' };
const LEFT: Words = { sums: '略过的与应略过的不是同一些事件', skipped: '未记作略过', twice: '两次记作略过' };
const LISTED: Words = {
  sums: '隔离的与隔离清单不是同一些事件',
  skipped: '被隔离而不在隔离清单',
  twice: '在隔离清单而未记作隔离',
};

/** All read models beside the log. */
export class ReadModelSets {
  readonly #sums = new LogSums();
  readonly #accounts: ReadonlyMap<ReadModelAccount, Account>;
  /** Who has an event, by its id, in the list of those that were set aside. */
  readonly #setAside = new Map<string, Account[]>();
  /** The next place where one of them is to add up. */
  #next: Position | undefined;

  constructor(accounts: readonly ReadModelAccount[], quarantine: readonly Quarantined[]) {
    this.#accounts = new Map(accounts.map(account => [account, new Account(account)]));
    for (const { projection, generation, eventId } of quarantine) {
      const owner = accounts.find(
        ({ checkpoint }) => checkpoint.projection === projection && checkpoint.generation === generation,
      );
      const account = owner && this.#accounts.get(owner);
      if (account) this.#setAside.set(eventId, [...(this.#setAside.get(eventId) ?? []), account]);
    }
    this.#next = this.#nextOfAll();
  }

  /** Of every event, in the order of the log. */
  take(event: RecordedEvent): void {
    if (this.#next !== undefined && comparePositions(event.position, this.#next) > 0) {
      for (const account of this.#accounts.values()) account.settle(event.position, this.#sums);
      this.#next = this.#nextOfAll();
    }
    const element = elementOf(event);
    for (const account of this.#setAside.get(event.id) ?? []) account.list(element);
    this.#sums.add(event, element);
  }

  /** What does not add up of a read model, and the root of the log where it is. Call it after the last event. */
  of(account: ReadModelAccount): { readonly flaws: readonly SetFlaw[]; readonly logRoot: bigint | undefined } {
    const found = this.#accounts.get(account) as Account;
    found.settle(undefined, this.#sums);
    return { flaws: found.flaws, logRoot: found.logRoot };
  }

  #nextOfAll(): Position | undefined {
    return [...this.#accounts.values()]
      .flatMap(({ next }) => next ?? [])
      .reduce<Position | undefined>(
        (first, next) => (first === undefined || comparePositions(next, first) < 0 ? next : first),
        undefined,
      );
  }
}
