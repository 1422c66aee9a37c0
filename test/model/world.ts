/** The program under the model: the real write path over an in-memory log, with the clock and the ids given. */
import { accountRegistered, accountStream, roleGranted } from '../../events/account.ts';
import { projectStream } from '../../events/application.ts';
import { bodiesStream, jurisdictionAssigned, recommendingBodyRegistered } from '../../events/body.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import type { DecidedEvent, EventOf } from '../../events/event-type.ts';
import { expertAdmitted, expertReinstated, expertStream, expertSuspended } from '../../events/expert.ts';
import {
  type AccountId,
  bodyIdSchema,
  type CreditCode,
  creditCodeCheckSymbol,
  creditCodeSchema,
  expertIdSchema,
  type Position,
  type ProjectId,
  projectIdSchema,
  resultIdSchema,
  type StreamId,
} from '../../events/ids.ts';
import type { problemRaised } from '../../events/implementation.ts';
import {
  applicationWindowOpened,
  programmeOpened,
  programmeStream,
  type WorkPlan,
  workPlanAmended,
  workPlanPublished,
} from '../../events/programme.ts';
import { earlierResultRecorded, excellentResultsStream } from '../../events/recognition.ts';
import { type BatchedResult, resultBatchStream } from '../../events/result.ts';
import { REGULATION } from '../../events/statute.ts';
import { type Instant, lastDayOfYears } from '../../events/time.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  unitRegistered,
  unitRegistrationVerified,
  unitStream,
} from '../../events/unit.ts';
import { type ApplicationState, application } from '../../services/application/state.ts';
import type { Fold } from '../../services/command.ts';
import { createHandle, type Handle } from '../../services/handle.ts';
import { derivedId } from '../../services/identifiers.ts';
import { type Implementation, implementationState } from '../../services/implementation/state.ts';
import { type BlobStore, NO_STREAM, type Vault } from '../../services/ports.ts';
import { batches, type ResultBatch } from '../../services/result/batch.ts';
import { type ProjectOfResult, projectOfResult } from '../../services/result/state.ts';
import { content as applicationContent, plan } from '../application/sample.ts';
import { recorded } from '../support/given.ts';
import { metaOf } from '../support/log.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';
import { type HonourPlace, PANEL_SIZE, QUORUM, type Year } from './honours.ts';
import { HONOUR_FOLDS, type HonourFolds, HonoursLog } from './honours-log.ts';
import type { Person, Sight } from './model.ts';

export const YEAR = 2024;
export const INDUSTRY = '轻工';
const DISTRICT = '120110';

const creditCode = (first17: string) => creditCodeSchema.parse(`${first17}${creditCodeCheckSymbol(first17)}`);
export const UNIT_A = creditCode('91120110MA05X1234');
export const UNIT_B = creditCode('91120110MA05Y5678');
const DONGLI = bodyIdSchema.parse('dongli');
const GONGXIN = bodyIdSchema.parse('gongxin');

/** The first and the third project are the same unit's and can bear the same title. */
export const PROJECTS = [
  { unit: UNIT_A, body: DONGLI, title: '降低焊接不良率', suffix: '', close: false },
  { unit: UNIT_B, body: GONGXIN, title: '缩短热处理周期', suffix: '', close: true },
  { unit: UNIT_A, body: DONGLI, title: '降低焊接不良率', suffix: '（二期）', close: false },
] as const;

/** The expert bank; the third works for the second unit. */
export const EXPERTS = ['exp-1', 'exp-2', 'exp-3', 'exp-4', 'exp-5', 'exp-6', 'exp-7'] as const;
const EMPLOYED: Readonly<Record<string, CreditCode>> = { 'exp-3': UNIT_B };

interface Account extends Person {
  readonly role: Role;
}

const staff = { account: 'staff.he', staffOf: UNIT_A };
/**
 * Every account in every role it holds. Two of them verify as well as review; among the experts one acts for a unit and two
 * for bodies.
 */
