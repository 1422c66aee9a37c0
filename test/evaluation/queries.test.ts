import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { evaluationEventTypes } from '../../events/evaluation.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { Position } from '../../events/ids.ts';
import { panelEventTypes } from '../../events/panel.ts';
import { routes } from '../../projections/evaluation/http.ts';
import { projections } from '../../projections/index.ts';
import * as proposal from '../../services/evaluation/proposal.ts';
import * as scoring from '../../services/evaluation/scoring.ts';
import * as sheets from '../../services/evaluation/sheets.ts';
import { control, factNames } from '../support/controls.ts';
import { ask, readerOf } from '../support/fold.ts';
import { factsOf, MSR, type Past, recorded } from '../support/given.ts';
import { elsewhere, leaks, otherwise, worldsOf } from '../support/two-worlds.ts';
import {
  accountOf,
  aggregated,
  closed,
  type Desk,
  EXPERTS,
  expert,
  opened,
  PANEL,
  PROJECTS,
  points,
  recusal,
  STANDARD,
  scored,
  sheet,
  UNITS,
} from './sample.ts';

const [A, B, C] = EXPERTS as unknown as [string, string, string];
const [P1, P2, P3] = PROJECTS as unknown as [string, string, string];
const [U1] = UNITS as unknown as [string];
const SUP = { accountId: 'sup.li', orgId: 'sup', role: 'SUP' } as never;
const UNIT = { accountId: 'unit.li', orgId: U1, role: 'UNIT' } as never;
const REASON = { reason: '复核后更正' };

/** Something of everything else, so that every query has words to be asked with. */
const OWN = new Set<string>([...panelEventTypes, ...evaluationEventTypes].map(({ type }) => type));
const REST_OF_THE_YEAR = factNames.filter(name => !OWN.has(name)).map(name => control(name));

/** The log behind a desk: the rest of the year, panel, undertakings and standard, then its own events under the ids they have there. */
function logOf(at: Desk, standard: DecidedEvent = control('evaluation-standard.issued')): RecordedEvent[] {
  const undertakings = EXPERTS.flatMap(expertId => [
    control('account.registered', { accountId: accountOf(expertId) }),
    control('confidentiality-undertaking.signed', { accountId: accountOf(expertId), orgId: expertId, role: 'EXPERT' }),
  ]);
  const before: (DecidedEvent | Past)[] = [...REST_OF_THE_YEAR, ...at.panel, ...undertakings, standard];
  const events = [...before.map((fact, index) => recorded(fact, 1000 + index)), ...at.events()];
  return events.map((event, index) => ({ ...event, position: String(index + 1) as Position }));
}

const query = (log: RecordedEvent[], name: string, input: object, caller: never | typeof MSR = MSR) =>
  ask(routes, name, { panelId: PANEL, ...input }, caller, readerOf(projections, { events: log }));

/** One sheet superseded, one member absent, aggregated, completed, proposed. */
function story(): Desk {
  const at = scored();
  at.send(sheets.supersedeScoreSheet, { projectId: P1, ...sheet('35', '35'), ...REASON }, { actor: expert(A) });
  aggregated(closed(at));
  factsOf(at.send(proposal.completeTechnicalEvaluation, {}, { actor: expert(A) }));
  const list = { projects: [P1, P2], minutes: '评定组会议纪要' };
  const [draft] = factsOf(at.send(proposal.draftExcellentList, list, { actor: expert(A) }));
  const { listHash } = (draft as { data: { listHash: string } }).data;
  for (const id of [A, B, C]) at.send(proposal.signExcellentList, { listHash }, { actor: expert(id) });
  factsOf(at.send(proposal.proposeExcellentList, { listHash }, { actor: expert(A) }));
  return at;
}

