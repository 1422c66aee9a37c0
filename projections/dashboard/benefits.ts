/** R-D3: the benefits that projects expect and the benefits that results state, side by side (art-03, art-08 （二）). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import type { Caller, Reader } from '../ports.ts';
import { oversees, pagesOf } from '../query.ts';
import { type Definition, defined, definitionSchema, YEAR_DEFINITION } from './definitions.ts';
import { freshnessTold, freshnessToldSchema } from './freshness.ts';
import { type Journey, recognitionStands } from './journey.ts';
import { JOURNEY_SOURCES, journeysTo } from './standing.ts';
import { type StatedRow, statedFigures } from './stated.ts';

const DEFINITIONS = {
  year: YEAR_DEFINITION,
  yuan: defined(
    '经济效益，按项目单位在材料中填报的整数金额（元）合计；系单位自报，未经核定；社会效益和其他文字表述不折算、不计入',
    'Economic benefit in yuan as the units state it in their materials, not audited; social benefits and other text are neither converted nor counted',
    'art-03',
  ),
  applied: defined(
    '预期：已提交且未撤回的申报，只计最新一版材料',
    'Expected: applications handed in and not withdrawn, by their latest version',
    'art-08',
    'art-10',
  ),
  listed: defined('预期：其中已列入项目计划的', 'Expected: those of them listed in the project plan', 'art-13'),
  submitted: defined(
    '实现：已提交且未撤回、项目未终止（含因弄虚作假终止）的成果，只计最新一版材料',
    'Achieved: results handed in and not withdrawn, of projects neither terminated nor stopped for fraud, by their latest version',
    'art-17a',
  ),
  recognised: defined(
    '实现：其中已认定为优秀成果且认定有效的',
    'Achieved: those of them recognised as excellent, the recognition standing',
    'art-21',
    'art-25',
  ),
  expectedYuan: {
    zh: '同一批项目申报时的预期经济效益（元），与其实现的数额对照',
    en: 'What the same projects expected when they applied, to be set against what they state as achieved',
  },
  byCategory: defined(
    '按申报时所选成效类别；成果材料不含类别；一个项目可属多个类别，各类合计可大于总数',
    'By the categories of effect chosen in the application, results have none; a project may have several, so categories may add up to more than the total',
    'art-08',
  ),
  byMethod: defined(
    '预期按申报材料、实现按成果材料所列质量管理方法；同名方法视为一种；一个项目可用多种方法',
    'By quality methods, of the application for what is expected and of the results for what is achieved; equal names are one method; a project may use several',
    'art-03',
  ),
} satisfies Record<string, Definition>;

const sumSchema = z.strictObject({ projects: z.int(), yuan: z.int() });
const comparedSchema = sumSchema.extend({ expectedYuan: z.int() });
const lineSchema = z.strictObject({
  applied: sumSchema,
  listed: sumSchema,
  submitted: comparedSchema,
  /** For those who oversee. */
  recognised: comparedSchema.optional(),
});
type Sum = z.infer<typeof sumSchema>;
type Compared = z.infer<typeof comparedSchema>;
type Line = Readonly<Record<'applied' | 'listed', Sum> & Record<'submitted' | 'recognised', Compared>>;

export const benefitsSchema = z.strictObject({
  year: yearSchema,
  ...freshnessToldSchema.shape,
  total: lineSchema,
  byCategory: z.array(lineSchema.extend({ category: z.string() })),
  byMethod: z.array(lineSchema.extend({ method: z.string() })),
  definitions: z.record(z.string(), definitionSchema),
});
type Benefits = z.infer<typeof benefitsSchema>;

/** Lines by name. Names come from units, so none of them may meet an inherited property. */
type Lines = Map<string, Line>;

interface Tally {
  readonly total: Line;
  readonly categories: Lines;
  readonly methods: Lines;
}

export async function benefitsOf(reader: Reader, year: number, caller: Caller): Promise<Benefits> {
  const fresh = await freshnessTold(reader, [...JOURNEY_SOURCES, statedFigures], caller);
  const tally: Tally = { total: emptyLine(), categories: new Map(), methods: new Map() };
  for await (const rows of pagesOf(reader, statedFigures, { year })) {
    const journeys = await journeysTo(
      reader,
      rows.map(({ projectId }) => projectId),
    );
    for (const row of rows) count(tally, row, journeys.get(row.projectId));
  }
  const shown = oversees(caller) ? (line: Line) => line : withoutRecognised;
  return {
    year,
    ...fresh,
    total: shown(tally.total),
    byCategory: mostFirst(tally.categories).map(([category, line]) => ({ category, ...shown(line) })),
    byMethod: mostFirst(tally.methods).map(([method, line]) => ({ method, ...shown(line) })),
    definitions: DEFINITIONS,
  };
}

function count(tally: Tally, { application, result }: StatedRow, journey: Journey | undefined): void {
  const general = [tally.total, ...(application?.categories ?? []).map(category => lineOf(tally.categories, category))];
  const withMethods = (methods: readonly string[]) => [
    ...general,
    ...methods.map(method => lineOf(tally.methods, method)),
  ];
  if (application) {
    const { yuan, methods } = application;
    for (const { applied, listed } of withMethods(methods)) {
      add(applied, yuan);
      if (journey?.steps.listed !== undefined) add(listed, yuan);
    }
  }
  if (result) {
    const expectedYuan = application?.yuan ?? 0;
    for (const { submitted, recognised } of withMethods(result.methods)) {
      addCompared(submitted, result.yuan, expectedYuan);
      if (recognitionStands(journey)) addCompared(recognised, result.yuan, expectedYuan);
    }
  }
}

function add(sum: Sum, yuan: number): void {
  sum.projects += 1;
  sum.yuan += yuan;
}

function addCompared(sum: Compared, yuan: number, expectedYuan: number): void {
  add(sum, yuan);
  sum.expectedYuan += expectedYuan;
}

function emptyLine(): Line {
  const nothing = { projects: 0, yuan: 0 };
  return {
    applied: { ...nothing },
    listed: { ...nothing },
    submitted: { ...nothing, expectedYuan: 0 },
    recognised: { ...nothing, expectedYuan: 0 },
  };
}

function lineOf(lines: Lines, name: string): Line {
  const line = lines.get(name) ?? emptyLine();
  lines.set(name, line);
  return line;
}

function withoutRecognised({ recognised: _confidential, ...line }: Line): Omit<Line, 'recognised'> {
  return line;
}

/** By the number of applications, then by name. */
function mostFirst(lines: Lines): [string, Line][] {
  return [...lines].toSorted(
    ([one, a], [other, b]) => b.applied.projects - a.applied.projects || (one < other ? -1 : 1),
  );
}
