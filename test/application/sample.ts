/** Sample parties, inputs and surroundings of an application, and a desk to send its commands to. */

import { jurisdictionAssigned, jurisdictionTransferred, recommendingBodyRegistered } from '../../events/body.ts';
import { SHIPPED_NOTICES } from '../../events/calendar.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import {
  type AccountId,
  bodyIdSchema,
  creditCodeCheckSymbol,
  creditCodeSchema,
  projectIdSchema,
} from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import {
  applicationWindowOpened,
  PLANNED_PHASES,
  programmeOpened,
  type WorkPlan,
  workPlanPublished,
  workPlanSchema,
} from '../../events/programme.ts';
import { grants } from '../../events/rules/grants.ts';
import { bodies } from '../../events/rules/jurisdiction.ts';
import { programmeYear } from '../../events/rules/plan.ts';
import { REGULATION } from '../../events/statute.ts';
import { applicationBanImposed, unitRegistered, unitRegistrationVerified } from '../../events/unit.ts';
import * as eligibility from '../../services/application/eligibility.ts';
import type { PlainApplication } from '../../services/application/materials.ts';
import { applicantUnit } from '../../services/application/reads.ts';
import * as review from '../../services/application/review.ts';
import { corpus } from '../../services/application/sameness.ts';
import { application } from '../../services/application/state.ts';
import * as unitCommands from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import type { AnyCommand, Decision, Fold } from '../../services/command.ts';
import { exclusions } from '../../services/exclusion.ts';
import { derivedId } from '../../services/identifiers.ts';
import { isRejection } from '../../services/rejection.ts';
import { decide, factsOf, MSR, NOW, type Past, recorded } from '../support/given.ts';

export const YEAR = 2024;
const INDUSTRY = '轻工';
export const DISTRICT = '120110';

/** A valid credit code from its first 17 symbols. */
function creditCode(first17: string) {
  return creditCodeSchema.parse(`${first17}${creditCodeCheckSymbol(first17)}`);
}

export const USCC = creditCode('91120110MA05X1234');
export const OTHER_USCC = creditCode('91120110MA05Y5678');
export const DISTRICT_BODY = bodyIdSchema.parse('dongli');
export const INDUSTRY_BODY = bodyIdSchema.parse('gongxin');

function actor(accountId: string, orgId: string, role: Actor['role']): Actor {
  return { accountId: accountId as AccountId, orgId, role };
}
export const APPLICANT = actor('unit.li', USCC, 'UNIT');
export const OTHER_APPLICANT = actor('unit.zhao', OTHER_USCC, 'UNIT');
export const VERIFIER = actor('dongli.sun', DISTRICT_BODY, 'REC-D');
export const OTHER_VERIFIER = actor('gongxin.qian', INDUSTRY_BODY, 'REC-I');

export const START_COMMAND = 'start';
export const PROJECT_ID = projectIdSchema.parse(`${YEAR}-${derivedId(START_COMMAND)}`);
export const TITLE = '降低电动自行车电池组焊接不良率';

export const SEALED_NAME: Sealed = { subject: 'person-li-ming', sealed: 'A'.repeat(40) };

export const content: PlainApplication = {
  qualityProblem: '电池组焊接不良率长期在百分之三以上，返修成本高，客户投诉集中在虚焊与漏焊。',
  methods: ['PDCA循环', '因果图', '正交试验'],
  procedure: '选题、现状调查、设定目标、原因分析、要因确认、制定对策、对策实施、效果检查、巩固措施、总结。',
  improvementOrInnovation: '改进焊接夹具定位方式，引入视觉检测闭环调整焊接电流。',
  feasibility: '已完成小批量验证，设备与人员具备。',
  expectedResults: '焊接不良率由百分之三点二降至百分之零点八，客户投诉下降一半。',
  expectedEconomic: { yuan: 1_200_000, basis: '按年返修费用与报废损失测算' },
  expectedSocial: '减少电池安全隐患，带动产业链提升。',
  categories: ['提质增效'],
  keyArea: '新能源',
  participants: [
    { name: '李明', duty: '组长' },
    { name: '王芳', duty: '工艺' },
  ],
};

