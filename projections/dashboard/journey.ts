/** How one project moves from stage to stage, and which steps it takes on the way. */
import { z } from 'zod';
import type {
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  completenessFailed,
  completenessVerified,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventOf } from '../../events/event-type.ts';
import { sortablePosition } from '../../events/ids.ts';
import type { excellentListReviewed } from '../../events/recognition.ts';
import {
  CONFIDENTIAL_STEPS,
  type JOURNEY_ACTS,
  JOURNEY_STAGES,
  JOURNEY_STEPS,
  type JourneyStage,
  type JourneyStep,
  passedAfter,
  STEP_OF_ACT,
  stageAfter,
  stepOfCheck,
} from '../../events/rules/stages.ts';
import { instantSchema } from '../../events/time.ts';
import { actingBody } from './acting-body.ts';

export const journeySchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  /** With which body the project lies: the one applied to, later the one its results were handed in to. */
  bodyId: z.string(),
  stage: z.enum(JOURNEY_STAGES),
  /** When the stage was entered, by recorded time, as all times here. */
  since: instantSchema,
  /** Milliseconds in the stages it has left; all stays in one stage together. */
  spent: z.partialRecord(z.enum(JOURNEY_STAGES), z.int()),
  /** The steps taken, each with the body it is credited to when it was first taken. */
  steps: z.partialRecord(z.enum(JOURNEY_STEPS), z.string()),
  /** The version handed in last, and the versions that have passed the two checks of art-12 since. */
  materials: z.strictObject({
    submitted: z.string().optional(),
    completeness: z.string().optional(),
    truthfulness: z.string().optional(),
  }),
  firstSubmittedAt: instantSchema.optional(),
  /** Milliseconds from the first submission to the first opinion of a body, favourable or not. */
  opinionAfter: z.int().optional(),
  /** The panel that evaluated it, and the place in the log after which the panel's next list tells. */
  evaluation: z.strictObject({ panelId: z.string(), position: z.string() }).optional(),
  revocations: z.array(z.strictObject({ caseId: z.string(), at: instantSchema })),
});
export type Journey = z.infer<typeof journeySchema>;

/** When something happened to a project, and to which body it is credited. */
export interface CreditedAct {
  readonly at: string;
  readonly bodyId: string;
}

/** Acts of bodies are credited to the one that acts, all others to the one with which the project lies. */
export function actOn({ bodyId }: Journey, event: RecordedEvent): CreditedAct {
  return { at: event.meta.recordedAt, bodyId: actingBody(event) ?? bodyId };
}

/** The journey with a step taken; it counts once, however often it is taken. */
export function taken(journey: Journey, step: JourneyStep, { at, bodyId }: CreditedAct): Journey {
  const steps = journey.steps[step] === undefined ? { ...journey.steps, [step]: bodyId } : journey.steps;
  const { stage, since, spent } = journey;
  const next = stageAfter(stage, step);
  if (next === stage) return { ...journey, steps };
  const stay = Date.parse(at) - Date.parse(since);
  return { ...journey, steps, stage: next, since: at, spent: { ...spent, [stage]: (spent[stage] ?? 0) + stay } };
}

export function journeyBegun({ data: { projectId, year, bodyId }, meta }: EventOf<typeof applicationStarted>): Journey {
  return {
    projectId,
    year,
    bodyId,
    stage: 'started',
    since: meta.recordedAt,
    spent: {},
    steps: { started: bodyId },
    materials: {},
    revocations: [],
  };
}

type Submission = EventOf<typeof applicationSubmitted | typeof applicationSupplemented>;

export function handedIn(journey: Journey, event: Submission): Journey {
  const firstSubmittedAt = journey.firstSubmittedAt ?? event.meta.recordedAt;
  const materials = { submitted: event.data.materialsRoot };
  return taken({ ...journey, firstSubmittedAt, materials }, 'submitted', actOn(journey, event));
}

type Check = EventOf<
  typeof completenessVerified | typeof completenessFailed | typeof truthfulnessVerified | typeof truthfulnessFailed
>;

/** A check of art-12 made; it takes the project on when it is the second of one version to pass. */
export function checked(journey: Journey, event: Check): Journey {
  const { submitted, ...before } = journey.materials;
  const passed = passedAfter(before, event.type, event.data.materialsRoot);
  const step = stepOfCheck(journey.stage, passed, submitted);
  const next = { ...journey, materials: { ...passed, ...(submitted !== undefined && { submitted }) } };
  return step === undefined ? next : taken(next, step, actOn(journey, event));
}

/** An act on the project alone. The first opinion of a body, favourable or not, ends the time that it took for one. */
export function acted(journey: Journey, event: EventOf<(typeof JOURNEY_ACTS)[number]>): Journey {
  const { firstSubmittedAt, opinionAfter } = journey;
  const act = actOn(journey, event);
  const next = taken(journey, STEP_OF_ACT[event.type], act);
  const isOpinion = event.type === 'project.recommended' || event.type === 'project.not-recommended';
  if (!isOpinion || firstSubmittedAt === undefined || opinionAfter !== undefined) return next;
  return { ...next, opinionAfter: Date.parse(act.at) - Date.parse(firstSubmittedAt) };
}

/** Evaluated, or sent back with the list of the panel: from here on the next list of the panel tells. */
export function journeyEvaluated(
  journey: Journey,
  event: RecordedEvent<string, { readonly panelId: string }>,
): Journey {
  const evaluation = { panelId: event.data.panelId, position: sortablePosition(event.position) };
  return taken({ ...journey, evaluation }, 'evaluated', actOn(journey, event));
}

/** The review can be thought over: what it removed can be kept after all. */
export function reviewed(journey: Journey, event: EventOf<typeof excellentListReviewed>): Journey {
  const act = actOn(journey, event);
  const removed = event.data.removed.some(({ projectId }) => projectId === journey.projectId);
  if (removed) return taken(journey, 'removed', act);
  return journey.stage === 'removed' ? taken(journey, 'proposed', act) : journey;
}

/**
 * The journey as those know it who do not oversee: forwarded, until the result is published. What panels and review think
 * of it takes no time of its own, so that no date tells.
 */
export function withoutVerdict(journey: Journey): Journey {
  const told = <Value>(entries: Readonly<Partial<Record<JourneyStep, Value>>>) =>
    Object.fromEntries(Object.entries(entries).filter(([step]) => !CONFIDENTIAL_STEPS.has(step as JourneyStep)));
  const known = { ...journey, steps: told(journey.steps), spent: told(journey.spent) };
  if (!CONFIDENTIAL_STEPS.has(journey.stage)) return known;
  const { 'results-forwarded': waited = 0, ...spent } = known.spent;
  const stays = [...CONFIDENTIAL_STEPS].map(step => journey.spent[step as JourneyStage] ?? 0);
  const since = Date.parse(journey.since) - stays.reduce((sum, stay) => sum + stay, waited);
  return { ...known, stage: 'results-forwarded', since: new Date(since).toISOString() as Journey['since'], spent };
}

/** Whether a recognition stands. */
export function recognitionStands(journey: Journey | undefined): boolean {
  return journey?.steps.recognised !== undefined && journey.stage !== 'revoked';
}
