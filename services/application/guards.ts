/** The gates that commands of several actors pass: whose project, which stage, who is in charge, which ban, which deadline. */
import { projectHeld, projectStream } from '../../events/application.ts';
import type { About, Actor } from '../../events/envelope.ts';
import type { BodyId, ProjectId } from '../../events/ids.ts';
import { banOn, endOf } from '../../events/rules/bans.ts';
import { type Bodies, bodyInCharge, districtOfProject } from '../../events/rules/jurisdiction.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import type { ArticleId } from '../../events/statute.ts';
import type { Decision } from '../command.ts';
import { type Exclusions, stopFault } from '../exclusion.ts';
import { twoPersonsFault } from '../persons.ts';
import { notFound, type Rejection, type RejectionKind, refuse } from '../rejection.ts';
import type { ApplicantUnit } from './reads.ts';
import { type ApplicationStage, type ApplicationState, type ApplicationSubmission, application } from './state.ts';

/** What every command on one project declares. */
export const onApplication = {
  fold: application,
  stream: (input: { readonly projectId: ProjectId }) => projectStream(input.projectId),
  about: aboutOf,
  planVersion: (known: { readonly programme: ProgrammeYear }) => known.programme.inForce?.version,
};

/** Only asked once a decision is accepted, hence of a project that is there. */
function aboutOf(state: ApplicationState | undefined): About {
  if (!state) return {};
  const { year, projectId, uscc, bodyId } = state;
  return { year, projectId, uscc, bodyId };
}

const STAGE_LABELS: Readonly<Record<ApplicationStage, readonly [zh: string, en: string]>> = {
  draft: ['填报中', 'being drafted'],
  submitted: ['已提交', 'submitted'],
  returned: ['已退回', 'returned'],
  recommended: ['已推荐', 'recommended'],
  'not-recommended': ['不予推荐', 'not recommended'],
  approved: ['已通过审核', 'approved'],
  listed: ['已列入项目计划', 'listed in the project plan'],
  terminated: ['已终止', 'terminated'],
  rejected: ['未通过审核', 'rejected'],
  withdrawn: ['已撤回', 'withdrawn'],
};

/** Refuses unless the project stands in one of the stages. */
export function applicationStageFault(
  state: ApplicationState,
  stages: readonly ApplicationStage[],
  article: ArticleId,
): Rejection | undefined {
  if (stages.includes(state.stage)) return undefined;
  const [zh, en] = STAGE_LABELS[state.stage];
  return refuse(
    article,
    'wrong-stage',
    `项目目前处于“${zh}”，不能办理此事项`,
    `The project is ${en}: this cannot be done now`,
  );
}

/** A unit's own project; to anyone else's unit it does not exist. */
export function ownApplication(state: ApplicationState | undefined, actor: Actor): ApplicationState | Rejection {
  return state && state.uscc === actor.orgId ? state : notFound();
}

/** A project whose materials have been handed in. */
export interface Submitted extends ApplicationState {
  readonly submission: ApplicationSubmission;
}

/** The project with the materials under consideration, or why there are none. */
export function submittedProject(
  state: ApplicationState | undefined,
  stages: readonly ApplicationStage[],
  article: ArticleId,
): Submitted | Rejection {
  if (!state) return notFound();
  const { submission } = state;
  const fault = applicationStageFault(state, stages, article);
  if (fault) return fault;
  // The stages asked for lie after a submission; a log without one leaves nothing to decide on.
  return submission ? { ...state, submission } : notFound();
}

interface Around {
  readonly unit: ApplicantUnit;
  readonly bodies: Bodies;
}

/**
 * art-06: the body that is in charge today of a project addressed to one: that body, or whoever took over from it
 * (D-6). Undefined when nobody is.
 */
export function bodyInChargeOf(
  addressed: Pick<ApplicationState, 'bodyId' | 'industry' | 'jurisdiction'>,
  { unit, bodies }: Around,
  today: string,
): BodyId | undefined {
  const scope = { district: districtOfProject(addressed, unit.registration?.district), industry: addressed.industry };
  return bodyInCharge(bodies.charges, addressed.bodyId, scope, today);
}

/** Refuses an act of a body that is not in charge of the industry or district (art-06). */
export function notInCharge(bodyName: string, kind?: RejectionKind): Rejection {
  return refuse(
    'art-06',
    'body-not-in-charge',
    `${bodyName}目前不负责该单位所在区域或该行业的推荐工作`,
    `${bodyName} is not in charge of the unit's district or the industry today`,
    kind,
  );
}

/** art-25: no application of an excluded unit is accepted. */
export function banFault(state: Exclusions, uscc: string, today: string): Rejection | undefined {
  const ban = banOn(state.bans, uscc, today);
  if (!ban) return undefined;
  return refuse(
    'art-25',
    'unit-banned',
    `该单位自 ${ban.from} 起5年内不得申报，至 ${endOf(ban)} 止`,
    `Applications of this unit are not accepted from ${ban.from} to ${endOf(ban)}`,
  );
}

/**
 * A ban that began after submission does not refuse what is in the pipeline: at the next gate the project is held, which
 * is a fact, and a person decides (D-33). Undefined when nothing stands in the way.
 */
export function banGate(state: ApplicationState, known: Exclusions, today: string): Decision | undefined {
  const { hold, projectId, uscc } = state;
  const stopped = stopFault(known, projectId);
  if (stopped) return stopped;
  if (hold && !hold.decision) {
    return refuse('art-25', 'project-held', '项目已暂缓，待处理决定', 'The project is held and awaits a decision');
  }
  const ban = banOn(known.bans, uscc, today);
  if (!ban || hold?.banFrom === ban.from) return undefined;
  return [projectHeld.of({ projectId, banFrom: ban.from, banLastDay: endOf(ban) })];
}

/** Two people out of one: whoever verified or recommended does not decide. */
export function samePersonFault(state: ApplicationState, actor: Actor, persons: Persons): Rejection | undefined {
  if (!isAmong(persons, actor.accountId, state.verifiedBy)) return undefined;
  return twoPersonsFault(
    'same-person',
    '核实或推荐该项目的人员不得审核该项目',
    'whoever verified or recommended the project may not review it',
  );
}
