/**
 * Question 14: does an exported bundle verify without network, and which is the first bad event? The bundle of the whole log is
 * made, and judged by the verifier that goes with every bundle and shares no code with the ledger.
 */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { Position } from '../../events/ids.ts';
import { declareReport, type LedgerVerdict, type ReportRow, reference, zh } from './report.ts';

const columns = {
  item: '核验项目',
  result: '结果',
  index: '事件序号',
  position: '位置',
  detail: '说明',
} as const;
type Column = keyof typeof columns;

const OUTCOMES = { passed: '相符', failed: '不符', unchecked: '未核验' } as const;

export const ledgerVerdict = declareReport({
  number: 14,
  name: 'ReportLedgerVerdict',
  title: '证据包离线核验',
  question:
    '不经网络核验导出的证据包，第一个坏事件是哪一个 (Verify the exported bundle without network: which is the first bad event?)',
  allow: ['SUP'],
  validTime: { none: '核验的是台账的字节，与行为何时发生无关 (what is judged is the bytes of the log)' },
  material: { none: '只有核验结果 (outcomes of the verification)' },
  parameters: z.strictObject({}),
  columns,
  judgesLedger: true,
  begin(_parameters, { ledger }) {
    const named = new Set(ledger?.violations.flatMap(({ position }) => position ?? []));
    const bad = new Map<Position, DomainEvent>();
    return {
      wants: ({ position }) => named.has(position),
      take: event => void bad.set(event.position, event),
      findings() {
        if (!ledger) return { verdict: zh`账本尚无检查点，没有可核验的证据包。`, rows: [] };
        const { says, checkpoint } = ledger;
        const rows = [
          rowOf('检查点', '', checkpoint),
          ...ledger.steps.map(step => rowOf(step.title, OUTCOMES[step.outcome], step.says)),
          ...ledger.violations.map(violation => violationRow(violation, bad)),
          ...ledger.remarks.map(remark => rowOf('说明', '', remark)),
        ];
        return { verdict: zh`${says}${checkpoint}`, rows };
      },
    };
  },
});

function rowOf(item: string, result: string, detail: string): ReportRow<Column> {
  const says = zh`${item}${result === '' ? '' : `（${result}）`}：${detail}`;
  return { fault: false, says, cells: { item, result, index: '', position: '', detail }, rests: [] };
}

function violationRow(
  { says, index, position }: LedgerVerdict['violations'][number],
  bad: ReadonlyMap<Position, DomainEvent>,
): ReportRow<Column> {
  const event = position === undefined ? undefined : bad.get(position);
  return {
    fault: true,
    says: zh`${says}`,
    cells: { item: '不符之处', result: OUTCOMES.failed, index: index ?? '', position: position ?? '', detail: says },
    rests: event ? [reference(event)] : [],
  };
}
