/** 评定: every sheet on the result and what became of it; for those who oversee, as it may tell nobody else before the publication. */
import type { z } from 'zod';
import type { provenanceSchema } from '../../../../projections/evaluation/provenance.ts';
import { OVERSIGHT } from '../../../../projections/query.ts';
import { minute, panelName } from '../../parts/format.ts';
import { OffersInRow } from '../../parts/offers.tsx';
import { Facts, Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

type Provenance = z.infer<typeof provenanceSchema>;
type Panel = Provenance['panels'][number];
type Sheet = Panel['sheets'][number];

/** The sheets that count, as acts name them. */
const standingSheets = ({ panelId, sheets }: Panel) =>
  sheets.filter(({ ended }) => !ended).map(({ sheetId }) => ({ panelId, sheetId }));

export const evaluationTab = caseTab({
  id: 'evaluation',
  label: '评定',
  roles: OVERSIGHT,
  async load({ projectId }, { askIfThere, offersOnEach }) {
    const panels = (await askIfThere<Provenance>('GetScoreProvenance', { projectId }))?.panels ?? [];
    const standing = panels.flatMap(panel => standingSheets(panel));
    const offers = await offersOnEach(standing, ['VoidScoreSheet']);
    return { panels, offers: new Map(standing.map(({ sheetId }, at) => [sheetId, offers[at] ?? []])) };
  },
  view: ({ data: { panels, offers }, reader }) =>
    panels.length > 0 ? (
      <div>
        {panels.map(panel => (
          <section>
            <h2>{panelName(panel.panelId)}</h2>
            <Facts
              facts={[
                ['得分', panel.score],
                ['名次', panel.rank],
                ['评分轮次', panel.round],
                ['评定组', <a href={`/panels/${panel.panelId}`}>组成、回避和抽取</a>],
              ]}
            />
            <Table
              caption="评分表"
              columns={[
                { head: '评分', cell: row => minute(row.at), isOneLine: true },
                { head: '专家', cell: row => <a href={`/experts/${row.expertId}`}>{row.expertId}</a>, isOneLine: true },
                { head: '总分', cell: row => row.total, isNumber: true },
                { head: '状态', cell: row => <Standing sheet={row} /> },
                {
                  head: '评分资格',
                  cell: row =>
                    row.sound ? (
                      <span class="good">已声明无利害关系、未被回避、已签署保密承诺</span>
                    ) : (
                      <span class="warn">评分时资格不全</span>
                    ),
                },
                {
                  head: '办理',
                  cell: ({ sheetId }) => (
                    <OffersInRow offers={offers.get(sheetId) ?? []} to={reader.here.pathname + reader.here.search} />
                  ),
                },
              ]}
              rows={panel.sheets}
            />
          </section>
        ))}
      </div>
    ) : (
      <p class="none">还没有评分表。</p>
    ),
});

function Standing({ sheet: { ended, counted } }: { readonly sheet: Sheet }) {
  if (!ended) return <>{counted ? '有效，已计入最近一次汇总' : '有效，尚未计入汇总'}</>;
  return (
    <>
      <span class="warn">{ended.how === 'superseded' ? '已被更正' : '已作废'}</span>
      <small>
        {minute(ended.at)}：{ended.reason}
      </small>
    </>
  );
}
