/** Whether rows and keys are those of the log that stands beside them; on another log they would tell and do falsehoods. */
import { setTimeout as pause } from 'node:timers/promises';
import { START } from '../../events/ids.ts';
import type { Checkpoint, EventLog, NamedProjection, ReadStore } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { KeyStore } from '../vault/key-store.ts';

/** Seconds; only people end it. */
const RETRY_AFTER = 60;
const REMEDY = {
  zh: '请恢复与之相符的日志；确认以现有日志为准的，停止服务后执行 gongguan rebuild --accept-log',
  en: 'restore the log they belong to, or, if this log is the right one, stop the service and run gongguan rebuild --accept-log',
};

/** Nothing is written or served until somebody has decided which log counts. */
export class LogMismatch extends StoreUnavailable {
  readonly zh: string;
  readonly en: string;
  constructor(zh: string, en: string, remedy = REMEDY) {
    super(`${zh}。${remedy.zh} (${en}: ${remedy.en})`, { retryAfter: RETRY_AFTER, reason: 'mismatch' });
    this.name = 'LogMismatch';
    this.zh = `${zh}。${remedy.zh}`;
    this.en = `${en}: ${remedy.en}`;
  }
}

/** The mismatch of read models, with its remedy in Chinese and English. */
export function rowsOfAnotherLog(): LogMismatch {
  return new LogMismatch(
    '读模型不属于现有日志，或比日志更新',
    'the read models are of another log, or newer than this one',
  );
}

/** The same of the ledger. */
export function ledgerOfAnotherLog(): LogMismatch {
  return new LogMismatch(
    '存证账本不属于现有日志，或比日志更新',
    'the ledger is of another log, or newer than this one',
  );
}

/** The same of the keys. */
export function keysOfAnotherLog(): LogMismatch {
  return new LogMismatch('密钥库不属于现有日志', 'the keys are of another log');
}

export interface OpenStores {
  readonly events: EventLog;
  readonly rows: ReadStore;
  readonly keyStore: KeyStore;
  readonly ledgerStore: Pick<LedgerStore, 'frontier'>;
  /** Read models of earlier programs stand still, and tell nothing. */
  readonly projections: readonly NamedProjection[];
  /** Milliseconds before a denial is believed; 1,000 unless told. */
  readonly recheckMs?: number;
}

const RECHECK_MS = 1_000;

/** Undefined where log, rows, ledger and keys belong together. Throws StoreUnavailable during an outage. */
export async function mismatchOf(beside: OpenStores): Promise<LogMismatch | undefined> {
  if (!(await holdsTwice(beside, rowsAreIts))) return rowsOfAnotherLog();
  if (!(await holdsTwice(beside, ledgerIsIts))) return ledgerOfAnotherLog();
  return (await keysAreIts(beside)) ? undefined : keysOfAnotherLog();
}

/** What a log denies once is asked again: a server may have lagged behind. */
async function holdsTwice(beside: OpenStores, holds: (of: OpenStores) => Promise<boolean>): Promise<boolean> {
  if (await holds(beside)) return true;
  await pause(beside.recheckMs ?? RECHECK_MS);
  return holds(beside);
}

/** Whether the last event of the ledger stands where it stood. */
export async function ledgerIsIts({
  events,
  ledgerStore,
}: Pick<OpenStores, 'events' | 'ledgerStore'>): Promise<boolean> {
  const frontier = await ledgerStore.frontier();
  if (!frontier) return true;
  if (isOfAnother(frontier, await events.identity())) return false;
  return events.holds(frontier.position, frontier.eventId);
}

/** Stands for a log that had no event yet when the keys were opened beside it. */
const UNFOUNDED = '';

/** The keys are of the log that stands beside them, from now on. */
export async function bindKeys({ events, keyStore }: Pick<OpenStores, 'events' | 'keyStore'>): Promise<void> {
  const log = (await events.identity()) ?? UNFOUNDED;
  if ((await keyStore.log()) !== log) await keyStore.belongTo(log);
}

async function rowsAreIts({ events, rows, projections }: OpenStores): Promise<boolean> {
  const names = new Set(projections.map(({ name }) => name));
  const log = await events.identity();
  const asked = new Map<string, Checkpoint>();
  for (const checkpoint of await rows.checkpoints()) {
    if (!names.has(checkpoint.projection)) continue;
    if (isOfAnother(checkpoint, log)) return false;
    asked.set(`${checkpoint.position} ${checkpoint.eventId}`, checkpoint);
  }
  for (const { position, eventId } of asked.values()) if (!(await events.holds(position, eventId))) return false;
  return true;
}

/** Checkpoints of earlier programs do not say which log they are of. */
export function isOfAnother(checkpoint: Pick<Checkpoint, 'log'>, log: string | undefined): boolean {
  return checkpoint.log !== undefined && checkpoint.log !== log;
}

/**
 * A key store of an earlier program does not say; then keys beside an empty log tell that one was lost. Beside a log that
 * was empty from the start they tell nothing: a key is kept before the event that is sealed with it, which may come late or never.
 */
export async function keysAreIts({ events, keyStore }: Pick<OpenStores, 'events' | 'keyStore'>): Promise<boolean> {
  const of = await keyStore.log();
  if (of === UNFOUNDED) return true;
  if (of !== undefined) return of === (await events.identity());
  if ((await events.head()) !== START) return true;
  for await (const { kind } of keyStore.contents()) if (kind !== 'secret') return false;
  return true;
}
