/**
 * Stream `panel-{panelId}`: how a technical evaluation panel (质量攻关技术评定组) comes about — the draw from the expert
 * bank, every expert's word on every unit, conflicts and recusals, the constitution (art-18). All of it is restricted:
 * who judges whom is not for the judged to know.
 */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { bodyIdSchema, creditCodeSchema, expertIdSchema, projectIdSchema, sha256Schema, streamId } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { instantSchema } from './time.ts';

export const panelIdSchema = z
  .string()
  .regex(/^\d{4}-[a-z0-9][a-z0-9-]{0,40}$/)
  .brand<'PanelId'>()
  .meta({ description: 'Programme year and name, e.g. 2024-equipment' });
export type PanelId = z.infer<typeof panelIdSchema>;

/** One panel: formation, draw, declarations, recusals, constitution (art-18). */
export const panelStream = (id: PanelId) => streamId(`panel-${id}`);

/** The programme year that a panel's id begins with. */
export function yearOfPanel(panelId: PanelId): number {
  return Number(panelId.slice(0, 4));
}

const options = { article: 'art-18', phase: '成果评定', visibility: 'restricted' } as const;

/** A result to be evaluated, with the unit whose material it is. */
export const panelProjectSchema = z.strictObject({
  projectId: projectIdSchema,
  title: lineSchema,
  uscc: creditCodeSchema,
  unitName: lineSchema,
  bodyId: bodyIdSchema,
});
export type PanelProject = z.infer<typeof panelProjectSchema>;

export const panelRulesSchema = z
  .strictObject({
    /** Members drawn; odd, so that votes decide. */
    size: z
      .int()
      .min(3)
      .max(99)
      .refine(size => size % 2 === 1, '人数应为单数 (must be odd)'),
    /** Members who must be free to judge each unit. */
    quorum: z.int().min(1).max(99),
    /** How far back an interest in a unit counts (D-23). */
    lookBackYears: z.int().min(0).max(20),
  })
  .refine(({ size, quorum }) => quorum <= size, '最少可评人数不得超过总人数 (the quorum exceeds the size)');
export type PanelRules = z.infer<typeof panelRulesSchema>;

/** Where the work plan says nothing (D-23, D-26). */
export const DEFAULT_PANEL_RULES: PanelRules = { size: 7, quorum: 5, lookBackYears: 3 };

/** A value that others publish after the formation has started, named before it is known. */
export const beaconSchema = z.strictObject({
  /** Who publishes it, and which of its values it is, e.g. 中国福利彩票双色球 第2024128期开奖号码. */
  source: lineSchema,
  round: lineSchema,
  publishedAt: instantSchema,
});
export type Beacon = z.infer<typeof beaconSchema>;

export const panelFormationStarted = eventType(
  'panel-formation.started',
  { ...options, title: '启动技术评定组组建' },
  z.strictObject({
    panelId: panelIdSchema,
    year: z.int(),
    projects: z.array(panelProjectSchema).min(1),
    /** Active experts of the bank on that day, in the order of their ids. */
    candidates: z.array(expertIdSchema).min(1),
    /** Of {@link candidates}, see events/rules/draw.ts. */
    candidateSetHash: sha256Schema,
    rules: panelRulesSchema,
    /** SHA-256 of the seed: the seed is fixed before the draw and shown with it. */
    seedCommitment: sha256Schema,
    /** Mixed into the draw, so that no choice of the seed can steer it. */
    beacon: beaconSchema.optional(),
  }),
);

export const expertsDrawn = eventType(
  'experts.drawn',
  { ...options, title: '随机抽取专家' },
  z.strictObject({
    panelId: panelIdSchema,
    seed: z.string().min(1).max(200),
    beaconValue: lineSchema.optional(),
    algorithm: lineSchema,
    /** In the order of the draw. */
    picks: z.array(expertIdSchema).min(1),
    /** Candidates passed over because they were no longer active on the day of the draw. */
    inactive: z.array(expertIdSchema),
  }),
);

const pair = { panelId: panelIdSchema, expertId: expertIdSchema, uscc: creditCodeSchema };

/** Kinds of interest (利害关系), which the regulation does not define (D-23). */
export const INTEREST_KINDS = ['任职', '持股', '亲属', '顾问或有偿服务', '合作或合著', '竞争', '纠纷', '其他'] as const;
export const interestKindSchema = z.enum(INTEREST_KINDS);
export type InterestKind = z.infer<typeof interestKindSchema>;

/** An expert's own word on one unit. "None" is a fact of its own: without it he has not been asked, or not answered. */
export const interestDeclared = eventType(
  'interest.declared',
  { ...options, title: '申明利害关系' },
  z.strictObject({
    ...pair,
    declaration: z.enum(['none', 'conflict']),
    kind: interestKindSchema.optional(),
    /** May tell of his family or affairs: sealed as his own. */
    detail: sealedSchema.optional(),
  }),
);

/** By which rule the records speak against an expert. */
/** `other-role`: the same person acts, by whichever account, for the unit, for the body that recommended it, or for the authority. */
export const CONFLICT_RULES = ['same-employer', 'former-employer', 'earlier-recusal', 'other-role'] as const;
export const conflictRuleSchema = z.enum(CONFLICT_RULES);
export type ConflictRule = z.infer<typeof conflictRuleSchema>;

export const conflictDetected = eventType(
  'conflict.detected',
  { ...options, version: 2, title: '发现利害关系线索' },
  z.strictObject({ ...pair, rule: conflictRuleSchema, grounds: lineSchema }),
);

export const recusalRequested = eventType(
  'recusal.requested',
  { ...options, title: '申请专家回避' },
  z.strictObject({ ...pair, grounds: paragraphSchema }),
);

/** Effective at once, for all projects of the unit (D-24). */
export const expertRecused = eventType(
  'expert.recused',
  { ...options, title: '专家回避' },
  z.strictObject({
    ...pair,
    /** Declared by himself, or decided on a detected conflict or a request (D-25). */
    grounds: z.enum(['declared', 'decided']),
    reason: paragraphSchema.optional(),
  }),
);

/** Closes what was detected or requested about the pair so far: no interest was found. */
export const recusalRequestDismissed = eventType(
  'recusal-request.dismissed',
  { ...options, title: '不予回避' },
  z.strictObject({ ...pair, reason: paragraphSchema }),
);

export const expertReplaced = eventType(
  'expert.replaced',
  { ...options, title: '递补专家' },
  z.strictObject({
    panelId: panelIdSchema,
    expertId: expertIdSchema,
    /** The next active candidate in the order of the draw. */
    replacement: expertIdSchema,
    /** Candidates passed over because they were no longer active. */
    inactive: z.array(expertIdSchema),
    reason: paragraphSchema,
  }),
);

export const panelConstituted = eventType(
  'panel.constituted',
  { ...options, title: '组建技术评定组' },
  z.strictObject({ panelId: panelIdSchema, year: z.int(), members: z.array(expertIdSchema).min(1) }),
);

export const panelDissolved = eventType(
  'panel.dissolved',
  { ...options, title: '解散技术评定组' },
  z.strictObject({ panelId: panelIdSchema, reason: paragraphSchema }),
);

export const panelEventTypes = [
  panelFormationStarted,
  expertsDrawn,
  interestDeclared,
  conflictDetected,
  recusalRequested,
  expertRecused,
  recusalRequestDismissed,
  expertReplaced,
  panelConstituted,
  panelDissolved,
] as const;
export type PanelEvent = EventsOf<typeof panelEventTypes>;
