/** Question 15: which acts were done "as" someone else? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { account, act, faultsAmong, type Row, recordedOn, reference, report, yearOf, zh } from './report.ts';
import { Mandates } from './standing.ts';

const columns = {
  kind: '类别',
  person: '人员',
  role: '角色',
  organisation: '所属',
  as: '以何身份',
  entrustment: '委托',
  day: '日期',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

interface Acting {
  readonly kind: string;
  readonly as: string;
  readonly flaws: readonly string[];
}

/** In whose place an act was done, if not in the actor's own. */
function actingOf(event: DomainEvent, mandates: Mandates): Acting | undefined {
  const { actor } = event.meta;
  if (actor.actedAs !== undefined || actor.entrustmentId !== undefined) {
    const fault = mandates.fault(actor.entrustmentId, event.type, recordedOn(event));
    const flaws = [
      ...(actor.role === 'TPO' ? [] : ['只有第三方机构可以受托办理']),
      ...(actor.actedAs === 'MSR' ? [] : ['未注明或错注委托方']),
      ...(fault === undefined ? [] : [fault]),
    ];
    return { kind: '受托办理', as: actor.actedAs ?? '', flaws };
  }
  const other = ownerOf(event);
  if (other === undefined) return undefined;
  return { kind: '以他人名义', as: other, flaws: ['该行为只能由本人或本单位作出'] };
}

/** Whose act it should have been: what an expert, a unit or a signatory does, nobody else does. */
function ownerOf(event: DomainEvent): string | undefined {
  const { actor } = event.meta;
  const differing = (own: string, claimed: string) => (own === claimed ? undefined : claimed);
  switch (event.type) {
    case 'confidentiality-undertaking.signed':
      return differing(actor.accountId, event.data.accountId);
    case 'interest.declared':
    case 'score-sheet.submitted':
    case 'score-sheet.superseded':
    case 'excellent-list.signed':
      return differing(actor.orgId, event.data.expertId);
    case 'application.submitted':
    case 'undertaking.signed':
    case 'results.submitted':
    case 'result-undertaking.signed':
      return event.meta.about.uscc === undefined ? undefined : differing(actor.orgId, event.meta.about.uscc);
    default:
      return undefined;
  }
}

export const actedAs = report({
  number: 15,
  name: 'ReportActedAs',
  title: '以他人身份办理的行为',
  question: '哪些行为是以他人身份办理的 (Which acts were done "as" someone else?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters: z.strictObject({ year: yearParameter.optional() }),
  columns,
  begin({ year }, { hadHappened }) {
    const mandates = new Mandates();
    const rows: Row<Column>[] = [];
    return {
      wants: () => true,
      take(event) {
        const acting = hadHappened(event) ? actingOf(event, mandates) : undefined;
        if (acting && (year === undefined || yearOf(event) === year)) rows.push(rowOf(event, acting));
        mandates.take(event);
      },
      findings() {
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`没有以他人身份办理的行为。`
              : zh`以他人身份办理的行为${rows.length}项，${faults > 0 ? `其中${faults}项无权办理` : '均有委托依据'}。`,
          rows,
        };
      },
    };
  },
});

function rowOf(event: DomainEvent, { kind, as, flaws }: Acting): Row<Column> {
  const { actor } = event.meta;
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      kind,
      person: account(actor.accountId),
      role: actor.role,
      organisation: actor.orgId,
      as,
      entrustment: actor.entrustmentId ?? '',
      day: recordedOn(event),
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}
