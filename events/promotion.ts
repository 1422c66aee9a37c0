/**
 * Stream `promotion-{id}`: one activity that makes excellent results known (art-23, art-24).
 * Stream `incentive-{bodyId}`: how a recommending body encourages those who took part (art-22: encouraged, no duty).
 */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { type BodyId, bodyIdSchema, creditCodeSchema, resultIdSchema, streamId, yearSchema } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';
import { dateSchema } from './time.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
export const promotionIdSchema = slug.brand<'PromotionId'>();
export type PromotionId = z.infer<typeof promotionIdSchema>;
export const policyIdSchema = slug.brand<'PolicyId'>();

/** One activity by which excellent results are made known (art-23, art-24). */
export const promotionStream = (id: PromotionId) => streamId(`promotion-${id}`);
/** The incentive policies and grants of one recommending body. */
export const incentiveStream = (bodyId: BodyId) => streamId(`incentive-${bodyId}`);

const municipal = { article: 'art-23', phase: '宣传推广', visibility: 'public' } as const;
const local = { ...municipal, article: 'art-24' } as const;

/** The unit's word that parts of its result which are trade secrets may be shown. */
export const consentSchema = z.strictObject({
  document: lineSchema,
  evidence: z.array(evidenceSchema).min(1).max(20),
});

export const shownResultSchema = z.strictObject({
  resultId: resultIdSchema,
  title: lineSchema,
  unitName: lineSchema,
  /** Present when trade secrets are among what is shown. */
  consent: consentSchema.optional(),
});
export type ShownResult = z.infer<typeof shownResultSchema>;

export const PROMOTION_KINDS = ['媒体宣传', '现场推广', '成果汇编', '培训交流', '其他'] as const;

const activity = {
  promotionId: promotionIdSchema,
  year: yearSchema,
  kind: z.enum(PROMOTION_KINDS),
  title: lineSchema,
  detail: paragraphSchema,
  heldOn: dateSchema,
  url: urlSchema.optional(),
  results: z.array(shownResultSchema).min(1).max(500),
};

export const promotionActivityRecorded = eventType(
  'promotion-activity.recorded',
  { ...municipal, title: '开展宣传推广' },
  z.strictObject(activity),
);

export const localPromotionRecorded = eventType(
  'local-promotion.recorded',
  { ...local, title: '开展本行业、本区域宣传推广' },
  z.strictObject({ ...activity, bodyId: bodyIdSchema, audience: lineSchema }),
);

const meeting = { promotionId: promotionIdSchema, year: yearSchema, heldOn: dateSchema };

export const exchangeMeetingConvened = eventType(
  'exchange-meeting.convened',
  { ...municipal, title: '召开优秀成果交流会' },
  z.strictObject({ ...meeting, title: lineSchema, place: lineSchema, programme: paragraphSchema }),
);

export const exchangeMeetingCancelled = eventType(
  'exchange-meeting.cancelled',
  { ...municipal, title: '取消优秀成果交流会' },
  z.strictObject({ ...meeting, reason: paragraphSchema }),
);

export const resultPresented = eventType(
  'result.presented',
  { ...municipal, title: '交流优秀成果' },
  z.strictObject({ ...meeting, ...shownResultSchema.shape }),
);

const incentive = { article: 'art-22', phase: '表扬', visibility: 'public' } as const;

const policy = {
  bodyId: bodyIdSchema,
  policyId: policyIdSchema,
  version: z.int().min(1),
  title: lineSchema,
  content: paragraphSchema,
  effectiveOn: dateSchema,
  url: urlSchema.optional(),
};

export const incentivePolicyRecorded = eventType(
  'incentive-policy.recorded',
  { ...incentive, title: '建立激励制度' },
  z.strictObject(policy),
);

export const incentivePolicyRevised = eventType(
  'incentive-policy.revised',
  { ...incentive, title: '完善激励制度' },
  z.strictObject({ ...policy, reason: paragraphSchema }),
);

export const incentiveGranted = eventType(
  'incentive.granted',
  { ...incentive, visibility: 'parties', title: '落实激励' },
  z.strictObject({
    bodyId: bodyIdSchema,
    policyId: policyIdSchema,
    grantId: slug,
    resultId: resultIdSchema,
    title: lineSchema,
    uscc: creditCodeSchema,
    unitName: lineSchema,
    /** One of the result's participants. */
    person: sealedSchema,
    detail: paragraphSchema,
    grantedOn: dateSchema,
  }),
);

export const promotionEventTypes = [
  promotionActivityRecorded,
  exchangeMeetingConvened,
  exchangeMeetingCancelled,
  resultPresented,
  localPromotionRecorded,
] as const;
export type PromotionEvent = EventsOf<typeof promotionEventTypes>;

export const incentiveEventTypes = [incentivePolicyRecorded, incentivePolicyRevised, incentiveGranted] as const;
export type IncentiveEvent = EventsOf<typeof incentiveEventTypes>;
