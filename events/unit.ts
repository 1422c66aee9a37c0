/** Stream `unit-{统一社会信用代码}`: the applicant unit, its registration (art-08 （一）) and any exclusion (art-25). */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { bodyIdSchema, type CreditCode, creditCodeSchema, streamId } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

/** One applicant unit: registration, checks, recognitions, successions, bans. */
export const unitStream = (uscc: CreditCode) => streamId(`unit-${uscc}`);

export const unitKindSchema = z.enum(['企业', '事业单位', '专业组织']);

const options = { article: 'art-08', item: '（一）', phase: '申报', visibility: 'parties' } as const;

const changing = {
  /** First day on which it is so. */
  changedOn: dateSchema,
  /** What shows the change, e.g. 市场主体变更登记通知书 and its number. */
  document: lineSchema,
};
const place = {
  district: z.string().regex(/^1201\d{2}$/),
  industries: z.array(lineSchema).min(1).max(10),
};
const contactSchema = z.strictObject({ name: sealedSchema, phone: sealedSchema });

export const unitRegistered = eventType(
  'unit.registered',
  { ...options, version: 2, title: '登记申报单位' },
  z.strictObject({
    uscc: creditCodeSchema,
    kind: unitKindSchema,
    name: lineSchema,
    ...place,
    /** As it stands in the register; early registrations did not say. */
    address: lineSchema.optional(),
    /** A branch is registered in Tianjin but its head may not be (D-2): flagged. */
    isBranch: z.boolean(),
    contact: contactSchema,
  }),
);

/** Public, as the register that it stands in is: what was published under the former name stays so. */
export const unitRenamed = eventType(
  'unit.renamed',
  { houseRule: 'particulars', phase: '申报', visibility: 'public', title: '记录单位更名' },
  z.strictObject({ uscc: creditCodeSchema, formerName: lineSchema, name: lineSchema, ...changing }),
);

/** What of a unit is another from a day on; at least one of the fields. */
export const unitParticularsChanged = eventType(
  'unit.particulars-changed',
  { houseRule: 'particulars', phase: '申报', visibility: 'parties', title: '记录单位信息变更' },
  z.strictObject({
    uscc: creditCodeSchema,
    ...changing,
    ...z.object({ ...place, address: lineSchema, contact: contactSchema }).partial().shape,
  }),
);

export const unitRegistrationVerified = eventType(
  'unit.registration-verified',
  { ...options, title: '核验登记注册' },
  z.strictObject({
    uscc: creditCodeSchema,
    /** The register consulted, e.g. 国家企业信用信息公示系统. */
    source: lineSchema,
    verifiedOn: dateSchema,
    inTianjin: z.boolean(),
    evidence: z.array(evidenceSchema),
  }),
);

export const professionalOrganisationRecognised = eventType(
  'unit.professional-organisation-recognised',
  { ...options, title: '记录专业组织认可' },
  z.strictObject({
    uscc: creditCodeSchema,
    /** The industry authority whose document recognises the organisation (D-9). */
    authority: bodyIdSchema,
    document: lineSchema,
    recognisedOn: dateSchema,
    evidence: z.array(evidenceSchema).min(1),
  }),
);

/**
 * A decision from before or outside the system, as one person enters it with its document (D-49). It excludes nobody before
 * another has confirmed it.
 */
export const outsideBanEntered = eventType(
  'unit.outside-ban-entered',
  {
    article: 'art-05',
    item: '（四）',
    phase: '监督管理',
    visibility: 'restricted',
    title: '录入系统外作出的不受理申报决定',
  },
  z.strictObject({
    uscc: creditCodeSchema,
    /** Number of the revocation decision, and who took it. */
    decision: lineSchema,
    authority: lineSchema,
    /** Effective day of the decision. */
    from: dateSchema,
    /** The document itself. */
    evidence: z.array(evidenceSchema).min(1).max(20),
  }),
);

/** The exclusion by a decision from outside the system; early ones were recorded by one person alone, without an entry before. */
export const applicationBanImposed = eventType(
  'unit.application-ban-imposed',
  { article: 'art-25', phase: '监督管理', visibility: 'public', title: '登记系统外决定的不受理申报期' },
  z.strictObject({
    uscc: creditCodeSchema,
    /** Number of the revocation decision. */
    decision: lineSchema,
    /** Effective day of the decision; not counted. */
    from: dateSchema,
    /** Last day of the five years (D-31). */
    lastDay: dateSchema,
  }),
);

/** The end of such an exclusion, as one person enters it with its document; it ends once another has confirmed it. */
export const banLiftingEntered = eventType(
  'unit.ban-lifting-entered',
  {
    article: 'art-05',
    item: '（四）',
    phase: '监督管理',
    visibility: 'restricted',
    title: '录入系统外决定的解除',
  },
  z.strictObject({
    uscc: creditCodeSchema,
    /** Number of the decision that excluded the unit. */
    decision: lineSchema,
    /** From this day on it is not excluded. */
    from: dateSchema,
    reason: paragraphSchema,
    /** The document by which the decision was overturned. */
    evidence: z.array(evidenceSchema).min(1).max(20),
  }),
);

/** Early ones were recorded by one person alone, without an entry before. */
export const applicationBanLifted = eventType(
  'unit.application-ban-lifted',
  { article: 'art-25', phase: '监督管理', visibility: 'public', title: '解除系统外决定的不受理申报期' },
  z.strictObject({ uscc: creditCodeSchema, decision: lineSchema, from: dateSchema, reason: paragraphSchema }),
);

/** Recorded on the successor: a ban on the predecessor hits it too (D-32). */
export const unitSuccessorRecorded = eventType(
  'unit.successor-recorded',
  { ...options, title: '记录单位承继关系' },
  z.strictObject({
    uscc: creditCodeSchema,
    predecessor: creditCodeSchema,
    kind: z.enum(['合并', '分立', '改制', '其他']),
    document: lineSchema,
    effectiveOn: dateSchema,
  }),
);

export const unitEventTypes = [
  unitRegistered,
  unitRenamed,
  unitParticularsChanged,
  unitRegistrationVerified,
  professionalOrganisationRecognised,
  outsideBanEntered,
  banLiftingEntered,
  applicationBanImposed,
  applicationBanLifted,
  unitSuccessorRecorded,
] as const;
export type UnitEvent = EventsOf<typeof unitEventTypes>;
