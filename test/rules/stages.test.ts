/** A stage is one rule: what BI tools are told of a project is what its journey is, told to those who do not oversee. */

import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import {
  CONFIDENTIAL_STEPS,
  type JourneyStep,
  STEP_OF_ACT,
  TOLD_ACTS,
  TOLD_STAGES,
} from '../../events/rules/stages.ts';
import { journeys } from '../../projections/dashboard/journeys.ts';
import { projectStepsTable, projectsTable } from '../../projections/reporting/projects.ts';
import { logOf, rowsOf, type Told, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const projectId = '2024-aaaa0010';
const bodyId = 'district-hexi';
const batch = (materialsRoot: string) => ({ projectId, version: 1, materialsRoot });
const listed = [{ projectId, rank: 1, score: '86.5000' }];
const ROOTS = ['c', 'd'].map(digit => digit.repeat(64));

const material = (name: 'application.submitted' | 'application.supplemented') =>
  fc.constantFrom(...ROOTS).map(materialsRoot => told(name, { projectId, materialsRoot }));

/** Acts that the unit, its body and the authority know of. */
const openAct: fc.Arbitrary<Told> = fc.oneof(
  { weight: 3, arbitrary: material('application.submitted') },
  material('application.supplemented'),
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('completeness', 'truthfulness'), fc.constantFrom('verified', 'verified', 'failed'))
      .map(([check, outcome]) => told(`${check}.${outcome}` as 'completeness.verified', { projectId })),
  },
  { weight: 6, arbitrary: fc.constantFrom(...TOLD_ACTS).map(({ type }) => told(type, { projectId })) },
  fc
    .constantFrom('proceed' as const, 'stop' as const)
    .map(decision => told('held-project.decided', { projectId, decision })),
  { weight: 3, arbitrary: fc.constant(told('results.submitted', { projectId, bodyId }, { about: { bodyId } })) },
  { weight: 4, arbitrary: fc.constant(told('result-batch.forwarded', { projects: [batch('c'.repeat(64))] })) },
  fc.constant(told('excellent-results.published', { projects: [projectId] })),
  fc.constant(told('fraudulent-projects.stopped', { projectIds: [projectId] })),
  fc.constant(told('commendation.issued', {}, { about: { projectId } })),
);

/** What panels and the review do; only with results that have been forwarded and are not published yet. */
const hiddenAct: fc.Arbitrary<Told> = fc.constantFrom(
  told('technical-evaluation.completed', { projects: [projectId] }),
  told('excellent-list.returned', { projects: [projectId] }),
  told('excellent-list.proposed', { list: listed }),
  told('excellent-list.reviewed', { kept: [projectId], removed: [] }),
  told('excellent-list.reviewed', { kept: [], removed: [{ projectId, reason: '成效不突出' }] }),
  told('objection.upheld', { projectId }),
  told('excellent-result.recognised', { projectId }),
);

const HIDDEN = new Set(fc.sample(hiddenAct, { numRuns: 200, seed: 1 }).map(({ name }) => name));

/** A log in which checks are of the material handed in last and nothing is judged before it is forwarded. */
const log: fc.Arbitrary<RecordedEvent[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: openAct }, hiddenAct), { maxLength: 40 })
  .map(acts => {
    const story: Told[] = [told('application.started', { projectId })];
    let root = ROOTS[0] as string;
    for (const act of acts) {
      const change = act.change as { readonly materialsRoot?: string };
      root = change.materialsRoot ?? root;
      const isCheck = /^(completeness|truthfulness)/.test(act.name);
      if (HIDDEN.has(act.name) && stageOf(logOf(story)) !== 'results-forwarded') continue;
      story.push(isCheck ? { ...act, change: { ...change, materialsRoot: root } } : act);
    }
    return logOf(story);
  });

const rows = (table: typeof projectsTable, events: readonly RecordedEvent[]) =>
  [...rowsOf(table.projection, events).values()] as Record<string, unknown>[];
const stageOf = (events: readonly RecordedEvent[]) => rows(projectsTable, events)[0]?.stage;
const journeyOf = (events: readonly RecordedEvent[]) => [...rowsOf(journeys, events).values()][0];

describe('where a project stands', () => {
  it('given any log, then tables for BI tools tell the stage of the journey and no step that it has not, without what is confidential', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(log, events => {
        const journey = journeyOf(events);
        const stage = journey?.stage ?? 'none';
        seen.add(stage);
        expect(stageOf(events)).toBe(CONFIDENTIAL_STEPS.has(stage as never) ? 'results-forwarded' : stage);
        expect(rows(projectsTable, events)[0]?.bodyId).toBe(journey?.bodyId);
        const told = rows(projectStepsTable, events).map(({ step }) => step as JourneyStep);
        expect(told.filter(step => CONFIDENTIAL_STEPS.has(step) || !journey?.steps[step])).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect([...seen].filter(stage => CONFIDENTIAL_STEPS.has(stage as never)).length).toBeGreaterThan(2);
    expect(seen.size).toBeGreaterThan(12);
  });

  it('given an act that everybody concerned knows of, then its step is not confidential', () => {
    for (const { type } of TOLD_ACTS) expect(CONFIDENTIAL_STEPS.has(STEP_OF_ACT[type]), type).toBe(false);
    expect(TOLD_STAGES.filter(stage => CONFIDENTIAL_STEPS.has(stage))).toEqual([]);
  });
});
