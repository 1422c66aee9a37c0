/** What the members of a panel say once their sheets have been aggregated: on what diverges, and on the list that they sign. */
import type { z } from 'zod';
import type { listSchema } from '../../../../projections/evaluation/progress.ts';
import type { rankingSchema } from '../../../../projections/evaluation/ranking.ts';
import { minute, panelName } from '../../parts/format.ts';
import { Facts, Table } from '../../parts/table.tsx';
import type { PanelOfMember } from '../../work/panel-duties.tsx';
import { ownPanel } from '../../work/panel-of-member.ts';
import { formLayout } from '../layout.tsx';

type Ranking = z.infer<typeof rankingSchema>;
type Draft = NonNullable<z.infer<typeof listSchema>['draft']>;

interface Diverging {
  readonly panel: PanelOfMember;
  readonly result: Ranking['results'][number];
}

export const noteDivergenceForm = formLayout<Diverging>({
  command: 'NoteDivergence',
  async load(typed, asking) {
    const panelId = typed.get('panelId') ?? '';
    const panel = await ownPanel(panelId, asking);
    const ranking = await asking.askIfThere<Ranking>('GetRanking', { panelId });
    const result = ranking?.results.find(({ projectId }) => projectId === typed.get('projectId'));
    return result && { panel, result };
  },
  names: ({ panel, result }) => [
    ['panelId', panelName(panel.panelId)],
    ['projectId', result.title],
  ],
  view: ({ ask }) => (
    <>
      {ask('panelId')}
      {ask('projectId')}
      {ask('note', '写明评定组复核了什么、分歧从何而来、是否维持各自的评分')}
    </>
  ),
  beside: ({ result: { score, spread, sheets, rank } }) => (
    <>
      <h2>评分情况</h2>
      <Facts
        facts={[
          ['有效评分表', sheets],
          ['最高与最低相差', spread],
          ['得分', score],
          ['名次', rank],
        ]}
      />
      <p class="fine">评分相差超过工作方案规定的，须由评定组说明，之后方可完成技术评定。</p>
    </>
  ),
});

interface Signing {
  readonly panel: PanelOfMember;
  readonly draft: Draft;
  readonly titles: ReadonlyMap<string, string>;
  /** Whether it is still the list that he has been shown. */
  readonly isSame: boolean;
}

export const signExcellentListForm = formLayout<Signing>({
  command: 'SignExcellentList',
  async load(typed, asking) {
    const panelId = typed.get('panelId') ?? '';
    const panel = await ownPanel(panelId, asking);
    const ranking = await asking.askIfThere<Ranking>('GetRanking', { panelId });
    const list = await asking.askIfThere<z.infer<typeof listSchema>>('GetExcellentListProposal', { panelId });
    const titles = new Map(ranking?.results.map(({ projectId, title }) => [projectId as string, title]));
    const shown = typed.get('listHash');
    return (
      list?.draft && {
        panel,
        draft: list.draft,
        titles,
        isSame: (shown ?? list.draft.listHash) === list.draft.listHash,
      }
    );
  },
  names: ({ panel }) => [['panelId', panelName(panel.panelId)]],
  view: ({ data, filling: { typed }, ask }) => (
    <>
      {ask('panelId')}
      {data && !typed.has('listHash') ? (
        <input type="hidden" name="listHash" value={data.draft.listHash} />
      ) : (
        ask('listHash')
      )}
      {data && <ListToSign signing={data} />}
    </>
  ),
  check: signing => <ListToSign signing={signing} />,
});

function ListToSign({ signing: { panel, draft, titles, isSame } }: { readonly signing: Signing }) {
  return (
    <>
      {!isSame && (
        <p class="warn">
          建议名单已经变更，以下是现行的一份。请<a href={`/reading-room/${panel.panelId}`}>回到评定组页面</a>重新签署。
        </p>
      )}
      <Table
        caption="所签署的建议名单"
        columns={[
          { head: '名次', isNumber: true, cell: ({ rank }) => rank },
          { head: '成果', cell: ({ projectId }) => titles.get(projectId) ?? projectId },
          { head: '得分', isNumber: true, cell: ({ score }) => score },
        ]}
        rows={draft.list}
      />
      <h2>评定纪要</h2>
      <p class="typed">{draft.minutes}</p>
      <p class="fine">
        {minute(draft.at)} 拟定，摘要：<span class="hash">{draft.listHash}</span>。签署的正是这份名单和纪要。
      </p>
    </>
  );
}
