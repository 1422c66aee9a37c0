/** A small city with its log: people send commands, and a command can be caught between its decision and its record. */
import { applicationStarted, projectCarriedOver, projectListed, projectStream } from '../../events/application.ts';
import {
  bodiesStream,
  jurisdictionAssigned,
  jurisdictionTransferred,
  recommendingBodyRegistered,
} from '../../events/body.ts';
import { caseIdSchema, caseStream, fraudulentProjectsStopped } from '../../events/enforcement.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import {
  type AccountId,
  bodyIdSchema,
  type CreditCode,
  creditCodeCheckSymbol,
  creditCodeSchema,
  type ProjectId,
  projectIdSchema,
  type StreamId,
} from '../../events/ids.ts';
import { projectCompleted, projectTerminated } from '../../events/implementation.ts';
import type { Sealed } from '../../events/personal.ts';
import {
  PLANNED_PHASES,
  programmeClosed,
  programmeOpened,
  programmeStream,
  type WorkPlan,
  workPlanPublished,
  workPlanSchema,
} from '../../events/programme.ts';
import { REGULATION } from '../../events/statute.ts';
import type { Instant } from '../../events/time.ts';
import { unitRegistered, unitStream } from '../../events/unit.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import { isRejection, type Rejection } from '../../services/rejection.ts';
import * as body from '../../services/result/body.ts';
import type { PlainResult } from '../../services/result/materials.ts';
import * as unit from '../../services/result/unit.ts';
import { PastLog } from '../support/past-log.ts';

export const YEAR = 2024;
export const IN_TIME: Instant = '2024-10-10T02:00:00.000Z';
const DISTRICT = '120116';
const INDUSTRY = '装备制造';

export const BINHAI = bodyIdSchema.parse('binhai');
export const GONGXIN = bodyIdSchema.parse('gongxin');
export const BODIES = [BINHAI, GONGXIN] as const;

function creditCode(first17: string): CreditCode {
  return creditCodeSchema.parse(`${first17}${creditCodeCheckSymbol(first17)}`);
}
export const USCC = creditCode('91120116MA05X1234');
export const OTHER_USCC = creditCode('91120116MA05Y5678');

function actor(accountId: string, orgId: string, role: Actor['role']): Actor {
  return { accountId: accountId as AccountId, orgId, role };
}
/** The unit has uploaded every file but these. */
export const FILE_OF_OTHER = 'e'.repeat(64);
export const MISSING_FILE = 'f'.repeat(64);

function uploaderOf(sha256: string): string | undefined {
  if (sha256 === MISSING_FILE) return undefined;
  return sha256 === FILE_OF_OTHER ? OTHER_USCC : USCC;
}

export const APPLICANT = actor('unit.li', USCC, 'UNIT');
export const OTHER_APPLICANT = actor('unit.zhao', OTHER_USCC, 'UNIT');
export const officerOf = (bodyId: string): Actor => actor(`${bodyId}.sun`, bodyId, 'REC-D');

/** Two projects that the district bureau recommended and two of the industry authority. */
export const PROJECTS = ['2024-aaaa0001', '2024-aaaa0002', '2024-bbbb0001', '2024-bbbb0002'].map(id =>
  projectIdSchema.parse(id),
);
export const [FIRST, SECOND, THIRD, FOURTH] = PROJECTS as [ProjectId, ProjectId, ProjectId, ProjectId];
export const bodyOf = (projectId: ProjectId) => (projectId.includes('aaaa') ? BINHAI : GONGXIN);

export const content = (note = ''): PlainResult => ({
  title: '降低减速机壳体铸造废品率',
  problem: '壳体气孔、缩松导致废品率达到百分之六点二',
  methods: ['QC小组', '实验设计'],
  procedure: '按计划、执行、检查、处理四个阶段开展',
  improvementOrInnovation: '改进浇注系统',
  results: `废品率降到百分之二点六${note}`,
  economicBenefit: { yuan: 1_960_000, basis: '按年产两万件核算' },
  socialBenefit: '年减少废铁重熔七百吨',
  participants: [{ name: '张伟', duty: '项目负责人' }],
});

