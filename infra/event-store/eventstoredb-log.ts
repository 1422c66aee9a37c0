/** The log of one namespace, read from a server that holds the events of others too. */
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent, TypesPage } from '../../events/envelope.ts';
import { comparePositions, type Position, START, type StreamId } from '../../events/ids.ts';
import { NoSuchPosition } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { SharedQuestion } from '../../services/shared-question.ts';
import type { Connection, ReadingOptions } from './eventstoredb-connection.ts';
import {
  type AllRead,
  eventsOf,
  isOf,
  type Namespace,
  readAllRequest,
  readStreamRequest,
  receivedIdOf,
  receivedPositionOf,
} from './eventstoredb-messages.ts';
import { isSilence } from './eventstoredb-outcomes.ts';
import { PartSize } from './eventstoredb-part-size.ts';

/** Events looked at together on the way to the head. */
const PAGE = 500;

const later = (a: Position, b: Position): Position => (comparePositions(a, b) >= 0 ? a : b);

/** What is known of where our events stand, so that others' need not be searched again. */
interface Extent {
  /** None of ours stands before it. */
  readonly origin: Position;
  /** The last of ours. */
  readonly head: Position;
  /** None of ours stands after the head up to here. */
  readonly searched: Position;
}

export class NamespaceLog {
  readonly #connection: Connection;
  readonly #namespace: Namespace;
  readonly #searchMs: number;
  readonly #question = new SharedQuestion(() => this.#findHead());
  readonly #partSize = new PartSize();
  #extent: Extent | undefined;
  #identity: string | undefined;

