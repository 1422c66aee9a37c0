/** Whether an application meets the three conditions of art-08, each with what is known about it. */
import { z } from 'zod';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  professionalOrganisationRecognised,
  unitRegistered,
  unitRegistrationVerified,
} from '../../events/unit.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { load } from '../query.ts';
import { type CaseFileRow, caseFileRowSchema, caseFiles } from './case-file.ts';

const applicantRowSchema = z.strictObject({
  uscc: z.string(),
  name: z.string(),
  kind: z.string(),
  isBranch: z.boolean(),
  verification: z.strictObject({ source: z.string(), verifiedOn: dateSchema, inTianjin: z.boolean() }).optional(),
  recognition: z.strictObject({ authority: z.string(), document: z.string(), recognisedOn: dateSchema }).optional(),
  bans: z.array(
    z.strictObject({ decision: z.string(), from: dateSchema, lastDay: dateSchema, liftedFrom: dateSchema.optional() }),
  ),
});
type ApplicantRow = z.infer<typeof applicantRowSchema>;

const unitOf = (event: { readonly data: { readonly uscc: string } }) => event.data.uscc;

export const applicants = projection<ApplicantRow>({
  name: 'applicants',
  version: 1,
  question: '申报单位是否符合单位条件 (Does the applicant meet the condition on units?)',
  indexes: [],
  handlers: [
    when([unitRegistered], unitOf, (row, { data: { uscc, name, kind, isBranch } }) => ({
      bans: [],
      ...row,
      uscc,
      name,
      kind,
      isBranch,
    })),
    when(
      [unitRegistrationVerified],
      unitOf,
      (row, { data: { source, verifiedOn, inTianjin } }) =>
        row && { ...row, verification: { source, verifiedOn, inTianjin } },
    ),
    when(
      [professionalOrganisationRecognised],
      unitOf,
      (row, { data: { authority, document, recognisedOn } }) =>
        row && { ...row, recognition: { authority, document, recognisedOn } },
    ),
    when(
      [applicationBanImposed],
      unitOf,
      (row, { data: { decision, from, lastDay } }) =>
        row && { ...row, bans: [...row.bans, { decision, from, lastDay }] },
    ),
    when(
      [applicationBanLifted],
      unitOf,
      (row, { data }) =>
        row && {
          ...row,
          bans: row.bans.map(ban => (ban.decision === data.decision ? { ...ban, liftedFrom: data.from } : ban)),
        },
    ),
  ],
});

const metSchema = z.enum(['met', 'not-met', 'open']);
const { similarity, adjudication, definition, effect, eligibility } = caseFileRowSchema.shape.municipal.shape;

export const eligibilitySheetSchema = z.strictObject({
  projectId: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  title: z.string(),
  conditions: z.strictObject({
    unit: z.strictObject({
      item: z.literal('（一）'),
      state: metSchema,
      isBranch: z.boolean(),
      verification: applicantRowSchema.shape.verification,
      recognition: applicantRowSchema.shape.recognition,
    }),
    effect: z.strictObject({ item: z.literal('（二）'), state: metSchema, assessment: effect }),
    sameness: z.strictObject({ item: z.literal('（三）'), state: metSchema, check: similarity, adjudication }),
  }),
  /** art-03: whether the work is 质量攻关 at all. */
  definition,
  /** art-25: the exclusion that holds today, if any. */
  ban: applicantRowSchema.shape.bans.element.optional(),
  decision: eligibility,
  asOf: instantSchema,
});
type Sheet = z.infer<typeof eligibilitySheetSchema>;

export async function eligibilityOf(reader: Reader, projectId: string): Promise<Sheet | undefined> {
  const file = await load(reader, caseFiles, projectId);
  if (!file) return undefined;
  const applicant = await load(reader, applicants, file.uscc);
  const { municipal, uscc, unitName, title } = file;
  const ban = banOn(applicant, shanghaiDate(reader.now));
  return {
    projectId,
    uscc,
    unitName,
    title,
    conditions: {
      unit: { item: '（一）', ...unitCondition(applicant) },
      effect: { item: '（二）', ...effectCondition(municipal) },
      sameness: { item: '（三）', ...samenessCondition(municipal) },
    },
    ...(municipal.definition && { definition: municipal.definition }),
    ...(ban && { ban }),
    ...(municipal.eligibility && { decision: municipal.eligibility }),
    asOf: reader.now,
  };
}

/** Registered in Tianjin, or a professional organisation that the industry authority recognises. */
function unitCondition(applicant: ApplicantRow | undefined): Omit<Sheet['conditions']['unit'], 'item'> {
  const { verification, recognition, isBranch = false } = applicant ?? {};
  const met = verification?.inTianjin === true || recognition !== undefined;
  return {
    state: met ? 'met' : verification ? 'not-met' : 'open',
    isBranch,
    ...(verification && { verification }),
    ...(recognition && { recognition }),
  };
}

function effectCondition({
  effect: assessment,
}: CaseFileRow['municipal']): Omit<Sheet['conditions']['effect'], 'item'> {
  if (!assessment) return { state: 'open' };
  return { state: assessment.marked ? 'met' : 'not-met', assessment };
}

/** Below the threshold the comparison settles it; at or above it, a person does. */
function samenessCondition({
  similarity: check,
  adjudication: verdict,
}: CaseFileRow['municipal']): Omit<Sheet['conditions']['sameness'], 'item'> {
  if (!check) return { state: 'open' };
  if (!verdict) return { state: check.hits.some(hit => hit.score >= check.threshold) ? 'open' : 'met', check };
  return { state: verdict.verdict === 'different' ? 'met' : 'not-met', check, adjudication: verdict };
}

function banOn(applicant: ApplicantRow | undefined, date: string): ApplicantRow['bans'][number] | undefined {
  return applicant?.bans.find(
    ({ from, lastDay, liftedFrom }) =>
      from <= date && date <= lastDay && (liftedFrom === undefined || date < liftedFrom),
  );
}
