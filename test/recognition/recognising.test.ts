import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { canonicalJson } from '../../events/canonical.ts';
import { type Position, streamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { publishExcellentResults, recogniseExcellentResult } from '../../services/recognition/recognising.ts';
import { control } from '../support/controls.ts';
import { factsOf, OTHER_MSR, refusalOf } from '../support/given.ts';
import {
  ALSO_KEPT,
  type Beginning,
  BODY,
  KEPT,
  type Ledger,
  NOW,
  on,
  onTheList,
  propose,
  proposed,
  REMOVED,
  recognised,
  resultId,
  reviewed,
  revoked,
  URL,
  USCC,
  YEAR,
} from './ledger.ts';

const recognise = { year: YEAR, projectId: KEPT };

describe('第二十一条 认定优秀成果', () => {
  it('given it was proposed and kept, when it is recognised, then it carries what was evaluated', async () => {
    const decision = await reviewed().ask(recogniseExcellentResult, recognise);
    expect(factsOf(decision)).toMatchObject([
      {
        type: 'excellent-result.recognised',
        data: {
          ...recognise,
          resultId: resultId('aaaa'),
          title: `攻关 ${KEPT}`,
          uscc: USCC,
          bodyId: BODY,
          methods: ['QC小组', '实验设计'],
        },
      },
    ]);
    expect(decision).toMatchObject([{ deviations: [], about: { uscc: USCC, bodyId: BODY } }]);
    expect(factsOf(await recognised().ask(recogniseExcellentResult, recognise))).toEqual([]);
  });

  it.each([
    ['removed', reviewed, REMOVED],
    ['proposed and not reviewed', proposed, KEPT],
  ])('recognised ⊂ proposed: a result %s is refused', async (_case, ledger, projectId) => {
    expect(refusalOf(await ledger().ask(recogniseExcellentResult, { year: YEAR, projectId }))).toMatchObject({
      code: 'not-kept',
      rule: { article: 'art-21' },
    });
  });

  it('given the list was returned, the evaluation changed or another list was proposed, then it is refused', async () => {
    const returned = onTheList(reviewed(), 'excellent-list.returned');
    expect(refusalOf(await returned.ask(recogniseExcellentResult, recognise)).code).toBe('not-kept');
    const changed = reviewed().add(streamId('later'), control('score-sheet.voided'));
    expect(refusalOf(await changed.ask(recogniseExcellentResult, recognise)).code).toBe('evaluation-changed');
    const other = propose(reviewed(), [KEPT], 'b'.repeat(64));
    expect(refusalOf(await other.ask(recogniseExcellentResult, recognise)).code).toBe('list-changed');
  });

  it('第四条 recognition needs a completed technical evaluation of that result', async () => {
    const ledger = reviewed().add(
      streamId('later'),
      control('technical-evaluation.completed', { projects: [ALSO_KEPT] }),
    );
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise))).toMatchObject({
      code: 'evaluation-not-completed',
      rule: { article: 'art-04' },
    });
  });

  it.each([
    ['withdrawn', control('results.withdrawn', { projectId: KEPT })],
    ['changed', control('results.supplemented', { projectId: KEPT, materialsRoot: 'd'.repeat(64) })],
    ['of a terminated project', control('project.terminated', { projectId: KEPT })],
  ])('given the materials are %s since, then it is refused', async (_case, fact) => {
    const ledger = reviewed().add(projectStream(KEPT), fact);
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise)).code).toBe('result-not-standing');
  });

  it('第二十五条 given the unit is excluded, then it is recognised and flagged; while a case is open it waits', async () => {
    const ban = control('unit.application-ban-imposed', { from: '2024-11-20', lastDay: '2029-11-20' });
    const banned = reviewed().add(streamId('unit'), ban);
    expect(await banned.ask(recogniseExcellentResult, recognise)).toMatchObject([
      { deviations: [{ code: 'recognised-while-banned', basis: { article: 'art-25' } }] },
    ]);
    const suspected = reviewed().add(streamId('case'), control('fraud-case.opened', { projectIds: [KEPT] }));
    expect(refusalOf(await suspected.ask(recogniseExcellentResult, recognise)).code).toBe(
      'project-under-investigation',
    );
  });

  it('given the result was recognised in another year, then it is refused', async () => {
    const ledger = reviewed().add(
      streamId('excellent-list-2023'),
      control('excellent-result.recognised', { projectId: KEPT, resultId: resultId('aaaa') }),
    );
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise)).code).toBe('already-recognised');
  });

  it('given the year is closed, then it is refused under 第四条', async () => {
    const ledger = reviewed().add(programmeStream(YEAR), control('programme.closed'));
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise)).code).toBe('programme-not-open');
  });
});

const entry = (number: string) => ({
  projectId: `${YEAR}-${number}`,
  resultId: resultId(number),
  title: `攻关 ${YEAR}-${number}`,
  unitName: '天津海河智能装备有限公司',
  bodyId: BODY,
});
const hashOf = (...numbers: string[]) => hash('sha256', canonicalJson(numbers.map(entry)));
const publisher = OTHER_MSR;

