/** 通报表扬、成果评定: who was commended, and by which standard, under which notice and at whose cost results are judged. */
import { z } from 'zod';
import { RECIPIENT_TYPES } from '../../../events/recognition.ts';
import type { StandardRow } from '../../../projections/evaluation/standards.ts';
import { paging, yearParameter } from '../../../projections/query.ts';
import type { commendationSchema } from '../../../projections/recognition/commendations.ts';
import type { publicNoticeRowSchema } from '../../../projections/recognition/notices.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { WholeList } from '../parts/whole-list.tsx';

type Commendation = z.infer<typeof commendationSchema>;

export const honoursPage = page({
  path: '/years/:year/honours',
  name: 'ShowHonoursPage',
  title: input => `${input.year}年度通报表扬`,
  access: 'public',
  input: z.strictObject({ year: yearParameter, recipientType: z.enum(RECIPIENT_TYPES).optional(), ...paging }),
  load: (input, { ask }) => ask<{ items: Commendation[]; next?: string }>('ListCommendations', input),
  view: ({ input, data: { items, next }, here }) => (
    <>
      <p class="crumbs">
        <a href={`/years/${input.year}/excellent`}>{input.year}年度优秀成果</a>
      </p>
      <h1>{input.year}年度通报表扬</h1>
      <p class="lead">对优秀成果的单位、参与人员和组织者予以通报表扬（第二十一条）；成果的效力以今天为准。</p>
      <Filters label="筛选">
        <ChoiceField
          label="对象"
          name="recipientType"
          options={RECIPIENT_TYPES.map(kind => [kind, kind] as const)}
          chosen={input.recipientType}
        />
      </Filters>
      <WholeList query="ListCommendations" input={input} />
      <Table
        caption="通报表扬"
        none="没有通报表扬。"
        columns={[
          { head: '对象', cell: row => row.recipientType, isOneLine: true },
          { head: '人员', cell: row => row.person ?? '' },
          { head: '单位', cell: row => row.orgName },
          { head: '成果', cell: row => row.title },
          { head: '通报', cell: row => <a href={row.url}>{row.document}</a> },
          { head: '日期', cell: row => minute(row.at).slice(0, 10), isOneLine: true },
          {
            head: '成果今天的效力',
            cell: row => <span class={row.status === '有效' ? 'good' : 'warn'}>{row.status}</span>,
          },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});

type PublicNotice = z.infer<typeof publicNoticeRowSchema>;

export const evaluationBasisPage = page({
  path: '/years/:year/evaluation',
  name: 'ShowEvaluationBasisPage',
  title: input => `${input.year}年度成果评定的依据`,
  access: 'public',
  input: z.strictObject({ year: yearParameter }),
  async load({ year }, { ask }) {
    const asked = { year, limit: 100 };
    return {
      standards: (await ask<{ items: StandardRow[] }>('ListEvaluationStandards', asked)).items,
      notices: (await ask<{ items: PublicNotice[] }>('ListPublicNotices', asked)).items,
      charge: await ask<{ statement: string }>('GetZeroChargeStatement', { year }),
    };
  },
  view: ({ input: { year }, data: { standards, notices, charge } }) => (
    <>
      <p class="crumbs">
        <a href={`/years/${year}/excellent`}>{year}年度优秀成果</a>
      </p>
      <h1>{year}年度成果评定的依据</h1>
      <p class="verdict">{charge.statement}（第十九条）。</p>
      <h2>评定标准</h2>
      <WholeList query="ListEvaluationStandards" input={{ year }} total={standards.length} />
      {standards.length === 0 && <p class="none">尚未发布评定标准。</p>}
      {standards.map(standard => (
        <Standard standard={standard} />
      ))}
      <h2>公示</h2>
      <WholeList query="ListPublicNotices" input={{ year }} total={notices.length} />
      <Table
        caption="公示"
        none="没有公示；工作方案规定公示的，才有公示。"
        columns={[
          { head: '次', cell: row => row.notice, isNumber: true },
          { head: '自', cell: row => row.from, isOneLine: true },
          { head: '至', cell: row => row.lastDay, isOneLine: true },
          { head: '工作日', cell: row => row.workingDays, isNumber: true },
          {
            head: '成果',
            cell: row => (
              <details>
                <summary>{count(row.list.length)} 项</summary>
                <ul>
                  {row.list.map(({ title, unitName }) => (
                    <li>
                      《{title}》（{unitName}）
                    </li>
                  ))}
                </ul>
              </details>
            ),
          },
          { head: '文件', cell: row => <a href={row.url}>原文</a> },
          { head: '结束', cell: row => (row.closedAt ? minute(row.closedAt) : '公示中') },
        ]}
        rows={notices}
      />
    </>
  ),
});

function Standard({
  standard: { title, version, issuedAt, criteria, arithmetic, url },
}: {
  readonly standard: StandardRow;
}) {
  return (
    <section>
      <h3>
        {title}，第{version}版
      </h3>
      <p class="fine">
        {minute(issuedAt)} 发布，<a href={url}>原文</a>。{arithmetic.zh}
      </p>
      <Table
        caption={title}
        columns={[
          { head: '指标', cell: row => row.title },
          { head: '满分', cell: row => row.max, isNumber: true },
          { head: '权重', cell: row => `${row.weight}%`, isNumber: true },
        ]}
        rows={criteria}
      />
    </section>
  );
}
