/** Everything about one application: its materials, its checks, its reviews, and the time it spent in each stage (R-D5). */

import { z } from 'zod';
import { applicationContentSchema, similarityChecked } from '../../events/application.ts';
import { noticeUsedSchema } from '../../events/calendar.ts';
import { evidenceSchema, type RecordedEvent } from '../../events/envelope.ts';
import { untouched } from '../../events/event-type.ts';
import { positionSchema, sha256Schema } from '../../events/ids.ts';
import { type Sealed, sealedSchema } from '../../events/personal.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { judgesOneOf } from '../assignments.ts';
import { isInCharge } from '../charges.ts';
import { readsForMandate } from '../mandates.ts';
import type { Caller, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { isBody, isUnit, load, nameOf, oversees } from '../query.ts';
import {
  advanced,
  type LifeEvent,
  lifeEventTypes,
  progressBegun,
  projectProgressSchema,
  projectStageSchema,
} from './progress.ts';

/** Who did it, and when. */
const signed = { at: instantSchema, by: z.string() };
const reasoned = z.strictObject({ ...signed, reason: z.string() });

/** A file that was attached, as the register of a case shows it. */
export const documentSchema = z.strictObject({
  documentId: z.string(),
  kind: z.string(),
  name: z.string(),
  sha256: sha256Schema,
  size: z.int(),
  mediaType: z.string(),
  classification: z.string(),
  at: instantSchema,
});

const checkSchema = z.strictObject({
  ...signed,
  check: z.enum(['completeness', 'truthfulness']),
  outcome: z.enum(['passed', 'failed']),
  materialsRoot: sha256Schema,
  findings: z.string(),
  method: z.string().optional(),
  evidence: z.array(evidenceSchema),
});

const { projectId: _own, ...similarityShape } = similarityChecked.schema.shape;

/** What the municipal authority does: internal, not shown to the unit or the recommending body. */
const municipalSchema = z.strictObject({
  lateAcceptance: z.strictObject({ ...signed, until: dateSchema, reason: z.string() }).optional(),
  similarity: z.strictObject({ ...signed, ...similarityShape }).optional(),
  adjudication: z.strictObject({ ...signed, verdict: z.enum(['same', 'different']), reason: z.string() }).optional(),
  definition: z.strictObject({ ...signed, conforms: z.boolean(), reason: z.string() }).optional(),
  effect: z.strictObject({ ...signed, marked: z.boolean(), reason: z.string() }).optional(),
  eligibility: z
    .strictObject({
      ...signed,
      outcome: z.enum(['confirmed', 'denied']),
      items: z.array(z.string()).optional(),
      reason: z.string().optional(),
    })
    .optional(),
  review: z.strictObject({ at: instantSchema, reviewer: z.string() }).optional(),
  hold: z.strictObject({ ...signed, banFrom: dateSchema, banLastDay: dateSchema }).optional(),
  holdDecision: z.strictObject({ ...signed, decision: z.enum(['proceed', 'stop']), reason: z.string() }).optional(),
  decision: z.strictObject({ ...signed, outcome: z.enum(['approved', 'rejected']), text: z.string() }).optional(),
  carriedOver: z.strictObject({ ...signed, toYear: z.int(), reason: z.string() }).optional(),
});

type Municipal = z.infer<typeof municipalSchema>;

export const caseFileRowSchema = projectProgressSchema.extend({
  /** Every stage entered, in order. */
  timeline: z.array(z.strictObject({ stage: projectStageSchema, at: instantSchema })),
  content: applicationContentSchema.optional(),
  documents: z.array(documentSchema),
  undertaking: z
    .strictObject({ at: instantSchema, signatory: sealedSchema, position: z.string(), textHash: sha256Schema })
    .optional(),
  submissions: z.array(
    z.strictObject({ ...signed, version: z.int(), materialsRoot: sha256Schema, answer: z.string().optional() }),
  ),
  verificationStarted: z.strictObject(signed).optional(),
  supplements: z.array(
    z.strictObject({
      ...signed,
      items: z.array(z.string()),
      dueOn: dateSchema,
      /** The holiday notices that its working days were counted by. */
      countedBy: z.array(noticeUsedSchema),
    }),
  ),
  checks: z.array(checkSchema),
  returns: z.array(reasoned),
  recommendation: z
    .strictObject({ ...signed, outcome: z.enum(['recommended', 'not-recommended']), text: z.string() })
    .optional(),
  withdrawal: reasoned.optional(),
  termination: reasoned.optional(),
  municipal: municipalSchema,
  /** The last event about the application. */
  position: positionSchema,
});
export type CaseFileRow = z.infer<typeof caseFileRowSchema>;

export const caseFiles = projection<CaseFileRow>({
  name: 'case-file',
  version: 4,
  question: '一个项目申报的全部情况 (What is known about one application?)',
  material: { kind: 'case-file', of: ({ projectId, uscc }) => [{ projectId, uscc }] },
  indexes: [],
  handlers: [
    on(
      lifeEventTypes,
      ({ data }) => data.projectId,
      (row, event) => (event.type === 'application.started' ? opened(event) : row && continued(row, event)),
    ),
  ],
});

function opened(event: Parameters<typeof progressBegun>[0]): CaseFileRow {
  const progress = progressBegun(event);
  return {
    ...progress,
    timeline: [{ stage: progress.stage, at: progress.since }],
    documents: [],
    submissions: [],
    supplements: [],
    checks: [],
    returns: [],
    municipal: {},
    position: event.position,
  };
}

function continued(row: CaseFileRow, event: LifeEvent): CaseFileRow {
  // The whole row goes through: it is a progress with more on file.
  const progress = advanced(row, event) as CaseFileRow;
  const moved = progress.stage !== row.stage;
  return {
    ...progress,
    ...(moved && { timeline: [...row.timeline, { stage: progress.stage, at: progress.since }] }),
    ...filed(row, event),
    position: event.position,
  };
}

function signature({ meta }: RecordedEvent): { at: string; by: string } {
  return { at: meta.effectiveAt, by: meta.actor.accountId };
}

/** What is put on file. */
function filed(row: CaseFileRow, event: LifeEvent): Partial<CaseFileRow> {
  const by = signature(event);
  switch (event.type) {
    case 'document.attached': {
      const { projectId: _own, ...document } = event.data;
      return { documents: [...row.documents, { ...document, at: by.at }] };
    }
    case 'undertaking.signed': {
      const { signatory, position, textHash } = event.data;
      return { undertaking: { at: by.at, signatory, position, textHash } };
    }
    case 'application.submitted': {
      const { version, materialsRoot, content } = event.data;
      const submissions = [...row.submissions, { ...by, version, materialsRoot }];
      return { content, submissions, municipal: unassessed(row.municipal) };
    }
    case 'application.supplemented': {
      const { version, materialsRoot, content, answer } = event.data;
      const submissions = [...row.submissions, { ...by, version, materialsRoot, answer }];
      return { content, submissions, municipal: unassessed(row.municipal) };
    }
    case 'verification.started':
      return { verificationStarted: by };
    case 'supplement.requested': {
      const { items, dueOn, countedBy } = event.data;
      return { supplements: [...row.supplements, { ...by, items, dueOn, countedBy }] };
    }
    case 'completeness.verified':
    case 'completeness.failed':
    case 'truthfulness.verified':
    case 'truthfulness.failed': {
      const { projectId: _own, ...findings } = event.data;
      const [check, result] = event.type.split('.') as ['completeness' | 'truthfulness', 'verified' | 'failed'];
      const outcome = result === 'verified' ? 'passed' : 'failed';
      return { checks: [...row.checks, { ...by, check, outcome, ...findings }] };
    }
    case 'application.returned':
      return { returns: [...row.returns, { ...by, reason: event.data.reason }] };
    case 'project.recommended':
      return { recommendation: { ...by, outcome: 'recommended', text: event.data.opinion } };
    case 'project.not-recommended':
      return { recommendation: { ...by, outcome: 'not-recommended', text: event.data.reason } };
    case 'application.withdrawn':
      return { withdrawal: { ...by, reason: event.data.reason } };
    case 'project.terminated':
      return { termination: { ...by, reason: event.data.reason } };
    default:
      return { municipal: reviewed(row.municipal, event) };
  }
}

/** What was assessed holds for the materials it was assessed on. */
function unassessed(municipal: Municipal): Municipal {
  const { similarity: _s, adjudication: _a, definition: _d, effect: _e, eligibility: _g, ...lasting } = municipal;
  return lasting;
}

/** Of the unit and the recommending body. */
type FiledType =
  | 'document.attached'
  | 'undertaking.signed'
  | `application.${'submitted' | 'supplemented' | 'returned' | 'withdrawn'}`
  | 'verification.started'
  | 'supplement.requested'
  | `${'completeness' | 'truthfulness'}.${'verified' | 'failed'}`
  | `project.${'recommended' | 'not-recommended' | 'terminated'}`;

/** What the municipal authority put on file. */
function reviewed(municipal: Municipal, event: Exclude<LifeEvent, { type: FiledType }>): Municipal {
  const by = signature(event);
  switch (event.type) {
    case 'late-submission.accepted': {
      const { until, reason } = event.data;
      return { ...municipal, lateAcceptance: { ...by, until, reason } };
    }
    case 'similarity.checked': {
      const { projectId: _own, ...similarity } = event.data;
      const { adjudication: _answered, ...rest } = municipal;
      return { ...rest, similarity: { ...by, ...similarity } };
    }
    case 'similarity.adjudicated': {
      const { verdict, reason } = event.data;
      return { ...municipal, adjudication: { ...by, verdict, reason } };
    }
    case 'definition-conformity.assessed': {
      const { conforms, reason } = event.data;
      return { ...municipal, definition: { ...by, conforms, reason } };
    }
    case 'expected-effect.assessed': {
      const { marked, reason } = event.data;
      return { ...municipal, effect: { ...by, marked, reason } };
    }
    case 'eligibility.confirmed':
      return { ...municipal, eligibility: { ...by, outcome: 'confirmed' } };
    case 'eligibility.denied': {
      const { items, reason } = event.data;
      return { ...municipal, eligibility: { ...by, outcome: 'denied', items, reason } };
    }
    case 'municipal-review.started':
      return { ...municipal, review: { at: by.at, reviewer: event.data.reviewer } };
    case 'project.held': {
      const { banFrom, banLastDay } = event.data;
      return { ...municipal, hold: { ...by, banFrom, banLastDay } };
    }
    case 'held-project.decided': {
      const { decision, reason } = event.data;
      return { ...municipal, holdDecision: { ...by, decision, reason } };
    }
    case 'project.approved':
      return { ...municipal, decision: { ...by, outcome: 'approved', text: event.data.opinion } };
    case 'project.rejected':
      return { ...municipal, decision: { ...by, outcome: 'rejected', text: event.data.reason } };
    case 'project.carried-over': {
      const { toYear, reason } = event.data;
      return { ...municipal, carriedOver: { ...by, toYear, reason } };
    }
    case 'application.started':
    case 'project.listed':
    case 'implementation-plan.submitted':
    case 'project.completed':
      return municipal;
    default:
      return untouched(municipal, event);
  }
}

const namedContentSchema = applicationContentSchema.extend({
  participants: z.array(z.strictObject({ name: z.string(), duty: z.string() })),
});

/** What a reader is shown: names opened, time in each stage, and the municipal part only for those who oversee. */
export const caseFileSchema = caseFileRowSchema.extend({
  timeline: z.array(z.strictObject({ stage: projectStageSchema, at: instantSchema, days: z.number() })),
  content: namedContentSchema.optional(),
  undertaking: z
    .strictObject({ at: instantSchema, signatory: z.string(), position: z.string(), textHash: sha256Schema })
    .optional(),
  municipal: municipalSchema.optional(),
});

/** Stands where a name stands for a reader who may not know it. */
const WITHHELD = '（不显示）';

/** The case file as the caller may see it; undefined when he may not know of it. */
export async function caseFileFor(
  caller: Caller,
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof caseFileSchema> | undefined> {
  const row = await load(reader, caseFiles, projectId);
  if (!row) return undefined;
  const overseen = oversees(caller);
  const own = isUnit(caller, row.uscc) || isBody(caller, row.bodyId) || (await isInCharge(reader, caller, row));
  const judged = await judgesOneOf(reader, caller, [projectId]);
  const clerical = await readsForMandate(reader, caller, 'case-file');
  if (!overseen && !own && !judged && !clerical) return undefined;
  const naming = clerical ? () => Promise.resolve(WITHHELD) : (name: Sealed) => nameOf(reader, name);
  const { content, undertaking, timeline, municipal, ...rest } = row;
  return {
    ...rest,
    timeline: timed(timeline, reader.now),
    ...(content && { content: await named(content, naming) }),
    ...(undertaking && { undertaking: { ...undertaking, signatory: await naming(undertaking.signatory) } }),
    ...(overseen && { municipal }),
  };
}

async function named(content: NonNullable<CaseFileRow['content']>, naming: (name: Sealed) => Promise<string>) {
  const participants = content.participants.map(async ({ name, duty }) => ({ name: await naming(name), duty }));
  return { ...content, participants: await Promise.all(participants) };
}

const DAY_MS = 86_400_000;

/** Days in each stage, to a tenth; the last one is still running. */
function timed(timeline: CaseFileRow['timeline'], now: string) {
  return timeline.map((entry, at) => {
    const until = timeline[at + 1]?.at ?? now;
    return { ...entry, days: Math.round(((Date.parse(until) - Date.parse(entry.at)) / DAY_MS) * 10) / 10 };
  });
}
