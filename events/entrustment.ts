/** Stream `entrustment-{id}`: a third party's capability, its clerical scope and term (art-05 （二）). */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { creditCodeSchema, type EntrustmentId, entrustmentIdSchema, sha256Schema, streamId } from './ids.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

/** One entrustment of a third party (art-05（二）): what it is entrusted with, until when, and its end. */
export const entrustmentStream = (id: EntrustmentId) => streamId(`entrustment-${id}`);

const options = { article: 'art-05', item: '（二）', phase: '监督管理', visibility: 'internal' } as const;

/** Names of the clerical commands entrusted, e.g. `OpenApplications`; decisions can never be among them. */
export const scopeSchema = z.array(z.string().regex(/^[A-Z][A-Za-z]+$/)).min(1);

export const capabilityVerified = eventType(
  'third-party.capability-verified',
  { ...options, title: '核验第三方机构能力' },
  z.strictObject({
    entrustmentId: entrustmentIdSchema,
    uscc: creditCodeSchema,
    name: lineSchema,
    findings: paragraphSchema,
    evidence: z.array(evidenceSchema).min(1),
  }),
);

export const thirdPartyEntrusted = eventType(
  'third-party.entrusted',
  { ...options, visibility: 'public', title: '委托第三方机构' },
  z.strictObject({
    entrustmentId: entrustmentIdSchema,
    uscc: creditCodeSchema,
    name: lineSchema,
    scope: scopeSchema,
    from: dateSchema,
    lastDay: dateSchema,
    /** The contract says that units pay nothing (art-19). */
    noFeeClause: z.literal(true),
    contractHash: sha256Schema,
  }),
);

export const entrustmentScopeChanged = eventType(
  'entrustment.scope-changed',
  { ...options, title: '变更委托事项' },
  z.strictObject({ entrustmentId: entrustmentIdSchema, scope: scopeSchema, from: dateSchema, reason: paragraphSchema }),
);

export const entrustmentTerminated = eventType(
  'entrustment.terminated',
  { ...options, visibility: 'public', title: '终止委托' },
  z.strictObject({ entrustmentId: entrustmentIdSchema, lastDay: dateSchema, reason: paragraphSchema }),
);

export const entrustmentEventTypes = [
  capabilityVerified,
  thirdPartyEntrusted,
  entrustmentScopeChanged,
  entrustmentTerminated,
] as const;
export type EntrustmentEvent = EventsOf<typeof entrustmentEventTypes>;