export const plan: WorkPlan = workPlanSchema.parse({
  title: '2024年天津市质量攻关工作方案',
  steps: PLANNED_PHASES.map(phase => ({ phase, procedure: `${phase}程序`, requirements: `${phase}要求` })),
  deadlines: {
    applicationOpens: '2024-03-15',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 5,
    verification: '2024-05-31',
    municipalReview: '2024-06-14',
    projectPlanPublication: '2024-06-28',
  },
  options: {},
  panelRules: '不少于5人，单数',
  scoringRulesRef: '评定标准第1版',
});

export const programmeFacts: readonly DecidedEvent[] = [
  programmeOpened.of({ year: YEAR, title: '2024年度质量攻关', regulation: REGULATION }),
  workPlanPublished.of({ year: YEAR, version: 1, plan, docHash: 'a'.repeat(64), url: 'https://example.cn/plan' }),
  applicationWindowOpened.of({ year: YEAR, opensAt: '2024-03-14T16:00:00.000Z', closesOn: '2024-04-30' }),
];

export const registration = unitRegistered.of({
  uscc: USCC,
  name: '天津某电池有限公司',
  kind: '企业',
  district: DISTRICT,
  industries: [INDUSTRY],
  isBranch: false,
  contact: { name: SEALED_NAME, phone: SEALED_NAME },
});
export const unitFacts: readonly DecidedEvent[] = [
  registration,
  unitRegistrationVerified.of({
    uscc: USCC,
    source: '国家企业信用信息公示系统',
    verifiedOn: '2024-03-01',
    inTianjin: true,
    evidence: [],
  }),
];

export const bodyFacts: readonly DecidedEvent[] = [
  recommendingBodyRegistered.of({
    bodyId: DISTRICT_BODY,
    kind: 'district-bureau',
    name: '东丽区市场监督管理局',
    from: '2024-01-01',
  }),
  recommendingBodyRegistered.of({
    bodyId: INDUSTRY_BODY,
    kind: 'industry-authority',
    name: '市工业和信息化局',
    from: '2024-01-01',
  }),
  jurisdictionAssigned.of({ bodyId: DISTRICT_BODY, jurisdiction: { district: DISTRICT }, from: '2024-01-01' }),
  jurisdictionAssigned.of({ bodyId: INDUSTRY_BODY, jurisdiction: { industry: INDUSTRY }, from: '2024-01-01' }),
];

/** The district goes to the other body. */
export const handover = (from: string): DecidedEvent =>
  jurisdictionTransferred.of({
    fromBodyId: DISTRICT_BODY,
    toBodyId: INDUSTRY_BODY,
    jurisdiction: { district: DISTRICT },
    from,
    reason: '职能调整',
  });

export const ban = (from: string, lastDay: string): DecidedEvent =>
  applicationBanImposed.of({ uscc: USCC, decision: '津市监质撤〔2024〕1号', from, lastDay });

/** The state of a fold over facts, as a reading would give it. */
export function viewOf<S, E extends RecordedEvent>(fold: Fold<S, E>, facts: readonly (DecidedEvent | Past)[]): S {
  return facts.map(recorded).reduce((state, event) => fold.evolve(state, event as E), fold.initial);
}

/** All that the readings of the commands give in ordinary circumstances. */
export const surroundings = {
  programme: viewOf(programmeYear, programmeFacts),
  unit: viewOf(applicantUnit, unitFacts),
  bodies: viewOf(bodies, bodyFacts),
  exclusions: exclusions.initial,
  standing: grants.initial,
  title: { heldBy: PROJECT_ID },
  names: content.participants.map(() => SEALED_NAME),
  signatories: [SEALED_NAME],
  blob: { sha256: 'b'.repeat(64), size: 1024, mediaType: 'application/pdf' },
  corpus: corpus.initial,
  own: ['e'.repeat(64)],
  calendar: SHIPPED_NOTICES,
};

