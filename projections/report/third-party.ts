/** Question 10: did the third party do anything outside the scope and term of its entrustment (art-05 （二）)? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { entrustmentIdSchema } from '../../events/ids.ts';
import { clericalCommandOf } from '../../events/rules/mandate.ts';
import { ROLE_WORDS } from '../../events/words.ts';
import { OVERSIGHT } from '../query.ts';
import { accountNamed, act, declareReport, faultsAmong, type ReportRow, recordedOn, reference, zh } from './report.ts';
import { Mandates, Roles } from './roles.ts';

const columns = {
  entrustment: '委托',
  person: '人员',
  day: '日期',
  type: '行为',
  command: '事务性事项',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

/** What everybody who works for the programme does in his own name (art-25, art-26). */
const OWN_ACTS: ReadonlySet<string> = new Set([
  'confidentiality-undertaking.signed',
  'fraud-suspicion.reported',
  'misconduct.reported',
] satisfies DomainEvent['type'][]);

function isOfThirdParty({ meta: { actor } }: DomainEvent): boolean {
  return actor.role === 'TPO' || actor.entrustmentId !== undefined;
}

export const thirdPartyActs = declareReport({
  number: 10,
  name: 'ReportThirdPartyActs',
  title: '第三方机构的行为',
  question: '第三方机构是否办理了委托范围以外的事项 (Did the third party do anything outside its scope?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters: z.strictObject({ entrustment: entrustmentIdSchema.optional().meta({ description: '委托编号' }) }),
  columns,
  begin({ entrustment }, { hadHappened }) {
    const roles = new Roles();
    const mandates = new Mandates();
    const rows: ReportRow<Column>[] = [];
    return {
      wants: () => true,
      take(event) {
        if (isOfThirdParty(event) && hadHappened(event)) {
          const { actor } = event.meta;
          const ofEntrustment = actor.entrustmentId ?? actor.orgId;
          if (entrustment === undefined || entrustment === ofEntrustment) rows.push(rowOf(event, roles, mandates));
        }
        roles.take(event);
        mandates.take(event);
      },
      findings() {
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`第三方机构没有办理过事项。`
              : zh`第三方机构办理事项${rows.length}项，${faults > 0 ? `其中${faults}项超出委托` : '均在委托事项和期限内'}。`,
          rows,
        };
      },
    };
  },
});

function rowOf(event: DomainEvent, roles: Roles, mandates: Mandates): ReportRow<Column> {
  const { actor } = event.meta;
  const day = recordedOn(event);
  const flaws = [
    ...(actor.role === 'TPO' ? [] : [`角色“${ROLE_WORDS[actor.role]}”使用了第三方委托`]),
    ...(roles.held(actor, day) ? [] : ['账户当日不具有该角色']),
    ...(OWN_ACTS.has(event.type) ? [] : outsideMandate(event, mandates, day)),
  ];
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      entrustment: actor.entrustmentId ?? '',
      person: accountNamed(actor.accountId),
      day,
      type: event.type,
      command: clericalCommandOf(event.type) ?? '',
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}

function outsideMandate(event: DomainEvent, mandates: Mandates, day: string): string[] {
  const { orgId, entrustmentId } = event.meta.actor;
  const fault = mandates.fault(entrustmentId, event.type, day);
  if (fault !== undefined) return [fault];
  return entrustmentId === orgId ? [] : ['使用了其他机构的委托'];
}
