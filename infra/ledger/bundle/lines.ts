/** The events of a bundle (README.md of the ledger, section 6): one JSON object a line, read page by page. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { START } from '../../../events/ids.ts';
import { materialIn, ownedIn } from '../../../events/rules/material.ts';
import type { PersonMark } from '../../../events/rules/persons.ts';
import type { EventLog } from '../../../projections/ports.ts';
import { Openings } from '../../compose/access.ts';
import type { Pause } from '../../time-slices.ts';
import { HASH_BYTES } from '../hashing.ts';
import type { Ledger } from '../ledger.ts';
import { recordOf } from '../record.ts';
import { TILE_WIDTH } from '../tile.ts';
import { type BundleReader, type Told, toldTo } from './reader.ts';
import { type BundleScope, isInScope } from './scope.ts';

export interface LinePorts {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly ledger: Ledger;
  /** Between pages; the command line keeps nobody waiting. */
  readonly pause?: Pause | undefined;
  /** Puts on record what is shown of material, before it is handed out (art-26). */
  readonly open?: ((openings: ReturnType<Openings['take']>) => Promise<void>) | undefined;
  /** Nobody listens any more: there is no need to go on. */
  readonly closed?: AbortSignal | undefined;
  /** Is shown every event up to the checkpoint, whoever the bundle is for. */
  readonly pass?: ((event: RecordedEvent, index: number) => void) | undefined;
}

export interface LinesAsked {
  readonly scope: BundleScope;
  readonly reader: BundleReader;
  /** Whom the scope is about, by all accounts and places in the expert bank; nobody where it is about no person. */
  readonly person: ReadonlySet<PersonMark>;
  /** Events from 0 on, before this index: those that a checkpoint covers. */
  readonly size: number;
}

/** Events that are looked at without a pause: some milliseconds of work. */
const PAGE = 100;

/**
 * Pieces of text, each of whole lines. Where the log ends before the checkpoint so do the lines: it is for the verifier to
 * say what is missing.
 */
export async function* eventLines(asked: LinesAsked, ports: LinePorts): AsyncIterable<string> {
  const { size } = asked;
  const entryAt = entriesOf(ports.ledger, size);
  for (let [index, after] = [0, START]; index < size; ) {
    await ports.pause?.();
    if (ports.closed?.aborted) return;
    const events = await ports.log.readAll(after, Math.min(PAGE, size - index));
    const last = events.at(-1);
    if (!last) return;
    after = last.position;
    let lines = '';
    const openings = new Openings();
    for (const event of events) {
      ports.pass?.(event, index);
      lines += await lineOf({ event, index, entry: await entryAt(index) }, asked, ports.ledger, openings);
      index += 1;
    }
    const opened = openings.take();
    if (opened.length > 0) await ports.open?.(opened);
    if (lines !== '') yield lines;
  }
}

interface Place {
  readonly event: RecordedEvent;
  readonly index: number;
  /** As the ledger has it, whatever the log says now. */
  readonly entry: string;
}

/** Empty for an event outside the scope. */
async function lineOf(place: Place, asked: LinesAsked, ledger: Ledger, openings: Openings): Promise<string> {
  const { scope, reader, person, size } = asked;
  const { event, index, entry } = place;
  const told = toldTo(reader, event);
  const isMeant = told ? isInScope(scope, event, told, person) : scope.kind === 'log';
  if (!isMeant) return '';
  if (told?.data && reader) noteMaterial(event, openings);
  const line = {
    index,
    entry,
    ...(told && reader && { position: event.position }),
    ...(told && toldOf(event, told, ledger)),
    ...(scope.kind !== 'log' && { proof: (await ledger.inclusion(index, size)).map(base64) }),
  };
  return `${JSON.stringify(line)}\n`;
}

/** A salt goes with its text alone. */
function toldOf(event: RecordedEvent, { data, meta }: Told, ledger: Ledger) {
  const salts = ledger.saltsOf(event.id);
  return {
    record: recordOf(event, salts, ledger.hash),
    ...(data && { data: event.dataText, dataSalt: hex(salts.data) }),
    ...(meta && { revision: event.revision, meta: event.metaText, metaSalt: hex(salts.meta) }),
  };
}

function noteMaterial(event: RecordedEvent, openings: Openings): void {
  const kind = materialIn(event.type);
  if (kind) for (const owned of ownedIn({ data: event.data, about: event.meta.about })) openings.add(kind, owned);
}

/** The entries of the ledger in hex, a tile at a time. Throws where the ledger does not have what its checkpoint covers. */
function entriesOf(ledger: Ledger, size: number): (index: number) => Promise<string> {
  let tile: Uint8Array | undefined;
  let first = -1;
  return async index => {
    if (index < first || index >= first + TILE_WIDTH || !tile) {
      first = index - (index % TILE_WIDTH);
      tile = await ledger.entries(first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first));
      if (!tile) throw new Error(`the ledger lacks entries from ${first} on, below its checkpoint of ${size}`);
    }
    const at = (index - first) * HASH_BYTES;
    return hex(tile.subarray(at, at + HASH_BYTES));
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