/** Two results recognised, out of order. */
function twoRecognised(beginning: Beginning = {}): Ledger {
  const change = { projectId: ALSO_KEPT, resultId: resultId('bbbb'), title: `攻关 ${ALSO_KEPT}` };
  const ledger = onTheList(reviewed(beginning), 'excellent-result.recognised', change);
  return onTheList(ledger, 'excellent-result.recognised', {
    projectId: KEPT,
    resultId: resultId('aaaa'),
    title: `攻关 ${KEPT}`,
  });
}
const publication = (ledger: Ledger, listHash: string, position = ledger.head) => ({
  year: YEAR,
  position,
  listHash,
  url: URL,
});

describe('第二十一条 公布优秀成果', () => {
  it('published = recognised at the position, in the order of the projects', async () => {
    const ledger = twoRecognised();
    const input = publication(ledger, hashOf('aaaa', 'bbbb'));
    const decision = await ledger.ask(publishExcellentResults, input, { actor: publisher });
    expect(factsOf(decision)).toEqual([
      { type: 'excellent-results.published', data: { ...input, version: 1, projects: [KEPT, ALSO_KEPT] } },
    ]);
    expect(decision).toMatchObject([{ deviations: [] }]);
  });

  it('at an earlier position, only what was recognised by then; another list than the log’s is refused', async () => {
    const ledger = twoRecognised();
    const earlier = String(Number(ledger.head) - 1) as Position;
    const at = (listHash: string, position?: Position) =>
      ledger.ask(publishExcellentResults, publication(ledger, listHash, position), { actor: publisher });
    expect(factsOf(await at(hashOf('bbbb'), earlier))).toHaveLength(1);
    expect(refusalOf(await at(hashOf('bbbb')))).toMatchObject({
      code: 'list-differs-from-log',
      rule: { article: 'art-21' },
    });
    expect(refusalOf(await at(hashOf('aaaa', 'bbbb'), '999' as Position)).code).toBe('position-not-reached');
  });

  it('given nothing is recognised, then there is nothing to publish', async () => {
    const ledger = reviewed();
    expect(refusalOf(await ledger.ask(publishExcellentResults, publication(ledger, hashOf()))).code).toBe(
      'nothing-recognised',
    );
  });

  it('whoever recognised a result of the list does not publish it: two persons', async () => {
    const ledger = twoRecognised();
    expect(
      refusalOf(await ledger.ask(publishExcellentResults, publication(ledger, hashOf('aaaa', 'bbbb')))),
    ).toMatchObject({ code: 'same-person', kind: 'forbidden' });
  });

  it('whatever list is named: whoever recognised a result is told of it before he names one', async () => {
    const ledger = twoRecognised();
    expect(refusalOf(await ledger.ask(publishExcellentResults, publication(ledger, hashOf()))).code).toBe(
      'same-person',
    );
  });

  it('given it is published, then again nothing changes; a later list is the next version, an earlier one refused', async () => {
    const ledger = onTheList(reviewed(), 'excellent-result.recognised', {
      projectId: KEPT,
      resultId: resultId('aaaa'),
      title: `攻关 ${KEPT}`,
    });
    const first = publication(ledger, hashOf('aaaa'));
    await ledger.send(publishExcellentResults, first, { actor: publisher });
    expect(factsOf(await ledger.ask(publishExcellentResults, first, { actor: publisher }))).toEqual([]);
    const unchanged = publication(ledger, hashOf('aaaa'));
    expect(factsOf(await ledger.ask(publishExcellentResults, unchanged, { actor: publisher }))).toEqual([]);
    await ledger.send(recogniseExcellentResult, { ...recognise, projectId: ALSO_KEPT });
    const second = publication(ledger, hashOf('aaaa', 'bbbb'));
    expect(factsOf(await ledger.ask(publishExcellentResults, second, { actor: publisher }))).toMatchObject([
      { data: { version: 2 } },
    ]);
    const before = publication(ledger, hashOf(), '2' as Position);
    expect(refusalOf(await ledger.ask(publishExcellentResults, before, { actor: publisher })).code).toBe(
      'position-before-published',
    );
  });

  it('第二十五条 a revoked result is in no list published after; it is again once that is overturned', async () => {
    const ledger = revoked(twoRecognised());
    const ask = (listHash: string) =>
      ledger.ask(publishExcellentResults, publication(ledger, listHash), { actor: publisher });
    expect(factsOf(await ask(hashOf('bbbb')))).toHaveLength(1);
    ledger.add(streamId('case-2024-01'), control('revocation.overturned'));
    expect(factsOf(await ask(hashOf('aaaa', 'bbbb')))).toHaveLength(1);
  });

  it.each([
    ['2024-12-06', []],
    [
      '2024-12-07',
      [
        {
          code: 'excellent-results-late',
          basis: { plan: YEAR, version: 1, item: 'deadlines.resultsPublication' },
        },
      ],
    ],
  ])('published on %s: late by the work plan is recorded, not blocked', async (day, deviations) => {
    const ledger = twoRecognised({ resultsPublication: '2024-12-06' });
    const input = publication(ledger, hashOf('aaaa', 'bbbb'));
    expect(await ledger.ask(publishExcellentResults, input, { actor: publisher, now: on(day) })).toMatchObject([
      { deviations },
    ]);
  });

  it('given the year is closed, then nothing is published', async () => {
    const ledger = twoRecognised().add(programmeStream(YEAR), control('programme.closed'));
    const input = publication(ledger, hashOf('aaaa', 'bbbb'));
    expect(refusalOf(await ledger.ask(publishExcellentResults, input, { actor: publisher, now: NOW })).code).toBe(
      'programme-not-open',
    );
  });
});
