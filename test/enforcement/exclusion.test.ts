import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../events/rules/persons.ts';
import { banGate } from '../../services/application/gates.ts';
import * as review from '../../services/application/review.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import { isSuspended, suspensions } from '../../services/duty.ts';
import { banOn, exclusions, stopFault, suspensionFault } from '../../services/exclusion.ts';
import { USCC as APPLICANT_USCC, content, eligible, PROJECT_ID, ready, verified } from '../application/sample.ts';
import { control, samples } from '../support/controls.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { PROJECT, USCC, viewOf } from './sample.ts';

const taken = control('fraud-decision.taken');
const OTHER = '91120116300001011B';

describe('第二十五条 who is excluded', () => {
  it('given a decision, then its first and last days are banned and the days around are not', () => {
    const state = viewOf(exclusions, [taken]);
    const days = ['2024-12-25', '2024-12-26', '2029-12-26', '2029-12-27'];
    expect(days.map(day => banOn(state, USCC, day) !== undefined)).toEqual([false, true, true, false]);
    expect(banOn(state, OTHER, '2025-01-01')).toBeUndefined();
  });

  it('given it was overturned, then the ban ends that day; a ban from outside the system is not touched', () => {
    const outside = control('unit.application-ban-imposed');
    const state = viewOf(exclusions, [taken, outside, control('revocation.overturned')]);
    expect(banOn(viewOf(exclusions, [taken, control('revocation.overturned')]), USCC, '2025-02-28')).toBeDefined();
    expect(banOn(viewOf(exclusions, [taken, control('revocation.overturned')]), USCC, '2025-03-01')).toBeUndefined();
    expect(banOn(state, USCC, '2025-03-01')).toMatchObject({ from: '2024-11-20' });
  });

  it('D-32 given a successor, then it shares the ban from the succession on, through any number of successions', () => {
    const succession = (uscc: string, predecessor: string) =>
      control('unit.successor-recorded', { uscc, predecessor, effectiveOn: '2025-06-01' } as never);
    const third = '91120110MA05X12341';
    const valid = control('unit.registered').data as { uscc: string };
    const chain = viewOf(exclusions, [taken, succession(OTHER, valid.uscc)]);
    expect(banOn(chain, OTHER, '2025-05-31')).toBeUndefined();
    expect(banOn(chain, OTHER, '2025-06-01')).toMatchObject({ origin: 'case-2024-01' });
    const state = { ...chain, predecessors: { ...chain.predecessors, [third]: [{ uscc: OTHER, from: '2025-07-01' }] } };
    expect(banOn(state, third, '2025-07-01')).toBeDefined();
  });

  it('given units that succeed to each other, then the search ends', () => {
    const around = (uscc: string, other: string) => [{ uscc: other, from: '2024-01-01' }].filter(() => uscc !== other);
    const state = {
      ...exclusions.initial,
      predecessors: { [USCC]: around(USCC, OTHER), [OTHER]: around(OTHER, USCC) },
    };
    expect(banOn(state, USCC, '2025-01-01')).toBeUndefined();
  });
});

describe('第二十五条 every gate sees the decision', () => {
  const decision = control('fraud-decision.taken', {
    uscc: APPLICANT_USCC,
    ban: { from: '2024-03-10', lastDay: '2029-03-10' },
  } as never);
  const known = { known: { exclusions: viewOf(exclusions, [decision]) } };

  it('submission is refused; recommendation and approval hold the project', () => {
    expect(refusalOf(ready().ask(unit.submitApplication, { content }, known)).code).toBe('unit-banned');
    const recommended = verified().ask(verification.recommendProject, { opinion: '同意' }, known);
    expect(factsOf(recommended)).toMatchObject([{ type: 'project.held', data: { banFrom: '2024-03-10' } }]);
    expect(factsOf(eligible().ask(review.approveProject, { opinion: '同意' }, known))).toMatchObject([
      { type: 'project.held' },
    ]);
  });

  it('D-34 a stopped project passes no gate', () => {
    const stop = control('fraudulent-projects.stopped', { projectIds: [PROJECT_ID] } as never);
    const stopped = { known: { exclusions: viewOf(exclusions, [stop]) } };
    expect(refusalOf(ready().ask(unit.submitApplication, { content }, stopped)).code).toBe('project-stopped');
    expect(refusalOf(verified().ask(verification.recommendProject, { opinion: '同意' }, stopped)).code).toBe(
      'project-stopped',
    );
    const state = eligible().state();
    expect(state && banGate(state, stopped.known.exclusions, '2024-03-20')).toMatchObject({ code: 'project-stopped' });
  });

  it('while a case is open its projects wait for approval; once it is over they do not', () => {
    const open = control('fraud-case.opened', { projectIds: [PROJECT_ID] } as never);
    const waiting = viewOf(exclusions, [open]);
    const approve = (state: typeof waiting) =>
      eligible().ask(review.approveProject, { opinion: '同意' }, { known: { exclusions: state } });
    expect(refusalOf(approve(waiting)).code).toBe('project-under-investigation');
    const [revoked] = samples['fraud-decision.taken'].revoked;
    const decided = (projectId: string) =>
      control('fraud-decision.taken', { revoked: [{ ...revoked, projectId }] } as never);
    for (const end of [control('fraud-case.dismissed'), decided(PROJECT_ID)]) {
      expect(suspensionFault(viewOf(exclusions, [open, end]), PROJECT_ID)).toBeUndefined();
    }
    // What was not recognised waits to be stopped (D-34).
    const other = suspensionFault(viewOf(exclusions, [open, decided('2024-other0000000')]), PROJECT_ID);
    expect(other?.code).toBe('project-under-investigation');
    const stopped = viewOf(exclusions, [control('fraud-case.opened'), control('fraudulent-projects.stopped')]);
    expect(suspensionFault(stopped, PROJECT)?.code).toBe('project-stopped');
    expect(stopFault(waiting, PROJECT_ID)).toBeUndefined();
  });
});

describe('第二十六条 suspension from the evaluation', () => {
  it('holds from its day until the case is found groundless; a founded one leaves it', () => {
    const suspended = control('evaluation-duty.suspended');
    const state = viewOf(suspensions, [suspended]);
    expect(isSuspended(state, NOBODY, 'msr.zhao', '2024-12-22')).toBe(false);
    expect(isSuspended(state, NOBODY, 'msr.zhao', '2024-12-23')).toBe(true);
    expect(isSuspended(state, NOBODY, 'msr.chen', '2024-12-23')).toBe(false);
    const closed = (outcome: 'founded' | 'unfounded') =>
      viewOf(suspensions, [suspended, control('misconduct-case.closed', { outcome })]);
    expect(isSuspended(closed('founded'), NOBODY, 'msr.zhao', '2024-12-27')).toBe(true);
    expect(isSuspended(closed('unfounded'), NOBODY, 'msr.zhao', '2024-12-27')).toBe(false);
  });
});
