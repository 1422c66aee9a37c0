/** Finding an event on the log for which a proof is asked, by its position or by its id. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Ledger } from './ledger.ts';

export interface FindingPorts {
  readonly ledger: Pick<Ledger, 'checkpoint' | 'positionOf'>;
  readonly log: Pick<EventLog, 'readAll'>;
  /** Between pages of the log. */
  readonly pause: () => Promise<void> | void;
}

/** The event at an index that the ledger has come to; undefined where the log has none there. */
export async function eventAt(
  index: number,
  { ledger, log }: Pick<FindingPorts, 'log'> & { readonly ledger: Pick<Ledger, 'positionOf'> },
): Promise<RecordedEvent | undefined> {
  const [before, position] = await Promise.all([
    index === 0 ? START : ledger.positionOf(index - 1),
    ledger.positionOf(index),
  ]);
  if (before === undefined || position === undefined) return undefined;
  const [event] = await log.readAll(before, 1);
  return event?.position === position ? event : undefined;
}

const PAGE = 500;
/** An event is recorded when it was given or later: while a clock is behind its log, or a writer waits, by so much. Milliseconds. */
const LATER_MS = 600_000;
/** Events of that time that are looked at. */
const LOOKED_AT = 10_000;

const TIME_DIGITS = 12;

/** The event with an id, which begins with the time at which it was given (services/identifiers.ts). */
export async function eventById(id: string, ports: FindingPorts): Promise<RecordedEvent | undefined> {
  const given = Number.parseInt(id.replaceAll('-', '').slice(0, TIME_DIGITS), 16);
  const first = await firstSince(given, ports);
  let after = first === 0 ? START : await ports.ledger.positionOf(first - 1);
  for (let looked = 0; after !== undefined && looked < LOOKED_AT; looked += PAGE) {
    await ports.pause();
    const events: readonly RecordedEvent[] = await ports.log.readAll(after, PAGE);
    const found = events.find(event => event.id === id);
    const last = events.at(-1);
    if (found || !last || (timeOf(last) ?? given) > given + LATER_MS) return found;
    after = last.position;
  }
  return undefined;
}

/** The index of the first event that was recorded at a time or after it, if it is signed for: recorded times never go back. */
async function firstSince(time: number, ports: FindingPorts): Promise<number> {
  let [from, to] = [0, (await ports.ledger.checkpoint())?.size ?? 0];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const event = await eventAt(middle, ports);
    const recorded = event && timeOf(event);
    // What cannot be read does not say when it was: as if it were before, so that it is looked at.
    if (recorded !== undefined && recorded < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

function timeOf({ fault, meta }: RecordedEvent): number | undefined {
  return fault?.of === 'meta' ? undefined : Date.parse(meta.recordedAt);
}
