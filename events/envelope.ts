/** What surrounds an event: who, when, on which basis, about whom (domain 1.2). */
import { z } from 'zod';
import { HOUSE_RULE_IDS } from './house-rules.ts';
import { accountIdSchema, type Position, type StreamId } from './ids.ts';
import { ARTICLE_IDS, REGULATION } from './statute.ts';
import { instantSchema } from './time.ts';

/**
 * Roles an account can hold. MSR: 市市场监督管理部门; REC-I / REC-A / REC-D: recommending bodies (industry authority,
 * association, district bureau); UNIT: applicant unit; TPO: third party; EXPERT; SUP: supervisor; SYS: the system itself.
 */
export const ROLES = ['MSR', 'REC-I', 'REC-A', 'REC-D', 'UNIT', 'TPO', 'EXPERT', 'SUP', 'SYS'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;
export const RECOMMENDING_ROLES = ['REC-I', 'REC-A', 'REC-D'] as const satisfies readonly Role[];

/** The seven phases of art-02 and the two the product adds (D-3); statutory statistics use the first seven. */
export const STATUTORY_PHASES = ['申报', '立项', '培训', '跟踪服务', '成果评定', '宣传推广', '监督管理'] as const;
export const PHASES = [...STATUTORY_PHASES, '实施', '表扬'] as const;
export type Phase = (typeof PHASES)[number];

export const VISIBILITIES = ['public', 'parties', 'internal', 'restricted', 'case-only'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export const actorSchema = z.strictObject({
  accountId: accountIdSchema,
  /** Body id, credit code, entrustment's organisation, or `msr`. */
  orgId: z.string().min(1).max(64),
  role: roleSchema,
  /** The role on whose behalf the third party acts. */
  actedAs: roleSchema.optional(),
  entrustmentId: z.string().optional(),
});
export type Actor = z.infer<typeof actorSchema>;

/**
 * An article of the regulation, an item of a published work plan, or a rule of the house (制度). What the text does not say
 * never carries an article.
 */
export const legalBasisSchema = z.union([
  z.strictObject({ doc: z.literal(REGULATION), article: z.enum(ARTICLE_IDS), item: z.string().optional() }),
  z.strictObject({ plan: z.int(), version: z.int(), item: z.string() }),
  z.strictObject({ houseRule: z.enum(HOUSE_RULE_IDS) }),
]);
export type LegalBasis = z.infer<typeof legalBasisSchema>;

/** A real-world breach: recorded and flagged, never blocked. */
export const deviationSchema = z.strictObject({
  code: z.string(),
  basis: legalBasisSchema,
  zh: z.string(),
  en: z.string(),
});
export type Deviation = z.infer<typeof deviationSchema>;

export const evidenceSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(200),
  classification: z.enum(['public', 'internal', 'trade-secret']),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** What the event is about: the keys that trails, boards and feeds filter by. */
export const aboutSchema = z.strictObject({
  year: z.int().optional(),
  projectId: z.string().optional(),
  uscc: z.string().optional(),
  bodyId: z.string().optional(),
  accountId: z.string().optional(),
  expertId: z.string().optional(),
  entrustmentId: z.string().optional(),
});
export type About = z.infer<typeof aboutSchema>;

export const metaSchema = z.strictObject({
  commandId: z.string(),
  /** Digest of the request body, keyed by the vault: the same command id with another body is refused. */
  requestDigest: z.string(),
  correlationId: z.string(),
  causationId: z.string().optional(),
  actor: actorSchema,
  basis: z.array(legalBasisSchema).min(1),
  about: aboutSchema,
  /** The work-plan version in force when the command was decided. */
  planVersion: z.int().optional(),
  phase: z.enum(PHASES),
  effectiveAt: instantSchema,
  recordedAt: instantSchema,
  backdated: z.literal(true).optional(),
  reason: z.string().optional(),
  evidence: z.array(evidenceSchema).optional(),
  deviations: z.array(deviationSchema).optional(),
  visibility: z.enum(VISIBILITIES),
});
export type Meta = z.infer<typeof metaSchema>;

/** Why a stored event cannot be read: its kind is not known, its data, or not even its surroundings can be. */
export interface Fault {
  readonly of: 'kind' | 'data' | 'meta';
  readonly reason: string;
}

/** A fact with its surroundings, as read from the log. */
export interface RecordedEvent<Type extends string = string, Data = unknown> {
  readonly position: Position;
  readonly streamId: StreamId;
  /** 0-based within the stream. */
  readonly revision: number;
  /** UUIDv7-like, derived from the command id. */
  readonly id: string;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly data: Data;
  readonly meta: Meta;
  /** The stored bytes of `data` and `meta`; never rewritten. */
  readonly dataText: string;
  readonly metaText: string;
  /** Why it cannot be read; readers ask before they look at `data` and `meta`, which may throw then. */
  readonly fault?: Fault | undefined;
}

/** Some of the events of a log. */
export interface TypesPage {
  readonly events: readonly RecordedEvent[];
  /** None that was asked for stands between the position that was asked after and this one, but for the events. */
  readonly reached: Position;
  /** Whether the log ended there, by a word of the server that is no older than the question. */
  readonly isEnd: boolean;
}
