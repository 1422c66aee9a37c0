/** 推荐单位对比: what each body received and decided, what became of it, and what else it did. */
import { z } from 'zod';
import type { JourneyStep } from '../../../events/rules/stages.ts';
import { codeWord } from '../../../events/words.ts';
import type { comparisonSchema } from '../../../projections/dashboard/comparison.ts';
import { OVERSIGHT, yearParameter } from '../../../projections/query.ts';
import { page, type Reading } from '../page.ts';
import { count } from '../parts/format.ts';
import { type Column, Table } from '../parts/table.tsx';
import { Definitions, Head, Projects, refreshSeconds, share, WithEarlier, yearBefore } from './parts.tsx';

type Comparison = z.infer<typeof comparisonSchema>;
type Body = Comparison['bodies'][number];
type Compared = keyof Body['projects'];

const GROUPS: readonly (readonly [title: string, steps: readonly Compared[]])[] = [
  [
    '立项',
    ['started', 'submitted', 'verified', 'returned', 'recommended', 'declined', 'approved', 'rejected', 'listed'],
  ],
  [
    '实施和成果',
    ['visited', 'completed', 'terminated', 'results-submitted', 'results-recommended', 'results-declined'],
  ],
  ['认定', ['results-forwarded', 'recognised', 'revoked']],
];

const ACTS = {
  visits: '走访',
  guidance: '指导意见',
  urgings: '督促',
  batches: '报送批次',
  localPromotions: '宣传推广',
} as const;

const NAMES = {
  ...Object.fromEntries(GROUPS.flatMap(([, steps]) => steps.map(step => [step, codeWord('step', step)]))),
  ...ACTS,
  year: '年度',
  projects: '项目数',
  acts: '办理次数',
  opinion: '出具意见用时',
  days: '天数',
} as const;

export const bodyComparisonPage = page({
  path: '/dashboards/:year/bodies',
  name: 'ShowBodyComparisonPage',
  title: ({ year }) => `${year}年度推荐单位对比`,
  access: OVERSIGHT,
  input: z.strictObject({ year: yearParameter }),
  refreshSeconds,
  load: async ({ year }, asking) => ({
    comparison: await asking.ask<Comparison>('GetBodyComparison', { year }),
    before: await yearBefore<Comparison>('GetBodyComparison', year, asking),
  }),
  view: ({ data: { comparison, before }, actor }) => {
    const { year, bodies, definitions } = comparison;
    const shown = { year, actor, definitions, earlier: new Map(before?.bodies.map(body => [body.bodyId, body])) };
    return (
      <>
        <Head year={year} kind="bodies" fresh={comparison} actor={actor} />
        {GROUPS.map(([title, steps]) => (
          <section>
            <h2>{title}</h2>
            <Table
              caption={`各推荐单位：${title}`}
              columns={[NAME, ...steps.map(step => stepColumn(step, shown))]}
              rows={bodies}
            />
          </section>
        ))}
        <h2>推荐率和用时</h2>
        <Table caption="各推荐单位：推荐率和出具意见用时" columns={[NAME, ...opinionColumns(shown)]} rows={bodies} />
        <h2>跟踪服务和推广</h2>
        <Table caption="各推荐单位：办理次数" columns={[NAME, ...actColumns(shown)]} rows={bodies} />
        <Definitions definitions={definitions} names={NAMES} />
      </>
    );
  },
});

const NAME: Column<Body> = { head: '推荐单位', cell: row => <a href={`/bodies/${row.bodyId}`}>{row.bodyName}</a> };

interface Shown {
  readonly year: number;
  readonly actor: Reading['actor'];
  readonly definitions: Comparison['definitions'];
  /** Of the year before, by body. */
  readonly earlier: ReadonlyMap<string, Body>;
}

function stepColumn(step: Compared & JourneyStep, { year, actor, definitions, earlier }: Shown): Column<Body> {
  return {
    head: codeWord('step', step),
    isNumber: true,
    cell: ({ bodyId, projects }) => {
      const before = earlier.get(bodyId)?.projects[step];
      return (
        <WithEarlier earlier={before === undefined ? undefined : count(before)}>
          <Projects
            number={projects[step]}
            counted={{ year, step, body: bodyId }}
            actor={actor}
            means={definitions[step]?.zh}
          />
        </WithEarlier>
      );
    },
  };
}

function opinionColumns({ year, actor, definitions }: Shown): Column<Body>[] {
  return [
    {
      head: '推荐立项占已作意见',
      isNumber: true,
      cell: ({ projects }) => share(projects.recommended, projects.recommended + projects.declined),
    },
    {
      head: '作出意见的项目',
      isNumber: true,
      cell: ({ bodyId, opinion }) => (
        <Projects
          number={opinion?.projects ?? 0}
          counted={{ year, opinionOf: bodyId }}
          actor={actor}
          means={definitions.opinion?.zh}
        />
      ),
    },
    { head: '平均（天）', isNumber: true, cell: ({ opinion }) => opinion?.mean },
    { head: '中位（天）', isNumber: true, cell: ({ opinion }) => opinion?.median },
    { head: '九成以内（天）', isNumber: true, cell: ({ opinion }) => opinion?.p90 },
  ];
}

function actColumns({ definitions, earlier }: Shown): Column<Body>[] {
  return (Object.keys(ACTS) as (keyof typeof ACTS)[]).map(act => ({
    head: ACTS[act],
    isNumber: true,
    cell: ({ bodyId, acts }: Body) => {
      const before = earlier.get(bodyId)?.acts[act];
      return (
        <WithEarlier earlier={before === undefined ? undefined : count(before)}>
          <span title={definitions[act]?.zh}>{count(acts[act])}</span>
        </WithEarlier>
      );
    },
  }));
}