const SEALED: Sealed = { subject: 'person-zhang', sealed: 'A'.repeat(40) };

const plan: WorkPlan = workPlanSchema.parse({
  title: '2024年天津市质量攻关工作方案',
  steps: PLANNED_PHASES.map(phase => ({ phase, procedure: `${phase}程序`, requirements: `${phase}要求` })),
  deadlines: {
    applicationOpens: '2024-03-15',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 5,
    verification: '2024-05-31',
    municipalReview: '2024-06-14',
    projectPlanPublication: '2024-06-28',
    results: '2024-10-31',
    resultsForwarding: '2024-11-08',
  },
  options: {},
  panelRules: '不少于5人，单数',
  scoringRulesRef: '评定标准第1版',
});

export interface Circumstances {
  readonly actor?: Actor;
  readonly now?: Instant;
}

/** A decision that is not recorded yet. */
export interface Pending {
  readonly decision: Decision;
  /** Records it, deciding again where another command was first in the stream. */
  finish(): Promise<Decision>;
}

export class World extends PastLog {
  #commands = 0;

  constructor() {
    super({
      seal: async () => SEALED,
      subjectOf: () => SEALED.subject,
      blob: async (orgId, sha256) =>
        orgId === uploaderOf(sha256) ? { sha256, size: 9, mediaType: 'text/plain' } : undefined,
    });
  }

  /** Everything that has to be there before a result can be. */
  static founded(options: Partial<WorkPlan['options']> = {}): World {
    const world = new World();
    world.tell(
      programmeStream(YEAR),
      programmeOpened.of({ year: YEAR, title: '2024年度质量攻关', regulation: REGULATION }),
      workPlanPublished.of({
        year: YEAR,
        version: 1,
        plan: { ...plan, options: { ...plan.options, ...options } },
        docHash: 'a'.repeat(64),
        url: 'https://example.cn/plan',
      }),
    );
    const from = '2024-01-01';
    world.tell(
      bodiesStream,
      recommendingBodyRegistered.of({ bodyId: BINHAI, kind: 'district-bureau', name: '滨海新区', from }),
      recommendingBodyRegistered.of({ bodyId: GONGXIN, kind: 'industry-authority', name: '市工信局', from }),
      jurisdictionAssigned.of({ bodyId: BINHAI, jurisdiction: { district: DISTRICT }, from }),
      jurisdictionAssigned.of({ bodyId: GONGXIN, jurisdiction: { industry: INDUSTRY }, from }),
    );
    for (const uscc of [USCC, OTHER_USCC]) {
      world.tell(
        unitStream(uscc),
        unitRegistered.of({
          uscc,
          name: '天津某装备有限公司',
          kind: '企业',
          district: DISTRICT,
          industries: [INDUSTRY],
          isBranch: false,
          contact: { name: SEALED, phone: SEALED },
        }),
      );
    }
    return world;
  }

  /** Records facts of other nouns. */
  tell(stream: StreamId, ...drafts: readonly DecidedEvent[]): void {
    for (const draft of drafts) this.append(stream, { draft, at: '2024-07-01T02:00:00.000Z' });
  }

  list(projectId: ProjectId, uscc = USCC): void {
    const bodyId = bodyOf(projectId);
    const facts = {
      projectId,
      year: YEAR,
      uscc,
      unitName: '天津某装备有限公司',
      title: '课题',
      bodyId,
      bodyName: '某局',
    };
    this.tell(
      projectStream(projectId),
      applicationStarted.of({ ...facts, industry: INDUSTRY }),
      projectListed.of(facts),
    );
  }

  complete(projectId: ProjectId): void {
    const completed = { projectId, completedOn: '2024-09-30', closedCycles: 1, summary: '目标达到' };
    this.tell(projectStream(projectId), projectCompleted.of(completed));
  }

  terminate(projectId: ProjectId): void {
    this.tell(projectStream(projectId), projectTerminated.of({ projectId, reason: '停产' }));
  }

