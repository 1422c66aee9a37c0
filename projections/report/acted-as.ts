/** Question 15: which acts were done "as" someone else? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { yearOf } from '../../events/rules/years.ts';
import { projectInMemory } from '../in-memory.ts';
import { credentials, isProvisional, NO_CREDENTIALS } from '../provisional.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { accountNamed, act, declareReport, faultsAmong, type ReportRow, recordedOn, reference, zh } from './report.ts';
import { Mandates } from './roles.ts';

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

/** The doubt that remains while nobody has confirmed that the account's password is the holder's. */
const UNCONFIRMED = '该账户密码经重置，尚未确认由本人掌握';

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

export const actedAs = declareReport({
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
    const acts: ReportRow<Column>[] = [];
    const doubtful: DomainEvent[] = [];
    const accounts = projectInMemory([credentials]);
    const credentialsOf = (accountId: string) => accounts.row(credentials, accountId) ?? NO_CREDENTIALS;
    const isDoubtful = ({ meta, position }: DomainEvent, knownUpTo = Number(position)) =>
      isProvisional(credentialsOf(meta.actor.accountId), Number(position), knownUpTo);

    return {
      wants: () => true,
      take(event) {
        const asked = hadHappened(event) && (year === undefined || yearOf(event) === year);
        const acting = asked ? actingOf(event, mandates) : undefined;
        if (acting) acts.push(rowOf(event, acting));
        if (asked && isDoubtful(event)) doubtful.push(event);
        accounts.take(event);
        mandates.take(event);
      },
      findings() {
        const unconfirmed = doubtful
          .filter(event => isDoubtful(event, Number.MAX_SAFE_INTEGER))
          .map(event => rowOf(event, { kind: '重置密码下办理', as: event.meta.actor.accountId, flaws: [UNCONFIRMED] }));
        const rows = [...acts, ...unconfirmed];
        const faults = faultsAmong(acts);
        return {
          verdict:
            acts.length === 0
              ? zh`没有以他人身份办理的行为${doubts(unconfirmed.length)}。`
              : zh`以他人身份办理的行为${acts.length}项，${faults > 0 ? `其中${faults}项无权办理` : '均有委托依据'}${doubts(unconfirmed.length)}。`,
          rows,
        };
      },
    };
  },
});

function doubts(count: number): string {
  return count === 0 ? '' : `；密码经重置、尚未确认由本人掌握的账户办理${count}项`;
}

function rowOf(event: DomainEvent, { kind, as, flaws }: Acting): ReportRow<Column> {
  const { actor } = event.meta;
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      kind,
      person: accountNamed(actor.accountId),
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
