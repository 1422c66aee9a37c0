import { describe, expect, it } from 'vitest';
import type { DecidedEvent } from '../../events/event-type.ts';
import { isClerical } from '../../events/rules/mandate.ts';
import { REGULATION } from '../../events/statute.ts';
import type { Decision } from '../../services/command.ts';
import { VOIDED_AN_ACT } from '../../services/evaluation/counting.ts';
import * as fees from '../../services/evaluation/fees.ts';
import * as proposal from '../../services/evaluation/proposal.ts';
import * as scoring from '../../services/evaluation/scoring.ts';
import * as sheets from '../../services/evaluation/sheets.ts';
import { issueEvaluationStandard } from '../../services/evaluation/standard.ts';
import { control, samples } from '../support/controls.ts';
import { decide, factsOf, MSR, refusalOf } from '../support/given.ts';
import fc from '../support/properties.ts';
import {
  accountOf,
  aggregated,
  closed,
  type Desk,
  desk,
  EXPERTS,
  expert,
  opened,
  PANEL,
  PROJECTS,
  panelFacts,
  points,
  recusal,
  STANDARD,
  scored,
  sheet,
  UNITS,
} from './sample.ts';

const [A, B, C, D, E] = EXPERTS as unknown as [string, string, string, string, string];
const [P1, P2, P3] = PROJECTS as unknown as [string, string, string];
const [U1] = UNITS as unknown as [string];
const BY = { actor: expert(A) };
const REASON = { reason: '复核原始记录后更正' };

const types = (decision: Decision) => factsOf(decision).map(({ type }) => type);
const deviationsOf = (decision: Decision) => {
  factsOf(decision);
  return (decision as readonly DecidedEvent[]).at(-1)?.deviations;
};
const codeOf = (decision: Decision) => refusalOf(decision).code;

describe('第十九条 the standard', () => {
  const { version: _version, hash: _hash, algorithm: _by, ...content } = samples['evaluation-standard.issued'];
  const issue = (change: object, known: object = {}, past: object[] = []) =>
    decide(issueEvaluationStandard, {
      input: { ...content, ...change },
      past: past as never,
      known: { scored: [], ...known },
    });

  it('is issued in versions, each with its hash; the same again changes nothing', () => {
    const [first] = factsOf(issue({}));
    expect(first).toMatchObject({ type: 'evaluation-standard.issued', data: { version: 1 } });
    const past = [control('evaluation-standard.issued', first?.data as never)];
    expect(factsOf(issue({}, {}, past))).toEqual([]);
    const [second] = factsOf(issue({ tieBreak: [] }, {}, past));
    expect(second?.data).toMatchObject({ version: 2 });
    const hashes = [first, second].map(fact => (fact as { data: { hash: string } }).data.hash);
    expect(new Set(hashes).size).toBe(2);
  });

  it('is frozen once scoring of the year has been opened', () => {
    expect(refusalOf(issue({}, { scored: [2024] }))).toMatchObject({
      code: 'standard-frozen',
      rule: { article: 'art-19' },
    });
    expect(types(issue({}, { scored: [2023] }))).toEqual(['evaluation-standard.issued']);
  });

  it('第二十条 weights add up to 100, criteria and tie-break are of one piece', () => {
    const [problem, effect] = content.criteria;
    expect(codeOf(issue({ criteria: [problem] }))).toBe('weights-not-100');
    expect(codeOf(issue({ criteria: [problem, effect, effect] }))).toBe('criterion-repeated');
    expect(codeOf(issue({ tieBreak: ['looks'] }))).toBe('tie-break-unknown');
    expect(codeOf(issue({ tieBreak: ['effect', 'effect'] }))).toBe('tie-break-unknown');
  });
});