export const PEOPLE: readonly Account[] = [
  { account: 'unit.li', org: UNIT_A, kind: 'unit', role: 'UNIT' },
  { account: 'unit.zhao', org: UNIT_B, kind: 'unit', role: 'UNIT' },
  { account: 'dongli.sun', org: DONGLI, kind: 'body', role: 'REC-D' },
  { account: 'gongxin.qian', org: GONGXIN, kind: 'body', role: 'REC-I' },
  { account: 'msr.chen', org: 'msr', kind: 'authority', role: 'MSR' },
  { account: 'msr.wang', org: 'msr', kind: 'authority', role: 'MSR' },
  { account: 'both.one', org: DONGLI, kind: 'body', role: 'REC-D' },
  { account: 'both.one', org: 'msr', kind: 'authority', role: 'MSR' },
  { account: 'both.two', org: DONGLI, kind: 'body', role: 'REC-D' },
  { account: 'both.two', org: GONGXIN, kind: 'body', role: 'REC-I' },
  { account: 'both.two', org: 'msr', kind: 'authority', role: 'MSR' },
  { ...staff, org: UNIT_A, kind: 'unit', role: 'UNIT' },
  { ...staff, org: DONGLI, kind: 'body', role: 'REC-D' },
  { account: 'msr.zhou', org: 'msr', kind: 'authority', role: 'MSR' },
  { account: 'msr.wu', org: 'msr', kind: 'authority', role: 'MSR' },
  { account: 'exp.an', org: 'exp-1', kind: 'expert', role: 'EXPERT' },
  { account: 'exp.bai', org: 'exp-2', kind: 'expert', role: 'EXPERT' },
  { account: 'exp.cao', org: 'exp-3', kind: 'expert', role: 'EXPERT' },
  { account: 'exp.yan', org: 'exp-7', kind: 'expert', role: 'EXPERT' },
  { account: 'exp.du', org: 'exp-4', kind: 'expert', role: 'EXPERT' },
  { account: 'exp.du', org: UNIT_A, kind: 'unit', role: 'UNIT' },
  { account: 'gongxin.qian', org: 'exp-5', kind: 'expert', role: 'EXPERT' },
  { account: 'dongli.lu', org: DONGLI, kind: 'body', role: 'REC-D' },
  { account: 'dongli.lu', org: 'exp-6', kind: 'expert', role: 'EXPERT' },
  { account: 'sup.guo', org: 'sup', kind: 'supervisor', role: 'SUP' },
  { account: 'msr.former', org: 'msr', kind: 'authority', role: 'MSR', former: true },
];

export function actorOf({ account, org }: Person): Actor {
  const { role } = PEOPLE.find(person => person.account === account && person.org === org) as Account;
  return { accountId: account as AccountId, orgId: org, role };
}

const sealed = { subject: 'person-li-ming', sealed: 'A'.repeat(40) };

/** Nobody opens what is sealed here. */
const vault: Vault = {
  subjectOf: () => sealed.subject,
  keyed: text => text,
  seal: async () => sealed,
  open: async () => undefined,
  erase: async () => undefined,
};

const fileOf = async (sha256: string) => ({ sha256, size: 1024, mediaType: 'application/pdf' });

/** Every file has been uploaded, by whoever names it. */
const blobs: BlobStore = {
  put: () => Promise.reject(new Error('nothing is uploaded here')),
  stat: fileOf,
  statUploadedBy: (_orgId, sha256) => fileOf(sha256),
  open: async () => undefined,
};

const workPlan: WorkPlan = {
  ...plan,
  options: {
    ...plan.options,
    requiredResultDocuments: ['成果报告'],
    panel: { size: PANEL_SIZE, quorum: QUORUM, lookBackYears: 3 },
  },
};

