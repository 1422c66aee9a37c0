/** Question 6: which scores changed after first submission or were voided, why, and did the list change? */
import { z } from 'zod';
import { panelIdSchema } from '../../events/panel.ts';
import type { SheetEvent } from '../../events/rules/score-sheets.ts';
import { totalOf } from '../../events/rules/scoring.ts';
import { act, declareReport, faultsAmong, only, type ReportRow, reference, zh } from './report.ts';
import {
  type BookedAggregation,
  type BookedProposal,
  type BookedSheet,
  type GivenSheet,
  SCORING_KINDS,
  type Scoring,
  ScoringBook,
} from './scoring-book.ts';

const columns = {
  panel: '技术评定组',
  project: '项目编号',
  expert: '专家',
  kind: '变动',
  reason: '理由',
  before: '原总分',
  after: '现总分',
  rankBefore: '变动前名次',
  rankAfter: '变动后名次',
  list: '建议名单',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

interface Change {
  readonly event: SheetEvent;
  /** The sheet that it ended. */
  readonly ended: GivenSheet | undefined;
  readonly scoringOpen: boolean;
  /** What stood when the sheet was changed. */
  readonly aggregation: BookedAggregation | undefined;
  readonly proposal: BookedProposal | undefined;
}

export const scoreChanges = declareReport({
  number: 6,
  name: 'ReportScoreChanges',
  title: '评分的变动',
  question:
    '哪些评分在首次提交后变动或作废、为何、名单是否因此变化 (Which scores changed after first submission or were voided, why, and did the list change?)',
  allow: ['SUP'],
  validTime: 'as-happened',
  material: { kind: 'score' },
  parameters: z.strictObject({ panel: panelIdSchema.optional().meta({ description: '技术评定组' }) }),
  columns,
  begin({ panel }) {
    const book = new ScoringBook();
    const changes: Change[] = [];

    function note(event: SheetEvent, ended: BookedSheet | undefined): void {
      if (panel !== undefined && event.data.panelId !== panel) return;
      const { open, aggregations, proposals } = book.of(event.data.panelId);
      changes.push({
        event,
        ended: ended?.event,
        scoringOpen: open,
        aggregation: aggregations.at(-1),
        proposal: proposals.at(-1),
      });
    }

    return {
      ...only(SCORING_KINDS),
      take(event) {
        if (event.type === 'score-sheet.superseded') note(event, sheetOf(book, event, event.data.supersedes));
        if (event.type === 'score-sheet.voided') note(event, sheetOf(book, event, event.data.sheetId));
        if (event.type === 'score-sheet.submitted') {
          const standing = currentSheet(book.of(event.data.panelId), event);
          if (standing) note(event, standing);
        }
        book.take(event);
      },
      findings() {
        const rows = changes.map(change => rowOf(change, book));
        const faults = faultsAmong(rows);
        const moved = rows.filter(({ cells }) => cells.list === '有变化').length;
        return {
          verdict:
            rows.length === 0
              ? zh`评分提交后没有变动或作废。`
              : zh`评分提交后变动或作废${rows.length}次，涉及建议名单变化${moved}次，${faults > 0 ? `有问题的${faults}次` : '均有理由且已重新汇总'}。`,
          rows,
        };
      },
    };
  },
});

function sheetOf(book: ScoringBook, { data }: SheetEvent, sheetId: string): BookedSheet | undefined {
  return book.of(data.panelId).sheets.find(({ event }) => event.data.sheetId === sheetId);
}

/** The sheet that stands for the same expert and project. */
function currentSheet({ sheets }: Scoring, { data }: GivenSheet): BookedSheet | undefined {
  return sheets.find(
    ({ event, endedBy }) =>
      !endedBy && event.data.expertId === data.expertId && event.data.projectId === data.projectId,
  );
}

function rowOf(change: Change, book: ScoringBook): ReportRow<Column> {
  const { event, ended, aggregation, proposal } = change;
  const { panelId, projectId, expertId } = event.data;
  const scoring = book.of(panelId);
  const since = scoring.aggregations.find(each => each.data.round > (aggregation?.data.round ?? 0));
  const proposedSince = scoring.proposals.find(
    each => each !== proposal && since && each.data.round >= since.data.round,
  );
  const flaws = flawsOf(change, scoring, since);
  const standard = book.reckoning(scoring);
  const total = (sheet: GivenSheet | undefined) => (standard && sheet ? totalOf(standard, sheet.data) : '');
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      panel: panelId,
      project: projectId,
      expert: expertId,
      kind:
        event.type === 'score-sheet.voided' ? '作废' : event.type === 'score-sheet.superseded' ? '更换' : '重复提交',
      reason: 'reason' in event.data ? event.data.reason : '',
      before: total(ended),
      after: event.type === 'score-sheet.voided' ? '' : total(event),
      rankBefore: rankIn(aggregation, projectId),
      rankAfter: rankIn(since, projectId),
      list: listChange(proposal, proposedSince),
      flaw: flaws.join('；'),
    },
    rests: [ended, event, aggregation, since, proposal, proposedSince].flatMap(each => (each ? [reference(each)] : [])),
    shows: [{ projectId, uscc: event.data.uscc }],
  };
}

function flawsOf(
  { event, scoringOpen, proposal }: Change,
  scoring: Scoring,
  since: BookedAggregation | undefined,
): string[] {
  const isVoid = event.type === 'score-sheet.voided';
  const stale = scoring.proposals.at(-1) === proposal && proposal && !since;
  return [
    ...(event.type === 'score-sheet.submitted' ? ['未说明理由重复提交评分表'] : []),
    ...(scoringOpen || isVoid ? [] : ['评分结束后更换']),
    ...(stale && countsIn(scoring, proposal, event) ? ['建议名单仍依据已变动的评分表，未重新汇总'] : []),
  ];
}

/** Whether the aggregation that a proposal rests on counts the sheet that was changed. */
function countsIn(scoring: Scoring, { data: { round } }: BookedProposal, event: SheetEvent): boolean {
  const inputs = scoring.aggregations.find(({ data }) => data.round === round)?.data.inputs ?? [];
  return scoring.sheets.some(sheet => sheet.endedBy?.id === event.id && inputs.includes(sheet.event.id));
}

function rankIn(aggregation: BookedAggregation | undefined, projectId: string): number | '' {
  return aggregation?.data.results.find(result => result.projectId === projectId)?.rank ?? '';
}

function listChange(before: BookedProposal | undefined, after: BookedProposal | undefined): string {
  if (!before) return '尚未提出';
  if (!after) return '未再提出';
  const idsOf = ({ data: { list } }: BookedProposal) =>
    JSON.stringify(list.map(({ projectId, rank }) => [projectId, rank]));
  return idsOf(before) === idsOf(after) ? '无变化' : '有变化';
}
