/**
 * Whose a thing is that a command names, reviewed field by field: a field that is not here fails the test until somebody
 * has said what it is.
 */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import type { AnyCommand } from '../../services/command.ts';

/** Callers who are one organisation among others of the kind. */
export type Kind = 'UNIT' | 'REC' | 'EXPERT' | 'TPO';

/**
 * own: somebody's; the caller names his own or is told 404. part: a piece of the thing that another field names;
 * the piece of another thing is refused. free: anybody may name it, and why.
 */
export type Relation = 'own' | 'part' | `free: ${string}`;

export function kindOf(role: Role): Kind | undefined {
  if ((RECOMMENDING_ROLES as readonly Role[]).includes(role)) return 'REC';
  return role === 'UNIT' || role === 'EXPERT' || role === 'TPO' ? role : undefined;
}

const CHOSEN = 'free: 由办理人命名 (whoever acts names it)';
const ITS_OWN_TEXT = 'free: 指本次提交内容之内的条目 (names an item of what is handed in)';
const DIGEST = 'free: 须与台账一致的摘要 (a digest that must agree with the log)';
const CITED = 'free: 只引用证据，不给予查阅 (evidence is cited, which opens nothing)';

const BY_CHARGE =
  'free: 推荐单位按管辖范围办理单位账户，见 test/account/administration.test.ts (by the charge over the unit: tested there)';

/** By the path of the field, or by the end of it wherever it stands. */
const THINGS: Readonly<Record<string, Readonly<Partial<Record<Kind, Relation>>>>> = {
  uscc: { UNIT: 'own', REC: 'own', EXPERT: 'own' },
  projectId: { UNIT: 'own', REC: 'own', EXPERT: 'own' },
  projects: { EXPERT: 'part' },
  bodyId: { UNIT: 'free: 单位自行选择报送的推荐单位 (the unit chooses whom it addresses)', REC: 'own' },
  panelId: { UNIT: 'own', REC: 'own', EXPERT: 'own' },
  expertId: { UNIT: 'free: 可就任何专家申请回避 (of any expert)', REC: 'free: 可就任何专家申请回避 (of any expert)' },
  caseId: { UNIT: 'own' },
  trainingId: { UNIT: 'free: 培训面向各项目单位 (sessions are for all units)' },
  visitId: { UNIT: 'part', REC: 'part' },
  problemId: { REC: 'part' },
  policyId: { REC: 'part' },
  resultId: { REC: 'own' },
  authority: { REC: 'own' },
  promotionId: { REC: CHOSEN },
  actionId: { REC: CHOSEN },
  'plan.metrics.metricId': { UNIT: ITS_OWN_TEXT },
  'measurements.metricId': { UNIT: ITS_OWN_TEXT },
  'scores.criterionId': { EXPERT: ITS_OWN_TEXT },
  sha256: { UNIT: 'own' },
  listHash: { EXPERT: DIGEST },
  root: { REC: DIGEST },
  'evidence.sha256': { UNIT: CITED, REC: CITED, EXPERT: CITED, TPO: CITED },
};

const ANYBODY = 'free: 任何人均可反映 (anybody may report)';
const OPEN_NOTICE = 'free: 公示面向社会，任何人均可提出异议 (a public notice is open to objections)';
const ANY_UNIT = 'free: 可登记任何单位 (of any unit)';

/** Commands on accounts, which a body administers by its charge over their units. */
const ON_ACCOUNTS: readonly string[] = [
  'RegisterAccount',
  'GrantRole',
  'RevokeRole',
  'DisableAccount',
  'EnableAccount',
  'OrderCredentialReset',
  'ConfirmCredentialReset',
  'OrderSecondFactorReset',
  'ConfirmSecondFactorReset',
  'EndSessionsOfAccount',
  'IssueUnlockCode',
  'RevokeApiKey',
  'EndWebhook',
];

const OWN_ACCOUNT =
  'free: 他人的账户一律视为不存在，见 test/account/api-keys.test.ts (another’s account is not there: tested there)';

/** Commands that are meant for others' things. */
const MEANT_FOR_OTHERS: Readonly<Record<string, Readonly<Record<string, Relation>>>> = {
  ReportSuspectedFraud: { uscc: ANYBODY },
  ReportMisconduct: { accountId: ANYBODY, panelId: ANYBODY },
  RegisterWebhook: { accountId: OWN_ACCOUNT, types: 'free: 事件种类人人可知 (kinds of events are known to all)' },
  EndWebhook: { accountId: OWN_ACCOUNT },
  IssueApiKey: { accountId: OWN_ACCOUNT },
  RevokeApiKey: { accountId: OWN_ACCOUNT },
  RaiseObjection: { projectId: OPEN_NOTICE },
  RegisterUnit: { uscc: ANY_UNIT },
  RecogniseProfessionalOrganisation: { uscc: ANY_UNIT },
  RecordIncentivePolicy: { policyId: CHOSEN },
  RecordIncentiveGranted: { resultId: 'free: 第二十二条不限于本单位推荐的成果 (art-22 sets no field)' },
};

/** What the caller of a kind may name in a field; undefined until somebody has said so. */
export function relationOf(command: AnyCommand, field: string, kind: Kind): Relation | undefined {
  const names = field.split('.').map((_name, from, all) => all.slice(from).join('.'));
  if (kind === 'REC' && ON_ACCOUNTS.includes(command.name)) return BY_CHARGE;
  const things = names.map(name => THINGS[name]?.[kind]);
  return MEANT_FOR_OTHERS[command.name]?.[field] ?? things.find(relation => relation !== undefined);
}

export function nameOf(field: string): string {
  return field.split('.').at(-1) ?? field;
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
}

/** The shapes that the names of things have here: a credit code, an id, the digest of a file. */
const NAMES = ['91350100M000100Y43', '2024-7k3m9qwz', 'expert-liu', 'e'.repeat(64)];

/** Fields of the input that name things, by path: text in the form of an id, where no other text is taken. */
export function namingFields({ input }: AnyCommand): readonly string[] {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema;
  return [...new Set(namesIn(schema, ''))];
}

function namesIn({ properties, items, anyOf, oneOf, pattern }: Schema, path: string): string[] {
  const parts = Object.entries(properties ?? {}).flatMap(([name, part]) =>
    namesIn(part, path ? `${path}.${name}` : name),
  );
  const others = [...(anyOf ?? []), ...(oneOf ?? []), ...(items ? [items] : [])].flatMap(part => namesIn(part, path));
  const isName = pattern !== undefined && namesThings(new RegExp(pattern, 'u'));
  return [...(isName ? [path] : []), ...parts, ...others];
}

function namesThings(pattern: RegExp): boolean {
  return !pattern.test('说明文字') && NAMES.some(name => pattern.test(name));
}
