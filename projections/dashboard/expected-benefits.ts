/** R-D3: what the applications of a year expect to bring, and by which methods (art-03, art-08 （二）). */
import { z } from 'zod';
import {
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
  projectListed,
  projectRejected,
} from '../../events/application.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { all, freshness, freshnessSchema } from '../query.ts';
import { definitionSchema } from './definitions.ts';
import { added, summed } from './tally.ts';

const expectationSchema = z.strictObject({
  yuan: z.int(),
  categories: z.array(z.string()),
  methods: z.array(z.string()),
});
type Expectation = z.infer<typeof expectationSchema>;

const tallySchema = z.record(z.string(), z.int());

const benefitsRowSchema = z.strictObject({
  year: z.int(),
  bodyId: z.string(),
  projects: z.int(),
  yuan: z.int(),
  projectsByCategory: tallySchema,
  yuanByCategory: tallySchema,
  projectsByMethod: tallySchema,
  /** Latest version of each project that can still change, so that a new version replaces the old one. */
  open: z.record(z.string(), expectationSchema),
});
export type BenefitsRow = z.infer<typeof benefitsRowSchema>;

function keyOf({ meta: { about } }: RecordedEvent): string | undefined {
  return about.year === undefined || about.bodyId === undefined ? undefined : `${about.year}/${about.bodyId}`;
}

export const expectedBenefits = projection<BenefitsRow>({
  name: 'expected-benefits',
  version: 1,
  question: '申报项目的预期经济效益和方法运用 (What do the applications of a year expect to bring, by which methods?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when([applicationSubmitted, applicationSupplemented], keyOf, (row, { data, meta }) => {
      const { expectedEconomic, categories, methods } = data.content;
      const expectation = { yuan: expectedEconomic.yuan, categories, methods: [...new Set(methods)] };
      const cleared = without(row ?? emptyRow(meta.about), data.projectId);
      const next = counted(cleared, expectation, 1);
      return { ...next, open: { ...next.open, [data.projectId]: expectation } };
    }),
    when([applicationWithdrawn], keyOf, (row, { data }) => row && without(row, data.projectId)),
    when([projectListed, projectRejected], keyOf, (row, { data }) => {
      if (!row) return row;
      const { [data.projectId]: _settled, ...open } = row.open;
      return { ...row, open };
    }),
  ],
});

function emptyRow({ year = 0, bodyId = '' }: RecordedEvent['meta']['about']): BenefitsRow {
  return {
    year,
    bodyId,
    projects: 0,
    yuan: 0,
    projectsByCategory: {},
    yuanByCategory: {},
    projectsByMethod: {},
    open: {},
  };
}

/** The row as if the project had not been counted. */
function without(row: BenefitsRow, projectId: string): BenefitsRow {
  const { [projectId]: earlier, ...open } = row.open;
  return earlier ? { ...counted(row, earlier, -1), open } : row;
}

function counted(row: BenefitsRow, { yuan, categories, methods }: Expectation, sign: 1 | -1): BenefitsRow {
  return {
    ...row,
    projects: row.projects + sign,
    yuan: row.yuan + sign * yuan,
    projectsByCategory: added(row.projectsByCategory, categories, sign),
    yuanByCategory: added(row.yuanByCategory, categories, sign * yuan),
    projectsByMethod: added(row.projectsByMethod, methods, sign),
  };
}

const DEFINITIONS = {
  projects: {
    zh: '已提交且未撤回的项目数，每个项目只计最新一版材料',
    en: 'Projects submitted and not withdrawn; only the latest version of each counts',
  },
  yuan: { zh: '上述项目预期经济效益合计（元）', en: 'Expected economic benefit of these projects in yuan' },
  byCategory: {
    zh: '按成效类别统计；一个项目可属多个类别，各类合计可大于总数',
    en: 'By category of effect; a project may have several, so categories may add up to more than the total',
  },
  byMethod: {
    zh: '按运用的质量管理方法统计项目数；一个项目可用多种方法',
    en: 'Projects by quality method used; a project may use several',
  },
};

export const benefitsSchema = z.strictObject({
  year: z.int(),
  ...freshnessSchema.shape,
  projects: z.int(),
  yuan: z.int(),
  byCategory: z.array(z.strictObject({ category: z.string(), projects: z.int(), yuan: z.int() })),
  byMethod: z.array(z.strictObject({ method: z.string(), projects: z.int() })),
  definitions: z.record(z.string(), definitionSchema),
});

export async function benefitsOf(reader: Reader, year: number): Promise<z.infer<typeof benefitsSchema>> {
  const rows = await all(reader, expectedBenefits, { year });
  const yuanByCategory = summed(rows.map(row => row.yuanByCategory));
  return {
    year,
    ...(await freshness(reader, expectedBenefits)),
    projects: rows.reduce((sum, row) => sum + row.projects, 0),
    yuan: rows.reduce((sum, row) => sum + row.yuan, 0),
    byCategory: mostFirst(summed(rows.map(row => row.projectsByCategory))).map(([category, projects]) => ({
      category,
      projects,
      yuan: yuanByCategory[category] ?? 0,
    })),
    byMethod: mostFirst(summed(rows.map(row => row.projectsByMethod))).map(([method, projects]) => ({
      method,
      projects,
    })),
    definitions: DEFINITIONS,
  };
}

function mostFirst(tally: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(tally).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}