describe('R-O8 scoring progress', () => {
  it('counts sheets due, given, absent and missing, and shows no score', async () => {
    const at = opened();
    at.send(sheets.submitScoreSheet, { projectId: P1, ...sheet('37.25', '51.75') }, { actor: expert(A) });
    at.send(scoring.recordScoringAbsence, { projectId: P1, expertId: B, reason: '出差' });
    at.panel.push(recusal(C, U1));
    const progress = await query(logOf(at), 'GetScoringProgress', {});
    expect(progress).toMatchObject({ state: 'open', due: 14, given: 1, absent: 1 });
    expect(progress).toMatchObject({
      projects: [{ projectId: P1, due: 4, given: 1, absent: [B], missing: ['expert-d', 'expert-e'] }, {}, {}],
    });
    expect(JSON.stringify(progress)).not.toMatch(/37\.25|51\.75|score/);
  });

  it('lists the evaluations of a year', async () => {
    expect(
      await ask(routes, 'ListEvaluations', { year: 2024 }, MSR, readerOf(projections, { events: logOf(story()) })),
    ).toMatchObject({
      items: [{ panelId: PANEL, state: 'proposed', projects: 3, round: 1, proposals: 1 }],
    });
  });
});

describe('第二十条 the ranking', () => {
  it('is shown to those who oversee, with what it rests on', async () => {
    const at = story();
    const ranking = await query(logOf(at), 'GetRanking', {}, SUP);
    expect(ranking).toMatchObject({
      results: PROJECTS.map((projectId, index) => ({ projectId, rank: index + 1, title: `成果${index + 1}` })),
      aggregation: {
        round: 1,
        stale: false,
        excluded: [{ projectId: P1, why: expect.stringContaining(REASON.reason) }],
      },
    });
  });

  it('is stale from a recusal on until it is computed again', async () => {
    const at = story();
    at.panel.push(recusal(B, U1));
    expect(await query(logOf(at), 'GetRanking', {})).toMatchObject({ aggregation: { stale: true } });
    at.send(scoring.aggregateScores, {});
    expect(await query(logOf(at), 'GetRanking', {})).toMatchObject({ aggregation: { round: 2, stale: false } });
  });

  it('R-S4 a re-run says equal, and finds a planted digit and a missing sheet', async () => {
    const log = logOf(story());
    expect(await query(log, 'RerunAggregation', {})).toMatchObject({ round: 1, equal: true, differences: [] });
    const forged = log.map(event => {
      if (event.type !== 'scores.aggregated') return event;
      const { results } = event.data as { results: { score: string }[] };
      return otherwise(event, { results: results.map((row, at) => (at === 0 ? { ...row, score: '99.0000' } : row)) });
    });
    expect(await query(forged, 'RerunAggregation', {})).toMatchObject({
      equal: false,
      differences: [{ projectId: P1, recorded: { score: '99.0000' } }],
    });
    const lost = log.filter(event => event.type !== 'score-sheet.superseded');
    expect(await query(lost, 'RerunAggregation', { round: 1 })).toMatchObject({
      equal: false,
      missingInputs: [expect.any(String)],
    });
    expect(await query(log, 'RerunAggregation', { round: 2 })).toBeUndefined();
  });

  it('every read model of evaluation says nothing before scoring is opened', async () => {
    const log = logOf({ ...opened(), events: () => [] });
    for (const name of [
      'GetScoringProgress',
      'GetRanking',
      'RerunAggregation',
      'GetFairnessReport',
      'GetExcellentListProposal',
    ]) {
      expect(await query(log, name, {}), name).toBeUndefined();
    }
    expect(
      await ask(routes, 'GetScoreProvenance', { projectId: P1 }, MSR, readerOf(projections, { events: log })),
    ).toBeUndefined();
  });
});

