/** 我的评定任务: an expert's own duties, step by step; of a unit he is recused from he is told no more than that. */
import type { z } from 'zod';
import { type ArticleId, articleLabel } from '../../../events/statute.ts';
import type { assignmentsSchema } from '../../../projections/evaluation/progress.ts';
import type { dutiesSchema } from '../../../projections/panel/duties.ts';
import type { DeadlineRow } from '../../../projections/programme/deadlines.ts';
import { CONFIDENTIALITY_HASH } from '../../../services/enforcement/confidentiality.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { type Asking, NO_INPUT, page } from '../page.ts';
import { type OwnDrafts, UnsentDrafts } from '../parts/drafts.tsx';
import { minute, panelName } from '../parts/format.ts';
import { OfferedAct } from '../parts/offers.tsx';
import { Table } from '../parts/table.tsx';

export type PanelOfMember = z.infer<typeof dutiesSchema>;
export type Assignments = z.infer<typeof assignmentsSchema>;
type UnitBefore = PanelOfMember['units'][number];

export interface DutiesAnswer {
  readonly undertaking?: { readonly at: string; readonly textHash: string };
  readonly panels: readonly PanelOfMember[];
}

interface PanelWork {
  readonly panel: PanelOfMember;
  /** Undefined before scoring was opened. */
  readonly scoring: Assignments | undefined;
  /** Of his declarations. */
  readonly offer: ToldOffer | undefined;
  /** Last day for the evaluation, by the work plan in force. */
  readonly dueOn: string | undefined;
}

const HERE = '/panel-duties';

export const panelDutiesPage = page({
  path: HERE,
  name: 'ShowPanelDutiesPage',
  title: '我的评定任务',
  access: ['EXPERT'],
  input: NO_INPUT,
  async load(_input, asking) {
    const { undertaking, panels } = await asking.ask<DutiesAnswer>('ListPanelDuties');
    const work: PanelWork[] = [];
    for (const panel of panels.toReversed()) work.push(await workOn(panel, asking));
    const drafts = await asking.askIfReached<OwnDrafts>('ListOwnDrafts');
    const [[signing] = []] = await asking.offersOnEach([{}], ['SignConfidentialityUndertaking']);
    return { undertaking, work, drafts, signing };
  },
  view: ({ data: { undertaking, work, drafts, signing } }) => {
    const isBound = undertaking?.textHash === CONFIDENTIALITY_HASH;
    return (
      <>
        <h1>我的评定任务</h1>
        <p class="lead">按次序办理：先承诺保密，再申明利害关系，然后才能阅卷、评分。</p>
        <UnsentDrafts kept={drafts} here={HERE} />
        <section class="duty">
          <h2>保密承诺</h2>
          <Basis article="art-26" />
          {undertaking && isBound ? (
            <p class="good">{minute(undertaking.at)} 已签署。</p>
          ) : (
            <p>
              <strong>尚未签署。</strong>签署之前不能调阅材料和评分。{' '}
              <OfferedAct offer={signing} to={HERE} isButton>
                阅读并签署
              </OfferedAct>
            </p>
          )}
        </section>
        {work.length === 0 && <p class="none">您目前不在任何技术评定组。</p>}
        {work.map(one => (
          <Panel work={one} isBound={isBound} />
        ))}
      </>
    );
  },
});

async function workOn(panel: PanelOfMember, { askIfThere, offersOnEach }: Asking): Promise<PanelWork> {
  const { panelId, year } = panel;
  const scoring = await askIfThere<Assignments>('GetScoringAssignments', { panelId });
  const deadlines = await askIfThere<{ items: readonly DeadlineRow[] }>('ListDeadlines', { year });
  const [[offer] = []] = await offersOnEach([{ panelId }], ['DeclareInterest']);
  return { panel, scoring, offer, dueOn: deadlines?.items.find(({ item }) => item === 'evaluation')?.dueOn };
}

function Basis({ article }: { readonly article: ArticleId }) {
  return (
    <p class="fine">
      依据：<a href={`/statute/${article}`}>{articleLabel(article)}</a>
    </p>
  );
}

