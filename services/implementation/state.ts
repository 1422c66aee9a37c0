/** One project after its listing: plan, PDCA cycles, monitoring and end (art-15), and the follow-up of its body (art-16). */
import type { ApplicationEvent, applicationStarted } from '../../events/application.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import {
  type guidanceIssued,
  type ImplementationEvent,
  type ImplementationPlan,
  PDCA_STAGES,
  type ProblemId,
  type pdcaStageReported,
  type progressMonitored,
  type progressUrged,
  type VisitId,
  type visitRecorded,
} from '../../events/implementation.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** Where a project stands from its listing on (domain 1.5); before that it is unlisted here. */
export type ImplementationStage = 'unlisted' | 'listed' | 'implementing' | 'completed' | 'terminated';

export type StageReport = EventOf<typeof pdcaStageReported>['data'];
export type Monitoring = Omit<EventOf<typeof progressMonitored>['data'], 'projectId'>;

export interface Visit {
  readonly visitId: VisitId;
  readonly plannedOn?: CivilDate;
  readonly purpose?: string;
  readonly done?: Pick<EventOf<typeof visitRecorded>['data'], 'visitedOn' | 'place' | 'findings' | 'kinds'> & {
    /** By the subjects of their sealed names. */
    readonly participants: readonly string[];
  };
}

export interface RaisedProblem {
  readonly problemId: ProblemId;
  readonly description: string;
  readonly raisedOn: CivilDate;
  /** The visit at which it was raised. */
  readonly visitId?: string;
  readonly resolution?: string;
}

type Origin = EventOf<typeof applicationStarted>['data'];

export interface Implementation extends Origin {
  readonly stage: ImplementationStage;
  readonly listedOn: CivilDate | undefined;
  /** The implementation plan in its latest version; `since` is the day of the first. */
  readonly plan:
    | {
        readonly version: number;
        readonly content: ImplementationPlan;
        readonly since: CivilDate;
        /** Of the latest revision. */
        readonly reason?: string;
      }
    | undefined;
  readonly reports: readonly StageReport[];
  readonly monitorings: readonly Monitoring[];
  readonly adjustments: readonly { readonly becauseOf: number; readonly adjustment: string }[];
  readonly visits: readonly Visit[];
  readonly guidance: readonly Pick<EventOf<typeof guidanceIssued>['data'], 'opinion' | 'visitId'>[];
  readonly urgings: readonly Pick<EventOf<typeof progressUrged>['data'], 'matter' | 'expectedBy'>[];
  readonly problems: readonly RaisedProblem[];
}

type ProjectEvent = Extract<ApplicationEvent, { type: 'application.started' | 'project.listed' }> | ImplementationEvent;

/** What the body in charge does. */
type FollowUpEvent = Extract<
  ImplementationEvent,
  { type: `visit.${string}` | 'guidance.issued' | 'progress.urged' | `problem.${string}` }
>;

function started(origin: Origin): Implementation {
  return {
    ...origin,
    stage: 'unlisted',
    listedOn: undefined,
    plan: undefined,
    reports: [],
    monitorings: [],
    adjustments: [],
    visits: [],
    guidance: [],
    urgings: [],
    problems: [],
  };
}

/** Undefined until the application is started. */
export const implementationState: Fold<Implementation | undefined, ProjectEvent> = {
  name: 'implementation',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'application.started') return started(event.data);
    return state && implemented(state, event);
  },
};

/** What the unit does (art-15); then what the body in charge does. */
function implemented(state: Implementation, event: ProjectEvent): Implementation {
  switch (event.type) {
    case 'project.listed':
      return { ...state, stage: 'listed', listedOn: shanghaiDate(event.meta.effectiveAt) };
    case 'implementation-plan.submitted': {
      const { version, plan } = event.data;
      const since = shanghaiDate(event.meta.effectiveAt);
      return { ...state, stage: 'implementing', plan: { version, content: plan, since } };
    }
    case 'implementation-plan.revised': {
      const { version, plan, reason } = event.data;
      return { ...state, plan: state.plan && { ...state.plan, version, content: plan, reason } };
    }
    case 'pdca-stage.reported':
      return { ...state, reports: [...state.reports, event.data] };
    case 'progress.monitored': {
      const { projectId: _own, ...monitoring } = event.data;
      return { ...state, monitorings: [...state.monitorings, monitoring] };
    }
    case 'strategy.adjusted': {
      const { becauseOf, adjustment } = event.data;
      return { ...state, adjustments: [...state.adjustments, { becauseOf, adjustment }] };
    }
    case 'project.completed':
      return { ...state, stage: 'completed' };
    case 'project.terminated':
      return { ...state, stage: 'terminated' };
    case 'application.started':
      return state;
    default:
      return followedUp(state, event);
  }
}

/** What the body in charge does (art-16). */
function followedUp(state: Implementation, event: FollowUpEvent): Implementation {
  switch (event.type) {
    case 'visit.planned': {
      const { visitId, plannedOn, purpose } = event.data;
      return { ...state, visits: [...state.visits, { visitId, plannedOn, purpose }] };
    }
    case 'visit.recorded': {
      const { visitId, visitedOn, place, findings, kinds } = event.data;
      const participants = event.data.participants.map(({ subject }) => subject);
      const planned = state.visits.find(visit => visit.visitId === visitId);
      const others = state.visits.filter(visit => visit.visitId !== visitId);
      return {
        ...state,
        visits: [...others, { visitId, ...planned, done: { visitedOn, place, findings, kinds, participants } }],
      };
    }
    case 'guidance.issued': {
      const { opinion, visitId } = event.data;
      return { ...state, guidance: [...state.guidance, { opinion, visitId }] };
    }
    case 'progress.urged': {
      const { matter, expectedBy } = event.data;
      return { ...state, urgings: [...state.urgings, { matter, expectedBy }] };
    }
    case 'problem.raised': {
      const { problemId, description, raisedOn, visitId } = event.data;
      const problem = { problemId, description, raisedOn, ...(visitId !== undefined && { visitId }) };
      return { ...state, problems: [...state.problems, problem] };
    }
    case 'problem.resolved': {
      const { problemId, resolution } = event.data;
      const problems = state.problems.map(problem =>
        problem.problemId === problemId ? { ...problem, resolution } : problem,
      );
      return { ...state, problems };
    }
    default:
      return untouched(state, event);
  }
}

/** The stage a unit reports next: 计划, 执行, 检查, 处理, then the next cycle. */
export function nextStage({ reports }: Implementation): Pick<StageReport, 'cycle' | 'stage'> {
  const last = reports.at(-1);
  if (!last) return { cycle: 1, stage: '计划' };
  const following = PDCA_STAGES[PDCA_STAGES.indexOf(last.stage) + 1];
  return following ? { cycle: last.cycle, stage: following } : { cycle: last.cycle + 1, stage: '计划' };
}

/** A cycle is closed when its 处理 is reported. */
export function closedCycles({ reports }: Implementation): number {
  return reports.filter(({ stage }) => stage === '处理').length;
}
