/**
 * A copy of a data directory put in the place of one that was lost. What it holds is checked before it serves, and whoever
 * was erased after the copy was made is erased in it too.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { START } from '../../events/ids.ts';
import { projections } from '../../projections/index.ts';
import type { Config } from '../config.ts';
import { SqliteLog } from '../event-store/sqlite-log.ts';
import { SqliteSignIns } from '../identity/sqlite-sign-ins.ts';
import type { Checkpoint } from '../ledger/checkpoint.ts';
import type { Alarm } from '../observability/alarm.ts';
import { type ErasureList, erasureListSchema, listErasures, replayErasures } from '../vault/erasures.ts';
import type { KeyStore } from '../vault/key-store.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { copyUploads, type DataPlace, KEPT_DATABASES, refuseServers } from './backup.ts';
import { closeInTurn, thenEnd } from './closing.ts';
import { newestCheckpoint } from './copied-ledger.ts';
import { type CheckedCopy, checkCopy } from './copy-check.ts';
import { type EnginesConfig, openEngines } from './engines.ts';
import { keysAreIts, keysOfAnotherLog, mismatchOf } from './log-check.ts';
import { acceptLog } from './system.ts';
import { makeWhole } from './whole-directory.ts';

/** Where it stands who was erased after the copy was made; a copy cannot know. */
export type ErasureSource =
  /** A file that `gongguan export erasures` has written. */
  | { readonly file: string }
  /** The data directory that is being replaced. */
  | { readonly directory: string }
  /** Somebody answers for it that there is nobody. */
  | 'nobody';

export interface Restored extends CheckedCopy {
  /** Whose keys the copy still held. */
  readonly erasedAgain: readonly string[];
  /** Up to where erasures are known; undefined where nobody could say, or the log that could was unreadable. */
  readonly erasuresUpTo: string | undefined;
}

/**
 * Fills the data directory of the configuration from a copy: one that `backup` has made, or one of all files of a directory
 * at one moment. The directory is there whole or not at all. Sessions of the copy are over: they may have been ended since.
 *
 * What was signed for is compared with a checkpoint from outside, unless told that of the directory that is being replaced.
 * Throws RangeError when the directory is not empty, {@link CopyDamaged}, and AlreadyRunning while another process restores it.
 */
export async function restore(
  place: DataPlace & Partial<Pick<Config, 'ledgerOrigin'>>,
  from: string,
  erasures: ErasureSource,
  checkpoint?: Checkpoint,
): Promise<Restored> {
  refuseServers(place, '恢复，之后执行 gongguan restore --replay-erasures', 'restore');
  for (const name of ['events.db', 'vault.db']) {
    if (!existsSync(join(from, name))) throw new RangeError(`${from} 中没有 ${name}，不是备份 (holds no copy)`);
  }
  const list = await listOf(erasures);
  const replaced = isDirectory(erasures) ? await newestCheckpoint(erasures.directory) : undefined;
  const outside = { checkpoint: checkpoint ?? replaced, origin: place.ledgerOrigin };
  let restored: Restored | undefined;
  await makeWhole(place.dataDirectory, async unfinished => {
    for (const name of KEPT_DATABASES) copyDatabaseFiles(join(from, name), join(unfinished, name));
    copyUploads(from, unfinished);
    const checked = await checkCopy(unfinished, outside);
    const erasedAgain = await eraseAgain(unfinished, list);
    await endSessions(join(unfinished, 'sign-ins.db'));
    const upTo = list && list.position !== START ? list.position : undefined;
    restored = { ...checked, erasedAgain, erasuresUpTo: upTo };
  });
  return restored as Restored;
}

export function isDirectory(source: ErasureSource): source is { readonly directory: string } {
  return source !== 'nobody' && 'directory' in source;
}

export interface Replayed extends Pick<Restored, 'erasedAgain' | 'erasuresUpTo'> {
  /** Whether read models or ledger were ahead of the log, or of another: the ones are made anew, the other is kept aside. */
  readonly derivedAnew: boolean;
}

/**
 * The same for engines that their own tools have restored, before any process serves on them. Throws LogMismatch when
 * the keys are of another log, and StoreUnavailable when a server is not there.
 */
export async function replayOnEngines(
  config: EnginesConfig,
  erasures: Exclude<ErasureSource, { readonly directory: string }>,
  alarm: Alarm,
): Promise<Replayed> {
  const list = await listOf(erasures);
  const engines = await openEngines(config, alarm);
  return thenEnd(
    async () => {
      if (!(await keysAreIts(engines))) throw keysOfAnotherLog();
      const erasedAgain = await replayErasures(engines.events, engines.keyStore, list);
      const derivedAnew = (await mismatchOf({ ...engines, projections })) !== undefined;
      if (derivedAnew) await acceptLog(engines, config);
      return { erasedAgain, erasuresUpTo: list?.position, derivedAnew };
    },
    () => closeInTurn([() => engines.jobs.close(), () => engines.close()]),
  );
}

/** With what was committed and not yet copied back. */
function copyDatabaseFiles(from: string, to: string): void {
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
}

async function listOf(source: ErasureSource): Promise<ErasureList | undefined> {
  if (source === 'nobody') return undefined;
  if ('file' in source) return erasureListSchema.parse(JSON.parse(readFileSync(source.file, 'utf8')));
  const { directory } = source;
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'), { readOnly: true });
  return thenEnd(
    () => listIn(join(directory, 'events.db'), keyStore),
    () => keyStore.close(),
  );
}

const NO_LOG = { head: async () => START, readAll: async () => [] };

/** A log that cannot be read may be why it is being replaced: what was carried out is known by the keys alone. */
async function listIn(path: string, keyStore: KeyStore): Promise<ErasureList> {
  try {
    const log = new SqliteLog(path);
    return await thenEnd(
      () => listErasures(log, keyStore),
      () => log.close(),
    );
  } catch {
    return listErasures(NO_LOG, keyStore);
  }
}

async function eraseAgain(directory: string, list: ErasureList | undefined): Promise<readonly string[]> {
  const log = new SqliteLog(join(directory, 'events.db'));
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  return thenEnd(
    () =>
      thenEnd(
        () => replayErasures(log, keyStore, list),
        () => keyStore.close(),
      ),
    () => log.close(),
  );
}

async function endSessions(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const signIns = new SqliteSignIns(path);
  await thenEnd(
    () => signIns.endAllSessions(),
    () => signIns.close(),
  );
}
