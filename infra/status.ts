/** Where the log and its read models stand, as a table. */
import { readModelHealth } from '../projections/supervision/health.ts';
import type { Readable } from './beside.ts';

export async function printStatus(house: Pick<Readable, 'reader'>): Promise<void> {
  const { head, readModels, quarantine } = await readModelHealth(house.reader);
  console.log(`日志位置 log position: ${head}`);
  console.table(
    readModels.map(({ name, version, generation, state, position, lag, ...counts }) => ({
      读模型: `${name} v${version} g${generation}`,
      状态: state,
      位置: position,
      落后: lag,
      处理: counts.handled,
      略过: counts.ignored,
      未知: counts.unknown,
      隔离: counts.quarantined,
      完整: counts.complete ? '是' : '否',
    })),
  );
  for (const { projection, position, type, reason } of quarantine) {
    console.log(`隔离 quarantined: ${projection} 位置 ${position} ${type}: ${reason}`);
  }
}
