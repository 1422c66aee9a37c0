import { describe, expect, it } from 'vitest';
import { streamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { returnExcellentList, reviewExcellentList } from '../../services/recognition/review.ts';
import { control } from '../support/controls.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { ALSO_KEPT, judgement, KEPT, onTheList, propose, proposed, REMOVED, review, reviewed, YEAR } from './ledger.ts';

const returning = { ...review, reason: '排序理由不充分' };

describe('第二十一条 审核建议名单', () => {
  it('when each proposed result is kept or removed with a reason, then the review is recorded', async () => {
    expect(factsOf(await proposed().ask(reviewExcellentList, judgement))).toEqual([
      { type: 'excellent-list.reviewed', data: judgement },
    ]);
  });

  it('when it is reviewed in the same words again, then nothing changes; in others, the review is thought over', async () => {
    const ledger = reviewed();
    expect(factsOf(await ledger.ask(reviewExcellentList, judgement))).toEqual([]);
    const other = { ...judgement, kept: [KEPT, ALSO_KEPT, REMOVED], removed: [] };
    expect(factsOf(await ledger.ask(reviewExcellentList, other))).toHaveLength(1);
  });

  it('D-29 adding a result needs a new proposal of the panel', async () => {
    const added = { ...judgement, kept: [...judgement.kept, `${YEAR}-zzzz`] };
    expect(refusalOf(await proposed().ask(reviewExcellentList, added))).toMatchObject({
      code: 'not-in-proposed-list',
      rule: { article: 'art-21' },
    });
  });

  it.each([
    ['a result is left out', { kept: [KEPT] }],
    ['a result is both kept and removed', { kept: [KEPT, ALSO_KEPT, REMOVED] }],
    ['a result is kept twice', { kept: [KEPT, KEPT] }],
  ])('when %s, then the review is refused', async (_case, change) => {
    const refusal = refusalOf(await proposed().ask(reviewExcellentList, { ...judgement, ...change }));
    expect(refusal).toMatchObject({ code: 'review-incomplete', kind: 'invalid' });
  });

  it('a removal needs a reason', () => {
    const bare = { ...judgement, removed: [{ projectId: REMOVED, reason: ' ' }] };
    expect(reviewExcellentList.input.safeParse(bare).success).toBe(false);
  });

  it('given no proposal of the panel, or one of another year, then there is nothing to review', async () => {
    const other = { ...judgement, panelId: '2024-other' };
    expect(refusalOf(await proposed().ask(reviewExcellentList, other))).toMatchObject({
      code: 'not-proposed',
      rule: { article: 'art-20' },
    });
    const ledger = proposed().add(programmeStream(2025), control('programme.opened', { year: 2025 }));
    expect(refusalOf(await ledger.ask(reviewExcellentList, { ...judgement, year: 2025 })).code).toBe('not-proposed');
  });

  it('given the panel has proposed another list since, then the old one is refused', async () => {
    const ledger = propose(proposed(), [KEPT], 'b'.repeat(64));
    expect(refusalOf(await ledger.ask(reviewExcellentList, judgement)).code).toBe('list-changed');
  });

  it.each(['score-sheet.voided', 'scoring.reopened', 'scores.aggregated', 'tainted-evaluation.reopened'] as const)(
    'given %s after the proposal, then the panel has to propose again',
    async name => {
      const change = name === 'tainted-evaluation.reopened' ? { panelId: review.panelId } : {};
      const ledger = proposed().add(streamId('later'), control(name, change));
      expect(refusalOf(await ledger.ask(reviewExcellentList, judgement)).code).toBe('evaluation-changed');
      expect(
        factsOf(await propose(ledger, [KEPT, ALSO_KEPT, REMOVED]).ask(reviewExcellentList, judgement)),
      ).toHaveLength(1);
    },
  );

  it('given the year is closed, then it is refused under 第四条', async () => {
    const ledger = proposed().add(programmeStream(YEAR), control('programme.closed'));
    expect(refusalOf(await ledger.ask(reviewExcellentList, judgement))).toMatchObject({
      code: 'programme-not-open',
      rule: { article: 'art-04' },
    });
    expect(refusalOf(await ledger.ask(returnExcellentList, returning)).code).toBe('programme-not-open');
  });

  const noticed = { list: [{ projectId: KEPT, title: '攻关', unitName: '单位' }] };
  it.each([
    ['recognised', () => onTheList(reviewed(), 'excellent-result.recognised', { projectId: KEPT })],
    ['under notice', () => onTheList(reviewed(), 'public-notice.opened', noticed)],
  ])('given a result of it is %s, then the review stands', async (_case, ledger) => {
    const other = { ...judgement, kept: [], removed: judgement.kept.map(id => ({ projectId: id, reason: '复核' })) };
    expect(refusalOf(await ledger().ask(reviewExcellentList, other)).code).toBe('review-acted-on');
    expect(refusalOf(await ledger().ask(returnExcellentList, returning)).code).toBe('review-acted-on');
  });
});

describe('第二十一条 退回建议名单', () => {
  it('when it is returned with a reason, then the panel is told which results; again, nothing changes', async () => {
    const ledger = reviewed();
    const [returned] = await ledger.send(returnExcellentList, returning);
    expect(returned).toMatchObject({
      type: 'excellent-list.returned',
      data: { ...returning, projects: [KEPT, ALSO_KEPT, REMOVED] },
      reason: returning.reason,
    });
    expect(factsOf(await ledger.ask(returnExcellentList, returning))).toEqual([]);
    expect(refusalOf(await ledger.ask(returnExcellentList, { ...returning, reason: '另一理由' })).code).toBe(
      'recorded-otherwise',
    );
  });

  it('given it was returned, then this list is not reviewed; the one proposed next is', async () => {
    const ledger = reviewed();
    await ledger.send(returnExcellentList, returning);
    expect(refusalOf(await ledger.ask(reviewExcellentList, judgement)).code).toBe('list-returned');
    const listHash = 'b'.repeat(64);
    const next = { ...judgement, listHash, kept: [KEPT], removed: [] };
    expect(factsOf(await propose(ledger, [KEPT], listHash).ask(reviewExcellentList, next))).toHaveLength(1);
  });

  it('given another list came before the public, then the one returned before stays returned, proposed again or not', async () => {
    const ledger = reviewed();
    await ledger.send(returnExcellentList, returning);
    const listHash = 'b'.repeat(64);
    const next = { ...judgement, listHash, kept: [KEPT], removed: [] };
    await propose(ledger, [KEPT], listHash).send(reviewExcellentList, next);
    onTheList(ledger, 'excellent-result.recognised', { projectId: KEPT });
    propose(ledger, [KEPT, ALSO_KEPT, REMOVED]);
    expect(factsOf(await ledger.ask(returnExcellentList, returning))).toEqual([]);
    expect(refusalOf(await ledger.ask(reviewExcellentList, judgement)).code).toBe('list-returned');
  });

  it('given nothing is proposed, then nothing can be returned', async () => {
    const other = { ...returning, panelId: '2024-other' };
    expect(refusalOf(await proposed().ask(returnExcellentList, other)).code).toBe('not-proposed');
  });
});
