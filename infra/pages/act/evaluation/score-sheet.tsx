/** A score sheet: every criterion of the standard with its weight and full marks; the total is told where it is checked. */
import { totalOf } from '../../../../events/rules/scoring.ts';
import type { StandardRow } from '../../../../projections/evaluation/standards.ts';
import type { Asking } from '../../page.ts';
import { panelName } from '../../parts/format.ts';
import { Facts, Table } from '../../parts/table.tsx';
import type { Assignments, PanelOfMember } from '../../work/panel-duties.tsx';
import { ownPanel, standardOf } from '../../work/panel-of-member.ts';
import { controlId, Several } from '../controls.tsx';
import { type FormParts, formLayout } from '../layout.tsx';
import { rowNumbers, type Typed } from '../typed.ts';

interface ToScore {
  readonly panel: PanelOfMember;
  readonly standard: StandardRow;
  readonly assignment: Assignments['assignments'][number];
}

async function toScore(typed: Typed, asking: Asking): Promise<ToScore | undefined> {
  const panelId = typed.get('panelId') ?? '';
  const panel = await ownPanel(panelId, asking);
  const scoring = await asking.askIfThere<Assignments>('GetScoringAssignments', { panelId });
  const assignment = scoring?.assignments.find(({ projectId }) => projectId === typed.get('projectId'));
  const standard = assignment && (await standardOf(scoring, asking));
  return standard && { panel, standard, assignment };
}

/** The row of the form in which each criterion stands. */
function rowsOf({ criteria }: StandardRow, typed: Typed): ReadonlyMap<string, number> {
  const shown = rowNumbers(typed, { at: 'scores' });
  const given = new Map(shown.map(row => [typed.get(`scores/${row}/criterionId`), row]));
  let next = Math.max(-1, ...shown);
  return new Map(
    criteria.map(({ id }) => {
      const row = given.get(id);
      if (row !== undefined) return [id, row];
      next += 1;
      return [id, next];
    }),
  );
}

/** `SubmitScoreSheet` and `SupersedeScoreSheet`: the second gives its reason too. */
function scoreSheetForm(command: string, view: (parts: FormParts<ToScore>) => ReturnType<typeof Sheet>) {
  return formLayout<ToScore>({ command, load: toScore, names: namesOf, view, beside: Beside, check: Checked });
}

export const scoreSheetForms = [
  scoreSheetForm('SubmitScoreSheet', parts => <Sheet parts={parts} />),
  scoreSheetForm('SupersedeScoreSheet', parts => (
    <>
      <Sheet parts={parts} />
      {parts.ask('reason', '原评分表留存备查，更换须说明理由')}
    </>
  )),
];

function* namesOf({ panel, assignment, standard }: ToScore, typed: Typed) {
  yield ['panelId', panelName(panel.panelId)] as const;
  yield ['projectId', assignment.title] as const;
  const rows = rowsOf(standard, typed);
  for (const { id, title } of standard.criteria) yield [`scores/${rows.get(id)}/criterionId`, title] as const;
}

function Sheet({ parts }: { readonly parts: FormParts<ToScore> }) {
  const { data, ask } = parts;
  return (
    <>
      {ask('panelId')}
      {ask('projectId')}
      {data ? <Marks parts={parts} standard={data.standard} /> : ask('scores')}
      {ask('comment', '写明评分的依据')}
    </>
  );
}

function Marks({ parts, standard }: { readonly parts: FormParts<ToScore>; readonly standard: StandardRow }) {
  const { filling, fieldOf, ask } = parts;
  const rows = rowsOf(standard, filling.typed);
  return (
    <Several field={fieldOf('scores')} filling={filling} id={controlId('scores')}>
      {standard.criteria.map(({ id, title, weight, max }) => {
        const row = rows.get(id);
        return (
          <fieldset class="row mark">
            <legend>{title}</legend>
            <input type="hidden" name={`scores/${row}/criterionId`} value={id} />
            {ask(`scores/${row}/points`, `满分 ${max}，权重 ${weight}%，至多两位小数`)}
          </fieldset>
        );
      })}
    </Several>
  );
}

function Beside({ panel, standard, assignment: { projectId, sheet } }: ToScore) {
  return (
    <>
      <h2>参看</h2>
      <p>
        <a href={`/reading-room/${panel.panelId}/${projectId}`} target="_blank" rel="noopener">
          在新窗口打开材料
        </a>
      </p>
      <p>
        <a href={standard.url} rel="noreferrer" target="_blank">
          {standard.title}（第{standard.version}版）
        </a>
      </p>
      {sheet && <p>您现行的评分表：加权总分 {totalOf(standard, sheet)}。</p>}
      <p class="fine">
        每项得分按满分折算为百分比，再按权重相加，即加权总分；核对时由系统算出。一名专家对一个项目只计一张评分表。
      </p>
    </>
  );
}

const POINTS = /^\d+(\.\d{1,2})?$/;

function Checked({ standard, assignment: { sheet } }: ToScore, typed: Typed) {
  const rows = rowsOf(standard, typed);
  const marks = standard.criteria.map(({ id, ...criterion }) => ({
    ...criterion,
    points: typed.get(`scores/${rows.get(id)}/points`)?.trim() ?? '',
    criterionId: id,
  }));
  const isSound = marks.every(({ points, max }) => POINTS.test(points) && Number(points) <= max);
  return (
    <>
      <h2>合计</h2>
      <Table
        caption="按评定标准折算"
        columns={[
          { head: '指标', cell: ({ title }) => title },
          { head: '权重', isNumber: true, cell: ({ weight }) => `${weight}%` },
          { head: '满分', isNumber: true, cell: ({ max }) => max },
          {
            head: '评分',
            isNumber: true,
            cell: ({ points, max }) =>
              Number(points) > max ? <strong class="bad">{points}，超过满分</strong> : points || '未填',
          },
        ]}
        rows={marks}
      />
      <Facts
        facts={[
          ['加权总分', isSound ? totalOf(standard, { scores: marks }) : '评分填写有误，不能算出'],
          ['原评分表', sheet && totalOf(standard, sheet)],
        ]}
      />
    </>
  );
}
