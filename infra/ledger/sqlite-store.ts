/** The ledger in a SQLite file of its own. */
import { type Position, sortablePosition } from '../../events/ids.ts';
import { closeDatabase, type Database, type DatabaseOptions, openDatabase, transaction } from '../sqlite.ts';
import { HASH_BYTES } from './hashing.ts';
import {
  type Frontier,
  type FullTile,
  type KeptCheckpoint,
  type Leaves,
  LedgerMoved,
  type LedgerPage,
  type LedgerStore,
  packPositions,
  unpackPositions,
  type WitnessStanding,
} from './store.ts';
import { TILE_WIDTH, type TilePlace } from './tile.ts';

/** The ledger with the highest number counts; those before it were set aside. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ledgers (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, log TEXT, position TEXT,
    event TEXT, root BLOB, open BLOB, entries BLOB, positions BLOB) STRICT;
  CREATE TABLE IF NOT EXISTS tiles (ledger INTEGER NOT NULL, level INTEGER NOT NULL, place INTEGER NOT NULL,
    first TEXT, hashes BLOB NOT NULL, entries BLOB, positions BLOB, UNIQUE (ledger, level, place)) STRICT;
  CREATE INDEX IF NOT EXISTS tiles_by_position ON tiles (ledger, first) WHERE level = 0;
  CREATE TABLE IF NOT EXISTS checkpoints (ledger INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL, signed_at TEXT NOT NULL, milestone TEXT, timestamp BLOB, UNIQUE (ledger, size)) STRICT;
  CREATE TABLE IF NOT EXISTS cosignatures (ledger INTEGER NOT NULL, size INTEGER NOT NULL, line TEXT NOT NULL,
    UNIQUE (ledger, size, line)) STRICT;
  CREATE TABLE IF NOT EXISTS witnesses (ledger INTEGER NOT NULL, witness TEXT NOT NULL, standing TEXT NOT NULL,
    UNIQUE (ledger, witness)) STRICT;
  INSERT INTO ledgers (number, size) VALUES (1, 0) ON CONFLICT DO NOTHING;
`;

interface FrontierRow {
  readonly size: number;
  readonly log: string | null;
  readonly position: Position;
  readonly event: string;
  readonly root: Uint8Array;
  readonly open: Uint8Array;
  readonly entries: Uint8Array;
  readonly positions: Uint8Array;
}

interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  readonly signedAt: string;
  readonly milestone: string | null;
  readonly timestamp: Uint8Array | null;
  /** Joined; null where there are none. */
  readonly lines: string | null;
}

export interface SqliteLedgerOptions extends Pick<DatabaseOptions, 'autoCheckpointPages' | 'readOnly'> {
  /** NORMAL for whoever only makes the tree, which can be made again; FULL unless told. */
  readonly synchronous?: DatabaseOptions['synchronous'];
}

export class SqliteLedgerStore implements LedgerStore {
  readonly #database: Database;
  readonly #readOnly: boolean;
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(path: string, { synchronous = 'FULL', readOnly = false, ...options }: SqliteLedgerOptions = {}) {
    this.#database = openDatabase(path, { synchronous, readOnly, ...options });
    this.#readOnly = readOnly;
    if (!readOnly) this.#database.exec(SCHEMA);
    this.#statements = prepareAll(this.#database);
  }

  async frontier(): Promise<Frontier | undefined> {
    const row = this.#statements.frontier.get() as FrontierRow | undefined;
    if (!row) return undefined;
    const { size, log, position, event: eventId, root, open, entries, positions } = row;
    const leaves = { entries, positions: unpackPositions(positions) };
    return { log: log ?? undefined, size, position, eventId, root, open: split(open, size), leaves };
  }

  async grow(from: number, { tiles, frontier }: LedgerPage): Promise<void> {
    const { log, size, position, eventId, root, open, leaves } = frontier;
    transaction(this.#database, () => {
      for (const tile of tiles) this.#insert(tile);
      const { changes } = this.#statements.reach.run(
        size,
        log ?? null,
        position,
        eventId,
        root,
        Buffer.concat(open),
        leaves.entries,
        packPositions(leaves.positions),
        from,
      );
      if (changes === 0) throw new LedgerMoved(from);
    });
  }

  #insert({ level, index, hashes, leaves }: FullTile): void {
    const first = leaves ? sortablePosition(leaves.positions[0] as Position) : null;
    const positions = leaves ? packPositions(leaves.positions) : null;
    this.#statements.insertTile.run(level, index, first, hashes, leaves?.entries ?? null, positions);
  }

  async tile({ level, index }: TilePlace): Promise<Uint8Array | undefined> {
    return (this.#statements.tile.get(level, index) as { hashes: Uint8Array } | undefined)?.hashes;
  }

  async leaves(index: number): Promise<Leaves | undefined> {
    return leavesOf(this.#statements.leaves.get(index));
  }

  async leavesAt(position: Position): Promise<(Leaves & { readonly index: number }) | undefined> {
    const row = this.#statements.leavesAt.get(sortablePosition(position));
    const leaves = leavesOf(row);
    return leaves && { ...leaves, index: row?.place as number };
  }

  async keep({ size, root, note, signedAt, milestone, timestamp }: KeptCheckpoint): Promise<boolean> {
    const { keep } = this.#statements;
    return keep.run(size, root, note, signedAt, milestone ?? null, timestamp ?? null).changes === 1;
  }

  async cosign(size: number, lines: readonly string[]): Promise<void> {
    transaction(this.#database, () => {
      for (const line of lines) this.#statements.cosign.run(size, line);
    });
  }

  async stamp(size: number, timestamp: Uint8Array): Promise<void> {
    this.#statements.stamp.run(timestamp, size);
  }

  async standings(): Promise<readonly WitnessStanding[]> {
    const rows = this.#statements.standings.all() as { readonly standing: string }[];
    return rows.map(({ standing }) => JSON.parse(standing));
  }

  async stand(standing: WitnessStanding): Promise<void> {
    this.#statements.stand.run(standing.witness, JSON.stringify(standing));
  }

  async newest(): Promise<KeptCheckpoint | undefined> {
    return checkpointOf(this.#statements.newest.get());
  }

  async covering(size: number): Promise<KeptCheckpoint | undefined> {
    return checkpointOf(this.#statements.covering.get(size));
  }

  async checkpoints(): Promise<readonly KeptCheckpoint[]> {
    return this.#statements.checkpoints.all().flatMap(row => checkpointOf(row) ?? []);
  }

  async checkpointsAbove(size: number): Promise<readonly KeptCheckpoint[]> {
    return this.#statements.checkpointsAbove.all(size).flatMap(row => checkpointOf(row) ?? []);
  }

  async setAside(): Promise<void> {
    this.#statements.setAside.run();
  }

  async forgetTree(): Promise<void> {
    transaction(this.#database, () => {
      this.#statements.forgetTiles.run();
      this.#statements.forgetFrontier.run();
    });
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) closeDatabase(this.#database, this.#readOnly);
  }
}

/** The open tiles lie one after another; the size tells how wide each is. */
function split(open: Uint8Array, size: number): readonly Uint8Array[] {
  const tiles: Uint8Array[] = [];
  let from = 0;
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / TILE_WIDTH)) {
    const end = from + (hashes % TILE_WIDTH) * HASH_BYTES;
    tiles.push(open.subarray(from, end));
    from = end;
  }
  return tiles;
}