describe('opening of scoring', () => {
  it('names the standard and the forwarded results, and those it leaves out', () => {
    const [opening] = factsOf(desk({ forwarded: [P1, P3] }).send(scoring.openScoring, {}));
    expect(opening).toMatchObject({
      type: 'scoring.opened',
      data: {
        standard: { version: STANDARD.version, hash: STANDARD.hash },
        projects: [
          { projectId: P1, uscc: UNITS[0] },
          { projectId: P3, uscc: UNITS[2] },
        ],
        leftOut: [P2],
      },
    });
    expect(factsOf(opened().send(scoring.openScoring, {}))).toEqual([]);
  });

  it('第十九条 needs a published standard, 第十七条 forwarded results, 第十八条 a constituted panel', () => {
    expect(refusalOf(desk({ standards: [] }).ask(scoring.openScoring, {}))).toMatchObject({
      code: 'standard-not-issued',
      rule: { article: 'art-19' },
    });
    expect(refusalOf(desk({ forwarded: [] }).ask(scoring.openScoring, {}))).toMatchObject({
      code: 'no-forwarded-results',
      rule: { article: 'art-17b' },
    });
    const at = desk();
    at.panel.splice(panelFacts.length - 1);
    expect(refusalOf(at.ask(scoring.openScoring, {}))).toMatchObject({
      code: 'panel-not-constituted',
      rule: { article: 'art-18' },
    });
    expect(codeOf(at.ask(scoring.openScoring, {}, { known: { panel: undefined } }))).toBe('not-found');
  });
});

