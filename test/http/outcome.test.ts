/** What a command came to, in the answer to whoever sent it: a held recommendation is told as held. */
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../infra/http/outcome.ts';
import type { Accepted } from '../../services/handle.ts';
import { logOf, type Told, told } from '../support/fold.ts';

const zh = { language: 'zh', oversees: false } as const;
const en = { language: 'en', oversees: false } as const;

const accepted = (story: readonly Told[], before?: readonly Told[]): Accepted => ({
  streamId: 'project-x' as never,
  revision: 1,
  position: '1' as never,
  events: logOf(story),
  ...(before && { before: logOf(before) }),
});

describe('the answer to a command', () => {
  it('given a recommendation that is held for a banned unit, then it is told as held', () => {
    expect(outcomeOf(accepted([told('project.held')]), zh)).toMatchObject({
      outcome: 'recorded',
      recorded: [{ type: 'project.held', sentence: expect.stringMatching(/^暂缓办理项目.+不接受.+申报$/) }],
    });
  });

  it('given a recommendation that is made, then it is told as made', () => {
    expect(outcomeOf(accepted([told('project.recommended')]), zh).recorded).toMatchObject([
      { type: 'project.recommended', sentence: expect.stringMatching(/^推荐项目/) },
    ]);
  });

  it('given the same request again, then what it recorded is told again', () => {
    const story = [told('project.held')];
    expect(outcomeOf(accepted([], story), zh)).toEqual(outcomeOf(accepted(story), zh));
  });

  it('given nothing was recorded, then it is so already', () => {
    expect(outcomeOf(accepted([]), en)).toEqual({
      outcome: 'unchanged',
      message: 'It is so already: nothing was recorded',
      recorded: [],
    });
  });

  it('given a breach was recorded with it, then those who oversee are told it, in the language asked for, and nobody else', () => {
    const late = { code: 'late', basis: { plan: 2024, version: 1, item: 'x' }, zh: '晚于期限', en: 'after the day' };
    const story = [told('project.recommended', {}, { circumstances: { deviations: [late] } })];
    expect(outcomeOf(accepted(story), { ...zh, oversees: true }).recorded[0]).toMatchObject({
      deviations: ['晚于期限'],
    });
    expect(outcomeOf(accepted(story), { ...en, oversees: true }).recorded[0]).toMatchObject({
      deviations: ['after the day'],
    });
    expect(outcomeOf(accepted(story), zh).recorded[0]).not.toHaveProperty('deviations');
  });

  it('given an act of legal weight, then where its checkpoint stands is told to whoever may see it', () => {
    const story = [told('work-plan.published'), told('scoring.closed'), told('reminder.sent')];
    const [published, closed] = logOf(story);
    const proofOf = (id: string | undefined) => `/api/v1/ledger/proofs?event=${id}`;
    expect(outcomeOf(accepted(story), { ...zh, oversees: true }).proof).toBe(proofOf(closed?.id));
    expect(outcomeOf(accepted(story), zh).proof).toBe(proofOf(published?.id));
    expect(outcomeOf(accepted(story.slice(1)), zh)).not.toHaveProperty('proof');
  });

  it('of many events twenty are told, and how many more there are', () => {
    const outcome = outcomeOf(accepted(Array.from({ length: 23 }, () => told('score-sheet.voided'))), zh);
    expect([outcome.recorded.length, outcome.more]).toEqual([20, 3]);
  });
});
