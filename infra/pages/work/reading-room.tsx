/**
 * 阅览室: what an expert reads of the results he judges, beside his own sheet; and what his panel came to once scoring is
 * over. The API decides what he may open and puts it on record first; of others' sheets nothing is shown.
 */
import { z } from 'zod';
import { projectIdSchema } from '../../../events/ids.ts';
import { panelIdSchema } from '../../../events/panel.ts';
import { totalOf } from '../../../events/rules/scoring.ts';
import type { caseFileSchema } from '../../../projections/application/case-file.ts';
import type { listSchema } from '../../../projections/evaluation/progress.ts';
import type { rankingSchema } from '../../../projections/evaluation/ranking.ts';
import type { StandardRow } from '../../../projections/evaluation/standards.ts';
import type { resultFileSchema } from '../../../projections/result/materials.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { notThere } from '../../http/problem.ts';
import { page } from '../page.ts';
import { Documents } from '../parts/documents.tsx';
import { minute, panelName } from '../parts/format.ts';
import { type FilledIn, OfferedAct, Offers } from '../parts/offers.tsx';
import { Facts, Table } from '../parts/table.tsx';
import type { Assignments } from './panel-duties.tsx';
import { ownPanel, standardOf } from './panel-of-member.ts';
import { ApplicationPassages } from './project/application.tsx';
import { ResultPassages } from './project/results.tsx';

type CaseFile = z.infer<typeof caseFileSchema>;
type ResultFile = z.infer<typeof resultFileSchema>;
type Ranking = z.infer<typeof rankingSchema>;
type ListOfPanel = z.infer<typeof listSchema>;
type Draft = NonNullable<ListOfPanel['draft']>;
type Assignment = Assignments['assignments'][number];

export const readingRoomPage = page({
  path: '/reading-room/:panelId/:projectId',
  name: 'ShowReadingRoom',
  title: '阅览室',
  access: ['EXPERT'],
  input: z.strictObject({
    panelId: panelIdSchema,
    projectId: projectIdSchema,
    part: z.enum(['result', 'application']).default('result'),
  }),
  async load({ panelId, projectId, part }, asking) {
    const panel = await ownPanel(panelId, asking);
    const project = panel.projects.find(one => one.projectId === projectId && one.readable);
    if (!project) throw notThere();
    const scoring = await asking.askIfThere<Assignments>('GetScoringAssignments', { panelId });
    const [offers = []] = await asking.offersOnEach([{ panelId, projectId }], SHEETS);
    return {
      offers,
      panel,
      project,
      // One of them: what is not read is not opened.
      result: part === 'result' ? await asking.ask<ResultFile>('GetResultFile', { projectId }) : undefined,
      file: part === 'application' ? await asking.ask<CaseFile>('GetCaseFile', { projectId }) : undefined,
      assignment: scoring?.assignments.find(one => one.projectId === projectId),
      standard: await standardOf(scoring, asking),
    };
  },
  view: ({ input: { panelId, projectId, part }, data: { panel, project, result, file, ...ofSheet } }) => {
    const address = `/reading-room/${panelId}/${projectId}`;
    return (
      <>
        <p class="crumbs">
          <a href="/panel-duties">我的评定任务</a> › {panelName(panel.panelId)}
        </p>
        <h1>{project.title}</h1>
        <p class="lead">{project.unitName}。调阅材料已记入台账（第二十六条）；材料不得外传。</p>
        <nav class="tabs" aria-label="材料">
          <a href={address} aria-current={part === 'result' ? 'page' : undefined}>
            成果材料
          </a>
          <a href={`${address}?part=application`} aria-current={part === 'application' ? 'page' : undefined}>
            立项申报材料
          </a>
        </nav>
        <div class="beside">
          <div>
            {result && <ResultRead result={result} />}
            {file && <ApplicationRead file={file} />}
          </div>
          <SheetBeside address={address} {...ofSheet} />
        </div>
      </>
    );
  },
});

function ResultRead({ result: { submission, materials } }: { readonly result: ResultFile }) {
  return (
    <>
      {submission && (
        <p class="fine">
          第{submission.version}版，{minute(submission.at)} 提交。
        </p>
      )}
      {materials.content ? <ResultPassages content={materials.content} /> : <p class="none">没有成果材料。</p>}
      <h2>文件</h2>
      <Documents documents={materials.documents} />
    </>
  );
}

function ApplicationRead({ file: { content, documents } }: { readonly file: CaseFile }) {
  return (
    <>
      {content ? <ApplicationPassages content={content} /> : <p class="none">没有申报材料。</p>}
      <h2>文件</h2>
      <Documents documents={documents} />
    </>
  );
}

/** One after the other. */
const SHEETS = ['SubmitScoreSheet', 'SupersedeScoreSheet'];

interface SheetShown {
  readonly address: string;
  readonly offers: readonly ToldOffer[];
  readonly assignment: Assignment | undefined;
  readonly standard: StandardRow | undefined;
}

function SheetBeside({ address, offers, assignment, standard }: SheetShown) {
  return (
    <aside class="offers" aria-label="评分表">
      <h2>评分表</h2>
      {assignment && standard ? (
        <Sheet address={address} offers={offers} assignment={assignment} standard={standard} />
      ) : (
        <p class="none">评分尚未开始。开始之前可以先行阅卷。</p>
      )}
    </aside>
  );
}