/** What stands in the log before the first project. */
const past: readonly RecordedEvent[] = [
  ...of(programmeStream(YEAR), [
    programmeOpened.of({ year: YEAR, title: '2024年度质量攻关', regulation: REGULATION }),
    workPlanPublished.of({
      year: YEAR,
      version: 1,
      plan: workPlan,
      docHash: 'a'.repeat(64),
      url: 'https://example.cn/plan',
    }),
    applicationWindowOpened.of({ year: YEAR, opensAt: '2024-03-14T16:00:00.000Z', closesOn: '2024-04-30' }),
  ]),
  ...of(bodiesStream, [
    recommendingBodyRegistered.of({
      bodyId: DONGLI,
      kind: 'district-bureau',
      name: '东丽区市场监管局',
      from: '2024-01-01',
    }),
    recommendingBodyRegistered.of({
      bodyId: GONGXIN,
      kind: 'industry-authority',
      name: '市工信局',
      from: '2024-01-01',
    }),
    jurisdictionAssigned.of({ bodyId: DONGLI, jurisdiction: { district: DISTRICT }, from: '2024-01-01' }),
    jurisdictionAssigned.of({ bodyId: GONGXIN, jurisdiction: { industry: INDUSTRY }, from: '2024-01-01' }),
  ]),
  ...[UNIT_A, UNIT_B].flatMap(uscc => of(unitStream(uscc), unitFacts(uscc))),
  ...EXPERTS.flatMap(expertId => of(expertStream(expertIdSchema.parse(expertId)), [expertFact(expertId)])),
  ...[...new Set(PEOPLE.map(({ account }) => account))].flatMap(account =>
    of(accountStream(account as AccountId), accountFacts(account as AccountId)),
  ),
  ...of(excellentResultsStream, [
    earlierResultRecorded.of({
      resultId: resultIdSchema.parse('2023-001'),
      year: 2023,
      title: PROJECTS[1].title,
      unitName: '天津某热处理厂',
      problem: applicationContent.qualityProblem,
      methods: [...applicationContent.methods],
      results: applicationContent.expectedResults,
      source: { document: '2023年优秀成果名单' },
    }),
  ]),
].map((event, at) => ({ ...event, position: String(at + 1) as Position }));

function of(streamId: StreamId, drafts: readonly DecidedEvent[]): RecordedEvent[] {
  return drafts.map((draft, revision) => ({ ...recorded(draft), streamId, revision }));
}

function unitFacts(uscc: CreditCode): DecidedEvent[] {
  return [
    unitRegistered.of({
      uscc,
      name: '天津某电池有限公司',
      kind: '企业',
      district: DISTRICT,
      industries: [INDUSTRY],
      isBranch: false,
      contact: { name: sealed, phone: sealed },
    }),
    unitRegistrationVerified.of({
      uscc,
      source: '企业信用信息公示系统',
      verifiedOn: '2024-03-01',
      inTianjin: true,
      evidence: [],
    }),
  ];
}

function accountFacts(accountId: AccountId): DecidedEvent[] {
  return PEOPLE.filter(({ account }) => account === accountId).map(({ role, org, former }, at) => {
    const grant = {
      role: role as Exclude<Role, 'SYS'>,
      orgId: org,
      orgName: org,
      from: '2024-01-01',
      ...(former && { lastDay: '2024-02-29' }),
    };
    return at === 0 ? accountRegistered.of({ accountId, name: sealed, grant }) : roleGranted.of({ accountId, grant });
  });
}

function expertFact(expertId: string): DecidedEvent {
  const employer = EMPLOYED[expertId];
  return expertAdmitted.of({
    expertId: expertIdSchema.parse(expertId),
    name: sealed,
    fields: ['质量管理'],
    professionalTitle: '教授级高工',
    employerName: employer ? '某热处理厂' : '天津大学',
    ...(employer && { employerUscc: employer }),
    bankRulesVersion: 1,
  });
}

export const bankOf = (): Year['bank'] =>
  new Map(EXPERTS.map(expert => [expert, { active: true, ...(EMPLOYED[expert] && { employer: EMPLOYED[expert] }) }]));