describe('第二十条 a score sheet', () => {
  const submit = (at: Desk, input: object = {}, circumstances: object = {}) =>
    at.send(sheets.submitScoreSheet, { projectId: P1, ...sheet(), ...input }, { ...BY, ...circumstances });

  it('is given once by a member; the same again changes nothing, another needs a reason', () => {
    const at = opened();
    const [fact] = factsOf(submit(at));
    expect(fact).toMatchObject({ type: 'score-sheet.submitted', data: { expertId: A, uscc: U1, projectId: P1 } });
    expect(factsOf(submit(at))).toEqual([]);
    expect(codeOf(submit(at, { comment: '改主意' }))).toBe('sheet-already-submitted');
  });

  it('is superseded with a reason, and the chain of sheets leaves exactly one that stands', () => {
    const at = opened();
    expect(codeOf(at.ask(sheets.supersedeScoreSheet, { projectId: P1, ...sheet(), ...REASON }, BY))).toBe('no-sheet');
    submit(at);
    for (const effect of ['40', '45', '42.5']) {
      const change = { projectId: P1, ...sheet('30', effect), ...REASON };
      expect(types(at.send(sheets.supersedeScoreSheet, change, BY))).toEqual(['score-sheet.superseded']);
      expect(factsOf(at.send(sheets.supersedeScoreSheet, change, BY))).toEqual([]);
    }
    const given = at.state().sheets;
    expect(given.map(({ ended }) => ended === undefined)).toEqual([false, false, false, true]);
    expect(given.at(-1)?.scores).toEqual(points('30', '42.5'));
    const links = at.past.flatMap(({ draft }) => (draft.data as { supersedes?: string }).supersedes ?? []);
    expect(links).toEqual(given.slice(0, -1).map(({ sheetId }) => sheetId));
  });

  it('gives points on every criterion, none above its most', () => {
    const at = opened();
    expect(codeOf(submit(at, { scores: points('40.01', '50') }))).toBe('sheet-incomplete');
    expect(codeOf(submit(at, { scores: points('30', '50').slice(1) }))).toBe('sheet-incomplete');
  });

  it('is taken only while scoring is open', () => {
    expect(codeOf(submit(desk()))).toBe('scoring-not-opened');
    expect(codeOf(submit(closed()))).toBe('scoring-closed');
    const supersession = { projectId: P1, ...sheet(), ...REASON };
    expect(codeOf(closed().ask(sheets.supersedeScoreSheet, supersession, BY))).toBe('scoring-closed');
  });

  it('第十八条 is given by members alone, after a declaration, and nothing may be undecided', () => {
    const stranger = { actor: expert('expert-z') };
    expect(codeOf(submit(opened(), {}, stranger))).toBe('not-found');
    const undeclared = opened();
    undeclared.panel.splice(
      undeclared.panel.findIndex(fact => (fact as { type: string }).type === 'interest.declared'),
      1,
    );
    expect(refusalOf(submit(undeclared))).toMatchObject({ code: 'declaration-missing', rule: { article: 'art-18' } });
    const pair = { panelId: PANEL, expertId: A, uscc: U1 };
    const undecided = opened();
    undecided.panel.push(control('recusal.requested', pair));
    expect(codeOf(submit(undecided))).toBe('conflict-undecided');
    undecided.panel.push(control('recusal-request.dismissed', pair));
    expect(types(submit(undecided))).toEqual(['score-sheet.submitted']);
  });

  it('第十八条 a recused expert is answered as if there were no such project, whatever goes on', () => {
    const worlds = [desk(), opened(), scored(), closed()];
    const answers = worlds.map(at => {
      at.panel.push(recusal(A, U1));
      const answer = refusalOf(at.ask(sheets.submitScoreSheet, { projectId: P1, ...sheet() }, BY));
      const nowhere = at.ask(sheets.submitScoreSheet, { projectId: '2024-zzzz9999', ...sheet() }, BY);
      expect(answer).toEqual(refusalOf(nowhere));
      return JSON.stringify(answer);
    });
    expect(new Set(answers).size).toBe(1);
  });

  it('第二十六条 needs the undertaking, and no suspension from duty', () => {
    expect(refusalOf(submit(opened(), {}, { known: { undertakings: [`MSR/${A}`, `EXPERT/${B}`] } }))).toMatchObject({
      code: 'undertaking-missing',
      rule: { article: 'art-26' },
    });
    const suspendedFrom = (from: string) => ({
      known: { suspensions: [{ misconductId: 'case-1', accountId: accountOf(A), from }] },
    });
    expect(codeOf(submit(opened(), {}, suspendedFrom('2024-03-20')))).toBe('duty-suspended');
    expect(types(submit(opened(), {}, suspendedFrom('2024-03-21')))).toEqual(['score-sheet.submitted']);
  });

  it('第十九条 is not given by who applied for, verified or approved the project, nor by the authority', () => {
    const refused = { code: 'not-independent', zh: expect.stringContaining('内部制度（两人分办）') };
    const grant = (role: string, orgId: string) => ({
      standing: { registered: true, disabled: false, grants: [{ role, orgId, orgName: '某单位', from: '2024-01-01' }] },
    });
    expect(refusalOf(submit(opened(), {}, { known: { handlers: new Set([accountOf(A)]) } }))).toMatchObject(refused);
    expect(refusalOf(submit(opened(), {}, { known: grant('UNIT', U1) }))).toMatchObject(refused);
    expect(refusalOf(submit(opened(), {}, { known: grant('MSR', 'msr') }))).toMatchObject(refused);
    expect(types(submit(opened(), {}, { known: grant('UNIT', UNITS[1] as string) }))).toHaveLength(1);
  });

  it('第二十条 only experts score; the authority and the third party never do', () => {
    for (const command of [sheets.submitScoreSheet, sheets.supersedeScoreSheet, proposal.proposeExcellentList]) {
      expect(command.allow).toEqual(['EXPERT']);
      expect(isClerical(command.name)).toBe(false);
    }
  });
});

