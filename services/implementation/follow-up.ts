/** The follow-up service of the body in charge (art-16): visits, guidance, urging, and problems until they are solved. */
import { z } from 'zod';
import { type Deviation, RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { type BodyId, projectIdSchema } from '../../events/ids.ts';
import {
  guidanceIdSchema,
  guidanceIssued,
  problemIdSchema,
  problemRaised,
  problemResolved,
  progressUrged,
  type VisitId,
  visitIdSchema,
  visitPlanned,
  visitRecorded,
} from '../../events/implementation.ts';
import type { Charges } from '../../events/rules/jurisdiction.ts';
import { actDays, lateDeviations } from '../../events/rules/lateness.ts';
import type { PlanInForce } from '../../events/rules/plan.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { type CivilDate, dateSchema } from '../../events/time.ts';
import { chargesNow, districtOf } from '../bodies.ts';
import { command, type Given, sealedPeople } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import {
  actDay,
  chargeFault,
  implementationFutureFault,
  implementationStageFault,
  onImplementation,
  ownImplementation,
  pastFault,
  wasEverInCharge,
} from './guards.ts';
import { planInForceFor } from './reads.ts';
import type { Implementation, ImplementationStage, Visit } from './state.ts';

const ARTICLE = 'art-16';

const around = (state: Implementation | undefined) => ({
  plan: planInForceFor(state),
  district: districtOf(state),
  charges: chargesNow,
  exclusions: exclusionsNow,
});

const byBody = {
  ...onImplementation,
  allow: RECOMMENDING_ROLES,
  reads: (_input: unknown, state: Implementation | undefined) => around(state),
};

interface Known {
  readonly district: string | undefined;
  readonly charges: Charges;
  readonly exclusions: Exclusions;
}

const OPEN: readonly ImplementationStage[] = ['listed', 'implementing', 'completed'];
/** What began before a termination, or before a stop for fraud, can still be put on record. */
const EVER_LISTED: readonly ImplementationStage[] = [...OPEN, 'terminated'];

/** The project, if the caller's body is in charge of it on the day. */
function followed(
  state: Implementation | undefined,
  given: Given,
  known: Known,
  {
    day = actDay(given),
    stages = OPEN,
  }: { readonly day?: CivilDate; readonly stages?: readonly ImplementationStage[] } = {},
): Implementation | Rejection {
  if (!state) return notFound();
  const stopped = stages === EVER_LISTED ? undefined : stopFault(known.exclusions, state.projectId);
  return chargeFault(state, given, known, day) ?? stopped ?? implementationStageFault(state, stages, ARTICLE) ?? state;
}

const bodyOf = ({ actor }: Given) => actor.orgId as BodyId;
const input = { projectId: projectIdSchema };
const atVisit = { ...input, visitId: visitIdSchema.optional() };

export const planVisit = command({
  ...byBody,
  name: 'PlanVisit',
  title: '计划走访',
  records: [visitPlanned],
  summary: 'Plans a visit to the project unit.',
  reach: { plannedOn: { notAfter: { years: 2 } } },
  input: z.strictObject({ ...input, plannedOn: dateSchema, purpose: paragraphSchema }),
  gate: (state, given, known) => followed(state, given, known),
  decide(project, input, given) {
    const { plannedOn, purpose } = input;
    if (project.visits.some(visit => visit.plannedOn === plannedOn && visit.purpose === purpose)) return [];
    const visitId = visitIdSchema.parse(given.newId);
    return pastFault(plannedOn, given) ?? [visitPlanned.of({ ...input, visitId, bodyId: bodyOf(given) })];
  },
});

export const recordVisit = command({
  ...byBody,
  name: 'RecordVisit',
  title: '记录走访',
  records: [visitRecorded],
  summary: 'Records a visit, planned or not, by the body in charge on its day.',
  enteredLater: true,
  input: z.strictObject({
    ...atVisit,
    visitedOn: dateSchema,
    kinds: visitRecorded.schema.shape.kinds,
    place: lineSchema,
    participants: z.array(lineSchema).min(1).max(50),
    findings: paragraphSchema,
  }),
  readsTyped: ({ participants }, _state, { actor }) => ({ people: sealedPeople(actor.orgId, participants) }),
  gate(state, given, known) {
    if (!state) return notFound();
    // On which day the visit was is typed in: a body that was in charge on any can have one to record.
    const fault = wasEverInCharge(state, given, known) ? undefined : chargeFault(state, given, known, actDay(given));
    return fault ?? implementationStageFault(state, EVER_LISTED, ARTICLE) ?? state;
  },
  decide(state, { visitId, ...input }, given, known) {
    const project = followed(state, given, known, { day: input.visitedOn, stages: EVER_LISTED });
    if (isRejection(project)) return project;
    const done = project.visits.find(
      visit => isSameVisit(visit, input) && (visitId ?? visit.visitId) === visit.visitId,
    );
    if (done?.done) {
      const { kinds, participants } = done.done;
      const said = { kinds: input.kinds, participants: known.people.map(({ subject }) => subject) };
      return again({ kinds, participants }, said);
    }
    const fault = implementationFutureFault(input.visitedOn, given) ?? visitFault(project, visitId, input.visitedOn);
    if (fault) return fault;
    const id = visitId ?? visitIdSchema.parse(given.newId);
    const visit = { ...input, visitId: id, bodyId: bodyOf(given), participants: [...known.people] };
    return [visitRecorded.of(visit, { deviations: enteredAfterYear(input.visitedOn, known.plan, given) })];
  },
});

/** The work plan counts visits by the year: one that is recorded after it stays on record as entered late. */
function enteredAfterYear(visitedOn: CivilDate, plan: PlanInForce | undefined, given: Given): Deviation[] {
  if (!plan) return [];
  const { year, version } = plan;
  return lateDeviations(`${visitedOn.slice(0, 4)}-12-31`, actDays(given.effectiveAt, given.now, visitedOn), {
    code: 'visit-entered-late',
    basis: { plan: year, version, item: 'deadlines.visitsPerYear' },
    zh: '走访记录晚于走访当年年底',
    en: 'The visit was put on record after the end of its year',
  });
}

type VisitEventTypes = { readonly visitedOn: CivilDate; readonly place: string; readonly findings: string };

function isSameVisit({ done }: Visit, { visitedOn, place, findings }: VisitEventTypes): boolean {
  return done?.visitedOn === visitedOn && done.place === place && done.findings === findings;
}

function visitFault(
  { listedOn, visits }: Implementation,
  visitId: VisitId | undefined,
  visitedOn: CivilDate,
): Rejection | undefined {
  if (listedOn !== undefined && visitedOn < listedOn) {
    return refuseForm(
      'invalid',
      'visit-before-listing',
      `走访日期早于项目列入计划之日 ${listedOn}`,
      `The project was listed on ${listedOn}, after the visit`,
    );
  }
  if (visitId === undefined) return undefined;
  const planned = visits.find(visit => visit.visitId === visitId);
  if (!planned)
    return refuse(ARTICLE, 'visit-not-planned', '没有该走访计划', 'No visit of this id is planned', 'invalid');
  return planned.done && refuse(ARTICLE, 'visit-already-recorded', '该走访已有记录', 'The visit is already recorded');
}

/** Guidance and problems may come from a visit that took place, and come after it. */
function sourceFault({ visits }: Implementation, visitId: VisitId | undefined, day: CivilDate): Rejection | undefined {
  if (visitId === undefined) return undefined;
  const done = visits.find(visit => visit.visitId === visitId)?.done;
  if (!done) {
    return refuse(ARTICLE, 'visit-not-recorded', '没有该走访记录', 'No visit of this id is recorded', 'invalid');
  }
  if (done.visitedOn <= day) return undefined;
  return refuseForm(
    'invalid',
    'before-the-visit',
    `所依据的走访在 ${done.visitedOn}`,
    `The visit that it comes from was on ${done.visitedOn}`,
  );
}

export const issueGuidance = command({
  ...byBody,
  name: 'IssueGuidance',
  title: '提出指导意见',
  records: [guidanceIssued],
  summary: 'Issues a guiding opinion to the project unit, from a visit or without one.',
  enteredLater: true,
  input: z.strictObject({ ...atVisit, opinion: paragraphSchema }),
  gate: (state, given, known) => followed(state, given, known),
  decide(project, { projectId, opinion, visitId }, given) {
    if (project.guidance.some(issued => issued.opinion === opinion && issued.visitId === visitId)) return [];
    const guidance = {
      projectId,
      guidanceId: guidanceIdSchema.parse(given.newId),
      bodyId: bodyOf(given),
      opinion,
      ...(visitId !== undefined && { visitId }),
    };
    return sourceFault(project, visitId, actDay(given)) ?? [guidanceIssued.of(guidance)];
  },
});

export const urgeProgress = command({
  ...byBody,
  name: 'UrgeProgress',
  title: '督促项目进度',
  records: [progressUrged],
  summary: 'Urges the unit to move a matter on by a day.',
  reach: { expectedBy: { notAfter: { years: 2 } } },
  input: z.strictObject({ ...input, matter: paragraphSchema, expectedBy: dateSchema }),
  gate: (state, given, known) => followed(state, given, known, { stages: ['listed', 'implementing'] }),
  decide(project, input, given) {
    const { matter, expectedBy } = input;
    if (project.urgings.some(urged => urged.matter === matter && urged.expectedBy === expectedBy)) return [];
    return pastFault(expectedBy, given) ?? [progressUrged.of({ ...input, bodyId: bodyOf(given) })];
  },
});

export const raiseProblem = command({
  ...byBody,
  allow: [...RECOMMENDING_ROLES, 'UNIT'],
  name: 'RaiseProblem',
  title: '提出问题',
  records: [problemRaised],
  summary: 'Puts a problem of the project on record, by the body in charge or by the unit that needs help.',
  enteredLater: true,
  input: z.strictObject({ ...atVisit, description: paragraphSchema }),
  gate: (state, given, known) =>
    given.actor.role === 'UNIT' ? ownOpen(state, given, known) : followed(state, given, known),
  decide(project, { projectId, description, visitId }, given) {
    const open = project.problems.filter(problem => problem.description === description && !problem.resolution);
    // Who names no visit says no more than what stands.
    if (open.some(problem => visitId === undefined || problem.visitId === visitId)) return [];
    const problem = {
      projectId,
      problemId: problemIdSchema.parse(given.newId),
      description,
      raisedOn: actDay(given),
      ...(visitId !== undefined && { visitId }),
    };
    return sourceFault(project, visitId, actDay(given)) ?? [problemRaised.of(problem)];
  },
});

function ownOpen(
  state: Implementation | undefined,
  { actor }: Given,
  { exclusions }: Known,
): Implementation | Rejection {
  const own = ownImplementation(state, actor);
  if (isRejection(own)) return own;
  return stopFault(exclusions, own.projectId) ?? implementationStageFault(own, OPEN, ARTICLE) ?? own;
}

export const resolveProblem = command({
  ...byBody,
  name: 'ResolveProblem',
  title: '解决问题',
  records: [problemResolved],
  summary: 'Closes a problem by the resolution that was found; nothing else closes it.',
  enteredLater: true,
  input: z.strictObject({ ...input, problemId: problemIdSchema, resolution: paragraphSchema }),
  gate(state, given, known, { problemId }) {
    const project = followed(state, given, known, { stages: EVER_LISTED });
    if (isRejection(project)) return project;
    return project.problems.find(problem => problem.problemId === problemId) ?? notFound();
  },
  done: ({ resolution }) => resolution !== undefined,
  decide(problem, input, given) {
    if (problem.resolution === input.resolution) return [];
    if (problem.resolution !== undefined) {
      return refuse(ARTICLE, 'problem-already-resolved', '该问题已解决', 'The problem is already resolved');
    }
    const resolvedOn = actDay(given);
    if (resolvedOn < problem.raisedOn) {
      return refuseForm(
        'invalid',
        'resolved-before-raised',
        `问题于 ${problem.raisedOn} 提出`,
        `The problem was raised on ${problem.raisedOn}`,
      );
    }
    return [problemResolved.of({ ...input, resolvedOn })];
  },
});
