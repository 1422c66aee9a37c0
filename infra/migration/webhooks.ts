/**
 * Where webhooks stand, moved with the log. Those who read the log itself have come to a place in it, which is another one in
 * the copy; what everybody else has come to is an event, and stays. Secrets open wherever the keys are.
 */
import { type Position, positionSchema, START } from '../../events/ids.ts';
import type { Cursor } from '../http/feed-sources.ts';
import type { SqliteWebhooks } from '../webhooks/sqlite-store.ts';
import { type DeliveryEntry, ENTRIES_KEPT, type WebhookState, type WebhookStore } from '../webhooks/store.ts';
import type { OnPlace } from './log.ts';
import { MigrationRefused } from './refused.ts';

/** Follows the places that webhooks have come to into the copy of a log. Feed it every event with its place there. */
export class WebhookPlaces {
  readonly #places = new Map<Position, Position | undefined>([[START, START]]);

  /** @param positions from {@link positionsReached}. */
  constructor(positions: Iterable<Position>) {
    for (const position of positions) if (!this.#places.has(position)) this.#places.set(position, undefined);
  }

  readonly take: OnPlace = ({ position }, target) => {
    if (this.#places.has(position) && position !== START) this.#places.set(position, target);
  };

  /** As it stands in the copy. Throws {@link MigrationRefused} where it has come to a place at which the log has nothing. */
  state(state: WebhookState): WebhookState {
    const cursor = this.#needed(state.cursor, state);
    const parked = state.parked.map(each => ({ ...each, after: this.#needed(each.after, state) }));
    // Whoever had taken it has ended.
    return { ...state, cursor, parked, owner: '', ownedUntil: 0 };
  }

  /** An entry of an event that is not there tells no place to replay from. */
  entry({ cursor: there, ...entry }: DeliveryEntry): DeliveryEntry {
    const cursor = there === undefined ? undefined : this.#placeOf(there);
    return { ...entry, ...(cursor !== undefined && { cursor }) };
  }

  #placeOf(cursor: Cursor): Cursor | undefined {
    const position = positionOf(cursor);
    return position === undefined ? cursor : this.#places.get(position);
  }

  #needed(cursor: Cursor, { id }: WebhookState): Cursor {
    const place = this.#placeOf(cursor);
    if (place !== undefined) return place;
    throw new MigrationRefused(
      `推送 ${id} 所到的位置 ${cursor} 在日志中没有事件`,
      'a webhook has come to a place at which the log has no event',
    );
  }
}

/** Undefined for the id of an event. */
function positionOf(cursor: Cursor): Position | undefined {
  return positionSchema.safeParse(cursor).data;
}

/** All places of the log that webhooks, and what is told of their deliveries, name. */
export async function positionsReached(store: WebhookStore): Promise<ReadonlySet<Position>> {
  const cursors: (Cursor | undefined)[] = [];
  for (const { id, cursor, parked } of await store.all()) {
    cursors.push(cursor, ...parked.map(({ after }) => after));
    cursors.push(...(await entriesIn(store, id)).map(({ cursor }) => cursor));
  }
  return new Set(cursors.flatMap(cursor => (cursor === undefined ? [] : (positionOf(cursor) ?? []))));
}

const entriesIn = (store: WebhookStore, id: string) => store.entriesOf(id, Number.MAX_SAFE_INTEGER, ENTRIES_KEPT);

/**
 * Copies webhooks with their delivery logs; how many. Can be repeated, also when things were delivered from the source in
 * between. Throws {@link MigrationRefused} when the target has others.
 */
export async function copyWebhooks(source: WebhookStore, target: WebhookStore, places: WebhookPlaces): Promise<number> {
  const states = await source.all();
  const here = new Set(states.map(({ id }) => id));
  const other = (await target.all()).find(({ id }) => !here.has(id));
  if (other) {
    throw new MigrationRefused(
      `目标中有另外的推送 ${other.id}；目标须为空，或只含前次迁移的内容`,
      'the target has webhooks of another installation',
    );
  }
  for (const state of states) {
    for (const entry of await entriesIn(source, state.id)) await target.log(places.entry(entry));
    await target.remove(state.id);
    await target.create(places.state(state));
  }
  return states.length;
}

/** The same for a file that stays where it is, whose log is another from now on; how many webhooks there are. */
export async function rewriteWebhooks(store: SqliteWebhooks, log: string, places: WebhookPlaces): Promise<number> {
  await store.rewriteFor(log, places);
  return (await store.all()).length;
}
