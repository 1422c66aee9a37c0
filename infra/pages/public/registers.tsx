/** 不受理申报名单、宣传推广、放假安排: what else the public is told in lists of its own. */
import { z } from 'zod';
import type { holidayNoticeSchemaOfYear } from '../../../projections/calendar/notices.ts';
import { paging } from '../../../projections/query.ts';
import type { incentiveRowSchema } from '../../../projections/recognition/incentives.ts';
import type { PromotionRow } from '../../../projections/recognition/promotions.ts';
import type { bannedUnitSchema } from '../../../projections/registry/bans.ts';
import type { ActionRow, ExemplarRow } from '../../../projections/registry/coordination.ts';
import { NO_INPUT, page } from '../page.ts';
import { ChoiceField, Filters } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { WholeList } from '../parts/whole-list.tsx';

interface Listed<Row> {
  readonly items: Row[];
  readonly next?: string;
}

type Banned = z.infer<typeof bannedUnitSchema>;

export const bansPage = page({
  path: '/bans',
  name: 'ShowBansPage',
  title: '不受理申报名单',
  access: 'public',
  input: z.strictObject(paging),
  load: (input, { ask }) => ask<Listed<Banned>>('ListBans', input),
  view: ({ data: { items, next }, here }) => (
    <>
      <h1>不受理申报名单</h1>
      <p class="lead">
        弄虚作假骗取认定的，五年内不再受理其申报（第二十五条）。期满即不在此列；见
        <a href="/revocations">撤销认定通报</a>。
      </p>
      <WholeList query="ListBans" input={{}} />
      <Table
        caption="今天不受理申报的单位"
        none="今天没有不受理申报的单位。"
        columns={[
          { head: '单位', cell: row => row.unitName ?? '（未登记名称）' },
          { head: '统一社会信用代码', cell: row => row.uscc },
          { head: '最后一日', cell: row => row.lastDay, isOneLine: true },
          { head: '还有', cell: row => `${count(row.daysLeft)} 天`, isNumber: true },
          { head: '决定', cell: row => row.bans.map(({ decision }) => decision).join('、') },
          { head: '一并适用的承继单位', cell: row => row.successors.join('、') },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});

type Incentive = z.infer<typeof incentiveRowSchema>;

export const promotionPage = page({
  path: '/promotion',
  name: 'ShowPromotionPage',
  title: '宣传推广',
  access: 'public',
  input: z.strictObject({ year: z.coerce.number().int().min(2000).max(2100).optional() }),
  async load({ year }, { ask }) {
    const years = (await ask<Listed<{ year: number }>>('ListProgrammes', { limit: 100 })).items.map(each => each.year);
    const shown = year ?? years[0];
    const all = { limit: 500 };
    return {
      years,
      shown,
      promotions:
        shown === undefined ? [] : (await ask<Listed<PromotionRow>>('ListPromotions', { year: shown, ...all })).items,
      exemplars: (await ask<Listed<ExemplarRow>>('ListExemplars', all)).items,
      incentives: (await ask<Listed<Incentive>>('ListIncentives', all)).items,
      actions: (await ask<Listed<ActionRow>>('ListCoordinationActions', all)).items,
      bodies: new Map(
        (await ask<Listed<{ bodyId: string; name: string }>>('ListBodies', all)).items.map(body => [
          body.bodyId,
          body.name,
        ]),
      ),
    };
  },
  view: ({ data: { years, shown, promotions, exemplars, incentives, actions, bodies } }) => (
    <>
      <h1>宣传推广</h1>
      <p class="lead">
        典型、交流会、宣传推广活动、激励制度和各方的协同配合（第七条、第二十二条、第二十三条、第二十四条）。
      </p>
      <h2>典型</h2>
      <WholeList query="ListExemplars" input={{}} total={exemplars.length} />
      <Table
        caption="典型"
        none="尚未选树典型。"
        columns={[
          { head: '领域', cell: row => row.field },
          { head: '成果', cell: row => row.title },
          { head: '单位', cell: row => row.unitName },
          { head: '理由', cell: row => row.grounds },
        ]}
        rows={exemplars}
      />
      <h2>活动{shown !== undefined && `（${shown}年度）`}</h2>
      <Filters label="选择年度">
        <ChoiceField
          label="年度"
          name="year"
          options={years.map(year => [String(year), `${year}年度`] as const)}
          chosen={String(shown)}
          all="最近年度"
        />
      </Filters>
      {shown !== undefined && <WholeList query="ListPromotions" input={{ year: shown }} total={promotions.length} />}
      <Table
        caption="宣传推广活动和交流会"
        none="本年度没有活动。"
        columns={[
          { head: '日期', cell: row => row.heldOn, isOneLine: true },
          { head: '形式', cell: row => row.kind },
          { head: '活动', cell: row => <Activity row={row} /> },
          {
            head: '由',
            cell: row => (row.bodyId === undefined ? '市市场监督管理部门' : (bodies.get(row.bodyId) ?? row.bodyId)),
          },
          { head: '推广的成果', cell: row => row.results.map(({ title }) => `《${title}》`).join('') },
        ]}
        rows={promotions}
      />
      <h2>激励制度</h2>
      <WholeList query="ListIncentives" input={{}} total={incentives.length} />
      <Table
        caption="激励制度"
        none="没有登记的激励制度。"
        columns={[
          { head: '推荐单位', cell: row => bodies.get(row.bodyId) ?? row.bodyId },
          { head: '制度', cell: row => (row.url ? <a href={row.url}>{row.title}</a> : row.title) },
          { head: '内容', cell: row => row.content },
          { head: '施行', cell: row => row.effectiveOn, isOneLine: true },
        ]}
        rows={incentives}
      />
      <h2>协同配合</h2>
      <WholeList query="ListCoordinationActions" input={{}} total={actions.length} />
      <Table
        caption="协同配合"
        none="没有登记的协同配合事项。"
        columns={[
          { head: '日期', cell: row => row.heldOn, isOneLine: true },
          { head: '事项', cell: row => row.title },
          { head: '内容', cell: row => row.detail },
          { head: '各方', cell: row => row.parties.map(({ name }) => name).join('、') },
        ]}
        rows={actions}
      />
    </>
  ),
});

function Activity({ row: { title, detail, place, audience, url, cancelled } }: { readonly row: PromotionRow }) {
  return (
    <>
      <strong>{url ? <a href={url}>{title}</a> : title}</strong>
      {cancelled && <span class="tag warn">已取消：{cancelled.reason}</span>}
      <span class="what">{detail}</span>
      <small>{[place, audience].filter(Boolean).join(' · ')}</small>
    </>
  );
}

type HolidayNotice = z.infer<typeof holidayNoticeSchemaOfYear>;

export const holidaysPage = page({
  path: '/holidays',
  name: 'ShowHolidaysPage',
  title: '放假安排通知',
  access: 'public',
  input: NO_INPUT,
  load: (_input, { ask }) => ask<{ items: HolidayNotice[] }>('ListHolidayNotices'),
  view: ({ data: { items } }) => (
    <>
      <h1>放假安排通知</h1>
      <p class="lead">以工作日计算的期限，按国务院办公厅的放假安排通知计算，人人都可以重算。</p>
      <WholeList query="ListHolidayNotices" input={{}} total={items.length} />
      <Table
        caption="每年计算工作日所依的通知"
        columns={[
          { head: '年度', cell: row => row.year },
          {
            head: '通知',
            cell: ({ counts, before }) => (
              <>
                <span>{counts.number}</span>
                <small>{counts.title}</small>
                {before.length > 0 && <small>此前：{before.map(({ number }) => number).join('、')}</small>}
              </>
            ),
          },
          {
            head: '放假',
            cell: ({ counts }) =>
              counts.holidays.map(({ festival, first, last }) => (
                <span class="what">
                  {festival}：{first} 至 {last}
                </span>
              )),
            isProse: true,
          },
          { head: '周末上班', cell: ({ counts }) => counts.workedWeekends.join('、') },
          { head: '登记', cell: ({ counts }) => (counts.registeredAt ? minute(counts.registeredAt) : '随产品提供') },
        ]}
        rows={items}
      />
    </>
  ),
});