describe('第二十条 closing', () => {
  it('every unconflicted member has one sheet or a recorded absence', () => {
    const at = scored(opened(), () => sheet());
    expect(types(at.ask(scoring.closeScoring, {}))).toEqual(['scoring.closed']);
    const partial = opened();
    for (const id of [A, B, C]) {
      for (const projectId of PROJECTS) {
        partial.send(sheets.submitScoreSheet, { projectId, ...sheet() }, { actor: expert(id) });
      }
    }
    expect(refusalOf(partial.ask(scoring.closeScoring, {}))).toMatchObject({
      code: 'sheets-missing',
      rule: { article: 'art-20' },
    });
    for (const expertId of [D, E]) {
      for (const projectId of PROJECTS) {
        const absence = { expertId, projectId, reason: '因病未参加' };
        expect(types(partial.send(scoring.recordScoringAbsence, absence))).toEqual(['scoring-absence.recorded']);
        expect(factsOf(partial.send(scoring.recordScoringAbsence, absence))).toEqual([]);
        const otherwise = { ...absence, reason: '另一理由' };
        expect(codeOf(partial.ask(scoring.recordScoringAbsence, otherwise))).toBe('recorded-otherwise');
      }
    }
    expect(factsOf(partial.send(scoring.closeScoring, {}))).toMatchObject([{ data: { sheets: 9, absences: 6 } }]);
    expect(factsOf(partial.send(scoring.closeScoring, {}))).toEqual([]);
  });

  it('a sheet that still comes replaces the absence; who has a sheet is not absent', () => {
    const at = opened();
    const absence = { expertId: A, projectId: P1, reason: '出差' };
    at.send(scoring.recordScoringAbsence, absence);
    at.send(sheets.submitScoreSheet, { projectId: P1, ...sheet() }, BY);
    expect(at.state().absences).toEqual([]);
    expect(codeOf(at.ask(scoring.recordScoringAbsence, absence))).toBe('sheet-already-submitted');
    expect(codeOf(at.ask(scoring.recordScoringAbsence, { ...absence, expertId: 'expert-z' }))).toBe('not-found');
    expect(codeOf(desk().ask(scoring.recordScoringAbsence, absence))).toBe('scoring-not-opened');
    expect(codeOf(closed().ask(scoring.recordScoringAbsence, absence))).toBe('scoring-closed');
  });

  it('工作方案 a project below the quorum keeps scoring open: experts are to be replaced', () => {
    const at = scored();
    for (const id of [A, B, C]) at.panel.push(recusal(id, U1));
    expect(refusalOf(at.ask(scoring.closeScoring, {}))).toMatchObject({
      code: 'quorum-not-met',
      rule: { plan: 2024, item: 'options.panel.quorum' },
    });
  });

  it('第十八条 the sheets of a recused pair are voided with it, and nobody waits for them', () => {
    const at = scored();
    at.panel.push(recusal(A, U1));
    const facts = factsOf(at.send(scoring.closeScoring, {}));
    expect(facts).toMatchObject([
      { type: 'score-sheet.voided', data: { expertId: A, projectId: P1, cause: 'recusal' } },
      { type: 'scoring.closed', data: { sheets: 14 } },
    ]);
  });

  it('more voided sheets than one act takes along are written down with the next ones, and none of them counts', () => {
    const at = scored();
    const more = Array.from({ length: VOIDED_AN_ACT + 50 }, (_, index) =>
      control('score-sheet.submitted', {
        panelId: PANEL,
        sheetId: `more-${index}`,
        projectId: P1,
        uscc: U1,
        expertId: A,
      } as never),
    );
    at.past.push(...more.map(draft => ({ draft, ...BY })));
    at.panel.push(recusal(A, U1));
    const written = (facts: readonly { type: string }[]) =>
      facts.filter(({ type }) => type === 'score-sheet.voided').length;
    const ended = factsOf(at.send(scoring.closeScoring, {}));
    expect(written(ended)).toBe(VOIDED_AN_ACT);
    expect(ended.at(-1)).toMatchObject({ type: 'scoring.closed', data: { sheets: 14 } });
    const summed = factsOf(at.send(scoring.aggregateScores, {}));
    expect(written(summed)).toBe(51);
    const { excluded = [], inputs = [] } = at.state().aggregation ?? {};
    expect([excluded.length, inputs.length]).toEqual([VOIDED_AN_ACT + 51, 14]);
  });

  it('DL-12 after the last day of the plan it is recorded as late', () => {
    const plan = {
      ...samples['work-plan.published'].plan,
      deadlines: { ...samples['work-plan.published'].plan.deadlines, evaluation: '2024-03-19' },
    };
    const programme = { inForce: { year: 2024, version: 1, plan } };
    const fact = deviationsOf(scored().ask(scoring.closeScoring, {}, { known: { programme } }));
    expect(fact).toMatchObject([{ code: 'evaluation-late', basis: { item: 'deadlines.evaluation' } }]);
  });

  it('第十九条 whoever scored does not run the evaluation', () => {
    const scorer = { actor: { ...MSR, accountId: accountOf(A) } };
    expect(codeOf(scored().ask(scoring.closeScoring, {}, scorer))).toBe('same-person');
    expect(codeOf(closed().ask(scoring.aggregateScores, {}, scorer))).toBe('same-person');
  });
});

