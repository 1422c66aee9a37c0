/**
 * What is recorded at once fits an append, at 20,000 projects a year too. Every list in an event is bounded by its schema,
 * by what one request can say, or by a full sample here.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../events/catalogue.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type { DecidedEvent } from '../events/event-type.ts';
import { RESULTS_A_BATCH } from '../events/result.ts';
import { upcast } from '../events/upcasters.ts';
import { BODY_LIMIT } from '../infra/http/body.ts';
import { projectPlan, projectPlanEntries } from '../projections/programme/project-plan.ts';
import { publishedLists, publishedResults } from '../projections/recognition/results.ts';
import { eventSize, MAX_APPEND_BYTES, withTexts } from '../services/append-size.ts';
import { VOIDED_AN_ACT } from '../services/evaluation/counting.ts';
import { SHEETS_A_PANEL } from '../services/panel/formation.ts';
import { RESULTS_A_NOTICE } from '../services/recognition/notice.ts';
import { control, type FactName, samples } from './support/controls.ts';
import { logOf, rowsOf, told } from './support/fold.ts';
import { newFact } from './support/log.ts';

const PROJECTS = 20_000;
/** Before one panel of five members. */
const PANEL_PROJECTS = SHEETS_A_PANEL / 5;
const EXPERTS = 5_000;