interface Folded {
  readonly application: ApplicationState | undefined;
  readonly implementation: Implementation | undefined;
  readonly result: ProjectOfResult | undefined;
}

/** How a life line is folded; a test can put a wrong fold in its place. */
export interface Folds extends HonourFolds {
  readonly application: Fold<ApplicationState | undefined>;
}

export const FOLDS: Folds = { application: application as Fold<ApplicationState | undefined>, ...HONOUR_FOLDS };

/** What a walk begins with: a log, and the name under which its projects were started. */
export interface Beginning {
  readonly log: readonly RecordedEvent[];
  readonly startedAs: string;
}

export class World {
  readonly store: MemoryStore;
  /** The second half as the log shows it. */
  readonly honours: HonoursLog;
  readonly handle: Handle;
  readonly projects: readonly ProjectId[];
  readonly name: string;
  now: Instant;
  readonly #folds: Folds;
  readonly #states: Folded[] = PROJECTS.map(() => ({
    application: undefined,
    implementation: undefined,
    result: undefined,
  }));
  readonly #batches = new Map<string, readonly ResultBatch[]>();
  readonly #cases = new Map<number, string>();
  readonly #startedAs: string;
  /** Events already folded. */
  #read = 0;
  #decisions = 0;

  constructor(name: string, now: Instant, folds = FOLDS, beginning: Beginning = { log: past, startedAs: name }) {
    this.store = createMemoryStore(beginning.log);
    this.honours = new HonoursLog(folds);
    this.#startedAs = beginning.startedAs;
    this.name = name;
    this.now = now;
    this.#folds = folds;
    this.projects = PROJECTS.map((_project, slot) => projectIdSchema.parse(`${YEAR}-${derivedId(this.startId(slot))}`));
    this.handle = createHandle({ store: this.store, vault, blobs, clock: { now: () => this.now } });
  }

  /** The id of the command that starts a project, of which the project's own id is made. */
  startId(slot: number): string {
    return `${this.#startedAs}-start-${slot}`;
  }

  /** Folds what was recorded since the last look. */
  look(): void {
    for (; this.#read < this.store.log.length; this.#read += 1) {
      const event = this.store.log[this.#read] as RecordedEvent;
      this.honours.take(event);
      const slot = this.projects.findIndex(projectId => event.streamId === projectStream(projectId));
      const state = this.#states[slot];
      if (state) this.#states[slot] = this.#evolve(state, event);
      for (const { body } of PROJECTS) {
        if (event.streamId !== resultBatchStream(YEAR, body)) continue;
        this.#batches.set(body, batches.evolve(this.batchesOf(body), event as never));
        break;
      }
    }
  }

  #evolve(state: Folded, event: RecordedEvent): Folded {
    return {
      application: this.#folds.application.evolve(state.application, event as never),
      implementation: implementationState.evolve(state.implementation, event as never),
      result: projectOfResult.evolve(state.result, event as never),
    };
  }

  batchesOf(body: string): readonly ResultBatch[] {
    return this.#batches.get(body) ?? [];
  }

  stateOf(slot: number): Folded {
    return this.#states[slot] as Folded;
  }

  sightOf(slot: number): Sight {
    const { application: state, implementation: course } = this.stateOf(slot);
    if (!state) return 'none';
    switch (state.stage) {
      case 'draft':
        return 'started';
      case 'submitted': {
        const { completeness, truthfulness, submission } = state;
        const isPassed = [completeness, truthfulness].every(
          check => check?.passed && check.materialsRoot === submission?.materialsRoot,
        );
        return isPassed ? 'verified' : 'submitted';
      }
      case 'listed':
        return course?.stage === 'completed' ? this.#resultSight(slot) : (course?.stage as Sight);
      default:
        return state.stage as Sight;
    }
  }

  /** Where a forwarded result stands. */
  honourOf(slot: number): HonourPlace {
    return this.honours.sightOf(this.projects[slot] as ProjectId);
  }

  #resultSight(slot: number): Sight {
    const submission = this.stateOf(slot).result?.submission;
    if (!submission) return 'completed';
    const projectId = this.projects[slot] as ProjectId;
    const batch = this.batchesOf(submission.bodyId).find(({ projects }) =>
      projects.some(member => member.projectId === projectId && member.version === submission.version),
    );
    if (!batch) return 'results-submitted';
    const verdict = batch.verdicts.get(projectId);
    if (!verdict) return 'results-compiled';
    if (!verdict.recommended) return 'results-not-recommended';
    return batch.forwarded === undefined ? 'results-recommended' : 'results-forwarded';
  }

  /** The last batch that lists a project, in whatever version. */
  batchOf(slot: number): ResultBatch | undefined {
    const projectId = this.projects[slot];
    const { body } = PROJECTS[slot] as (typeof PROJECTS)[number];
    return this.batchesOf(body).findLast(({ projects }) => projects.some(member => member.projectId === projectId));
  }

  lastProblem(slot: number): string | undefined {
    const own = projectStream(this.projects[slot] as ProjectId);
    const raised = this.store.log.findLast(({ streamId, type }) => streamId === own && type === 'problem.raised');
    return (raised as EventOf<typeof problemRaised> | undefined)?.data.problemId;
  }

  /** Facts that other commands than those under test would record. */
  async happen(stream: StreamId, draft: DecidedEvent): Promise<void> {
    const revision = (await this.store.readStream(stream, NO_STREAM)).length - 1;
    this.#decisions += 1;
    const id = `${this.name}-happening-${this.#decisions}`;
    const meta = { ...metaOf(id), recordedAt: this.now, effectiveAt: this.now };
    await this.store.append(stream, revision, [
      { id, type: draft.type, schemaVersion: draft.kind.version, data: draft.data, meta },
    ]);
  }

  ban(uscc: CreditCode, decision: string, from: string): Promise<void> {
    const lastDay = lastDayOfYears(from, 5);
    return this.happen(unitStream(uscc), applicationBanImposed.of({ uscc, decision, from, lastDay }));
  }

  liftBan(uscc: CreditCode, decision: string, from: string): Promise<void> {
    return this.happen(unitStream(uscc), applicationBanLifted.of({ uscc, decision, from, reason: '决定被撤销' }));
  }

  /** A case that was reported about a project by a command of an id. */
  report(slot: number, commandId: string): void {
    this.#cases.set(slot, derivedId(commandId));
  }

  caseOf(slot: number): string | undefined {
    return this.#cases.get(slot);
  }

  suspendExpert(expert: string): Promise<void> {
    const expertId = expertIdSchema.parse(expert);
    return this.happen(expertStream(expertId), expertSuspended.of({ expertId, reason: '本人申请' }));
  }

  reinstateExpert(expert: string): Promise<void> {
    const expertId = expertIdSchema.parse(expert);
    return this.happen(expertStream(expertId), expertReinstated.of({ expertId, reason: '本人申请' }));
  }

  /** The plan asks for a public notice and for certificates from now on. */
  amendPlan(): Promise<void> {
    const options = { ...workPlan.options, publicNotice: { workingDays: 3 }, certificates: true };
    return this.happen(
      programmeStream(YEAR),
      workPlanAmended.of({
        year: YEAR,
        version: 2,
        fromVersion: 1,
        plan: { ...workPlan, options },
        changes: [{ pointer: '/options/publicNotice', from: '', to: '{"workingDays":3}' }],
        reason: '增加公示',
        docHash: 'b'.repeat(64),
        url: 'https://example.cn/plan-2',
      }),
    );
  }
}

/** The lists of a batch as its root pins them. */
export function listsOf({
  projects,
  verdicts,
}: ResultBatch): readonly [readonly BatchedResult[], readonly BatchedResult[]] {
  const judged = (recommended: boolean) =>
    projects.filter(({ projectId }) => verdicts.get(projectId)?.recommended === recommended);
  return [judged(true), judged(false)];
}