describe('第二十条 aggregation', () => {
  it('lists the events it rests on, and comes out the same again', () => {
    const at = closed();
    const [fact] = factsOf(at.send(scoring.aggregateScores, {}));
    const sheetEvents = at.events().filter(({ type }) => type === 'score-sheet.submitted');
    expect(fact?.data).toMatchObject({
      round: 1,
      inputs: sheetEvents.map(({ id }) => id).sort(),
      results: PROJECTS.map(projectId => ({ projectId })),
    });
    expect(factsOf(at.send(scoring.aggregateScores, {}))).toEqual([]);
  });

  it('waits for the closing', () => {
    expect(codeOf(desk().ask(scoring.aggregateScores, {}))).toBe('scoring-not-opened');
    expect(codeOf(scored().ask(scoring.aggregateScores, {}))).toBe('scoring-open');
  });

  it('a voided sheet leaves every average; the aggregate is stale until it is computed again', () => {
    const at = aggregated();
    const before = at.state().aggregation;
    const [first] = at.state().sheets.filter(({ projectId }) => projectId === P1);
    const voiding = { sheetId: first?.sheetId, ...REASON };
    expect(codeOf(scored().ask(scoring.voidScoreSheet, { sheetId: 'sheet-x', ...REASON }))).toBe('scoring-open');
    expect(codeOf(at.ask(scoring.voidScoreSheet, { ...voiding, sheetId: 'nowhere' }))).toBe('not-found');
    expect(types(at.send(scoring.voidScoreSheet, voiding))).toEqual(['score-sheet.voided']);
    expect(factsOf(at.send(scoring.voidScoreSheet, voiding))).toEqual([]);
    expect(codeOf(at.ask(scoring.voidScoreSheet, { ...voiding, reason: '另一理由' }))).toBe('recorded-otherwise');
    expect(codeOf(at.ask(proposal.completeTechnicalEvaluation, {}, BY))).toBe('aggregate-stale');
    at.send(scoring.aggregateScores, {});
    const after = at.state().aggregation;
    expect(after?.round).toBe(2);
    expect(after?.inputs).toEqual(before?.inputs.filter(id => id !== first?.eventId));
    expect(after?.excluded).toMatchObject([
      { sheetId: first?.sheetId, projectId: P1, why: expect.stringContaining('作废') },
    ]);
    expect(after?.results.find(({ projectId }) => projectId === P1)?.sheets).toBe(4);
  });

  it('第二十六条 a tainted evaluation proposes nothing until sheets are voided and the scores aggregated again', () => {
    const at = aggregated();
    const foundHere = { known: { taints: { [PANEL]: at.events().at(-1)?.position } } };
    const foundNext = { known: { taints: { [PANEL]: String(at.past.length + 1) } } };
    expect(types(at.ask(proposal.completeTechnicalEvaluation, {}, { ...BY, ...foundHere }))).toHaveLength(1);
    expect(codeOf(at.ask(proposal.completeTechnicalEvaluation, {}, { ...BY, ...foundNext }))).toBe(
      'evaluation-tainted',
    );
    expect(codeOf(at.ask(scoring.aggregateScores, {}, foundNext))).toBe('evaluation-tainted');
    const [first] = at.state().sheets;
    at.send(scoring.voidScoreSheet, { sheetId: first?.sheetId, ...REASON });
    expect(types(at.send(scoring.aggregateScores, {}, foundNext))).toContain('scores.aggregated');
    expect(types(at.ask(proposal.completeTechnicalEvaluation, {}, { ...BY, ...foundNext }))).toHaveLength(1);
  });

  it('第十八条 a recusal after scoring makes it stale at once and leaves the sheets out', () => {
    const at = aggregated();
    at.panel.push(recusal(B, U1));
    expect(codeOf(at.ask(proposal.completeTechnicalEvaluation, {}, BY))).toBe('aggregate-stale');
    const facts = factsOf(at.send(scoring.aggregateScores, {}));
    expect(facts).toMatchObject([
      { type: 'score-sheet.voided', data: { expertId: B, projectId: P1, cause: 'recusal' } },
      { type: 'scores.aggregated', data: { round: 2, excluded: [{ expertId: B, projectId: P1 }] } },
    ]);
    expect(factsOf(at.send(scoring.aggregateScores, {}))).toEqual([]);
  });

  it('given any sheets voided and any pairs recused, then no average holds one of them', () => {
    const indexes = fc.uniqueArray(fc.nat({ max: 14 }), { maxLength: 15 });
    fc.assert(
      fc.property(indexes, indexes, (voided, recused) => {
        const at = closed();
        const given = at.state().sheets;
        for (const index of recused) {
          const { expertId, uscc } = given[index] as (typeof given)[0];
          at.panel.push(recusal(expertId, uscc));
        }
        for (const index of voided) at.send(scoring.voidScoreSheet, { sheetId: given[index]?.sheetId, ...REASON });
        factsOf(at.send(scoring.aggregateScores, {}));
        const out = new Set([...voided, ...recused].map(index => given[index]?.eventId));
        const left = given.filter(({ eventId }) => !out.has(eventId));
        const { inputs = [], results = [], unscored = [] } = at.state().aggregation ?? {};
        expect(inputs).toEqual(left.map(({ eventId }) => eventId).sort());
        for (const projectId of PROJECTS) {
          const count = left.filter(each => each.projectId === projectId).length;
          expect(results.find(result => result.projectId === projectId)?.sheets ?? 0).toBe(count);
          expect(unscored.includes(projectId)).toBe(count === 0);
        }
      }),
      { numRuns: 60, seed: 20241121 },
    );
  });

  it('工作方案 scoring goes on only for a project left below the quorum', () => {
    const at = closed();
    expect(codeOf(at.ask(scoring.reopenScoring, REASON))).toBe('nothing-to-reopen');
    expect(codeOf(scored().ask(scoring.reopenScoring, REASON))).toBe('scoring-open');
    at.send(scoring.aggregateScores, {});
    for (const id of [B, C, D]) at.panel.push(recusal(id, U1));
    at.send(scoring.aggregateScores, {});
    expect(codeOf(at.ask(proposal.completeTechnicalEvaluation, {}, BY))).toBe('quorum-not-met');
    const facts = factsOf(at.send(scoring.reopenScoring, REASON));
    expect(facts.at(-1)).toMatchObject({ type: 'scoring.reopened', data: { projects: [P1] } });
    at.panel.push(
      control('expert.replaced', { panelId: PANEL, expertId: B, replacement: 'expert-f', inactive: [] }),
      ...UNITS.map(uscc =>
        control('interest.declared', {
          panelId: PANEL,
          expertId: 'expert-f',
          uscc,
          declaration: 'none',
          kind: undefined,
          detail: undefined,
        }),
      ),
      control('panel.constituted', { panelId: PANEL, members: [A, C, D, E, 'expert-f'] }),
    );
    const replacement = { actor: expert('expert-f') };
    expect(types(at.send(sheets.submitScoreSheet, { projectId: P1, ...sheet() }, replacement))).toHaveLength(1);
    expect(codeOf(at.ask(sheets.submitScoreSheet, { projectId: P2, ...sheet() }, replacement))).toBe('scoring-closed');
    expect(types(at.send(scoring.closeScoring, {})).at(-1)).toBe('scoring.closed');
  });
});

