/** Where the log and its read models stand, as a table. */
import type { House } from './house.ts';

export async function printStatus(house: House): Promise<void> {
  const head = Number(await house.events.head());
  console.log(`日志位置 log position: ${head}`);
  const rows = (await house.reader.checkpoints()).map(checkpoint => {
    const { projection, version, generation, state, position, handled, ignored, unknown, quarantined } = checkpoint;
    const complete = handled + ignored + unknown + quarantined === Number(position);
    return {
      读模型: `${projection} v${version} g${generation}`,
      状态: state,
      位置: position,
      落后: head - Number(position),
      处理: handled,
      略过: ignored,
      未知: unknown,
      隔离: quarantined,
      完整: complete ? '是' : '否',
    };
  });
  console.table(rows);
  for (const { projection, position, type, reason } of await house.reader.quarantine()) {
    console.log(`隔离 quarantined: ${projection} 位置 ${position} ${type}: ${reason}`);
  }
}
