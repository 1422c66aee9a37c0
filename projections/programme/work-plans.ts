/** R-P1: what the work plan of a year says, and what each earlier version said. */
import { z } from 'zod';
import { sha256Schema, yearSchema } from '../../events/ids.ts';
import {
  planWarningSchema,
  workPlanAmended,
  workPlanDrafted,
  workPlanPublished,
  workPlanSchema,
  workPlanWarned,
} from '../../events/programme.ts';
import { urlSchema } from '../../events/text.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

export const workPlanRowSchema = z.strictObject({
  year: yearSchema,
  version: z.int(),
  status: z.enum(['draft', 'current', 'superseded']),
  /** Drafts are internal. */
  visibility: z.enum(['public', 'internal']),
  plan: workPlanSchema,
  docHash: sha256Schema.optional(),
  url: urlSchema.optional(),
  publishedAt: instantSchema.optional(),
  amendment: z
    .strictObject({
      fromVersion: z.int(),
      changes: z.array(z.strictObject({ pointer: z.string(), from: z.string(), to: z.string() })),
      reason: z.string(),
    })
    .optional(),
  supersededAt: instantSchema.optional(),
  /** What will not work out as it stands, found when the version was published. */
  warnings: z.array(planWarningSchema).optional(),
});
export type WorkPlanRow = z.infer<typeof workPlanRowSchema>;

const idOf = (year: number, version: number) => `${year}-v${version}`;

export const workPlans = projection<WorkPlanRow>({
  name: 'work-plans',
  version: 2,
  question: '某年度工作方案各版本的内容 (What does each version of a year’s work plan say?)',
  indexes: [{ fields: ['year', 'visibility', 'version'] }],
  handlers: [
    on(
      [workPlanDrafted],
      ({ data }) => idOf(data.year, data.version),
      (row, { data }) =>
        row?.visibility === 'public'
          ? row
          : { year: data.year, version: data.version, status: 'draft', visibility: 'internal', plan: data.plan },
    ),
    on(
      [workPlanPublished],
      ({ data }) => idOf(data.year, data.version),
      (_row, { data, meta }) => ({
        ...data,
        status: 'current',
        visibility: 'public',
        publishedAt: meta.effectiveAt,
      }),
    ),
    on(
      [workPlanWarned],
      ({ data }) => idOf(data.year, data.version),
      (row, { data }) => row && { ...row, warnings: data.warnings },
    ),
    on(
      [workPlanAmended],
      ({ data }) => [idOf(data.year, data.fromVersion), idOf(data.year, data.version)],
      (row, { data, meta }, key) => {
        if (key !== idOf(data.year, data.version)) {
          return row && { ...row, status: 'superseded', supersededAt: meta.effectiveAt };
        }
        const { fromVersion, changes, reason, ...version } = data;
        return {
          ...version,
          status: 'current',
          visibility: 'public',
          publishedAt: meta.effectiveAt,
          amendment: { fromVersion, changes, reason },
        };
      },
    ),
  ],
});

/** Newest first. */
export function versionsOf(
  reader: Reader,
  year: number,
  visibility: WorkPlanRow['visibility'],
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  const order = { by: ['version'], direction: 'desc' } as const;
  return reader.find(workPlans, { where: { year, visibility }, order, ...page });
}

/** A published version; a draft is not there. */
export async function publishedVersion(reader: Reader, year: number, version: number): Promise<string | undefined> {
  const text = await reader.get(workPlans, idOf(year, version));
  return text !== undefined && (JSON.parse(text) as WorkPlanRow).visibility === 'public' ? text : undefined;
}
