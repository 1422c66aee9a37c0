/** The ledger for those who check it by themselves: checkpoint, tiles and entries (C2SP tlog-tiles). */
import { z } from 'zod';
import { HASH_BYTES } from '../ledger/hashing.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TILE_WIDTH, tileIndex } from '../ledger/tile.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { notThere } from './problem.ts';
import { keptFor, type RequestContext, sendBytes, sendText } from './request-context.ts';

type Tiles = Pick<Ledger, 'checkpoint' | 'tile' | 'entries'>;

const NOTE = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
/** A checkpoint is followed by the next within seconds; a tile never changes. */
const FOR_A_SECOND = keptFor(1);
const FOR_GOOD = keptFor(31_536_000, ', immutable');

/** `<N>` in groups of three digits, and `<W>` after it. */
const SEGMENTS = ['first', 'second', 'third', 'fourth'] as const;

const onlyFound = (content: Readonly<Record<string, { readonly schema: z.ZodType }>>) => ({
  200: { description: '按 C2SP tlog-tiles (As C2SP tlog-tiles has it)', content },
});

/** `checkpoint`, `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, for everybody. */
export function tileEndpoints(ledger: Tiles): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/ledger/checkpoint`,
      name: 'ShowCheckpoint',
      title: '账本检查点',
      summary: 'The newest checkpoint: how many events, their root, signed by the log and its witnesses.',
      access: 'public',
      operation: { responses: onlyFound({ 'text/plain': { schema: z.string() } }) },
      async handle(context) {
        const newest = await ledger.checkpoint();
        if (!newest) throw notThere();
        sendText(context, 200, NOTE, newest.note, FOR_A_SECOND);
      },
    },
    ...SEGMENTS.map((_, last) => tileEndpoint(SEGMENTS.slice(0, last + 1), ledger)),
  ];
}

/** A path of a tile has one segment for a thousand tiles, two for a million; and one more for a width. */
function tileEndpoint(segments: readonly string[], ledger: Tiles): Endpoint {
  const fields = ['level', ...segments];
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/ledger/tile/${fields.map(field => `:${field}`).join('/')}`,
    name: `ShowLedgerTile${segments.length}`,
    title: '账本哈希块',
    summary: 'Hashes of one level of the tree, 256 to a tile; with `entries` for the level, the entries themselves.',
    access: 'public',
    operation: {
      requestParams: { path: z.object(Object.fromEntries(fields.map(field => [field, z.string()]))) },
      responses: onlyFound({ [BYTES]: { schema: z.string() } }),
    },
    handle: context => sendTile(context, segments, ledger),
  };
}

const PARTIAL = /^(.+)\.p\/([1-9]\d{0,2})$/;
const LEVEL = /^(0|[1-9]\d?)$/;
const TOP_LEVEL = 63;

async function sendTile(context: RequestContext, segments: readonly string[], ledger: Tiles): Promise<void> {
  const { level = '', ...values } = context.req.params as Readonly<Record<string, string>>;
  const path = segments.map(segment => values[segment]).join('/');
  const [, name = path, partial] = PARTIAL.exec(path) ?? [];
  const [index, width] = [tileIndex(name), Number(partial ?? TILE_WIDTH)];
  // A full tile has no width in its name.
  if (index === undefined || (partial !== undefined && width >= TILE_WIDTH)) throw notThere();
  const bytes = await tileOf(level, index, width, ledger);
  if (!bytes) throw notThere();
  sendBytes(context, BYTES, bytes, FOR_GOOD);
}

async function tileOf(level: string, index: number, width: number, ledger: Tiles): Promise<Uint8Array | undefined> {
  if (level === 'entries') return withLengths(await ledger.entries(index, width));
  const isLevel = LEVEL.test(level) && Number(level) <= TOP_LEVEL;
  return isLevel ? ledger.tile({ level: Number(level), index }, width) : undefined;
}

const LENGTH_BYTES = 2;

/** An entry bundle: before each entry its length, big-endian. */
function withLengths(entries: Uint8Array | undefined): Uint8Array | undefined {
  if (!entries) return undefined;
  const bundle = Buffer.alloc((entries.length / HASH_BYTES) * (LENGTH_BYTES + HASH_BYTES));
  for (let from = 0, to = 0; from < entries.length; from += HASH_BYTES) {
    bundle.writeUInt16BE(HASH_BYTES, to);
    bundle.set(entries.subarray(from, from + HASH_BYTES), to + LENGTH_BYTES);
    to += LENGTH_BYTES + HASH_BYTES;
  }
  return bundle;
}
