/** A log copied into another store, event by event in log order, and proved to be the same there. */
import { createHash } from 'node:crypto';
import type { Meta, RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import { eventSize, MAX_APPEND_BYTES } from '../../services/append-size.ts';
import type { EventStore, NewEvent } from '../../services/ports.ts';
import { MigrationRefused } from './refused.ts';

type Source = Pick<EventLog, 'readAll'>;
type Target = Source & Pick<EventStore, 'append'>;

/** Told how many events the target holds. */
export type OnCopied = (events: number) => void;

export interface LogDigest {
  readonly events: number;
  /** SHA-256 over the {@link lineOfEvent} of every event, in log order. */
  readonly sha256: string;
}

/** Told of each event with both of its places. */
export type OnPlace = (event: RecordedEvent, target: Position) => void;

const PAGE = 1_000;
/** Of one append; servers refuse more than a megabyte. */
const MAX_RUN_EVENTS = 200;
const MAX_RUN_BYTES = 256 * 1024;

/**
 * Copies what the target does not hold yet. Stopped at any moment, the next call goes on where it stopped. Throws
 * {@link MigrationRefused} when the target holds anything but the beginning of the source, and, before anything is
 * copied, when the source holds an event that fits no append.
 */
export async function copyLog(source: Source, target: Target, onCopied: OnCopied = () => undefined): Promise<void> {
  await refuseOversized(source);
  let { events, position } = await copiedBefore(source, target);
  onCopied(events);
  for (;;) {
    const page = await source.readAll(position, PAGE);
    for (const run of runsOf(page)) {
      await append(target, run);
      events += run.length;
      onCopied(events);
    }
    const last = page.at(-1);
    if (!last) return;
    position = last.position;
  }
}

/** Walks both logs together. Throws {@link MigrationRefused} at the first difference; returns what each of them is. */
export async function proveEqual(
  source: Source,
  target: Source,
  onPlace: OnPlace = () => undefined,
): Promise<{ readonly source: LogDigest; readonly target: LogDigest }> {
  const [sourceHash, targetHash] = [createHash('sha256'), createHash('sha256')];
  let events = 0;
  for await (const [here, there] of sideBySide(source, target)) {
    if (!here || !there || lineOfEvent(here) !== lineOfEvent(there)) throw differsAt(events, here, there);
    checkOrder(here, there);
    sourceHash.update(lineOfEvent(here));
    targetHash.update(lineOfEvent(there));
    onPlace(here, there.position);
    events += 1;
  }
  return {
    source: { events, sha256: sourceHash.digest('hex') },
    target: { events, sha256: targetHash.digest('hex') },
  };
}

/** All of an event but its position, which is another one in every store. */
export function lineOfEvent({
  id,
  streamId,
  revision,
  type,
  schemaVersion,
  dataText,
  metaText,
}: RecordedEvent): string {
  return `${JSON.stringify([id, streamId, revision, type, schemaVersion, dataText, metaText])}\n`;
}

/** Earlier versions recorded events of any size; a server would refuse one half-way. */
async function refuseOversized(source: Source): Promise<void> {
  for await (const event of eventsOf(source)) {
    const size = eventSize(event);
    if (size <= MAX_APPEND_BYTES) continue;
    const { position, streamId, revision, type } = event;
    throw new MigrationRefused(
      `位置 ${position} 的事件（${streamId}@${revision}，${type}）需 ${size} 字节，超过一次可记入的 ${MAX_APPEND_BYTES} 字节，未复制任何内容`,
      'an event of the source is larger than an append may be: nothing was copied',
    );
  }
}

interface Copied {
  readonly events: number;
  /** Of the last one, in the source. */
  readonly position: Position;
}

async function copiedBefore(source: Source, target: Source): Promise<Copied> {
  let copied: Copied = { events: 0, position: START };
  for await (const [here, there] of sideBySide(source, target)) {
    if (!there) break;
    if (!here || lineOfEvent(here) !== lineOfEvent(there)) throw differsAt(copied.events, here, there);
    copied = { events: copied.events + 1, position: here.position };
  }
  return copied;
}

type Pair = readonly [here: RecordedEvent | undefined, there: RecordedEvent | undefined];

/** To the end of the longer one. */
async function* sideBySide(source: Source, target: Source): AsyncGenerator<Pair> {
  const [here, there] = [eventsOf(source), eventsOf(target)];
  for (;;) {
    const [one, other] = await Promise.all([here.next(), there.next()]);
    if (one.done && other.done) return;
    yield [one.value ?? undefined, other.value ?? undefined];
  }
}

async function* eventsOf(log: Source): AsyncGenerator<RecordedEvent, undefined> {
  let after = START;
  for (;;) {
    const page = await log.readAll(after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.position;
  }
}

/** Neighbours of one stream go in one append; nothing ever overtakes an event of another stream. */
function runsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const runs: RecordedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.dataText) + Buffer.byteLength(event.metaText);
    const run = runs.at(-1);
    bytes += size;
    if (run?.[0]?.streamId === event.streamId && run.length < MAX_RUN_EVENTS && bytes <= MAX_RUN_BYTES) run.push(event);
    else {
      runs.push([event]);
      bytes = size;
    }
  }
  return runs;
}

async function append(target: Target, run: readonly RecordedEvent[]): Promise<void> {
  const [first] = run as [RecordedEvent, ...RecordedEvent[]];
  const appended = await target.append(first.streamId, first.revision - 1, run.map(copyOf));
  const differing = run.find((event, at) => {
    const copy = appended[at];
    return !copy || lineOfEvent(copy) !== lineOfEvent(event);
  });
  if (differing) {
    throw new MigrationRefused(`目标未照原样保存事件 ${differing.id}`, 'the target has not kept the event as it is');
  }
}

/** An event whose stored texts the target will write again, to the letter. `data` itself may have been upcast. */
function copyOf(event: RecordedEvent): NewEvent {
  const { id, type, schemaVersion } = event;
  return { id, type, schemaVersion, data: valueIn(event, 'dataText'), meta: valueIn(event, 'metaText') as Meta };
}

function valueIn(event: RecordedEvent, text: 'dataText' | 'metaText'): unknown {
  try {
    const value: unknown = JSON.parse(event[text]);
    if (JSON.stringify(value) === event[text]) return value;
  } catch {
    // No JSON: no client of the target could write it.
  }
  throw new MigrationRefused(
    `事件 ${event.id} 的文本不能照原样重写`,
    `the ${text === 'dataText' ? 'data' : 'meta'} of the event cannot be written again to the letter`,
  );
}

/** A position that events hold must not come to lie in their future. */
function checkOrder(here: RecordedEvent, there: RecordedEvent): void {
  if (comparePositions(there.position, here.position) >= 0) return;
  throw new MigrationRefused(
    `事件 ${here.id} 在目标中的位置 ${there.position} 小于原位置 ${here.position}`,
    'positions that events hold would point beyond them',
  );
}

function differsAt(
  events: number,
  here: RecordedEvent | undefined,
  there: RecordedEvent | undefined,
): MigrationRefused {
  const shown = (event: RecordedEvent | undefined) => (event ? `${event.streamId}@${event.revision} ${event.id}` : '–');
  return new MigrationRefused(
    `两份日志自第 ${events + 1} 个事件起不同：原日志 ${shown(here)}，目标 ${shown(there)}`,
    `the logs differ from event ${events + 1} on: the target must hold nothing but the beginning of the source`,
  );
}
