/** rebuild, status: read models made anew, and where they stand. */
import { projections } from '../../projections/index.ts';
import type { System } from '../compose/system.ts';
import { printStatus } from '../observability/status.ts';
import type { Comparison } from '../runner/core/compare.ts';
import { withReadable, withSystem } from './opened.ts';
import { withProgress } from './progress-bar.ts';

/** With `acceptLog` all are made anew from this log, whatever log the rows were of. */
export function rebuild(name: string | undefined, acceptLog: boolean): Promise<void> {
  if (acceptLog) return withSystem(printStatus, 'follow', { acceptLog });
  return withSystem(system => rebuildIn(system, name));
}

/** Prints where log and read models stand, also beside a running service. */
export function status(): Promise<void> {
  return withReadable(printStatus);
}

async function rebuildIn(system: System, name: string | undefined): Promise<void> {
  const all = projections.map(projection => projection.name);
  if (name !== undefined && !all.includes(name)) throw new RangeError(`没有读模型 (no such read model): ${name}`);
  const head = Number(await system.events.head());
  const names = name === undefined ? all : [name];
  const reports = await withProgress('重建 rebuilding {bar} {percentage}% | {duration_formatted}', show => {
    show(0, head);
    return system.projector.rebuildAll(names, ({ done }) => show(Number(done), head));
  });
  for (const report of reports) {
    const { projection, generation, rows, rowsBefore } = report;
    console.log(
      `${projection} 第${generation}代 generation：${rows} 行 rows（原 before ${rowsBefore}），${verdictOf(report)}`,
    );
  }
}

function verdictOf({ differing, examples }: Comparison): string {
  if (differing === undefined) return '版本不同，未比对 (another version: not compared)';
  return differing === 0
    ? '与原读模型一致 (as before)'
    : `有 ${differing} 行不同 (rows that differ)：${examples.join('、')}`;
}
