/** Question 5: of every score sheet that counts — declared, without conflict, bound to secrecy, at that moment? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { panelIdSchema } from '../../events/panel.ts';
import { OVERSIGHT } from '../query.ts';
import { EMPLOYMENT_KINDS, Employment } from './employment.ts';
import { PANEL_KINDS, Panels, Undertakings } from './panels.ts';
import { declareReport, faultsAmong, only, type Reference, type ReportRow, reference, zh } from './report.ts';
import { type BookedAggregation, type GivenSheet, SCORING_KINDS, ScoringBook } from './scoring-book.ts';

const columns = {
  panel: '技术评定组',
  round: '汇总次数',
  project: '项目编号',
  unit: '项目单位',
  expert: '专家',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

/** A sheet with what stood against it when it was given. */
interface Given {
  readonly event: GivenSheet;
  readonly flaws: readonly string[];
  readonly rests: readonly Reference[];
}

export const countedScoreSheets = declareReport({
  number: 5,
  name: 'ReportCountedScoreSheets',
  title: '计入评分表的资格',
  question:
    '每份计入的评分表，评分时是否已申明、无利害关系、已签保密承诺 (For every counted score sheet: declaration present, no conflict, undertaking signed, at that moment?)',
  allow: OVERSIGHT,
  validTime: 'as-happened',
  material: { none: '只说评分资格，没有分数 (who might score, without a score)' },
  parameters: z.strictObject({ panel: panelIdSchema.optional().meta({ description: '技术评定组' }) }),
  columns,
  begin({ panel }, { dayOf }) {
    const panels = new Panels();
    const employment = new Employment();
    const undertakings = new Undertakings();
    const book = new ScoringBook();
    const given = new Map<string, Given>();
    /** The last aggregation of each panel, with those who could not judge when it was made. */
    const barred = new Map<string, ReadonlyMap<string, readonly string[]>>();

    function takeSheet(event: GivenSheet): void {
      const { panelId, expertId, uscc } = event.data;
      const signed = undertakings.signed(event.meta.actor);
      const flaws = [
        ...panels.flaws(panelId, expertId, uscc),
        ...employment.flaws(panels.of(panelId), expertId, uscc, dayOf(event)),
        ...(event.meta.actor.orgId === expertId ? [] : ['评分人不是该专家本人']),
        ...(signed ? [] : ['评分前未签署保密承诺']),
      ];
      const rests = [reference(event), ...panels.about(panelId, expertId, uscc), ...(signed ? [signed] : [])];
      given.set(event.id, { event, flaws, rests });
    }

    function takeAggregation(event: BookedAggregation): void {
      const sheets = event.data.inputs.flatMap(input => given.get(input) ?? []);
      const flaws = sheets.map(({ event: sheet }) => {
        const { panelId, expertId, uscc } = sheet.data;
        const since = panels.flaws(panelId, expertId, uscc).map(flaw => `汇总时${flaw}`);
        const ended = book.of(panelId).sheets.find(each => each.event.id === sheet.id)?.endedBy;
        return [sheet.id, [...since, ...(ended ? ['汇总时已作废或被更换'] : [])]] as const;
      });
      barred.set(event.data.panelId, new Map(flaws));
    }

    return {
      ...only([...PANEL_KINDS, ...SCORING_KINDS, ...EMPLOYMENT_KINDS]),
      take(event: DomainEvent) {
        panels.take(event);
        undertakings.take(event);
        employment.take(event);
        if (event.type === 'score-sheet.submitted' || event.type === 'score-sheet.superseded') takeSheet(event);
        if (event.type === 'scores.aggregated') takeAggregation(event);
        book.take(event);
      },
      findings() {
        const rows = book
          .all()
          .filter(({ panelId }) => panel === undefined || panel === panelId)
          .flatMap(({ panelId, aggregations }) => {
            const last = aggregations.at(-1);
            return last ? rowsOf(last, given, barred.get(panelId)) : [];
          });
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`尚无计入汇总的评分表。`
              : zh`计入汇总的评分表${rows.length}份，${faults > 0 ? `其中${faults}份评分时不具备资格` : '评分时均已申明、无利害关系并签署保密承诺'}。`,
          rows,
        };
      },
    };
  },
});

function rowsOf(
  aggregation: BookedAggregation,
  given: ReadonlyMap<string, Given>,
  barred: ReadonlyMap<string, readonly string[]> | undefined,
): ReportRow<Column>[] {
  const { panelId, round, inputs } = aggregation.data;
  return inputs.map(input => {
    const sheet = given.get(input);
    const flaws = sheet ? [...sheet.flaws, ...(barred?.get(input) ?? [])] : ['计入的评分表不在日志中'];
    const { projectId = '', uscc = '', expertId = '' } = sheet?.event.data ?? {};
    return {
      fault: flaws.length > 0,
      says: sheet
        ? zh`专家 ${expertId} 对 ${projectId} 的评分表（第${round}次汇总）${flaws.length > 0 ? `：${flaws.join('；')}` : '符合要求'}`
        : zh`第${round}次汇总计入了 ${input}：${flaws.join('；')}`,
      cells: { panel: panelId, round, project: projectId, unit: uscc, expert: expertId, flaw: flaws.join('；') },
      rests: [...(sheet?.rests ?? []), reference(aggregation)],
    };
  });
}
