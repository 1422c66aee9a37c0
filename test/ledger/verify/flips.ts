/** One bit of the log's file changed, anywhere: what a reader of the log sees of it, and what the verifier says. */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fileLog } from '../../../infra/compose/stored.ts';
import { type LivePorts, type StoredText, verifyLive } from '../../../infra/ledger/verify/live.ts';
import { SqliteKeyStore } from '../../../infra/vault/sqlite-key-store.ts';
import type { House } from './stored-house.ts';

export interface Flips {
  /** Flips by which a reader sees another event, or none. */
  events: number;
  /** Of these: found, and the first event that a reader sees changed is the one that is named. */
  named: number;
  /** Flips by which no reader sees anything, but SQLite's own check does: indexes, the room between rows. */
  file: number;
  /** Flips that nothing reads. */
  unread: number;
  /** Where the verifier is wrong. */
  readonly wrong: string[];
}

const ALL = 1_000_000;
/** Flips after which what closed connections have left behind is collected: each holds its file until then. */
const COLLECTED = 64;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

type Seen = readonly (string | number)[];

/** What a reader of the log sees of an event. */
function seenOf(event: StoredText): Seen {
  const { position, id, streamId, revision, type, schemaVersion, dataText, metaText } = event;
  return [position, id, streamId, revision, type, schemaVersion, dataText, metaText];
}

type ReadLog = LivePorts['log'];

/** All events; fewer where the file cannot be read on. */
async function seenBy(log: ReadLog): Promise<readonly Seen[]> {
  const events: Seen[] = [];
  for (let limit = ALL; ; ) {
    const after = Number(events.at(-1)?.[0] ?? 0);
    const page = await log.readAll(String(after), limit).catch(() => undefined);
    if (page) events.push(...page.map(seenOf));
    // What cannot be read together is read one by one, up to what cannot be read at all or leads back.
    if ((!page && limit === 1) || (page && !(Number(page.at(-1)?.position ?? after) > after))) return events;
    if (!page) limit = 1;
  }
}

/** A log that keeps what it has given. */
function overheard({ readAll }: ReadLog, given: Seen[]): ReadLog {
  return {
    readAll: async (after, limit) => {
      const page = await readAll(after, limit);
      given.push(...page.map(seenOf));
      return page;
    },
  };
}

/** Flips one bit of the byte at each offset, one after the other: another in each byte unless told. */
export async function flip(
  house: House,
  offsets: Iterable<number>,
  bitOf = (at: number): number => at % 8,
): Promise<Flips> {
  const path = join(house.directory, 'events.db');
  const keyStore = new SqliteKeyStore(join(house.directory, 'vault.db'), { readOnly: true });
  const salts = await keyStore.secret('ledger-salts');
  await keyStore.close();
  const size = house.entries.length;
  const note = house.checkpoint(size);
  const ledger = {
    size: async () => size,
    entries: async (tile: number, width: number) => Buffer.concat(house.entries.slice(tile * 256, tile * 256 + width)),
    tile: async () => undefined,
    checkpoints: async () => [{ note }],
  };
  /** Read and judged through one connection: SQLite reads a file that it has open from its own memory. */
  const examined = async () => {
    const stored = fileLog(path);
    try {
      const given: Seen[] = [];
      const ports = { ...stored, log: overheard(stored.log, given), origin: house.origin, salts, ledger };
      const verdict = await verifyLive({ ...ports, suite: 'ed25519' });
      // Where the verifier was given fewer than there are, another reader is asked what there is.
      return { verdict, after: given.length === size ? given : await seenBy(stored.log) };
    } finally {
      await stored.close();
    }
  };
  const { after: before } = await examined();
  const flips: Flips = { events: 0, named: 0, file: 0, unread: 0, wrong: [] };
  const file = openSync(path, 'r+');
  try {
    let count = 0;
    for (const at of offsets) {
      count += 1;
      if (count % COLLECTED === 0) {
        collect();
        await turn();
      }
      const byte = Buffer.alloc(1);
      readSync(file, byte, 0, 1, at);
      writeSync(file, Buffer.of((byte[0] ?? 0) ^ (1 << bitOf(at))), 0, 1, at);
      const { verdict, after } = await examined();
      writeSync(file, byte, 0, 1, at);
      const { outcome, first, steps } = verdict;
      const index = firstOther(before, after);
      if (index >= 0) {
        flips.events += 1;
        if (outcome === 'violated' && first?.index === index) flips.named += 1;
        else flips.wrong.push(`byte ${at}: event ${index} is changed, the verdict is ${outcome}, ${first?.index}`);
        continue;
      }
      const failed = steps.filter(step => step.outcome === 'failed').map(({ name }) => name);
      if (outcome === 'whole') flips.unread += 1;
      else if (failed.join() === 'storage') flips.file += 1;
      else flips.wrong.push(`byte ${at}: no event is changed, the verdict is ${outcome} by ${failed}`);
    }
  } finally {
    closeSync(file);
  }
  return flips;
}

/** Below 0 where all are the same. */
function firstOther(before: readonly Seen[], after: readonly Seen[]): number {
  const length = Math.max(before.length, after.length);
  for (let at = 0; at < length; at += 1) {
    const other = after[at];
    if (!before[at]?.every((member, place) => member === other?.[place])) return at;
  }
  return -1;
}

export function bytesOf({ directory }: House): number {
  return readFileSync(join(directory, 'events.db')).length;
}
