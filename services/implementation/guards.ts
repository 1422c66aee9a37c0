/** The gates that commands of several actors pass: whose project, which stage, which body, which day. */
import { projectStream } from '../../events/application.ts';
import type { About, Actor } from '../../events/envelope.ts';
import type { BodyId, ProjectId } from '../../events/ids.ts';
import { bodyInCharge, type Charges } from '../../events/rules/jurisdiction.ts';
import type { PlanInForce } from '../../events/rules/plan.ts';
import type { ArticleId } from '../../events/statute.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import type { Given } from '../command.ts';
import { notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { type Implementation, type ImplementationStage, implementationState } from './state.ts';

/** What every command on one project declares. */
export const onImplementation = {
  fold: implementationState,
  stream: (input: { readonly projectId: ProjectId }) => projectStream(input.projectId),
  about: aboutOf,
  planVersion: (known: { readonly plan: PlanInForce | undefined }) => known.plan?.version,
};

/** Only asked once a decision is accepted, hence of a project that is there. */
function aboutOf(state: Implementation | undefined): About {
  if (!state) return {};
  const { year, projectId, uscc, bodyId } = state;
  return { year, projectId, uscc, bodyId };
}

const STAGE_LABELS: Readonly<Record<ImplementationStage, readonly [zh: string, en: string]>> = {
  unlisted: ['未列入项目计划', 'not listed in the project plan'],
  listed: ['已列入项目计划、尚未提交实施方案', 'listed, without an implementation plan'],
  implementing: ['实施中', 'being implemented'],
  completed: ['已完成', 'completed'],
  terminated: ['已终止', 'terminated'],
};

/** Refuses unless the project stands in one of the stages. */
export function implementationStageFault(
  state: Implementation,
  stages: readonly ImplementationStage[],
  article: ArticleId,
): Rejection | undefined {
  if (stages.includes(state.stage)) return undefined;
  const [zh, en] = STAGE_LABELS[state.stage];
  return refuse(article, 'wrong-stage', `项目${zh}，不能办理此事项`, `The project is ${en}: this cannot be done now`);
}

/** A unit's own project; to anyone else's unit it does not exist. */
export function ownImplementation(state: Implementation | undefined, actor: Actor): Implementation | Rejection {
  return state && state.uscc === actor.orgId ? state : notFound();
}

interface Bodies {
  readonly district: string | undefined;
  readonly charges: Charges;
}

/**
 * art-06: follow-up is the duty of the body in charge of the project that day. To a body that is not concerned with it, by
 * address or by charge, it does not exist.
 */
export function chargeFault(
  state: Implementation,
  { actor, today }: Given,
  { district, charges }: Bodies,
  day: CivilDate,
): Rejection | undefined {
  const inChargeOn = (on: CivilDate) => bodyInCharge(charges, state.bodyId, { district, industry: state.industry }, on);
  const own = actor.orgId as BodyId;
  if (inChargeOn(day) === own) return undefined;
  if (state.bodyId !== own && inChargeOn(today) !== own) return notFound();
  return refuse(
    'art-06',
    'body-not-in-charge',
    `${day} 该项目不由本单位负责`,
    `This body is not in charge of the project on ${day}`,
    'forbidden',
  );
}

/** Whether the body has been in charge of the project on any day until today. */
export function wasEverInCharge(
  state: Implementation,
  { actor, today }: Given,
  { district, charges }: Bodies,
): boolean {
  const scope = { district, industry: state.industry };
  const changes = charges.flatMap(({ from, handedOver }) => (handedOver ? [from, handedOver.on] : [from]));
  return [...changes.filter(day => day <= today), today].some(
    day => bodyInCharge(charges, state.bodyId, scope, day) === actor.orgId,
  );
}

/** The day on which the act took place. */
export function actDay(given: Given): CivilDate {
  return shanghaiDate(given.effectiveAt);
}

/** What has happened cannot bear a day to come. */
export function implementationFutureFault(day: CivilDate, { today }: Given): Rejection | undefined {
  if (day <= today) return undefined;
  return refuseForm('invalid', 'day-in-future', '日期不得晚于今天', 'The day must not be after today');
}

/** What is asked for or planned cannot bear a day gone by. */
export function pastFault(day: CivilDate, given: Given): Rejection | undefined {
  if (day >= actDay(given)) return undefined;
  return refuseForm('invalid', 'day-in-past', '日期不得早于办理之日', 'The day must not be before the act');
}
