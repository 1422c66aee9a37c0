/**
 * Stream `erasure-{id}`: the erasure of one person's data, from the order to the destruction of the key (D-42). The person
 * is known here by his pseudonym; his name stands sealed with the key that goes. The regulation is silent on all of it: it
 * is other organising work (art-05 （四）), and the law it rests on is what the officer says it is.
 */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { accountIdSchema, streamId } from './ids.ts';
import { sealedSchema, subjectSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';

export const erasureIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{3,40}$/)
  .brand<'ErasureId'>();
export type ErasureId = z.infer<typeof erasureIdSchema>;

/** One erasure of personal data: its order and its confirmation. */
export const erasureStream = (id: ErasureId) => streamId(`erasure-${id}`);

const options = { article: 'art-05', item: '（四）', phase: '监督管理', visibility: 'internal' } as const;

/** Who asked for it. */
export const ERASURE_APPLICANTS = ['本人', '近亲属', '依职权'] as const;

const erasure = { erasureId: erasureIdSchema, subject: subjectSchema };

export const erasureOrdered = eventType(
  'personal-data.erasure-ordered',
  { ...options, title: '提出删除个人信息' },
  z.strictObject({
    ...erasure,
    name: sealedSchema,
    /** The account, or the organisation that named the person: one of the two. */
    accountId: accountIdSchema.optional(),
    orgId: z.string().min(2).max(64).optional(),
    askedBy: z.enum(ERASURE_APPLICANTS),
    reason: paragraphSchema,
    /** As the officer cites it, e.g. 《中华人民共和国个人信息保护法》第四十七条. */
    legalGround: lineSchema,
  }),
);

export const erasureConfirmed = eventType(
  'personal-data.erasure-confirmed',
  { ...options, title: '确认删除个人信息' },
  z.strictObject({ ...erasure, accountId: accountIdSchema.optional() }),
);

/** The key is gone: nothing that was sealed with it can be opened by anybody. */
export const personalDataErased = eventType(
  'personal-data.erased',
  { ...options, title: '删除个人信息', milestone: true },
  z.strictObject({ ...erasure, accountId: accountIdSchema.optional() }),
);

export const privacyEventTypes = [erasureOrdered, erasureConfirmed, personalDataErased] as const;
export type PrivacyEvent = EventsOf<typeof privacyEventTypes>;
