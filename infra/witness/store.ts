/** What a witness keeps: the logs he knows, what he has cosigned of them, and the evidence of what he refused. */
import { join } from 'node:path';
import type { TreeHead } from '../ledger/checkpoint.ts';
import { type HashName, TreeHash } from '../ledger/hashing.ts';
import { type NoteKey, parseVerifierLine, SIGNATURE_TYPES, verifierLine } from '../ledger/note.ts';
import { closeDatabase, type Database, openDatabase, transaction } from '../sqlite.ts';
import type { Misconduct, WitnessedLog } from './judge.ts';

/** A checkpoint that was cosigned, as a note with the log's signatures and the witness's. */
export interface Cosigned extends TreeHead {
  readonly note: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
}

/** A key of a log, with the days from and to which the supervising body has counted it. */
export interface TrustedKey {
  readonly key: NoteKey;
  readonly addedAt: string;
  readonly retiredAt: string | undefined;
}

/** A request that was refused, signed by the log, against what was cosigned before. */
export interface RefusalEvidence {
  readonly number: number;
  readonly origin: string;
  readonly misconduct: Misconduct;
  readonly size: number;
  readonly root: Uint8Array;
  /** Its body, as it was sent. */
  readonly request: Uint8Array;
  /** The note of the largest checkpoint that was cosigned by then; undefined before the first. */
  readonly cosigned: string | undefined;
  readonly at: string;
  /** How often it was sent. */
  readonly times: number;
  readonly lastAt: string;
}

export type NewEvidence = Pick<RefusalEvidence, 'origin' | 'misconduct' | 'size' | 'root' | 'request' | 'at'>;

interface EvidenceRow extends Omit<RefusalEvidence, 'cosigned'> {
  readonly cosigned: string | null;
}

