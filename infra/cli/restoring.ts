/** restore, export erasures: a copy put in the place of what was lost, with whoever was erased since. */
import { readFileSync, writeFileSync } from 'node:fs';
import { checkpointOf } from '../compose/copied-ledger.ts';
import {
  type ErasureSource,
  isDirectory,
  type Replayed,
  type Restored,
  replayOnEngines,
  restore,
} from '../compose/restore.ts';
import { readConfig } from '../config.ts';
import { PRIVATE_FILE } from '../private-files.ts';
import { listErasures } from '../vault/erasures.ts';
import { alarm, withReadable } from './opened.ts';

interface RestoreOptions {
  readonly erasures?: string;
  readonly replacing?: string;
  readonly checkpoint?: string;
  readonly replayErasures?: boolean;
}

/** The word by which somebody answers for it that nobody was erased since. */
const NOBODY = 'none';

/** Throws RangeError when it is not said what is to be restored, or who was erased since. */
export async function restoreFrom(copy: string | undefined, options: RestoreOptions): Promise<void> {
  const config = readConfig(process.env);
  const source = sourceOf(options);
  if (options.replayErasures) {
    if (copy !== undefined || options.checkpoint !== undefined || isDirectory(source)) {
      throw new RangeError('--replay-erasures 只接 --erasures (goes with --erasures alone)');
    }
    return tellReplayed(await replayOnEngines(config, source, alarm));
  }
  if (copy === undefined) throw new RangeError('请给出备份目录 (name the directory of the backup)');
  const { checkpoint: file } = options;
  const checkpoint = file === undefined ? undefined : checkpointOf(readFileSync(file, 'utf8'));
  tellRestored(config.dataDirectory, await restore(config, copy, source, checkpoint));
}

function sourceOf({ erasures, replacing }: RestoreOptions): ErasureSource {
  if ((erasures === undefined) === (replacing === undefined)) throw new RangeError(WHO_WAS_ERASED);
  if (replacing !== undefined) return { directory: replacing };
  return erasures === NOBODY ? 'nobody' : { file: erasures as string };
}

const WHO_WAS_ERASED = `备份不知道其后删除了谁的个人信息，其中还有这些人的密钥。请择一给出：
  --replacing <目录>  被替换的数据目录
  --erasures <文件>   gongguan export erasures 导出的删除记录
  --erasures none     确知备份之后没有删除
(The copy does not know who was erased after it was made, and still holds their keys. Give one of: the data directory that is
being replaced, a file of gongguan export erasures, or the word none if you know that nobody was.)`;

function tellRestored(directory: string, { events, position, recordedAt, ahead, ...replayed }: Restored): void {
  console.log(`已恢复 restored: ${directory}`);
  console.log(
    `台账 log: ${events} 个事件 events，位置 position ${position}，最新记录时间 latest recorded ${recordedAt ?? '无 none'}`,
  );
  if (ahead !== undefined) alarm(...behind(events, ahead));
  tellErasures(replayed);
  console.log(
    '副本中没有、也无从得知的：其后记入的事件，其后修改的密码和验证器。会话均已结束，读模型在启动时重建 (not in it, and unknown: events, passwords and authenticators changed since; all sessions are over, read models are made at the start)',
  );
}

/** What was signed for and is gone: the witnesses will say so too. */
function behind(events: number, ahead: number): [string, object] {
  const lost = `检查点有${ahead}个事件，此副本只有${events}个：其后${ahead - events}个事件不在其中，请告知监督机构和见证人`;
  return [`${lost} (the checkpoint is ahead of this copy)`, { signed: ahead, restored: events }];
}

function tellReplayed(replayed: Replayed): void {
  tellErasures(replayed);
  if (replayed.derivedAnew) {
    console.log(
      '读模型或存证账本与台账不符，启动时重建 (read models or ledger were not of this log and are made anew at the start)',
    );
  }
}

function tellErasures({ erasedAgain, erasuresUpTo }: Pick<Restored, 'erasedAgain' | 'erasuresUpTo'>): void {
  console.log(`再次删除 erased again: ${erasedAgain.length} 人 persons`);
  console.log(
    erasuresUpTo === undefined
      ? '备份之后另有删除的，无从得知 (erasures after the copy that nobody told of are unknown)'
      : `此后的删除无从得知 (erasures after this are unknown): 位置 position ${erasuresUpTo}`,
  );
}

/** Writes which keys were destroyed, to a file or to standard output, also beside a running service. */
export function writeErasures({ output }: { readonly output?: string }): Promise<void> {
  return withReadable(async ({ events, keyStore }) => {
    const list = `${JSON.stringify(await listErasures(events, keyStore))}\n`;
    if (output === undefined) process.stdout.write(list);
    else writeFileSync(output, list, { mode: PRIVATE_FILE });
  }, 'stand still');
}