  /** For fraud, before any recognition (D-34). */
  stop(projectId: ProjectId, uscc = USCC): void {
    const caseId = caseIdSchema.parse('case-1');
    const reason = '检测报告系伪造';
    this.tell(caseStream(caseId), fraudulentProjectsStopped.of({ caseId, uscc, projectIds: [projectId], reason }));
  }

  carryOver(projectId: ProjectId): void {
    const years = { fromYear: YEAR, toYear: YEAR + 1 };
    this.tell(projectStream(projectId), projectCarriedOver.of({ projectId, ...years, reason: '周期较长' }));
  }

  closeYear(): void {
    this.tell(programmeStream(YEAR), programmeClosed.of({ year: YEAR, summary: '结束' }));
  }

  /** The district goes to the industry authority, or back. */
  transfer(fromBodyId = BINHAI, toBodyId = GONGXIN, from = '2024-10-01'): void {
    const jurisdiction = { district: DISTRICT };
    this.tell(
      bodiesStream,
      jurisdictionTransferred.of({ fromBodyId, toBodyId, jurisdiction, from, reason: '职能调整' }),
    );
  }

  /** Decides on what the log holds now. */
  async begin(command: AnyCommand, input: object, circumstances: Circumstances = {}): Promise<Pending> {
    this.#commands += 1;
    const commandId = `command-${this.#commands}`;
    const { actor = APPLICANT, now = IN_TIME } = circumstances;
    const attempt = () => this.decide(command, input, { actor, now, commandId });
    const first = await attempt();
    return {
      decision: first.decision,
      finish: async () => {
        let made = first;
        while (!isRejection(made.decision) && this.of(made.stream).length !== made.revision) made = await attempt();
        if (isRejection(made.decision)) return made.decision;
        const about = command.about(made.state, made.input, made.given);
        for (const draft of made.decision) {
          this.append(made.stream, { draft: { ...draft, about: { ...about, ...draft.about } }, actor, at: now });
        }
        return made.decision;
      },
    };
  }

  async send(command: AnyCommand, input: object, circumstances: Circumstances = {}): Promise<Decision> {
    return (await this.begin(command, input, circumstances)).finish();
  }

  /** Sends what must be accepted. */
  async must(command: AnyCommand, input: object, circumstances: Circumstances = {}): Promise<readonly DecidedEvent[]> {
    const decision = await this.send(command, input, circumstances);
    if (isRejection(decision)) throw new Error(`${command.name} refused: ${decision.code} ${decision.en}`);
    return decision;
  }

  /** Sends what must be refused. */
  async refusal(command: AnyCommand, input: object, circumstances: Circumstances = {}): Promise<Rejection> {
    const decision = await this.send(command, input, circumstances);
    if (!isRejection(decision)) throw new Error(`${command.name} accepted: ${decision.map(({ type }) => type)}`);
    return decision;
  }
}

/** A city where all four projects are completed. */
export function completedWorld(options: Partial<WorkPlan['options']> = {}): World {
  const world = World.founded(options);
  for (const projectId of PROJECTS) {
    world.list(projectId, projectId === FOURTH ? OTHER_USCC : USCC);
    world.complete(projectId);
  }
  return world;
}

export const ownerOf = (projectId: ProjectId) => (projectId === FOURTH ? OTHER_APPLICANT : APPLICANT);

/** Signs and submits, to the body that recommended the project unless another is named. */
export async function submit(world: World, projectId: ProjectId, bodyId = bodyOf(projectId), note = ''): Promise<void> {
  const by = { actor: ownerOf(projectId) };
  await world.must(unit.signResultUndertaking, { projectId, signatory: '张伟', position: '质量负责人' }, by);
  await world.must(unit.submitResults, { projectId, bodyId, content: content(note) }, by);
}

/** Compiles at the head of the log. */
export function compile(world: World, bodyId = BINHAI): Promise<readonly DecidedEvent[]> {
  const input = { year: YEAR, bodyId, position: world.head };
  return world.must(body.compileResults, input, { actor: officerOf(bodyId) });
}