function Sheet({
  address,
  offers,
  assignment: { open, sheet },
  standard,
}: SheetShown & { readonly assignment: Assignment; readonly standard: StandardRow }) {
  const pointsOn = (id: string) => sheet?.scores.find(({ criterionId }) => criterionId === id)?.points;
  // On a first sheet every criterion is asked for; another begins with what he has given.
  const scores = standard.criteria.map(({ id }) => ({ criterionId: id, points: pointsOn(id) }));
  const [submitting, superseding] = SHEETS.map(name => offers.find(({ command }) => command === name));
  return (
    <>
      <p class="fine">
        <a href={standard.url} rel="noreferrer">
          {standard.title}
        </a>
        ，第{standard.version}版
      </p>
      <Table
        caption="评分指标"
        columns={[
          {
            head: '指标',
            cell: ({ title, weight }) => (
              <>
                {title} <small>权重 {weight}%</small>
              </>
            ),
          },
          { head: '满分', isNumber: true, cell: ({ max }) => max },
          { head: '您的评分', isNumber: true, cell: ({ id }) => pointsOn(id) ?? '—' },
        ]}
        rows={standard.criteria}
      />
      {sheet && (
        <Facts
          facts={[
            ['加权总分', totalOf(standard, sheet)],
            ['提交', minute(sheet.at)],
            ['评语', sheet.comment],
          ]}
        />
      )}
      {!open && <p class="none">评分已截止。</p>}
      {open && (
        <p>
          <OfferedAct
            offer={sheet ? superseding : submitting}
            to={address}
            values={{ scores, comment: sheet?.comment }}
            isButton
          >
            {sheet ? '更换评分表' : '填写评分表'}
          </OfferedAct>
        </p>
      )}
    </>
  );
}

export const panelRoomPage = page({
  path: '/reading-room/:panelId',
  name: 'ShowPanelRoom',
  title: '评分结果和建议名单',
  access: ['EXPERT'],
  input: z.strictObject({ panelId: panelIdSchema }),
  async load({ panelId }, asking) {
    const panel = await ownPanel(panelId, asking);
    const ranking = await asking.askIfThere<Ranking>('GetRanking', { panelId });
    const divergent = (ranking?.results ?? []).filter(result => result.divergent);
    const notes = await asking.offersOnEach(
      divergent.map(({ projectId }) => ({ panelId, projectId })),
      ['NoteDivergence'],
    );
    return {
      panel,
      ranking,
      notes: new Map(divergent.map(({ projectId }, at) => [projectId, notes[at]?.[0]])),
      list: await asking.askIfThere<ListOfPanel>('GetExcellentListProposal', { panelId }),
      offers: await asking.offers({ panelId }),
    };
  },
  view: ({ input: { panelId }, data: { panel, ranking, notes, list, offers }, actor }) => {
    const here = `/reading-room/${panelId}`;
    return (
      <>
        <p class="crumbs">
          <a href="/panel-duties">我的评定任务</a>
        </p>
        <h1>{panelName(panel.panelId)}</h1>
        <p class="lead">评分截止并汇总之后的结果，以您可以知悉的为限。</p>
        <div class="beside">
          <div>
            <h2>评分结果</h2>
            {ranking ? <Ranked ranking={ranking} notes={notes} here={here} /> : <p class="none">尚无评分结果。</p>}
            <h2>优秀成果建议名单</h2>
            {list?.draft ? (
              <DraftShown draft={list.draft} ranking={ranking} me={actor?.orgId} />
            ) : (
              <p class="none">尚未拟定。</p>
            )}
            {list?.proposals.map(({ round, at }) => (
              <p>
                {minute(at)} 已提出第{round}轮建议名单。
              </p>
            ))}
          </div>
          <Offers offers={offers} to={here} filledIn={filledInOn(list?.draft)} />
        </div>
      </>
    );
  },
});

function Ranked({
  ranking: { results },
  notes,
  here,
}: {
  readonly ranking: Ranking;
  /** By project, of what is to be explained. */
  readonly notes: ReadonlyMap<string, ToldOffer | undefined>;
  readonly here: string;
}) {
  return (
    <Table
      caption="按得分排列"
      columns={[
        { head: '名次', isNumber: true, cell: ({ rank }) => rank },
        { head: '成果', cell: ({ title }) => title },
        { head: '得分', isNumber: true, cell: ({ score }) => score },
        { head: '有效评分表', isNumber: true, cell: ({ sheets }) => sheets },
        {
          head: '评分分歧',
          cell: ({ divergent, spread, projectId }) =>
            divergent ? (
              <>
                相差 {spread}，须说明{' '}
                <OfferedAct offer={notes.get(projectId)} to={here}>
                  说明分歧
                </OfferedAct>
              </>
            ) : (
              '在规定范围内'
            ),
        },
      ]}
      rows={results}
    />
  );
}

/** What is signed and proposed is the list that is shown. */
const filledInOn = (draft: Draft | undefined): FilledIn =>
  draft ? { SignExcellentList: { listHash: draft.listHash }, ProposeExcellentList: { listHash: draft.listHash } } : {};

function DraftShown({
  draft: { list, minutes, listHash, at, signatures },
  ranking,
  me = '',
}: {
  readonly draft: Draft;
  readonly ranking: Ranking | undefined;
  readonly me: string | undefined;
}) {
  const titleOf = (id: string) => ranking?.results.find(({ projectId }) => projectId === id)?.title ?? id;
  return (
    <>
      <Table
        caption="建议名单"
        columns={[
          { head: '名次', isNumber: true, cell: ({ rank }) => rank },
          { head: '成果', cell: ({ projectId }) => titleOf(projectId) },
          { head: '得分', isNumber: true, cell: ({ score }) => score },
        ]}
        rows={list}
      />
      <h3>评定纪要</h3>
      <p>{minutes}</p>
      <p class="fine">
        {minute(at)} 拟定。签署的是以上名单和纪要，摘要：<span class="hash">{listHash}</span>
      </p>
      {signatures.includes(me) && <p class="good">您已签署。</p>}
    </>
  );
}