const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const idOf = (at: number) => `2024-${at.toString(36).padStart(8, '0')}`;
const ids = (count: number) => many(count, idOf);
const eventIdOf = (at: number) => `018d0000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
const expertOf = (at: number) => `expert-${at.toString(36).padStart(8, '0')}`;
const title = '降低新能源汽车动力电池壳体焊接气孔缺陷率提升一次交验合格率';
const unitName = '天津海河智能装备科技发展有限公司滨海分公司';
const longest = '质'.repeat(200);
const hash = 'a'.repeat(64);

const batched = (at: number) => ({ projectId: idOf(at), version: 1, materialsRoot: hash });
const panelProject = (at: number) => ({
  ...(samples['panel-formation.started'].projects[0] as (typeof samples)['panel-formation.started']['projects'][0]),
  projectId: idOf(at),
  title,
  unitName,
});
const proposal = { list: many(PANEL_PROJECTS, at => ({ projectId: idOf(at), rank: at + 1, score: '87.6543' })) };

/** One full act each: all that grows with the programme is as long as it can become. */
const FULL: Readonly<Partial<Record<FactName, readonly DecidedEvent[]>>> = {
  'project-plan.published': [control('project-plan.published', { projects: ids(PROJECTS) as never })],
  'project-plan.amended': [
    control('project-plan.amended', { projects: ids(PROJECTS) as never, added: ids(PROJECTS) as never }),
  ],
  'excellent-results.published': [control('excellent-results.published', { projects: ids(PROJECTS) as never })],
  'public-notice.opened': [
    control('public-notice.opened', {
      list: many(RESULTS_A_NOTICE, at => ({ projectId: idOf(at), title: longest, unitName: longest })),
    }),
  ],
  'results.compiled': [control('results.compiled', { projects: many(RESULTS_A_BATCH, batched) })],
  'result-batch.forwarded': [
    control('result-batch.forwarded', {
      projects: many(RESULTS_A_BATCH / 2, batched),
      declined: many(RESULTS_A_BATCH / 4, batched),
      dropped: many(RESULTS_A_BATCH / 4, at => ({ ...batched(at), cause: 'in-another-batch' as const })),
    }),
  ],
  'panel-formation.started': [
    control('panel-formation.started', {
      projects: many(PANEL_PROJECTS, panelProject),
      candidates: many(EXPERTS, expertOf),
    }),
  ],
  'experts.drawn': [control('experts.drawn', { picks: many(99, expertOf), inactive: many(EXPERTS, expertOf) })],
  'expert.replaced': [control('expert.replaced', { inactive: many(EXPERTS, expertOf) })],
  'panel.constituted': [control('panel.constituted', { members: many(99, expertOf) })],
  'scoring.opened': [
    control('scoring.opened', {
      projects: many(PANEL_PROJECTS, at => ({
        projectId: idOf(at),
        uscc: samples['scoring.opened'].projects[0]?.uscc as string,
      })),
      leftOut: [],
    }),
  ],
  'scoring.reopened': [control('scoring.reopened', { projects: ids(PANEL_PROJECTS) })],
  // One member has been replaced: none of his sheets counts, and as many as one act takes are voided with it.
  'scores.aggregated': [
    ...many(VOIDED_AN_ACT, () => control('score-sheet.voided')),
    control('scores.aggregated', {
      inputs: many(SHEETS_A_PANEL, eventIdOf),
      excluded: many(PANEL_PROJECTS, at => ({
        sheetId: `sheet-${at.toString(36).padStart(8, '0')}`,
        projectId: idOf(at),
        expertId: expertOf(at),
        why: '已作废：专家已不是技术评定组成员',
      })),
      results: many(PANEL_PROJECTS, at => ({
        ...(samples['scores.aggregated'].results[0] as (typeof samples)['scores.aggregated']['results'][0]),
        projectId: idOf(at),
      })),
    }),
  ],
  'technical-evaluation.completed': [control('technical-evaluation.completed', { projects: ids(PANEL_PROJECTS) })],
  'excellent-list.drafted': [control('excellent-list.drafted', proposal)],
  'excellent-list.proposed': [
    control('excellent-list.proposed', {
      ...proposal,
      signatures: many(99, at => ({ expertId: expertOf(at), eventId: eventIdOf(at) })),
    }),
  ],
  'excellent-list.returned': [control('excellent-list.returned', { projects: ids(PANEL_PROJECTS) })],
};

/** Their lists hold what one request says, in a body of at most {@link BODY_LIMIT} bytes, or concern one thing alone. */
const OF_ONE_REQUEST: ReadonlySet<string> = new Set<FactName>([
  'regulation.registered',
  'account.registered',
  'account.identity-stated',
  'account.change-proposed',
  'third-party.capability-verified',
  'third-party.entrusted',
  'entrustment.scope-changed',
  'unit.registration-verified',
  'unit.professional-organisation-recognised',
  'coordination-action.recorded',
  'work-plan.drafted',
  'work-plan.published',
  'work-plan.amended',
  'work-plan.warned',
  'application.submitted',
  'application.supplemented',
  'supplement.requested',
  'completeness.verified',
  'completeness.failed',
  'truthfulness.verified',
  'truthfulness.failed',
  'similarity.checked',
  'eligibility.denied',
  'training.delivered',
  'pdca-stage.reported',
  'progress.monitored',
  'visit.recorded',
  'fraud-decision.taken',
  'score-sheet.submitted',
  'score-sheet.superseded',
  'fee-complaint.raised',
  'excellent-list.reviewed',
]);

type Shape = Readonly<Record<string, unknown>>;

/** Whether a schema has a list without an upper bound, at any depth. */
function hasOpenList(shape: unknown): boolean {
  if (typeof shape !== 'object' || shape === null) return false;
  const { type, maxItems } = shape as Shape;
  if (type === 'array' && maxItems === undefined) return true;
  return Object.values(shape).some(hasOpenList);
}

const withOpenLists = (kinds: Iterable<{ readonly type: string; readonly schema: z.ZodType }>) =>
  [...kinds]
    .filter(({ schema }) => hasOpenList(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))
    .map(({ type }) => type);

const sizeOf = (drafts: readonly DecidedEvent[]) =>
  drafts.reduce((sum, draft, at) => sum + eventSize(withTexts(newFact(`a-command-of-some-length-${at}`, draft))), 0);

describe('an act of a programme of 20,000 projects', () => {
  it.each(Object.entries(FULL))('%s fits an append', (_type, drafts) => {
    expect(sizeOf(drafts)).toBeLessThan(MAX_APPEND_BYTES);
  });

  it('a list with its text, as plans were recorded at first, would not have', () => {
    const list = ids(PROJECTS).map(projectId => ({ projectId, title, unitName, bodyName: unitName }));
    expect(JSON.stringify(list).length).toBeGreaterThan(MAX_APPEND_BYTES);
  });

  it('what one request says fits, thrice over', () => {
    expect(BODY_LIMIT * 3).toBeLessThan(MAX_APPEND_BYTES);
  });

  it('every list without an upper bound is either sized here or the content of one request', () => {
    const sized = new Set([...Object.keys(FULL), ...OF_ONE_REQUEST]);
    expect(withOpenLists(catalogue.values()).filter(type => !sized.has(type))).toEqual([]);
  });

  it('a planted list without a bound is found, however deep', () => {
    const line = z.string();
    const kinds = [
      { type: 'bounded', schema: z.strictObject({ lines: z.array(line).max(9) }) },
      { type: 'open', schema: z.strictObject({ lines: z.array(line).min(1) }) },
      { type: 'deep', schema: z.strictObject({ a: z.array(z.strictObject({ b: z.array(line) })).max(9) }) },
    ];
    expect(withOpenLists(kinds)).toEqual(['open', 'deep']);
  });
});

describe('lists that were recorded with their text', () => {
  const golden = (file: string) =>
    JSON.parse(readFileSync(new URL(`../events/golden/${file}`, import.meta.url), 'utf8'));

  /** The event as an earlier version recorded it, read today. */
  function asOfOld(event: RecordedEvent): RecordedEvent {
    const data = upcast(event.type, 1, golden(`${event.type}@1.json`));
    return { ...event, schemaVersion: 1, data };
  }

  it.each([
    ['project-plan.published', [told('project.listed')], [projectPlan, projectPlanEntries]],
    ['project-plan.amended', [told('project.listed')], [projectPlan, projectPlanEntries]],
    ['excellent-results.published', [told('excellent-result.recognised')], [publishedResults, publishedLists]],
  ] as const)('%s makes the same rows', (type, before, projections) => {
    const today = logOf([...before, told(type)]);
    const earlier = today.map(event => (event.type === type ? asOfOld(event) : event));
    expect(earlier).not.toEqual(today);
    for (const projection of projections) {
      const rows = rowsOf(projection as never, earlier);
      expect(rows.size).toBeGreaterThan(0);
      expect(rows).toEqual(rowsOf(projection as never, today));
    }
  });
});
