/**
 * Stream `excellent-results`: the excellent results of earlier years, the corpus that no application may duplicate
 * (art-08 （三）). Stream `coordination`: joint work and exemplars (art-07).
 */
import { z } from 'zod';
import { type EventsOf, fact } from './fact.ts';
import { creditCodeSchema, resultIdSchema, streamId } from './ids.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const excellentResultsStream = streamId('excellent-results');
export const coordinationStream = streamId('coordination');

export const earlierResultRecorded = fact(
  'excellent-result.earlier-recorded',
  { article: 'art-21', phase: '成果评定', visibility: 'public', title: '登记历年优秀成果' },
  z.strictObject({
    resultId: resultIdSchema,
    year: z.int().min(2000).max(2100),
    title: lineSchema,
    unitName: lineSchema,
    uscc: creditCodeSchema.optional(),
    problem: paragraphSchema,
    methods: z.array(lineSchema).min(1).max(20),
    results: paragraphSchema,
    /** The published list it stands in. */
    source: z.strictObject({ document: lineSchema, url: urlSchema.optional() }),
  }),
);

const coordination = { article: 'art-07', phase: '宣传推广', visibility: 'public' } as const;

/** The parties art-07 names; 区市场监督管理部门 is not among them (D-43). */
export const coordinationPartySchema = z.enum(['MSR', 'REC-I', 'REC-A']);

export const coordinationActionRecorded = fact(
  'coordination-action.recorded',
  { ...coordination, title: '记录协同配合' },
  z.strictObject({
    actionId: resultIdSchema,
    title: lineSchema,
    detail: paragraphSchema,
    parties: z.array(z.strictObject({ role: coordinationPartySchema, name: lineSchema })).min(2),
    heldOn: dateSchema,
  }),
);

export const exemplarDesignated = fact(
  'exemplar.designated',
  { ...coordination, title: '选树典型' },
  z.strictObject({
    resultId: resultIdSchema,
    title: lineSchema,
    unitName: lineSchema,
    /** 优势领域 or 优势行业 in which it leads. */
    field: lineSchema,
    grounds: paragraphSchema,
  }),
);

export const exemplarWithdrawn = fact(
  'exemplar.withdrawn',
  { ...coordination, title: '撤销典型' },
  z.strictObject({ resultId: resultIdSchema, reason: paragraphSchema }),
);

export const recognitionFacts = [
  earlierResultRecorded,
  coordinationActionRecorded,
  exemplarDesignated,
  exemplarWithdrawn,
] as const;
export type RecognitionEvent = EventsOf<typeof recognitionFacts>;
