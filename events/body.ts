/**
 * Stream `recbodies`: the recommending bodies and who is in charge of which industry or district, since when (art-06).
 * One stream for all of them, because a transfer takes from one body and gives to another in one decision.
 */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { bodyIdSchema, streamId } from './ids.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const bodiesStream = streamId('recbodies');

export const bodyKindSchema = z.enum(['industry-authority', 'association', 'district-bureau']);
export type BodyKind = z.infer<typeof bodyKindSchema>;

/** What a body can be in charge of: an industry by name, or a district by its GB/T 2260 code. */
export const jurisdictionSchema = z.union([
  z.strictObject({ industry: lineSchema }),
  z.strictObject({ district: z.string().regex(/^1201\d{2}$/) }),
]);
export type Jurisdiction = z.infer<typeof jurisdictionSchema>;

/** Whether both are the same industry or the same district; an industry is never a district (art-06). */
export function isSameJurisdiction(one: Jurisdiction, other: Jurisdiction): boolean {
  return 'industry' in one
    ? 'industry' in other && one.industry === other.industry
    : 'district' in other && one.district === other.district;
}

const options = { article: 'art-06', phase: '立项', visibility: 'public' } as const;

export const recommendingBodyRegistered = eventType(
  'recommending-body.registered',
  { ...options, title: '登记推荐单位' },
  z.strictObject({ bodyId: bodyIdSchema, kind: bodyKindSchema, name: lineSchema, from: dateSchema }),
);

export const recommendingBodyRenamed = eventType(
  'recommending-body.renamed',
  { houseRule: 'particulars', phase: '立项', visibility: 'public', title: '记录推荐单位更名' },
  z.strictObject({
    bodyId: bodyIdSchema,
    formerName: lineSchema,
    name: lineSchema,
    /** First day of the new name. */
    changedOn: dateSchema,
    /** What shows the change, e.g. the notice of the reorganisation. */
    document: lineSchema,
  }),
);

export const jurisdictionAssigned = eventType(
  'jurisdiction.assigned',
  { ...options, title: '明确推荐范围' },
  z.strictObject({ bodyId: bodyIdSchema, jurisdiction: jurisdictionSchema, from: dateSchema }),
);

export const jurisdictionTransferred = eventType(
  'jurisdiction.transferred',
  { ...options, title: '移交推荐范围' },
  z.strictObject({
    fromBodyId: bodyIdSchema,
    toBodyId: bodyIdSchema,
    jurisdiction: jurisdictionSchema,
    /** First day on which the receiving body is in charge. */
    from: dateSchema,
    reason: paragraphSchema,
  }),
);

export const bodyEventTypes = [
  recommendingBodyRegistered,
  recommendingBodyRenamed,
  jurisdictionAssigned,
  jurisdictionTransferred,
] as const;
export type BodyEvent = EventsOf<typeof bodyEventTypes>;
