/** Question 7: the draw of experts and the aggregation of scores run again from the log — the same result? */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { expertEventTypes } from '../../events/expert.ts';
import { panelEventTypes, panelIdSchema } from '../../events/panel.ts';
import { candidateSetHash, candidatesAmong, drawAgain, replacementFrom } from '../../events/rules/draw.ts';
import type { Owned } from '../../events/rules/material.ts';
import {
  expertMark,
  expertsOf,
  NOBODY,
  type PersonEvent,
  type Persons,
  personEventTypes,
  personsAfter,
} from '../../events/rules/persons.ts';
import { aggregate } from '../../events/rules/scoring.ts';
import { OVERSIGHT } from '../query.ts';
import {
  act,
  among,
  declareReport,
  faultsAmong,
  only,
  type Reference,
  type ReportRow,
  reference,
  zh,
} from './report.ts';
import { type BookedAggregation, SCORING_KINDS, ScoringBook } from './scoring-book.ts';

const columns = {
  panel: '技术评定组',
  step: '步骤',
  recorded: '记录的结果',
  again: '重新计算的结果',
  equal: '是否相同',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;

/** A draw under way: its parts, and the order that they make. */
interface Draw {
  readonly started: Of<'panel-formation.started'>;
  order: readonly string[];
  readonly everMembers: string[];
}

/** One step run again. */
interface Rerun {
  readonly panelId: string;
  readonly step: string;
  readonly event: DomainEvent;
  readonly recorded: string;
  readonly again: string;
  readonly flaws: readonly string[];
  readonly rests: readonly Reference[];
  /** Projects whose scores are told. */
  readonly shows?: readonly Owned[];
}

const isOfPersons = among(personEventTypes);
const sha256 = (text: string) => hash('sha256', text);
const listOf = (ids: readonly string[]) => ids.join(' ');

/** Runs draws again as the log passes: who was active in the bank is known at every moment. */
class Draws {
  readonly #active = new Set<string>();
  #persons: Persons = NOBODY;
  readonly #draws = new Map<string, Draw>();

  take(event: DomainEvent): Rerun[] {
    if (isOfPersons(event)) this.#persons = personsAfter(this.#persons, event as PersonEvent & DomainEvent);
    switch (event.type) {
      case 'expert.admitted':
      case 'expert.reinstated':
        this.#active.add(event.data.expertId);
        return [];
      case 'expert.suspended':
      case 'expert.removed':
        this.#active.delete(event.data.expertId);
        return [];
      case 'panel-formation.started':
        return [this.#started(event)];
      case 'experts.drawn':
        return [this.#drawn(event)];
      case 'expert.replaced':
        return [this.#replaced(event)];
      default:
        return [];
    }
  }

  #started(event: Of<'panel-formation.started'>): Rerun {
    const { panelId, candidates } = event.data;
    this.#draws.set(panelId, { started: event, order: [], everMembers: [] });
    const rightly = candidatesAmong([...this.#active], id => expertsOf(this.#persons, expertMark(id)));
    const [recorded, again] = [listOf(candidates), listOf(rightly)];
    const kept = candidateSetHash(candidates, sha256) === event.data.candidateSetHash;
    return {
      ...{ panelId, step: '候选专家', event, recorded, again, rests: [reference(event)] },
      flaws: [
        ...(recorded === again ? [] : ['候选专家不是当时专家库中的全部有效专家']),
        ...(kept ? [] : ['候选名单与其摘要不符']),
      ],
    };
  }

  #drawn(event: Of<'experts.drawn'>): Rerun {
    const { panelId, seed, beaconValue, algorithm, picks } = event.data;
    const draw = this.#draws.get(panelId);
    const base = { panelId, step: '随机抽取', event, recorded: listOf(picks) };
    if (!draw) return { ...base, again: '', rests: [reference(event)], flaws: ['没有组建记录的抽取'] };
    const { candidates, rules, seedCommitment } = draw.started.data;
    const parts = { candidates, size: rules.size, seedCommitment, seed, beaconValue, algorithm };
    const rerun = drawAgain(parts, id => this.#active.has(id), sha256);
    draw.order = rerun.order;
    draw.everMembers.push(...picks);
    const again = listOf(rerun.picks);
    return {
      ...{ ...base, again, rests: [reference(draw.started), reference(event)] },
      flaws: [
        ...(rerun.algorithmKnown ? [] : [`算法 ${algorithm} 无法重算`]),
        ...(rerun.seedKept ? [] : ['种子与事先承诺不符']),
        ...(again === base.recorded ? [] : ['抽取结果不同']),
      ],
    };
  }

  #replaced(event: Of<'expert.replaced'>): Rerun {
    const { panelId, replacement } = event.data;
    const draw = this.#draws.get(panelId);
    const { order = [], everMembers = [] } = draw ?? {};
    const again = replacementFrom(order, everMembers, id => this.#active.has(id)).replacement ?? '';
    draw?.everMembers.push(replacement);
    return {
      ...{ panelId, step: '递补', event, recorded: replacement, again },
      flaws: again === replacement ? [] : ['递补人选不是抽取次序中的下一名'],
      rests: [...(draw ? [reference(draw.started)] : []), reference(event)],
    };
  }
}

/** An aggregation run again from exactly the sheets that it names. */
function reaggregated(event: BookedAggregation, book: ScoringBook): Rerun {
  const { panelId, round, inputs, results, algorithmVersion, divergencePoints } = event.data;
  const scoring = book.of(panelId);
  const standard = book.standard(event.data.standard);
  const sheets = scoring.sheets.filter(sheet => inputs.includes(sheet.event.id));
  const again = standard
    ? aggregate(
        standard.data,
        sheets.map(sheet => sheet.event.data),
        divergencePoints,
      )
    : [];
  const ranking = (rows: readonly { projectId: string; rank: number; score: string }[]) =>
    rows.map(({ projectId, rank, score }) => `${rank}.${projectId}=${score}`).join(' ');
  const standing = scoring.sheets.filter(({ endedBy }) => !endedBy);
  const uncounted = standing.filter(sheet => !inputs.includes(sheet.event.id)).length;
  const told = event.data.excluded.length;
  return {
    ...{ panelId, step: `第${round}次汇总`, event, recorded: ranking(results), again: ranking(again) },
    shows: results.map(({ projectId }) => ({ projectId })),
    flaws: [
      ...(standard ? [] : ['所依评定标准不在日志中']),
      ...(standard && standard.data.hash !== event.data.standard.hash ? ['评定标准的摘要不符'] : []),
      ...(!standard || algorithmVersion === standard.data.algorithm ? [] : [`算法 ${algorithmVersion} 无法重算`]),
      ...(sheets.length === inputs.length ? [] : [`${inputs.length - sheets.length}份计入的评分表不在日志中`]),
      ...(uncounted > told ? [`${uncounted}份有效评分表未计入，只说明了${told}份`] : []),
      ...(canonicalJson(results) === canonicalJson(again.map(row => ({ ...row }))) ? [] : ['汇总结果不同']),
    ],
    rests: [
      ...sheets.map(sheet => reference(sheet.event)),
      ...(standard ? [reference(standard)] : []),
      reference(event),
    ],
  };
}

export const reruns = declareReport({
  number: 7,
  name: 'ReportReruns',
  title: '抽取和汇总的重算',
  question: '重新进行专家抽取和评分汇总，结果是否相同 (Re-run the draw and the aggregation: same result?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { kind: 'score' },
  parameters: z.strictObject({ panel: panelIdSchema.optional().meta({ description: '技术评定组' }) }),
  columns,
  begin({ panel }, { hadHappened }) {
    const draws = new Draws();
    const book = new ScoringBook();
    const rows: ReportRow<Column>[] = [];
    return {
      ...only([...panelEventTypes, ...expertEventTypes, ...personEventTypes, ...SCORING_KINDS]),
      take(event) {
        const again = [
          ...draws.take(event),
          ...(event.type === 'scores.aggregated' ? [reaggregated(event, book)] : []),
        ];
        if (hadHappened(event)) {
          rows.push(...again.filter(({ panelId }) => panel === undefined || panel === panelId).map(rowOf));
        }
        book.take(event);
      },
      findings() {
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`尚无抽取或汇总。`
              : zh`重算抽取和汇总${rows.length}步，${faults > 0 ? `其中${faults}步与记录不同` : '结果全部相同'}。`,
          rows,
        };
      },
    };
  },
});

function rowOf({ panelId, step, event, recorded, again, flaws, rests, shows = [] }: Rerun): ReportRow<Column> {
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}：${flaws.length > 0 ? flaws.join('；') : '重算结果相同'}`,
    cells: { panel: panelId, step, recorded, again, equal: recorded === again ? '是' : '否', flaw: flaws.join('；') },
    rests,
    shows,
  };
}
