/** R-O12: which recommending bodies there are, and who is in charge of what on a day (art-06). */
import { z } from 'zod';
import {
  bodyKindSchema,
  isSameJurisdiction,
  jurisdictionAssigned,
  jurisdictionSchema,
  jurisdictionTransferred,
  recommendingBodyRegistered,
  recommendingBodyRenamed,
} from '../../events/body.ts';
import { withFormer } from '../../events/rules/particulars.ts';
import { addDays, dateSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, parsed } from '../query.ts';

export const bodyRowSchema = z.strictObject({
  bodyId: z.string(),
  kind: bodyKindSchema,
  name: z.string(),
  from: dateSchema,
  /** What it was called before, oldest first. */
  formerNames: z.array(z.strictObject({ name: z.string(), lastDay: dateSchema })),
  jurisdictions: z.array(
    z.strictObject({
      jurisdiction: jurisdictionSchema,
      from: dateSchema,
      /** Last day in charge; absent while it lasts. */
      lastDay: dateSchema.optional(),
      /** The body it came from, or went to. */
      takenFrom: z.string().optional(),
      givenTo: z.string().optional(),
    }),
  ),
});
export type BodyRow = z.infer<typeof bodyRowSchema>;

export const bodyRegister = projection<BodyRow>({
  name: 'bodies',
  version: 2,
  question: '各推荐单位及其负责的行业、区域 (Which recommending bodies are in charge of what, since when?)',
  indexes: [],
  handlers: [
    on(
      [recommendingBodyRegistered],
      ({ data }) => data.bodyId,
      (row, { data }) => ({ jurisdictions: [], formerNames: [], ...row, ...data }),
    ),
    on(
      [recommendingBodyRenamed],
      ({ data }) => data.bodyId,
      (row, { data: { name, changedOn } }) =>
        row && {
          ...row,
          name,
          formerNames: withFormer(row.formerNames, { name: row.name }, changedOn),
        },
    ),
    on(
      [jurisdictionAssigned],
      ({ data }) => data.bodyId,
      (row, { data: { jurisdiction, from } }) =>
        row && { ...row, jurisdictions: [...row.jurisdictions, { jurisdiction, from }] },
    ),
    on(
      [jurisdictionTransferred],
      ({ data }) => [data.fromBodyId, data.toBodyId],
      (row, { data: { fromBodyId, toBodyId, jurisdiction, from } }, key) => {
        if (!row) return row;
        if (key === toBodyId) {
          return { ...row, jurisdictions: [...row.jurisdictions, { jurisdiction, from, takenFrom: fromBodyId }] };
        }
        const given = { lastDay: addDays(from, -1), givenTo: toBodyId };
        return {
          ...row,
          jurisdictions: row.jurisdictions.map(held =>
            held.lastDay === undefined && isSameJurisdiction(held.jurisdiction, jurisdiction)
              ? { ...held, ...given }
              : held,
          ),
        };
      },
    ),
  ],
});

export const bodySchema = bodyRowSchema.extend({
  /** The day asked about. */
  on: dateSchema,
  inChargeOf: z.array(jurisdictionSchema),
});
type Body = z.infer<typeof bodySchema>;

function bodyOn(row: BodyRow, on: string): Body {
  const held = row.jurisdictions.filter(({ from, lastDay }) => from <= on && (lastDay === undefined || on <= lastDay));
  return { ...row, on, inChargeOf: held.map(({ jurisdiction }) => jurisdiction) };
}

export async function bodiesOn(
  reader: Reader,
  on: string,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: Body[] }> {
  const page = await reader.find(bodyRegister, asked);
  return { page, items: parsed(bodyRegister, page).map(row => bodyOn(row, on)) };
}

export async function bodyAsOf(reader: Reader, bodyId: string, on: string): Promise<Body | undefined> {
  const row = await load(reader, bodyRegister, bodyId);
  return row && bodyOn(row, on);
}
