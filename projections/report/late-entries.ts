/** Question 3: which acts were entered later than they took place, by whom, and is it said so? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { toldDay } from '../../events/rules/stated-time.ts';
import { yearOf } from '../../events/rules/years.ts';
import { daysBetween, shanghaiDate, shanghaiMinute } from '../../events/time.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { accountNamed, act, declareReport, faultsAmong, type ReportRow, recordedOn, reference, zh } from './report.ts';
import { StatedTimes } from './stated-times.ts';

const columns = {
  kind: '类别',
  effectiveAt: '发生时间',
  recordedAt: '记录时间',
  days: '迟录天数',
  person: '人员',
  organisation: '行为单位',
  reason: '理由',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

interface Lateness {
  readonly kind: string;
  readonly fault: boolean;
  /** The day of the act. */
  readonly on: string;
}

/** How an act was entered late, if it was; `days` is how long writing up a dated fact may take. */
function latenessOf(event: DomainEvent, days: number): Lateness | undefined {
  const { effectiveAt, recordedAt, backdated, reason } = event.meta;
  const [happened, entered] = [shanghaiDate(effectiveAt), recordedOn(event)];
  if (effectiveAt > recordedAt) return { kind: '发生时间晚于记录时间', fault: true, on: happened };
  if (happened < entered && !backdated) return { kind: '未标明的补录', fault: true, on: happened };
  if (backdated) return { kind: reason ? '补录' : '未说明理由的补录', fault: !reason, on: happened };
  const told = toldDay(event);
  if (told !== undefined && daysBetween(told, entered) > days) return { kind: '事后登记', fault: false, on: told };
  return undefined;
}

/** An act whose time is wrong in itself, though it was not entered late. */
function untimely({ meta }: DomainEvent): Lateness {
  return { kind: '时间次序不实', fault: true, on: shanghaiDate(meta.effectiveAt) };
}

function rowOf(event: DomainEvent, { kind, fault, on }: Lateness, flaws: readonly string[]): ReportRow<Column> {
  const { actor, effectiveAt, recordedAt, reason } = event.meta;
  return {
    fault: fault || flaws.length > 0,
    says: zh`${kind}：${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      kind,
      effectiveAt: kind === '事后登记' ? on : shanghaiMinute(effectiveAt),
      recordedAt: shanghaiMinute(recordedAt),
      days: Math.max(0, daysBetween(on, recordedOn(event))),
      person: accountNamed(actor.accountId),
      organisation: actor.orgId,
      reason: reason ?? '',
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}

export const lateEntries = declareReport({
  number: 3,
  name: 'ReportLateEntries',
  title: '迟录和补录的行为',
  question: '哪些行为是事后录入或补录的、由谁录入 (Which acts were entered late or backdated, by whom?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters: z.strictObject({
    year: yearParameter.optional(),
    days: z.coerce
      .number()
      .int()
      .min(0)
      .max(366)
      .default(7)
      .meta({ description: '登记载明日期的事项可迟于该日的天数 (days that writing up may take)' }),
  }),
  columns,
  begin({ year, days }, { hadHappened }) {
    const rows: ReportRow<Column>[] = [];
    const times = new StatedTimes();
    return {
      wants: () => true,
      take(event) {
        const flaws = times.take(event);
        if (!hadHappened(event) || (year !== undefined && yearOf(event) !== year)) return;
        const late = latenessOf(event, days) ?? (flaws.length > 0 ? untimely(event) : undefined);
        if (late) rows.push(rowOf(event, late, flaws));
      },
      findings() {
        const faults = faultsAmong(rows);
        const people = new Set(rows.map(({ cells }) => JSON.stringify(cells.person))).size;
        return {
          verdict:
            rows.length === 0
              ? zh`没有事后录入或补录的行为。`
              : zh`事后录入或补录的行为${rows.length}项，涉及${people}人，其中${faults}项未标明、无理由、不得补录或时间次序不实。`,
          rows,
        };
      },
    };
  },
});
