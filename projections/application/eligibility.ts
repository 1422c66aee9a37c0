/** Whether an application meets the three conditions of art-08, each with what is known about it. */
import { z } from 'zod';
import { banOn, endOf } from '../../events/rules/bans.ts';
import { qualifies } from '../../events/rules/qualification.ts';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import { bansAround } from '../bans.ts';
import type { Reader } from '../ports.ts';
import { load } from '../query.ts';
import { type UnitRow, unitRowSchema, units } from '../registry/units.ts';
import { type CaseFileRow, caseFileRowSchema, caseFiles } from './case-file.ts';

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
      verification: unitRowSchema.shape.verification,
      recognition: unitRowSchema.shape.recognition,
    }),
    effect: z.strictObject({ item: z.literal('（二）'), state: metSchema, assessment: effect }),
    sameness: z.strictObject({ item: z.literal('（三）'), state: metSchema, check: similarity, adjudication }),
  }),
  /** art-03: whether the work is 质量攻关 at all. */
  definition,
  /** art-25: the exclusion that holds today, if any. */
  ban: z
    .strictObject({
      decision: z.string(),
      from: dateSchema,
      lastDay: dateSchema,
      /** Whose it is: the applicant's, or that of a unit it succeeds to. */
      uscc: z.string(),
    })
    .optional(),
  decision: eligibility,
  asOf: instantSchema,
});
type Sheet = z.infer<typeof eligibilitySheetSchema>;

export async function eligibilityOf(reader: Reader, projectId: string): Promise<Sheet | undefined> {
  const file = await load(reader, caseFiles, projectId);
  if (!file) return undefined;
  const applicant = await load(reader, units, file.uscc);
  const { municipal, uscc, unitName, title } = file;
  const ban = await banToday(reader, uscc);
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

function unitCondition(applicant: UnitRow | undefined): Omit<Sheet['conditions']['unit'], 'item'> {
  const { kind, verification, recognition, isBranch = false } = applicant ?? {};
  const met = qualifies({ kind, inTianjin: verification?.inTianjin, recognised: recognition !== undefined });
  return {
    state: met === undefined ? 'open' : met ? 'met' : 'not-met',
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

async function banToday(reader: Reader, unit: string): Promise<Sheet['ban']> {
  const held = banOn(await bansAround(reader, [unit]), unit, shanghaiDate(reader.now));
  if (!held) return undefined;
  const { decision, from, uscc } = held;
  return { decision, from, lastDay: endOf(held), uscc };
}
