/** For every report that answers by valid time: an act that was entered late, and what it changes in the answer. */
import { expect } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import { type Told, told } from '../support/fold.ts';
import {
  aggregation,
  byJudge,
  MEMBERS,
  panelReady,
  pointsOf,
  scored,
  sheets,
  signs,
  whole,
} from './evaluation-story.ts';
import { APPLICANT, BODY, OFFICER, PEOPLE, PROJECT, story, THIRD_PARTY, UNIT, VERIFIER, YEAR } from './support.ts';

/** An act that was entered ten days after all others, and what it changes in an answer. */
export interface Case {
  readonly parameters: object;
  readonly before: readonly Told[];
  readonly late: Told;
  /** The day of March 2024 on which it took place, where it is not that of the last act before. */
  readonly day?: number;
  /** The answer where it is not known, or had not taken place. */
  readonly without: object;
  /** The answer where it is known and had taken place. */
  readonly with: object;
  /** The answer where acts are taken as they were entered, where that is another. */
  readonly entered?: object;
}

const about = { year: YEAR };
export const byUnit = { actor: APPLICANT };
export const clerk = { ...THIRD_PARTY, actedAs: 'MSR', entrustmentId: 'tpo-2024' } as const;
export const clerical = [...PEOPLE, told('third-party.entrusted', {}, { actor: OFFICER })];
const unsigned = panelReady.filter(({ name, actor }) => !(name.startsWith('confid') && actor?.orgId === MEMBERS[0]));
const submitted = [...PEOPLE, told('application.started', {}, byUnit), told('application.submitted', {}, byUnit)];

export const CASES: Readonly<Record<number, Case>> = {
  1: {
    parameters: { project: PROJECT },
    before: submitted,
    late: told('guidance.issued', {}, { actor: VERIFIER }),
    without: { faults: 0, rows: [{}, {}] },
    with: { faults: 0, rows: [{}, {}, { cells: { type: '提出指导意见' } }] },
  },
  3: {
    parameters: {},
    before: PEOPLE,
    late: told('organising-work.recorded', {}, { actor: OFFICER }),
    without: { rows: [] },
    with: { faults: 0, rows: [{ cells: { kind: '补录', days: 10 } }] },
  },
  4: {
    parameters: { year: YEAR, organisation: BODY },
    before: [told('recommending-body.registered', {}, { about })],
    late: told('local-promotion.recorded', {}, { actor: VERIFIER, about }),
    without: { faults: 1 },
    with: { faults: 0 },
  },
  5: {
    parameters: {},
    before: whole([...unsigned, ...sheets]),
    late: signs(MEMBERS[0]),
    day: 10,
    without: { faults: 1, rows: [{ cells: { flaw: '评分前未签署保密承诺' } }, {}, {}] },
    with: { faults: 0, rows: [{}, {}, {}] },
    entered: { faults: 1 },
  },
  6: {
    parameters: {},
    before: whole(scored),
    late: told(
      'score-sheet.superseded',
      { sheetId: 'sheet-2', supersedes: `sheet-${MEMBERS[0]}`, scores: pointsOf('20', '30') },
      byJudge(MEMBERS[0]),
    ),
    day: 24,
    without: { rows: [] },
    with: { faults: 0, rows: [{ cells: { kind: '更换' } }] },
    entered: { faults: 1, rows: [{ cells: { flaw: '评分结束后更换' } }] },
  },
  7: {
    parameters: {},
    before: scored,
    late: aggregation(scored),
    without: { faults: 0, rows: [{}, {}] },
    with: { faults: 0, rows: [{}, {}, { cells: { step: '第1次汇总' } }] },
  },
  8: {
    parameters: {},
    before: [told('project.listed'), told('project.listed', { projectId: '2024-0aaa1bbb' })],
    late: told('project-plan.published', { position: '2' }),
    without: { rows: [] },
    with: { rows: [{ cells: { list: '项目计划' } }] },
  },
  9: {
    parameters: { unit: UNIT },
    before: [
      told('application.started', {}, byUnit),
      ...unsigned,
      told('material.accessed', {
        ...{ accountId: `judge.${MEMBERS[0]}`, orgId: MEMBERS[0], role: 'EXPERT' },
        ...{ kind: 'case-file', objects: [{ objectId: PROJECT, units: [UNIT] }] },
      } as never),
    ],
    late: signs(MEMBERS[0]),
    day: 10,
    without: { faults: 1, rows: [{ cells: { flaw: '调阅前未签署保密承诺' } }] },
    with: { faults: 0, rows: [{}] },
    entered: { faults: 1 },
  },
  10: {
    parameters: {},
    before: clerical,
    late: told('unit.registered', {}, { actor: clerk }),
    without: { rows: [] },
    with: { faults: 0, rows: [{ cells: { command: 'RegisterUnit' } }] },
  },
  11: {
    parameters: { unit: UNIT },
    before: submitted,
    late: told('unit.application-ban-imposed', { from: '2024-03-06', lastDay: '2029-03-06' }),
    day: 5,
    without: { rows: [], verdict: expect.stringContaining('不处于不接受申报期间；') },
    with: {
      faults: 0,
      rows: [{}, { cells: { kind: '办理时处理决定尚未登记' } }],
      verdict: expect.stringContaining(' 处于不接受申报期间（'),
    },
  },
  12: {
    parameters: { year: YEAR },
    before: [told('project.listed'), told('training.attended')],
    late: told('visit.recorded', {}, { actor: VERIFIER }),
    without: { faults: 1 },
    with: { faults: 0 },
  },
  15: {
    parameters: {},
    before: clerical,
    late: told('unit.registered', {}, { actor: clerk }),
    without: { rows: [] },
    with: { faults: 0, rows: [{ cells: { kind: '受托办理' } }] },
  },
  16: {
    parameters: {},
    before: [told('project.held')],
    late: told('held-project.decided'),
    without: { faults: 0 },
    with: { faults: 1, rows: [{ cells: { matter: '暂缓与处理决定' } }] },
  },
};

/** Ten days after the last act before, as it took place then; or as it took place earlier, and says so. */
export function entered({ before, late, day }: Case, how: 'on its day' | 'late'): RecordedEvent[] {
  const last = story(before).at(-1)?.meta.recordedAt as string;
  const at = new Date(Date.parse(last) + 10 * 86_400_000).toISOString();
  if (how === 'on its day') return story(before, { ...late, at });
  const effectiveAt = day === undefined ? last : `2024-03-${String(day).padStart(2, '0')}T03:00:00.000Z`;
  const log = story(before, { ...late, at, circumstances: { effectiveAt, reason: '系统停机' } });
  return log.map(event =>
    event.meta.effectiveAt === event.meta.recordedAt ? event : { ...event, meta: { ...event.meta, backdated: true } },
  );
}

/** The day of the last act but the one that was entered late. */
export function dayBefore(log: readonly RecordedEvent[]): CivilDate {
  return shanghaiDate(log.at(-2)?.meta.recordedAt as string);
}