  /** `searchMs` bounds the search for our first and last event among all that the server holds. */
  constructor(connection: Connection, namespace: Namespace, searchMs: number) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#searchMs = searchMs;
  }

  /** No event of ours stands between the head and this position: whoever follows the head can begin here. */
  async searched(): Promise<Position> {
    return (this.#extent ?? (await this.#explore())).searched;
  }

  /** How far behind an event of ours none of ours is known to stand: whoever has that event can go on there. */
  async clearAfter(position: Position): Promise<Position> {
    const { head, searched } = this.#extent ?? (await this.#explore());
    return comparePositions(head, position) <= 0 ? later(position, searched) : position;
  }

  /** An event of ours stands at this position. */
  learn(position: Position): void {
    if (!this.#extent) return;
    const { origin, head, searched } = this.#extent;
    this.#extent = { origin, head: later(head, position), searched: later(searched, position) };
  }

  async readStream(stream: StreamId, after: number, count?: number): Promise<readonly RecordedEvent[]> {
    const request = readStreamRequest(this.#namespace.streamName(stream), after + 1, count?.toString());
    return eventsOf(await this.#read(request), this.#namespace);
  }

  /** Throws {@link NoSuchPosition} where neither START nor an event stands. */
  async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const { origin, head } = this.#extent ?? (await this.#explore());
    // A server answers with nothing what is asked beyond its end, and with what comes later when it has come there.
    if (comparePositions(after, head) > 0 && comparePositions(after, await this.head()) > 0) throw new NoSuchPosition();
    if (comparePositions(after, origin) >= 0) return this.#after(after, limit);
    try {
      return await this.#inParts(origin, limit);
    } catch (error) {
      this.#forgetIfShortened(error);
      return this.#after(after, limit);
    }
  }

  /**
   * Our events of some types after a position, which the server finds among all that it holds: of a log that is read for a
   * few kinds nearly nothing is sent. It may look for long. Throws {@link StoreUnavailable} also where no record begins.
   */
  async readTypes(types: readonly string[], after: Position): Promise<TypesPage> {
    const { origin, head } = this.#extent ?? (await this.#explore());
    const request = readAllRequest({ from: later(after, origin), direction: 'forwards', count: PAGE, only: types });
    const answers = await this.#readAtPosition(request);
    const isEnd = answers.length < PAGE;
    const own = eventsOf(
      answers.filter(answer => isOf(answer, this.#namespace)),
      this.#namespace,
    );
    const events = own.filter(({ position }) => comparePositions(position, after) > 0);
    if (isEnd) {
      // The head was known before the question: all up to there has been looked through.
      return { events, reached: later(events.at(-1)?.position ?? after, head), isEnd };
    }
    return { events, reached: receivedPositionOf(answers.at(-1) as ReadResp) ?? after, isEnd };
  }

  async #readAtPosition(request: ReadReq): Promise<readonly ReadResp[]> {
    try {
      const answers = await this.#read(request, { deadlineMs: this.#searchMs });
      return answers.filter(answer => answer.hasEvent());
    } catch (error) {
      this.#forgetIfShortened(error);
      throw new StoreUnavailable('the log is not what it was', { cause: error });
    }
  }

  /** The last of our events, by the server's own word: no answer is older than the question. */
  head(): Promise<Position> {
    return this.#question.ask();
  }

  /** The last of our events that is known of here: appended, delivered or read, and as the server said it last. */
  async heard(): Promise<Position> {
    return this.#extent?.head ?? this.head();
  }

  /** Costs next to nothing while nobody appends: only what is new since the last call is looked through. */
  async #findHead(): Promise<Position> {
    const { head, searched } = this.#extent ?? (await this.#explore());
    const end = await this.#end();
    const grown = comparePositions(end, searched);
    if (grown === 0) return head;
    // The log has lost its end: what was known of it is void.
    if (grown < 0) return (await this.#explore()).head;
    try {
      return await this.#searchUpTo(end, searched);
    } catch (error) {
      this.#forgetIfShortened(error);
      return (await this.#explore()).head;
    }
  }

  /** The last of our events, searched from the end. */
  async newest(): Promise<RecordedEvent | undefined> {
    const [last] = await this.#ours({ from: 'end', direction: 'backwards', count: 1 }, { deadlineMs: this.#searchMs });
    return last;
  }

  /** Id and place of the first event: of two logs that begin with the same command, it has another time in its id. */
  async identity(): Promise<string | undefined> {
    if (!this.#identity) {
      const [first] = await this.readAll(START, 1);
      if (first) this.#identity = `${first.id}@${first.position}`;
    }
    return this.#identity;
  }

  async holds(position: Position, eventId?: string): Promise<boolean> {
    if (position === START) return true;
    const head = await this.head();
    if (comparePositions(position, head) > 0) return false;
    const held = await this.#standsAt(position, eventId);
    if (!held && position === head) this.#extent = undefined;
    return held;
  }

  /** Unfiltered, so that the server need not search when it is another's. */
  async #standsAt(position: Position, eventId: string | undefined): Promise<boolean> {
    try {
      const [answer] = await this.#read(readAllRequest({ from: position, direction: 'forwards', count: 1 }));
      if (!answer || receivedPositionOf(answer) !== position || !isOf(answer, this.#namespace)) return false;
      return eventId === undefined || receivedIdOf(answer) === eventId;
    } catch (error) {
      if (error instanceof NoSuchPosition) return false;
      throw error;
    }
  }

  async #explore(): Promise<Extent> {
    const end = await this.#end();
    const find = async (read: Pick<AllRead, 'from' | 'direction'>) =>
      (await this.#ours({ ...read, count: 1 }, { deadlineMs: this.#searchMs }))[0]?.position;
    const last = await find({ from: 'end', direction: 'backwards' });
    const first = last && (await find({ from: START, direction: 'forwards' }));
    const head = last ?? START;
    this.#extent = { origin: first ?? end, head, searched: later(end, head) };
    return this.#extent;
  }

  /** The log has lost its end and grown again since: what was known of it is void. */
  #forgetIfShortened(error: unknown): void {
    if (!(error instanceof NoSuchPosition)) throw error;
    this.#extent = undefined;
  }

  async #searchUpTo(end: Position, searched: Position): Promise<Position> {
    let from = searched;
    let page: readonly RecordedEvent[];
    do {
      page = await this.#after(from, PAGE);
      from = page.at(-1)?.position ?? from;
    } while (page.length === PAGE);
    if (from !== searched) this.learn(from);
    const { origin, head, searched: known } = this.#extent ?? (await this.#explore());
    this.#extent = { origin, head, searched: later(known, end) };
    return head;
  }

  /** What is known to be others' between our head and where it was searched is not searched again. */
  async #after(position: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const extent = this.#extent ?? (await this.#explore());
    try {
      return await this.#aroundOthers(position, limit, extent);
    } catch (error) {
      this.#forgetIfShortened(error);
      return this.#behind(position, limit);
    }
  }

  async #aroundOthers(
    position: Position,
    limit: number,
    { head, searched }: Extent,
  ): Promise<readonly RecordedEvent[]> {
    if (comparePositions(position, head) >= 0) return this.#behind(later(position, searched), limit);
    const known = await this.#behind(position, limit, head);
    if (known.length === limit) return known;
    return [...known, ...(await this.#behind(searched, limit - known.length))];
  }

  /** A read begins with the event at its position, which the caller has. */
  async #behind(position: Position, limit: number, upTo?: Position): Promise<readonly RecordedEvent[]> {
    const events = await this.#inParts(position, limit + 1, upTo);
    return events.filter(event => comparePositions(event.position, position) > 0).slice(0, limit);
  }

  /** Our events from a position on, the one there too; the one at `upTo` is known to be the last. */
  async #inParts(from: Position, limit: number, upTo?: Position): Promise<readonly RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for (;;) {
      const last = found.at(-1);
      // What follows is asked for with the last before it, since that is where a record begins.
      const count = this.#partSize.of(limit - found.length) + (last ? 1 : 0);
      const part = await this.#part(last?.position ?? from, count, upTo);
      found.push(...part.filter(({ position }) => !last || comparePositions(position, last.position) > 0));
      if (part.length < count || found.length >= limit || found.at(-1)?.position === upTo) return found;
    }
  }

  async #part(from: Position, count: number, upTo: Position | undefined): Promise<readonly RecordedEvent[]> {
    const last = (answer: ReadResp) => receivedPositionOf(answer) === upTo;
    let silence = 0;
    const wasSilent = (share: number) => {
      silence = share;
    };
    try {
      const part = await this.#ours({ from, direction: 'forwards', count }, { last, wasSilent });
      this.#partSize.answered(part.length, silence);
      return part;
    } catch (error) {
      if (isSilence(error)) this.#partSize.failed(count);
      throw error;
    }
  }

  async #ours(read: Omit<AllRead, 'only'>, options?: ReadingOptions): Promise<readonly RecordedEvent[]> {
    return eventsOf(await this.#read(readAllRequest({ ...read, only: this.#namespace }), options), this.#namespace);
  }

  /** A server that cannot read at all may say the same as one that has nothing at a position. */
  async #read(request: ReadReq, options?: ReadingOptions): Promise<readonly ReadResp[]> {
    try {
      return await this.#connection.read(request, options);
    } catch (error) {
      if (error instanceof NoSuchPosition) await this.#proveReadable();
      throw error;
    }
  }

  async #proveReadable(): Promise<void> {
    try {
      await this.#connection.read(readAllRequest({ from: START, direction: 'forwards', count: 1 }));
    } catch (cause) {
      throw cause instanceof NoSuchPosition ? new StoreUnavailable('EventStoreDB cannot read now', { cause }) : cause;
    }
  }

  /** The position of the last event of all that the server holds. */
  async #end(): Promise<Position> {
    const [last] = await this.#read(readAllRequest({ from: 'end', direction: 'backwards', count: 1 }));
    return (last && receivedPositionOf(last)) ?? START;
  }
}
