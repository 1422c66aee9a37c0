/** 条款覆盖、尚无行为的职责: where the year has acts, and which duties nobody has acted on. */
import { z } from 'zod';
import { articleOf } from '../../../events/statute.ts';
import { OVERSIGHT, yearParameter } from '../../../projections/query.ts';
import type { Answered } from '../../../projections/report/export.ts';
import type { articleCoverageSchema } from '../../../projections/supervision/coverage.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';
import { yearOptions, yearsKnown } from './years.ts';

type Coverage = z.infer<typeof articleCoverageSchema>;

const input = z.strictObject({ year: yearParameter.optional() });

/** An article is called by how it begins, since the print gives it no heading. */
const beginning = (id: Coverage['articles'][number]['id']) => `${articleOf(id).text.slice(0, 24)}…`;

export const coveragePage = page({
  path: '/supervision/coverage',
  name: 'ShowCoveragePage',
  title: '条款和环节覆盖',
  access: OVERSIGHT,
  input,
  async load({ year }, asking) {
    const years = await yearsKnown(asking);
    const chosen = year ?? years[0];
    return {
      years,
      coverage: chosen === undefined ? undefined : await asking.ask<Coverage>('GetCoverage', { year: chosen }),
    };
  },
  view: ({ data: { years, coverage } }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>条款和环节覆盖</h1>
      <p class="lead">办法的每一条、每个环节，在一个年度里有多少行为。没有行为的排在这里也看得见。</p>
      <Filters label="选择年度">
        <ChoiceField label="年度" name="year" options={yearOptions(years)} chosen={coverage && String(coverage.year)} />
      </Filters>
      {coverage ? <Covered coverage={coverage} /> : <p class="none">还没有启动过年度活动。</p>}
    </>
  ),
});

function Covered({ coverage: { year, articles, phases, untouched } }: { readonly coverage: Coverage }) {
  return (
    <>
      <p class={untouched.length > 0 ? 'alert' : 'verdict'}>
        {year} 年度，办法 {articles.length} 条中 {articles.length - untouched.length} 条有行为，{untouched.length}{' '}
        条没有。
      </p>
      <h2>按条款</h2>
      <Table
        caption="各条款的行为"
        columns={[
          { head: '条款', cell: ({ id, label }) => <a href={`/statute/${id}`}>{label}</a>, isOneLine: true },
          { head: '内容', cell: ({ id }) => beginning(id) },
          {
            head: '行为',
            isNumber: true,
            cell: ({ id, acts }) =>
              acts === 0 ? (
                <span class="warn">没有</span>
              ) : (
                <a href={`/supervision/trail?article=${id}&year=${year}`}>{count(acts)}</a>
              ),
          },
          { head: '最早', cell: ({ firstAt }) => (firstAt ? minute(firstAt) : ''), isOneLine: true },
          { head: '最近', cell: ({ lastAt }) => (lastAt ? minute(lastAt) : ''), isOneLine: true },
        ]}
        rows={articles}
      />
      <h2>按环节</h2>
      <Table
        caption="各环节的行为"
        columns={[
          { head: '环节', cell: ({ phase, statutory }) => `${phase}${statutory ? '' : '（本系统所加）'}` },
          {
            head: '行为',
            cell: ({ acts }) => (acts === 0 ? <span class="warn">没有</span> : count(acts)),
            isNumber: true,
          },
          { head: '最早', cell: ({ firstAt }) => (firstAt ? minute(firstAt) : ''), isOneLine: true },
          { head: '最近', cell: ({ lastAt }) => (lastAt ? minute(lastAt) : ''), isOneLine: true },
        ]}
        rows={phases}
      />
      <p class="tools">
        <a href={`/supervision/idle-duties?year=${year}`}>尚无行为的职责</a>
      </p>
    </>
  );
}

/** The report on duties without an act (projections/report/duties.ts). */
const DUTIES = 4;

export const idleDutiesPage = page({
  path: '/supervision/idle-duties',
  name: 'ShowIdleDutiesPage',
  title: '尚无行为的职责',
  access: OVERSIGHT,
  input,
  async load({ year }, asking) {
    const years = await yearsKnown(asking);
    const chosen = year ?? years[0];
    const answered = chosen === undefined ? undefined : await asking.report<Answered>(DUTIES, { year: String(chosen) });
    return { years, chosen, answered };
  },
  view: ({ data: { years, chosen, answered } }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>尚无行为的职责</h1>
      <p class="lead">办法写明“应”或者“负责”的职责，到期仍没有行为的，按条款和责任单位合计；逐项见报告。</p>
      <Filters label="选择年度">
        <ChoiceField label="年度" name="year" options={yearOptions(years)} chosen={chosen && String(chosen)} />
      </Filters>
      {answered ? <Idle answered={answered} year={chosen as number} /> : <p class="none">还没有启动过年度活动。</p>}
    </>
  ),
});

interface IdleDuty {
  readonly article: string;
  readonly duty: string;
  readonly organisation: string;
  readonly id: string;
  readonly count: number;
}

/** Those with the most first. */
function idleDutiesIn({ rows }: Answered): readonly IdleDuty[] {
  const found = new Map<string, IdleDuty>();
  for (const { fault, cells } of rows) {
    if (!fault) continue;
    const [article, duty, organisation, id] = ['article', 'duty', 'organisation', 'id'].map(name =>
      String(cells[name] ?? ''),
    );
    const key = [article, duty, id].join('/');
    const before = found.get(key)?.count ?? 0;
    found.set(key, { article, duty, organisation, id, count: before + 1 } as IdleDuty);
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

const LISTED = 200;

function Idle({ answered, year }: { readonly answered: Answered; readonly year: number }) {
  const duties = idleDutiesIn(answered);
  const report = `/supervision/reports/${DUTIES}?year=${year}`;
  return (
    <>
      <p class={answered.faults > 0 ? 'verdict bad' : 'verdict'}>{answered.verdict}</p>
      {duties.length > LISTED && (
        <p class="alert">
          共 {count(duties.length)} 行，只显示项数最多的 {LISTED} 行，其余见报告。
        </p>
      )}
      <Table
        caption="尚无行为的职责，项数多的在前"
        none="每项职责都有行为。"
        columns={[
          { head: '条款', cell: ({ article }) => article, isOneLine: true },
          { head: '职责', cell: ({ duty }) => duty },
          {
            head: '责任单位',
            cell: ({ organisation, id }) => <a href={`${report}&organisation=${id}`}>{organisation}</a>,
          },
          { head: '项数', cell: row => count(row.count), isNumber: true },
        ]}
        rows={duties.slice(0, LISTED)}
      />
      <p class="tools">
        <a href={report}>逐项列出的报告</a>
        <a href={`/supervision/coverage?year=${year}`}>条款和环节覆盖</a>
      </p>
    </>
  );
}
