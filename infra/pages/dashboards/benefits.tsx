/** 预期效益与实现效益: what applications expect and results state, each sum with the projects that it is made of. */
import { z } from 'zod';
import type { benefitsSchema } from '../../../projections/dashboard/benefits.ts';
import { yearParameter } from '../../../projections/query.ts';
import { page, type Reading } from '../page.ts';
import { wan } from '../parts/format.ts';
import { type Column, Table } from '../parts/table.tsx';
import {
  type Counted,
  DASHBOARD_READERS,
  Definitions,
  Head,
  Projects,
  refreshSeconds,
  WithEarlier,
  yearBefore,
} from './parts.tsx';

type Benefits = z.infer<typeof benefitsSchema>;
type Line = Benefits['total'];

const NAMES = {
  year: '年度',
  yuan: '金额',
  applied: '申报预期',
  listed: '列入计划预期',
  submitted: '成果实现',
  recognised: '优秀成果实现',
  expectedYuan: '同批项目申报时预期',
  byCategory: '按成效类别',
  byMethod: '按质量管理方法',
} as const;

/** The projects of each sum, as the list of projects is asked for them. */
const BEHIND = {
  applied: { stated: 'application' },
  listed: { stated: 'application', step: 'listed' },
  submitted: { stated: 'result' },
  recognised: { stated: 'recognised' },
} as const satisfies Record<string, Counted>;
type Sum = keyof typeof BEHIND;

export const benefitsPage = page({
  path: '/dashboards/:year/benefits',
  name: 'ShowBenefitsPage',
  title: ({ year }) => `${year}年度预期效益与实现效益`,
  access: DASHBOARD_READERS,
  input: z.strictObject({ year: yearParameter }),
  refreshSeconds,
  load: async ({ year }, asking) => ({
    benefits: await asking.ask<Benefits>('GetBenefits', { year }),
    before: await yearBefore<Benefits>('GetBenefits', year, asking),
  }),
  view: ({ data: { benefits, before }, actor }) => {
    const { year, total, byCategory, byMethod, definitions } = benefits;
    const shown = { year, actor, definitions };
    return (
      <>
        <Head year={year} kind="benefits" fresh={benefits} actor={actor} />
        <p class="fine">金额单位：万元，小数点后一位；每个金额下是其所含项目数。</p>
        <Table caption="合计" columns={sums<Line>(shown, () => ({}), before && (() => before.total))} rows={[total]} />
        <h2>{NAMES.byCategory}</h2>
        <Table
          caption={NAMES.byCategory}
          columns={[
            { head: '类别', cell: row => row.category },
            ...sums<Benefits['byCategory'][number]>(shown, ({ category }) => ({ category })),
          ]}
          rows={byCategory}
        />
        <h2>{NAMES.byMethod}</h2>
        <Table
          caption={NAMES.byMethod}
          columns={[
            { head: '方法', cell: row => row.method },
            ...sums<Benefits['byMethod'][number]>(shown, ({ method }) => ({ method })),
          ]}
          rows={byMethod}
        />
        <Definitions definitions={definitions} names={NAMES} />
      </>
    );
  },
});

interface Shown {
  readonly year: number;
  readonly actor: Reading['actor'];
  readonly definitions: Benefits['definitions'];
}

/** One column a sum; what panels and review think is left out where it was not told. */
function sums<Row extends Line>(
  { year, actor, definitions }: Shown,
  narrowed: (row: Row) => Counted,
  earlier?: () => Line,
): Column<Row>[] {
  return (Object.keys(BEHIND) as Sum[]).map(sum => ({
    head: NAMES[sum],
    isNumber: true,
    cell: row => {
      const told = row[sum];
      if (!told) return '';
      const before = earlier?.()[sum];
      return (
        <WithEarlier earlier={before && wan(before.yuan)}>
          <span title={definitions[sum]?.zh}>{wan(told.yuan)}</span>
          <small>
            <Projects
              number={told.projects}
              counted={{ year, ...BEHIND[sum], ...narrowed(row) }}
              actor={actor}
              means={definitions[sum]?.zh}
            />{' '}
            个项目
          </small>
          {'expectedYuan' in told && (
            <small title={definitions.expectedYuan?.zh}>申报时预期 {wan(told.expectedYuan)}</small>
          )}
        </WithEarlier>
      );
    },
  }));
}
