import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../events/rules/persons.ts';
import { banGate } from '../../services/application/guards.ts';
import * as review from '../../services/application/review.ts';
import * as unit from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import { exclusions, stopFault, suspensionFault } from '../../services/exclusion.ts';
import { isSuspended, suspensions } from '../../services/suspensions.ts';
import { USCC as APPLICANT_USCC, content, eligible, PROJECT_ID, ready, verified } from '../application/sample.ts';
import { control, samples } from '../support/controls.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { PROJECT, viewOf } from './sample.ts';

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
