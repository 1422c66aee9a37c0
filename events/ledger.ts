/**
 * Stream `ledger`: the keys that sign the checkpoints of the ledger, from their introduction to their retirement. Stream
 * `rotation-{id}`: the order to take another key into use, and its confirmation. The regulation is silent on all of it.
 */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { streamId } from './ids.ts';
import { paragraphSchema } from './text.ts';

export const rotationIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{3,40}$/)
  .brand<'RotationId'>();
export type RotationId = z.infer<typeof rotationIdSchema>;

/** The keys of the ledger, of which there is one. */
export const LEDGER_STREAM = streamId('ledger');
/** One change of the key. */
export const rotationStream = (id: RotationId) => streamId(`rotation-${id}`);

/** How a key signs: Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918). */
export const LEDGER_SUITES = ['ed25519', 'sm'] as const;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** base64; 32 bytes for Ed25519. */
const publicKeySchema = z.string().min(40).max(200).regex(BASE64);
const signatureSchema = z.string().min(80).max(400).regex(BASE64);

const options = { houseRule: 'ledger', phase: '监督管理', visibility: 'public' } as const;
const rotation = { rotationId: rotationIdSchema };

export const ledgerKeyRotationOrdered = eventType(
  'ledger.key-rotation-ordered',
  { ...options, visibility: 'internal', title: '提出更换账本签名密钥' },
  z.strictObject({
    ...rotation,
    reason: paragraphSchema,
    /** Where the key in use is lost and cannot sign for the next: which one is to follow it. */
    publicKey: publicKeySchema.optional(),
  }),
);

export const ledgerKeyRotationConfirmed = eventType(
  'ledger.key-rotation-confirmed',
  { ...options, visibility: 'internal', title: '确认更换账本签名密钥' },
  z.strictObject(rotation),
);

export const ledgerKeyIntroduced = eventType(
  'ledger.key-introduced',
  { ...options, title: '启用账本签名密钥' },
  z.strictObject({
    /** As it stands in checkpoints: the origin of the log. */
    name: z.string().min(1).max(200),
    publicKey: publicKeySchema,
    suite: z.enum(LEDGER_SUITES),
    /** Signature over its introduction (infra/ledger/README.md, section 3), by the key itself. */
    proof: signatureSchema,
    /** The key it follows, with its signature over the same; no signature where it was lost. */
    predecessor: z.strictObject({ publicKey: publicKeySchema, proof: signatureSchema.optional() }).optional(),
    /** What it carries out. */
    rotationId: rotationIdSchema.optional(),
  }),
);

export const ledgerKeyRetired = eventType(
  'ledger.key-retired',
  { ...options, title: '停用账本签名密钥' },
  z.strictObject({ publicKey: publicKeySchema, reason: paragraphSchema }),
);

export const ledgerEventTypes = [
  ledgerKeyRotationOrdered,
  ledgerKeyRotationConfirmed,
  ledgerKeyIntroduced,
  ledgerKeyRetired,
] as const;
export type LedgerEvent = EventsOf<typeof ledgerEventTypes>;
