/**
 * Webhooks after the log beneath them was replaced by another, e.g. an older copy of it: their cursors name places of the one
 * that was, or events that are no more. Each goes on behind the last event that it was sent and that this log has.
 */
import { randomUUID } from 'node:crypto';
import { comparePositions, type Position, positionSchema, START } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { EventLog } from '../../projections/ports.ts';
import { type DeliveryEntry, ENTRIES_KEPT, type WebhookState, type WebhookStore } from './store.ts';

const PAGE = 1_000;

interface Placed {
  readonly state: WebhookState;
  /** What is known of what it was sent. */
  readonly sent: readonly DeliveryEntry[];
}

/**
 * Gives every webhook a place of this log, and tells its holder in the delivery log. Nothing that he may see is passed over;
 * what was sent before may come again, under the same id. While nothing is sent. Throws StoreUnavailable.
 */
export async function placeOnLog(
  store: WebhookStore,
  log: Pick<EventLog, 'readAll'>,
  { at }: { readonly at: Instant },
): Promise<void> {
  const begun = (await store.all()).filter(({ cursor }) => cursor !== START);
  const placed: Placed[] = [];
  for (const state of begun) {
    placed.push({ state, sent: await store.entriesOf(state.id, Number.MAX_SAFE_INTEGER, ENTRIES_KEPT) });
  }
  const places = await placesOf(new Set(placed.flatMap(eventsNamed)), log);
  for (const each of placed) {
    const { state } = each;
    const [cursor, number] = [cursorOn(each, places), state.entries + 1];
    await store.log({
      ...{ webhookId: state.id, number, messageId: randomUUID(), type: 'webhook.log-replaced', attempt: 1, at },
      outcome: 'log-replaced',
      ...(cursor !== START && { cursor }),
    });
    const { version } = state;
    await store.replace({ ...state, cursor, parked: [], entries: number, version: version + 1 });
  }
}

/** Ids of events by which its place may be told. */
function eventsNamed({ state, sent }: Placed): readonly string[] {
  return [state.cursor, ...state.parked.map(({ eventId }) => eventId), ...sent.map(({ messageId }) => messageId)];
}

async function placesOf(
  ids: ReadonlySet<string>,
  log: Pick<EventLog, 'readAll'>,
): Promise<ReadonlyMap<string, Position>> {
  const found = new Map<string, Position>();
  if (ids.size === 0) return found;
  for (let after: Position = START; ; ) {
    const events = await log.readAll(after, PAGE);
    for (const { id, position } of events) if (ids.has(id)) found.set(id, position);
    const last = events.at(-1);
    if (!last) return found;
    after = last.position;
  }
}

/**
 * Behind the last event that it had come past, before whatever was not taken yet. Those who oversee stand at positions, all
 * others at ids of events.
 */
function cursorOn({ state, sent }: Placed, places: ReadonlyMap<string, Position>): string {
  const { cursor, parked } = state;
  const position = positionSchema.safeParse(cursor);
  const passed = position.success ? sent.filter(entry => isUpTo(entry, position.data)) : sent;
  const upTo = places.get(cursor);
  const waiting = parked.flatMap(({ eventId }) => places.get(eventId) ?? []);
  const waits = new Set(parked.map(({ eventId }) => eventId));
  const [last] = [cursor, ...passed.map(({ messageId }) => messageId)]
    .flatMap(id => {
      const at = waits.has(id) ? undefined : places.get(id);
      return at === undefined ? [] : [{ id, at }];
    })
    .filter(({ at }) => upTo === undefined || comparePositions(at, upTo) <= 0)
    .filter(({ at }) => waiting.every(each => comparePositions(at, each) < 0))
    .toSorted((one, other) => comparePositions(other.at, one.at));
  if (!last) return START;
  return position.success ? last.at : last.id;
}

/** In the numbering of the log that was. */
function isUpTo(entry: DeliveryEntry, last: Position): boolean {
  const at = positionSchema.safeParse(entry.cursor);
  return at.success && comparePositions(at.data, last) <= 0;
}