describe('R-S4 provenance of a score', () => {
  const provenance = (log: RecordedEvent[]) =>
    ask(routes, 'GetScoreProvenance', { projectId: P1 }, SUP, readerOf(projections, { events: log })) as Promise<{
      panels: {
        score: string;
        sheets: { expertId: string; sound: boolean; counted: boolean; ended?: { how: string } }[];
      }[];
    }>;

  it('traces every sheet, what became of it, and what it counted with', async () => {
    const { panels } = await provenance(logOf(story()));
    expect(panels).toHaveLength(1);
    expect(panels[0]?.sheets).toHaveLength(6);
    expect(panels[0]?.sheets.every(({ sound }) => sound)).toBe(true);
    expect(panels[0]?.sheets.filter(({ counted }) => !counted)).toMatchObject([
      { expertId: A, ended: { how: 'superseded', reason: REASON.reason } },
    ]);
  });

  it('finds a sheet without a declaration, with a conflict, or without an undertaking at that moment', async () => {
    const log = logOf(story());
    const soundOf = async (changed: RecordedEvent[]) =>
      (await provenance(changed)).panels[0]?.sheets.find(({ expertId }) => expertId === B)?.sound;
    const isPair = (event: RecordedEvent) => {
      const { expertId, uscc } = event.data as { expertId?: string; uscc?: string };
      return event.type === 'interest.declared' && expertId === B && uscc === U1;
    };
    const account = (event: RecordedEvent) => (event.data as { accountId?: string }).accountId === accountOf(B);
    expect(await soundOf(log)).toBe(true);
    expect(await soundOf(log.filter(event => !isPair(event)))).toBe(false);
    expect(
      await soundOf(log.map(event => (isPair(event) ? otherwise(event, { declaration: 'conflict' }) : event))),
    ).toBe(false);
    const isUndertaking = (event: RecordedEvent) =>
      event.type === 'confidentiality-undertaking.signed' && account(event);
    expect(await soundOf(log.filter(event => !isUndertaking(event)))).toBe(false);
    const late = [...log.filter(event => !isUndertaking(event)), ...log.filter(isUndertaking)];
    const renumbered = late.map((event, index) => ({ ...event, position: String(index + 1) as Position }));
    expect(await soundOf(renumbered)).toBe(false);
  });
});

describe('第十九条 the fairness report', () => {
  it('shows each judge’s load and leniency, and divergences with the panel’s notes', async () => {
    const at = aggregated(closed(scored(opened(), id => sheet('30', id === A ? '10' : '50'))));
    at.send(proposal.noteDivergence, { projectId: P1, note: '口径不同' }, { actor: expert(B) });
    const report = await query(logOf(at), 'GetFairnessReport', {});
    expect(report).toMatchObject({
      divergencePoints: 20,
      divergences: [{ projectId: P1, spread: '40.0000', note: '口径不同' }, { projectId: P2 }, { projectId: P3 }],
    });
    const { judges } = report as { judges: { expertId: string; leniency: string }[] };
    expect(judges[0]).toMatchObject({ expertId: A, assigned: 3, counted: 3, leniency: '-32.0000' });
    expect(judges[1]).toMatchObject({ expertId: B, leniency: '8.0000' });
  });
});

