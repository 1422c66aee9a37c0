/** When a checkpoint is signed, and for which acts. */
import { describe, expect, it } from 'vitest';
import { MILESTONES } from '../../events/catalogue.ts';
import type { Position } from '../../events/ids.ts';
import { dueIn, Milestones } from '../../infra/ledger/checkpoints.ts';

const POLICY = { everyEvents: 100, everyMs: 5_000 };

describe('when a checkpoint is due', () => {
  it.each([
    ['nothing has come since the last', { events: 0, milestone: false, sinceMs: 86_400_000 }, undefined],
    ['one event has come and the last is of long ago', { events: 1, milestone: false, sinceMs: 6_000 }, 0],
    ['one event has come before the first', { events: 1, milestone: false, sinceMs: Number.POSITIVE_INFINITY }, 0],
    ['one event has come soon after the last', { events: 1, milestone: false, sinceMs: 1_500 }, 3_500],
    ['as many events have come as there may be', { events: 100, milestone: false, sinceMs: 0 }, 0],
    ['there is a milestone among them', { events: 1, milestone: true, sinceMs: 0 }, 0],
  ])('given %s', (_what, unsigned, due) => {
    expect(dueIn(unsigned, POLICY)).toBe(due);
  });
});

describe('milestones', () => {
  it('are the acts of legal weight, declared with their event types', () => {
    expect([...MILESTONES].sort()).toEqual([
      'commendation.issued',
      'excellent-list.proposed',
      'excellent-results.published',
      'fraud-decision.taken',
      'personal-data.erased',
      'project-plan.amended',
      'project-plan.published',
      'public-notice.opened',
      'revocation.overturned',
      'scoring.closed',
      'scoring.opened',
      'work-plan.amended',
      'work-plan.published',
    ]);
  });

  const act = (type: string, position: number) => ({ type, position: String(position) as Position });
  const at = (position: number) => String(position) as Position;

  it('the last one within a checkpoint is what it was made for; those after it wait', () => {
    const milestones = new Milestones();
    milestones.note([act('scoring.closed', 12), act('reminder.sent', 13), act('commendation.issued', 104)]);
    milestones.note([act('scoring.opened', 9), act('scoring.closed', 12)]);
    expect([8, 9, 11, 12, 103, 104].map(position => milestones.upTo(at(position)))).toEqual([
      undefined,
      'scoring.opened',
      'scoring.opened',
      'scoring.closed',
      'scoring.closed',
      'commendation.issued',
    ]);
    milestones.covered(at(103));
    expect([103, 104].map(position => milestones.upTo(at(position)))).toEqual([undefined, 'commendation.issued']);
  });
});
