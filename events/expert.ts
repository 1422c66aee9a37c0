/** Streams `expertbank` and `expert-{id}`: the bank's rules and each expert's standing in it (art-05 （三）). */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { statedIdentitySchema } from './identity.ts';
import { creditCodeSchema, type ExpertId, expertIdSchema, sha256Schema, streamId } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const expertBankStream = streamId('expertbank');
/** The place of one expert in the bank, from his admission on (art-05（三）). */
export const expertStream = (id: ExpertId) => streamId(`expert-${id}`);

const options = { article: 'art-05', item: '（三）', phase: '成果评定', visibility: 'restricted' } as const;

export const expertBankRulesIssued = eventType(
  'expert-bank.rules-issued',
  { ...options, visibility: 'public', title: '发布专家库管理办法' },
  z.strictObject({
    version: z.int().min(1),
    title: lineSchema,
    textHash: sha256Schema,
    effectiveOn: dateSchema,
    /** An expert not reviewed for so many months is due (dynamic management). */
    reviewEveryMonths: z.int().min(1).max(60),
  }),
);

const profile = {
  expertId: expertIdSchema,
  fields: z.array(lineSchema).min(1).max(10),
  professionalTitle: lineSchema,
  employerName: lineSchema,
  employerUscc: creditCodeSchema.optional(),
};

export const expertAdmitted = eventType(
  'expert.admitted',
  { ...options, version: 2, title: '专家入库' },
  z.strictObject({
    ...profile,
    name: sealedSchema,
    bankRulesVersion: z.int(),
    /** Who he is; not stated in early records. */
    identity: statedIdentitySchema.optional(),
  }),
);

/** Who an expert is that was admitted without it; or a further number of his. */
export const expertIdentityStated = eventType(
  'expert.identity-stated',
  { ...options, title: '登记专家身份' },
  z.strictObject({ expertId: expertIdSchema, identity: statedIdentitySchema }),
);

/** The expert is called otherwise from a day on: he is the same person, by the number of his document. */
export const expertRenamed = eventType(
  'expert.renamed',
  { houseRule: 'particulars', phase: '成果评定', visibility: 'restricted', title: '记录专家更名' },
  z.strictObject({
    expertId: expertIdSchema,
    name: sealedSchema,
    /** First day of the new name. */
    changedOn: dateSchema,
    /** What shows the change, e.g. 户口簿变更记录. */
    document: lineSchema,
  }),
);

export const expertProfileUpdated = eventType(
  'expert.profile-updated',
  { ...options, title: '更新专家信息' },
  z.strictObject(profile),
);

export const expertReviewed = eventType(
  'expert.reviewed',
  { ...options, title: '专家考核' },
  z.strictObject({ expertId: expertIdSchema, outcome: z.enum(['retained', 'observed']), findings: paragraphSchema }),
);

const standing = z.strictObject({ expertId: expertIdSchema, reason: paragraphSchema });

export const expertSuspended = eventType('expert.suspended', { ...options, title: '暂停专家资格' }, standing);
export const expertReinstated = eventType('expert.reinstated', { ...options, title: '恢复专家资格' }, standing);
export const expertRemoved = eventType('expert.removed', { ...options, title: '专家出库' }, standing);

export const expertEventTypes = [
  expertBankRulesIssued,
  expertAdmitted,
  expertIdentityStated,
  expertRenamed,
  expertProfileUpdated,
  expertReviewed,
  expertSuspended,
  expertReinstated,
  expertRemoved,
] as const;
export type ExpertEvent = EventsOf<typeof expertEventTypes>;
