/** Where the log and its read models stand, as a table. */
import { readModelHealth } from '../../projections/supervision/health.ts';
import type { Readable } from '../compose/beside.ts';

type Health = Awaited<ReturnType<typeof readModelHealth>>;

/** Prints head, recorded times, read models, unknown kinds and quarantine. */
export async function printStatus(system: Pick<Readable, 'reader'>): Promise<void> {
  const { head, recordedTimes, unknownKinds, readModels, quarantine } = await readModelHealth(system.reader);
  console.log(`日志位置 log position: ${head}`);
  printTimes(recordedTimes);
  console.table(
    readModels.map(({ name, version, generation, state, position, lag, ...counts }) => ({
      '读模型 read model': `${name} v${version} g${generation}`,
      '状态 state': state,
      '位置 position': position,
      '落后 behind': lag,
      '处理 handled': counts.handled,
      '略过 ignored': counts.ignored,
      '未知 unknown': counts.unknown,
      '隔离 quarantined': counts.quarantined,
      '完整 complete': counts.complete ? '是 yes' : '否 no',
    })),
  );
  for (const { type, events, first, last } of unknownKinds) {
    console.log(`未知种类 unknown kind: ${type} ${events} 个 events，位置 positions ${first}–${last}`);
  }
  for (const { projection, position, type, reason } of quarantine) {
    console.log(`隔离 quarantined: ${projection} 位置 position ${position} ${type}: ${reason}`);
  }
}

function printTimes({ latest, clockBehindMs, wentBack, widestMs }: Health['recordedTimes']): void {
  if (latest === undefined) return;
  console.log(`最新记录时间 latest recorded: ${latest}`);
  if (clockBehindMs > 0) console.log(`系统时钟落后 the clock is behind by: ${clockBehindMs} ms`);
  if (wentBack > 0)
    console.log(`记录时间倒退 recorded times went back: ${wentBack} 次 times, 至多 at most ${widestMs} ms`);
}