describe('第二十条 the panel speaks', () => {
  const divergent = () => aggregated(closed(scored(opened(), id => sheet('30', id === A ? '10' : '50'))));

  it('a divergence above the plan’s threshold needs a word of the panel before completion', () => {
    const at = divergent();
    expect(refusalOf(at.ask(proposal.completeTechnicalEvaluation, {}, BY))).toMatchObject({
      code: 'divergence-unexplained',
      rule: { plan: 2024, item: 'options.divergencePoints' },
    });
    for (const projectId of PROJECTS) {
      const note = { projectId, note: '对测算口径看法不同，经评议认可' };
      expect(types(at.send(proposal.noteDivergence, note, BY))).toEqual(['divergence.noted']);
      expect(factsOf(at.send(proposal.noteDivergence, note, BY))).toEqual([]);
    }
    expect(types(at.send(proposal.completeTechnicalEvaluation, {}, BY))).toEqual(['technical-evaluation.completed']);
    expect(factsOf(at.send(proposal.completeTechnicalEvaluation, {}, BY))).toEqual([]);
    const none = { projectId: P1, note: '无' };
    expect(codeOf(aggregated().ask(proposal.noteDivergence, none, BY))).toBe('not-divergent');
    expect(codeOf(divergent().ask(proposal.noteDivergence, { ...none, projectId: '2024-zzzz9999' }, BY))).toBe(
      'not-found',
    );
  });

  it('nothing is said before there is an aggregation', () => {
    expect(codeOf(closed().ask(proposal.completeTechnicalEvaluation, {}, BY))).toBe('not-aggregated');
  });

  it('第十八条 a member recused from any unit does not discuss the ranking, and learns nothing from the answer', () => {
    const answers = [opened(), closed(), aggregated()].map(at => {
      at.panel.push(recusal(A, U1));
      return refusalOf(at.ask(proposal.completeTechnicalEvaluation, {}, BY));
    });
    expect(answers[0]).toMatchObject({ code: 'recused-from-a-unit', rule: { article: 'art-18' } });
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
  });

  const completed = () => {
    const at = aggregated();
    factsOf(at.send(proposal.completeTechnicalEvaluation, {}, BY));
    return at;
  };
  const draft = (at: Desk, projects = [P2, P1]) =>
    factsOf(at.send(proposal.draftExcellentList, { projects, minutes: '评定组会议纪要' }, BY))[0]?.data as {
      listHash: string;
      list: unknown[];
    };

  it('proposes only evaluated projects, in the order of their ranks, signed by its quorum', () => {
    const at = completed();
    const { listHash, list } = draft(at);
    expect(list).toMatchObject([
      { projectId: P1, rank: 1 },
      { projectId: P2, rank: 2 },
    ]);
    const propose = () => at.send(proposal.proposeExcellentList, { listHash }, BY);
    for (const id of [A, B]) {
      expect(types(at.send(proposal.signExcellentList, { listHash }, { actor: expert(id) }))).toEqual([
        'excellent-list.signed',
      ]);
      expect(factsOf(at.send(proposal.signExcellentList, { listHash }, { actor: expert(id) }))).toEqual([]);
      expect(codeOf(propose())).toBe('signatures-missing');
    }
    at.send(proposal.signExcellentList, { listHash }, { actor: expert(C) });
    const [fact] = factsOf(propose());
    expect(fact).toMatchObject({
      type: 'excellent-list.proposed',
      data: { year: 2024, list, listHash, signatures: [{ expertId: A }, { expertId: B }, { expertId: C }] },
    });
    expect(factsOf(propose())).toEqual([]);
  });

  it('refuses strangers on the list, and a list before completion', () => {
    const stranger = { projects: ['2024-zzzz9999'], minutes: '纪要' };
    expect(refusalOf(completed().ask(proposal.draftExcellentList, stranger, BY))).toMatchObject({
      code: 'not-evaluated',
      rule: { article: 'art-20' },
    });
    const early = { projects: [P1], minutes: '纪要' };
    expect(codeOf(aggregated().ask(proposal.draftExcellentList, early, BY))).toBe('evaluation-not-completed');
  });

  it('a project stopped for fraud goes no further', () => {
    const exclusions = { bans: {}, predecessors: {}, stopped: { [P1]: 'case-1' }, openCases: {} };
    const input = { projects: [P1], minutes: '纪要' };
    expect(codeOf(completed().ask(proposal.draftExcellentList, input, { ...BY, known: { exclusions } }))).toBe(
      'project-stopped',
    );
  });

  it('a signature is on one list: another draft starts without any', () => {
    const at = completed();
    const first = draft(at);
    at.send(proposal.signExcellentList, { listHash: first.listHash }, BY);
    const second = draft(at, [P1]);
    expect(codeOf(at.ask(proposal.signExcellentList, { listHash: first.listHash }, BY))).toBe('list-changed');
    expect(codeOf(at.ask(proposal.proposeExcellentList, { listHash: second.listHash }, BY))).toBe('signatures-missing');
  });

  it('D-24 where recusals leave fewer free members than the quorum, all of them sign, and it is flagged', () => {
    const at = completed();
    for (const [index, id] of [B, C, D].entries()) at.panel.push(recusal(id, UNITS[index] as string));
    at.send(scoring.aggregateScores, {});
    at.send(proposal.completeTechnicalEvaluation, {}, BY);
    const { listHash } = draft(at);
    for (const id of [A, E]) at.send(proposal.signExcellentList, { listHash }, { actor: expert(id) });
    const fact = deviationsOf(at.send(proposal.proposeExcellentList, { listHash }, BY));
    expect(fact).toMatchObject([{ code: 'few-signatures', basis: { plan: 2024 } }]);
  });
});