function leavesOf(row: unknown): Leaves | undefined {
  if (!row) return undefined;
  const { entries, positions } = row as { readonly entries: Uint8Array; readonly positions: Uint8Array };
  return { entries, positions: unpackPositions(positions) };
}

function checkpointOf(row: unknown): KeptCheckpoint | undefined {
  if (!row) return undefined;
  const { size, root, note, signedAt, milestone, timestamp, lines } = row as CheckpointRow;
  return {
    size,
    root,
    note: note + (lines ?? ''),
    signedAt,
    ...(milestone !== null && { milestone }),
    ...(timestamp !== null && { timestamp }),
  };
}

const CURRENT = '(SELECT max(number) FROM ledgers)';
const LINES = `(SELECT group_concat(line, '' ORDER BY line) FROM cosignatures
  WHERE ledger = checkpoints.ledger AND size = checkpoints.size)`;
const CHECKPOINTS = `SELECT size, root, note, signed_at AS signedAt, milestone, timestamp, ${LINES} AS lines
  FROM checkpoints WHERE ledger = ${CURRENT}`;

function prepareAll(database: Database) {
  const tile = `FROM tiles WHERE ledger = ${CURRENT} AND level`;
  return {
    frontier: database.prepare(`SELECT size, log, position, event, root, open, entries, positions
      FROM ledgers WHERE number = ${CURRENT} AND size > 0`),
    reach: database.prepare(`UPDATE ledgers SET size = ?, log = ?, position = ?, event = ?, root = ?, open = ?,
      entries = ?, positions = ? WHERE number = ${CURRENT} AND size = ?`),
    insertTile: database.prepare(`INSERT OR REPLACE INTO tiles (ledger, level, place, first, hashes, entries, positions)
      VALUES (${CURRENT}, ?, ?, ?, ?, ?, ?)`),
    tile: database.prepare(`SELECT hashes ${tile} = ? AND place = ?`),
    leaves: database.prepare(`SELECT entries, positions ${tile} = 0 AND place = ?`),
    leavesAt: database.prepare(
      `SELECT place, entries, positions ${tile} = 0 AND first <= ? ORDER BY first DESC LIMIT 1`,
    ),
    keep: database.prepare(`INSERT INTO checkpoints (ledger, size, root, note, signed_at, milestone, timestamp)
      VALUES (${CURRENT}, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    cosign: database.prepare(`INSERT INTO cosignatures (ledger, size, line) VALUES (${CURRENT}, ?, ?)
      ON CONFLICT DO NOTHING`),
    stamp: database.prepare(`UPDATE checkpoints SET timestamp = ? WHERE ledger = ${CURRENT} AND size = ?`),
    standings: database.prepare(`SELECT standing FROM witnesses WHERE ledger = ${CURRENT} ORDER BY witness`),
    stand: database.prepare(`INSERT INTO witnesses (ledger, witness, standing) VALUES (${CURRENT}, ?, ?)
      ON CONFLICT (ledger, witness) DO UPDATE SET standing = excluded.standing`),
    newest: database.prepare(`${CHECKPOINTS} ORDER BY size DESC LIMIT 1`),
    covering: database.prepare(`${CHECKPOINTS} AND size >= ? ORDER BY size LIMIT 1`),
    checkpoints: database.prepare(`${CHECKPOINTS} AND (milestone IS NOT NULL
      OR size = (SELECT max(size) FROM checkpoints WHERE ledger = ${CURRENT})) ORDER BY size`),
    checkpointsAbove: database.prepare(`${CHECKPOINTS} AND size > ? ORDER BY size`),
    setAside: database.prepare(`INSERT INTO ledgers (number, size) SELECT max(number) + 1, 0 FROM ledgers`),
    forgetTiles: database.prepare(`DELETE FROM tiles WHERE ledger = ${CURRENT}`),
    forgetFrontier: database.prepare(`UPDATE ledgers SET size = 0 WHERE number = ${CURRENT}`),
  };
}