/** Kept of one kind of one log; what comes beyond is counted with the last. Whoever has the log's key could fill the disk. */
const MOST_EVIDENCE = 100;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (
    origin TEXT NOT NULL, key TEXT NOT NULL, addedAt TEXT NOT NULL, retiredAt TEXT, PRIMARY KEY (origin, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS cosigned (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (origin, size)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS evidence (
    number INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, misconduct TEXT NOT NULL, size INTEGER NOT NULL,
    root BLOB NOT NULL, request BLOB NOT NULL, cosigned TEXT, at TEXT NOT NULL, times INTEGER NOT NULL,
    lastAt TEXT NOT NULL, toldAt TEXT, endedAt TEXT, ending TEXT
  ) STRICT;
`;
const EVIDENCE = 'number, origin, misconduct, size, root, request, cosigned, at, times, lastAt';

/** All keys of a log are of one suite, and its tree is too (infra/ledger/README.md, section 8). */
function hashOf({ type }: NoteKey): HashName {
  return type === SIGNATURE_TYPES.sm ? 'sm3' : 'sha256';
}

/** Several processes may have it open: each change is one transaction, and is on disk when its method returns. */
export class WitnessStore {
  readonly #database: Database;

  /** `witness.db` in a directory. */
  constructor(directory: string) {
    this.#database = openDatabase(join(directory, 'witness.db'), { synchronous: 'FULL', autoCheckpointPages: 1_000 });
    this.#database.exec(SCHEMA);
  }

  /** All that is done within is seen by others at once, or not at all; what is read stays as it is until the end. */
  atomically<T>(work: () => T): T {
    return transaction(this.#database, work);
  }

  /** Counts a key as one of a log's from now on; again, where it was retired. Throws RangeError for one of another suite. */
  trust(origin: string, key: NoteKey, at: string): void {
    if (this.keysOf(origin).some(known => known.key.type !== key.type))
      throw new RangeError(`账本的密钥须属同一套件 (all keys of a log are of one suite): ${origin}`);
    this.#database
      .prepare(
        `INSERT INTO keys (origin, key, addedAt) VALUES (?, ?, ?)
         ON CONFLICT (origin, key) DO UPDATE SET retiredAt = NULL`,
      )
      .run(origin, verifierLine(key), at);
  }

  /** Whether the key counted until now. */
  retire(origin: string, key: NoteKey, at: string): boolean {
    const { changes } = this.#database
      .prepare('UPDATE keys SET retiredAt = ? WHERE origin = ? AND key = ? AND retiredAt IS NULL')
      .run(at, origin, verifierLine(key));
    return changes > 0;
  }

  origins(): readonly string[] {
    const rows = this.#database.prepare('SELECT DISTINCT origin FROM keys ORDER BY origin').all();
    return (rows as { origin: string }[]).map(({ origin }) => origin);
  }

  keysOf(origin: string): readonly TrustedKey[] {
    const rows = this.#database
      .prepare('SELECT key, addedAt, retiredAt FROM keys WHERE origin = ? ORDER BY addedAt, key')
      .all(origin) as { key: string; addedAt: string; retiredAt: string | null }[];
    return rows.map(({ key, addedAt, retiredAt }) => ({
      key: parseVerifierLine(key),
      addedAt,
      retiredAt: retiredAt ?? undefined,
    }));
  }

  /** Undefined for a log that the witness was not told of. */
  log(origin: string): WitnessedLog | undefined {
    const keys = this.keysOf(origin);
    const [first] = keys;
    if (!first) return undefined;
    const hash = hashOf(first.key);
    return {
      hash,
      keys: keys.filter(({ retiredAt }) => retiredAt === undefined).map(({ key }) => key),
      latest: this.latest(origin) ?? { size: 0, root: new TreeHash(hash).empty },
      rootAt: size => this.#cosigned('origin = ? AND size = ?', origin, size)?.root,
    };
  }

  /** The largest checkpoint that was cosigned. */
  latest(origin: string): Cosigned | undefined {
    return this.#cosigned('origin = ? ORDER BY size DESC LIMIT 1', origin);
  }

  #cosigned(where: string, ...values: (string | number)[]): Cosigned | undefined {
    const row = this.#database.prepare(`SELECT size, root, note, at FROM cosigned WHERE ${where}`).get(...values);
    return row as Cosigned | undefined;
  }

  /** Another cosignature of the same checkpoint takes the place of the one before. RefusalEvidence that it speaks for ends. */
  cosign(origin: string, { size, root, note, at }: Cosigned): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO cosigned (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)')
      .run(origin, size, root, note, at);
    this.#database
      .prepare(
        `UPDATE evidence SET endedAt = ?, ending = '已接续 (the log goes on from what was cosigned)'
         WHERE origin = ? AND endedAt IS NULL
           AND (misconduct = 'shrinking' OR (misconduct = 'inconsistent' AND size = ? AND root = ?))`,
      )
      .run(at, origin, size, root);
  }

  /** The same checkpoint sent again is counted. */
  accuse({ origin, misconduct, size, root, request, at }: NewEvidence): void {
    const open = 'origin = ? AND misconduct = ? AND endedAt IS NULL';
    const known = this.#database
      .prepare(
        `SELECT number FROM evidence WHERE ${open}
           AND ((size = ? AND root = ?) OR (SELECT count(*) FROM evidence WHERE ${open}) >= ?)
         ORDER BY (size = ? AND root = ?) DESC, number DESC LIMIT 1`,
      )
      .get(origin, misconduct, size, root, origin, misconduct, MOST_EVIDENCE, size, root);
    if (known) {
      this.#database
        .prepare('UPDATE evidence SET times = times + 1, lastAt = ? WHERE number = ?')
        .run(at, (known as { number: number }).number);
      return;
    }
    this.#database
      .prepare(
        `INSERT INTO evidence (origin, misconduct, size, root, request, cosigned, at, times, lastAt)
         VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)`,
      )
      .run(origin, misconduct, size, root, request, this.latest(origin)?.note ?? null, at, at);
  }

  /** RefusalEvidence that neither the log nor the supervising body has ended, the oldest first. */
  alarms(): readonly RefusalEvidence[] {
    return this.#evidence('endedAt IS NULL');
  }

  /** Alarms that nobody was told of; of several of one kind of one log, the first tells of all. */
  untold(): readonly RefusalEvidence[] {
    return this.#evidence(`endedAt IS NULL AND number IN (
      SELECT min(number) FROM evidence WHERE endedAt IS NULL GROUP BY origin, misconduct) AND toldAt IS NULL`);
  }

  told(number: number, at: string): void {
    this.#database.prepare('UPDATE evidence SET toldAt = ? WHERE number = ?').run(at, number);
  }

  /** One piece of evidence, ended or not. */
  evidence(number: number): RefusalEvidence | undefined {
    return this.#evidence('number = ?', number)[0];
  }

  /** Ends an alarm with the reason of those who looked into it; the evidence stays. False where none stands. */
  end(number: number, reason: string, at: string): boolean {
    const { changes } = this.#database
      .prepare('UPDATE evidence SET endedAt = ?, ending = ? WHERE number = ? AND endedAt IS NULL')
      .run(at, reason, number);
    return changes > 0;
  }

  #evidence(where: string, ...values: number[]): readonly RefusalEvidence[] {
    const rows = this.#database.prepare(`SELECT ${EVIDENCE} FROM evidence WHERE ${where} ORDER BY number`);
    return (rows.all(...values) as unknown as EvidenceRow[]).map(row => ({
      ...row,
      cosigned: row.cosigned ?? undefined,
    }));
  }

  close(): void {
    closeDatabase(this.#database);
  }
}