describe('第十九条 units bear no cost', () => {
  const { complaintId: _id, uscc: _uscc, ...raised } = samples['fee-complaint.raised'];
  const unit = { accountId: 'unit.li' as never, orgId: samples['fee-complaint.raised'].uscc, role: 'UNIT' as const };
  const past = [control('fee-complaint.raised')];
  const resolve = (change: object, before: object[] = past) =>
    decide(fees.resolveFeeComplaint, {
      past: before as never,
      input: { complaintId: 'complaint-1', outcome: 'upheld', findings: '属实', remedy: '已退还', ...change },
    });

  it('a unit complains in its own name', () => {
    const [fact] = factsOf(decide(fees.raiseFeeComplaint, { input: raised, actor: unit }));
    expect(fact).toMatchObject({ type: 'fee-complaint.raised', data: { uscc: unit.orgId } });
    expect(factsOf(decide(fees.raiseFeeComplaint, { past, input: raised, actor: unit }))).toEqual([]);
  });

  it('a founded complaint has a remedy and is a recorded deviation; outside the evaluation it is flagged as such', () => {
    const inside = deviationsOf(resolve({}));
    expect(inside).toMatchObject([{ code: 'unit-charged', basis: { doc: REGULATION, article: 'art-19' } }]);
    const outside = deviationsOf(resolve({}, [control('fee-complaint.raised', { stage: '培训' })]));
    expect(outside).toMatchObject([{ code: 'unit-charged-elsewhere' }]);
    const dismissed = deviationsOf(resolve({ outcome: 'dismissed', remedy: undefined }));
    expect(dismissed).toEqual([]);
    expect(refusalOf(resolve({ remedy: undefined }))).toMatchObject({
      code: 'remedy-missing',
      rule: { article: 'art-19' },
    });
  });

  it('is resolved once', () => {
    expect(codeOf(resolve({}, [...past, control('fee-complaint.resolved')]))).toBe('complaint-resolved');
    expect(codeOf(resolve({}, []))).toBe('not-found');
  });
});