export interface Circumstances {
  readonly actor?: Actor;
  readonly now?: string;
  readonly commandId?: string;
  readonly known?: Readonly<Record<string, unknown>>;
}

/** A project's past that grows with every accepted command. */
export function desk() {
  const past: Past[] = [];
  /** Decides without recording. */
  function ask(command: AnyCommand, input: object, circumstances: Circumstances = {}): Decision {
    const actor = circumstances.actor ?? usualSender(command);
    const known = { ...surroundings, ...circumstances.known };
    return decide(command, { past, input: { projectId: PROJECT_ID, ...input }, ...circumstances, actor, known });
  }
  /** Decides and records what was decided. */
  function send(command: AnyCommand, input: object, circumstances: Circumstances = {}): Decision {
    const decision = ask(command, input, circumstances);
    if (isRejection(decision)) return decision;
    const actor = circumstances.actor ?? usualSender(command);
    past.push(...decision.map(draft => ({ draft, actor, at: circumstances.now ?? NOW })));
    return decision;
  }
  return { past, ask, send, state: () => viewOf(application, past) };
}
export type Desk = ReturnType<typeof desk>;

function usualSender(command: AnyCommand): Actor {
  if (command.allow.includes('UNIT')) return APPLICANT;
  return command.allow.includes('REC-D') ? VERIFIER : MSR;
}

export const startInput = { year: YEAR, title: TITLE, industry: INDUSTRY, bodyId: DISTRICT_BODY };
export const evidence = [{ sha256: 'e'.repeat(64), name: '核实记录.pdf', classification: 'internal' }];
export const check = { passed: true, findings: '材料齐全', evidence };
export const truthCheck = { ...check, method: '现场核查' };

const documentOf = (kind: string, sha256: string) => ({
  kind,
  name: `${kind}.pdf`,
  sha256,
  classification: 'internal',
});

/** The desk after an ordinary course of commands; fails where one is refused. */
export function drafted(): Desk {
  const at = desk();
  const started = decide(unitCommands.startApplication, {
    input: startInput,
    actor: APPLICANT,
    commandId: START_COMMAND,
    known: surroundings,
  });
  factsOf(started);
  if (!isRejection(started)) at.past.push(...started.map(draft => ({ draft, actor: APPLICANT, at: NOW })));
  return at;
}

export function ready(): Desk {
  const at = drafted();
  factsOf(at.send(unitCommands.attachDocument, documentOf('可行性分析', 'b'.repeat(64)), { commandId: 'doc-1' }));
  factsOf(at.send(unitCommands.attachDocument, documentOf('预期成效', 'c'.repeat(64)), { commandId: 'doc-2' }));
  factsOf(at.send(unitCommands.signUndertaking, { signatory: '李明', position: '总经理' }));
  return at;
}

export function submitted(): Desk {
  const at = ready();
  factsOf(at.send(unitCommands.submitApplication, { content }));
  return at;
}

export function verified(): Desk {
  const at = submitted();
  factsOf(at.send(verification.startVerification, {}));
  factsOf(at.send(verification.recordCompletenessCheck, check));
  factsOf(at.send(verification.recordTruthfulnessCheck, truthCheck));
  return at;
}

export function recommended(): Desk {
  const at = verified();
  factsOf(at.send(verification.recommendProject, { opinion: '同意推荐' }));
  return at;
}

export function eligible(): Desk {
  const at = recommended();
  factsOf(at.send(eligibility.runSimilarityCheck, {}));
  factsOf(at.send(eligibility.assessExpectedEffect, { marked: true, reason: '目标明确可量化' }));
  factsOf(at.send(eligibility.assessDefinitionConformity, { conforms: true, reason: '符合第三条' }));
  factsOf(at.send(eligibility.assessEligibility, {}));
  factsOf(at.send(review.startMunicipalReview, {}));
  return at;
}

export function listed(): Desk {
  const at = eligible();
  factsOf(at.send(review.approveProject, { opinion: '同意立项' }));
  return at;
}