function Panel({
  work: { panel, scoring, offer, dueOn },
  isBound,
}: {
  readonly work: PanelWork;
  readonly isBound: boolean;
}) {
  return (
    <section class="duty">
      <h2>{panelName(panel.panelId)}</h2>
      {panel.dissolved ? (
        <p class="none">这一评定组已经解散，没有需要办理的事项。</p>
      ) : (
        <>
          {dueOn !== undefined && <p class="fine">工作方案规定 {dueOn}（含）前完成技术评定。</p>}
          <Declarations panel={panel} offer={offer} />
          <Scoring panel={panel} scoring={scoring} isBound={isBound} />
          {scoring && scoring.assignments.length > 0 && <Afterwards panel={panel} scoring={scoring} />}
        </>
      )}
    </section>
  );
}

const DECLARATIONS: Readonly<Record<UnitBefore['declaration'], string>> = {
  undeclared: '未申明',
  none: '无利害关系',
  conflict: '有利害关系',
};

const STANDINGS: Readonly<Record<UnitBefore['standing'], string>> = {
  'to-declare': '等您申明',
  declared: '已申明',
  held: '是否回避尚待决定',
  recused: '已回避，不参与对该单位的评定',
};

function Declarations({ panel: { units }, offer }: Pick<PanelWork, 'panel' | 'offer'>) {
  const toDeclare = units.filter(({ standing }) => standing === 'to-declare');
  const open = toDeclare.length;
  const table = (
    <Table
      caption="须申明有无利害关系的单位"
      columns={[
        { head: '单位', cell: ({ unitName }) => unitName },
        { head: '您的申明', cell: ({ declaration }) => DECLARATIONS[declaration] },
        { head: '情况', cell: ({ standing }) => STANDINGS[standing] },
      ]}
      rows={units}
    />
  );
  return (
    <>
      <h3>利害关系申明</h3>
      <Basis article="art-18" />
      {open > 0 ? (
        table
      ) : (
        <details>
          <summary>{units.length} 个单位均已申明</summary>
          {table}
        </details>
      )}
      {open > 0 && (
        <p>
          {/* One declaration for each unit that his word is wanted on; which of the two it is he says himself. */}
          <OfferedAct
            offer={offer}
            to={HERE}
            values={{ declarations: toDeclare.map(({ uscc }) => ({ uscc })) }}
            isButton
          >
            申明利害关系（{open} 个单位）
          </OfferedAct>
        </p>
      )}
    </>
  );
}

function Scoring({
  panel: { panelId, projects },
  scoring,
  isBound,
}: {
  readonly panel: PanelOfMember;
  readonly scoring: Assignments | undefined;
  readonly isBound: boolean;
}) {
  const assigned = new Map(scoring?.assignments.map(one => [one.projectId, one]));
  return (
    <>
      <h3>阅卷和评分</h3>
      <Basis article="art-20" />
      {projects.length > 0 && projects.every(({ readable }) => !readable) && (
        <p class="none">技术评定已经完成，材料不再开放。</p>
      )}
      {!isBound && projects.length > 0 && <p class="warn">签署保密承诺后方可打开材料。</p>}
      <Table
        caption="由您评定的成果"
        none="现在没有由您评定的成果：评定组组成之后，您申明无利害关系的单位的成果列在这里。"
        columns={[
          {
            head: '成果',
            cell: ({ projectId, title, readable }) =>
              readable ? <a href={`/reading-room/${panelId}/${projectId}`}>{title}</a> : title,
          },
          { head: '单位', cell: ({ unitName }) => unitName },
          { head: '您的评分', cell: ({ projectId }) => <OwnScore assignment={assigned.get(projectId)} /> },
        ]}
        rows={projects}
      />
    </>
  );
}

function OwnScore({ assignment }: { readonly assignment: Assignments['assignments'][number] | undefined }) {
  if (!assignment) return <>评分尚未开始</>;
  const { sheet, open } = assignment;
  if (sheet) return <span class="good">{minute(sheet.at)} 已提交</span>;
  return open ? <span class="warn">待评分</span> : <>评分已截止，未提交</>;
}

/** Says nothing of others: whether sheets are still taken he knows of the results before himself. */
function Afterwards({ panel: { panelId }, scoring }: { readonly panel: PanelOfMember; readonly scoring: Assignments }) {
  const isOpen = scoring.assignments.some(({ open }) => open);
  return (
    <>
      <h3>汇总之后</h3>
      <Basis article="art-20" />
      {isOpen ? (
        <p>评分截止并汇总之后，由评定组说明评分分歧、完成技术评定、拟定并签署建议名单。</p>
      ) : (
        <p>
          评分已截止。<a href={`/reading-room/${panelId}`}>查看评分结果，说明分歧，签署建议名单</a>
        </p>
      )}
    </>
  );
}
