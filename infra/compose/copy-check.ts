/** Whether a copied data directory is whole: its databases, its log from the first event on, its keys and its files. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import { SqliteLog } from '../event-store/sqlite-log.ts';
import type { Checkpoint } from '../ledger/checkpoint.ts';
import { openDatabase } from '../sqlite.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { KEPT_DATABASES } from './backup.ts';
import { thenEnd } from './closing.ts';
import { CopiedLedger } from './copied-ledger.ts';
import { CopyDamaged } from './copy-damaged.ts';

/** How far a log goes. */
export interface LogExtent {
  readonly events: number;
  readonly position: Position;
  /** Of the last event; undefined where there is none. */
  readonly recordedAt: Instant | undefined;
}

/** What a copy is compared with beside itself. */
export interface Outside {
  readonly checkpoint: Checkpoint | undefined;
  /** Configured; derived from the keys where it is not. */
  readonly origin: string | undefined;
}

export interface CheckedCopy extends LogExtent {
  /** How many events the checkpoint from outside has, where that is more than the copy has. */
  readonly ahead: number | undefined;
}

/** Throws {@link CopyDamaged}, and RangeError for a checkpoint of another log. */
export async function checkCopy(directory: string, { checkpoint, origin }: Outside): Promise<CheckedCopy> {
  for (const name of KEPT_DATABASES) {
    const path = join(directory, name);
    if (existsSync(path)) checkDatabase(name, path);
  }
  const log = new SqliteLog(join(directory, 'events.db'));
  return thenEnd(
    async () => {
      const ledger = await CopiedLedger.of(directory, checkpoint, origin);
      const extent = await checkLog(log, ledger);
      await checkKeys(directory, await log.identity());
      await checkFiles(join(directory, 'files'));
      return { ...extent, ahead: ledger?.end() };
    },
    () => log.close(),
  );
}

function checkDatabase(name: string, path: string): void {
  let said: unknown;
  try {
    const database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
    try {
      said = database.prepare('PRAGMA integrity_check').get()?.integrity_check;
    } finally {
      database.close();
    }
  } catch (error) {
    said = (error as Error).message;
  }
  if (said !== 'ok') throw new CopyDamaged(`${name} 已损坏`, `${name}: ${String(said)}`);
}

const PAGE = 1_000;

/** Positions and the revisions of each stream follow one another, what stands there can be read, and is what was signed for. */
async function checkLog(log: SqliteLog, ledger: CopiedLedger | undefined): Promise<LogExtent> {
  const revisions = new Map<string, number>();
  let [events, last]: [number, RecordedEvent | undefined] = [0, undefined];
  for (;;) {
    const page = await log.readAll(last?.position ?? START, PAGE);
    if (page.length === 0) break;
    for (const event of page) {
      events += 1;
      checkEvent(event, events, (revisions.get(event.streamId) ?? -1) + 1);
      revisions.set(event.streamId, event.revision);
    }
    ledger?.addPage(page);
    last = page.at(-1);
  }
  return { events, position: last?.position ?? START, recordedAt: last?.meta.recordedAt };
}

function checkEvent(event: RecordedEvent, ordinal: number, revision: number): void {
  const at = `the event at ${event.position}`;
  if (Number(event.position) !== ordinal) {
    throw new CopyDamaged(`台账缺少第${ordinal}个事件`, `event ${ordinal} is missing`);
  }
  if (event.revision !== revision) {
    throw new CopyDamaged(
      `台账第${ordinal}个事件不接其流的上一个`,
      `${at} does not follow the one before it in ${event.streamId}`,
    );
  }
  try {
    JSON.parse(event.dataText);
    JSON.parse(event.metaText);
  } catch {
    throw new CopyDamaged(`台账第${ordinal}个事件不能读取`, `${at} cannot be read`);
  }
}

async function checkKeys(directory: string, log: string): Promise<void> {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'), { readOnly: true });
  const of = await thenEnd(
    () => keyStore.log(),
    () => keyStore.close(),
  );
  if (of !== undefined && of !== log) throw new CopyDamaged('密钥库不属于此台账', 'its keys are of another log');
}

const CONTENT = /^[0-9a-f]{64}$/;

/** A file is named by what is in it. */
async function checkFiles(root: string): Promise<void> {
  if (!existsSync(root)) return;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !CONTENT.test(entry.name)) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(entry.parentPath, entry.name)), hash);
    if (hash.digest('hex') !== entry.name) {
      throw new CopyDamaged(`文件 ${entry.name} 与其摘要不符`, `file ${entry.name} is not what its name says`);
    }
  }
}