describe('what an expert sees', () => {
  it('第二十条 his own tasks and sheets, never those of others', async () => {
    const at = scored();
    const tasks = await query(logOf(at), 'GetScoringAssignments', {}, expert(A));
    expect(tasks).toMatchObject({ assignments: PROJECTS.map(projectId => ({ projectId, open: true })) });
    const own = at.state().sheets.filter(({ expertId }) => expertId === A);
    const others = at.state().sheets.filter(({ expertId }) => expertId !== A);
    for (const { sheetId } of own) expect(JSON.stringify(tasks)).toContain(sheetId);
    for (const { sheetId } of others) expect(JSON.stringify(tasks)).not.toContain(sheetId);
    expect(await query(logOf(at), 'GetScoringAssignments', {}, expert('expert-z'))).toBeUndefined();
    expect(await query(logOf(at), 'GetRanking', {}, expert(A)), 'no ranking before it is aggregated').toBeUndefined();
  });

  it('第十八条 the ranking without the units he is recused from, as if they were not evaluated', async () => {
    const at = story();
    at.panel.push(recusal(A, U1));
    at.send(scoring.aggregateScores, {});
    const ranking = (await query(logOf(at), 'GetRanking', {}, expert(A))) as { results: object[] };
    expect(ranking).not.toHaveProperty('aggregation');
    expect(ranking.results).toMatchObject([
      { projectId: P2, rank: 1 },
      { projectId: P3, rank: 2 },
    ]);
    expect(await query(logOf(at), 'GetExcellentListProposal', {}, expert(A))).toBeUndefined();
    expect(await query(logOf(at), 'GetExcellentListProposal', {}, expert(B))).toMatchObject({
      proposals: [{ round: 1 }],
    });
    expect(await query(logOf(at), 'GetRanking', {}, expert('expert-z'))).toBeUndefined();
  });

  it.each([
    ['plain means', 'none'],
    ['z-scores, which every sheet of a judge moves', 'z-score-per-judge'],
  ] as const)(
    '第十八条 two worlds with %s: he cannot tell what happens about the unit',
    async (_what, normalisation) => {
      const at = story();
      at.panel.push(recusal(A, U1));
      at.send(scoring.aggregateScores, {});
      const log = logOf(at, control('evaluation-standard.issued', { normalisation }));
      const ofUnit = ({ data }: RecordedEvent) => (data as { projectId?: string }).projectId === P1;
      const isSheet = ({ type }: RecordedEvent) => type.startsWith('score-sheet.');
      const hidden: readonly ((event: RecordedEvent) => RecordedEvent)[] = [
        event =>
          isSheet(event) && ofUnit(event) && event.type !== 'score-sheet.voided'
            ? otherwise(event, { scores: points('1', '2') })
            : event,
        event => (isSheet(event) && ofUnit(event) ? elsewhere(event) : event),
        event =>
          event.type === 'scores.aggregated' ? otherwise(event, { round: 1, results: [], excluded: [] }) : event,
        event => (event.type.startsWith('excellent-list.') ? elsewhere(event) : event),
      ];
      for (const change of hidden) expect(await leaks(worldsOf(log, change), expert(A))).toEqual([]);
      const seen = (event: RecordedEvent) =>
        isSheet(event) && !ofUnit(event) ? otherwise(event, { scores: points('1', '2') }) : event;
      expect(await leaks(worldsOf(log, seen), expert(A)), 'the harness sees what he may see').not.toEqual([]);
    },
  );

  it('第二十条 a unit cannot tell whether there is an evaluation', async () => {
    const log = logOf(story());
    const isOfPanel = ({ type }: RecordedEvent) => /^(scor|excellent-list|technical|divergence)/.test(type);
    expect(
      await leaks(
        worldsOf(log, event => (isOfPanel(event) ? elsewhere(event) : event)),
        UNIT,
      ),
    ).toEqual([]);
  });
});

describe('第十九条 the zero-charge statement', () => {
  it('is public; those who oversee are told of complaints, and a unit reads its own', async () => {
    const events = [
      control('fee-complaint.raised'),
      control('fee-complaint.resolved'),
      control('fee-complaint.raised', { complaintId: 'complaint-2', uscc: U1 }),
    ].map(recorded);
    const reader = readerOf(projections, { events });
    const toPublic = await ask(routes, 'GetZeroChargeStatement', { year: 2024 }, undefined, reader);
    expect(Object.keys(toPublic as object)).toEqual(['year', 'article', 'statement']);
    expect(await ask(routes, 'GetZeroChargeStatement', { year: 2024 }, MSR, reader)).toMatchObject({
      complaints: 2,
      upheld: 1,
      open: 1,
    });
    expect(await ask(routes, 'ListFeeComplaints', {}, UNIT, reader)).toMatchObject({
      items: [{ complaintId: 'complaint-2' }],
    });
    const { items } = (await ask(routes, 'ListFeeComplaints', {}, MSR, reader)) as { items: unknown[] };
    expect(items).toHaveLength(2);
  });
});

describe('第二十条 the standard', () => {
  it('is public in all versions, the latest first', async () => {
    const events = [control('evaluation-standard.issued'), control('evaluation-standard.issued', { version: 2 })].map(
      recorded,
    );
    const answer = await ask(
      routes,
      'ListEvaluationStandards',
      { year: 2024 },
      undefined,
      readerOf(projections, { events }),
    );
    expect(answer).toMatchObject({ items: [{ version: 2 }, { version: 1, hash: STANDARD.hash }] });
  });
});
