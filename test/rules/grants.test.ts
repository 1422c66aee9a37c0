/** Who holds which role on a day: one fold, and every register shows what commands are checked against (domain 1.2). */

import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../events/account.ts';
import { grants, grantsOn, holdsRole } from '../../events/rules/grants.ts';
import { people } from '../../projections/enforcement/people.ts';
import { accounts } from '../../projections/registry/accounts.ts';
import { Roles } from '../../projections/report/roles.ts';
import { control } from '../support/controls.ts';
import { logOf, rowsOf, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const { accountId } = control('account.registered').data as AccountEvent['data'];
const day = fc.integer({ min: 1, max: 9 }).map(at => `2024-01-0${at}`);
const role = fc.constantFrom('MSR' as const, 'UNIT' as const);
const orgId = fc.constantFrom('msr', 'org-a');
const grant = fc
  .record({ role, orgId, orgName: fc.constant('某单位'), from: day, lastDay: fc.option(day, { nil: undefined }) })
  .map(({ lastDay, ...held }) => (lastDay === undefined ? held : { ...held, lastDay }));
const reason = '依据会议纪要';

const change = fc.oneof(
  grant.map(given => told('account.role-granted', { accountId, grant: given })),
  fc.record({ role, orgId, lastDay: day }).map(ended => told('account.role-revoked', { accountId, ...ended, reason })),
  fc.constantFrom('account.disabled' as const, 'account.enabled' as const).map(name => told(name, { accountId })),
);
const life = fc
  .tuple(grant, fc.array(change, { maxLength: 12 }))
  .map(([first, changes]) => logOf([told('account.registered', { grant: first }), ...changes]) as AccountEvent[]);

const heldAfter = (events: readonly AccountEvent[]) => events.reduce(grants.evolve, grants.initial);

describe('第五条（四） who holds which role', () => {
  it('given any life of an account, then registers and reports say what commands are checked against', () => {
    fc.assert(
      fc.property(life, day, role, orgId, (events, date, asked, org) => {
        const held = heldAfter(events);
        const { disabled, grants: given } = held;
        expect(rowsOf(accounts, events).get(accountId)).toMatchObject({ disabled, grants: given });
        expect(rowsOf(people, events).get(accountId)).toMatchObject({ disabled, grants: given });
        const roles = new Roles();
        for (const event of events) roles.take(event);
        const actor = { accountId, role: asked, orgId: org };
        expect(roles.held(actor, date)).toBe(holdsRole(held, actor, date));
      }),
    );
  });

  it('given a revocation, then no term is lengthened and no other role touched', () => {
    fc.assert(
      fc.property(life, role, orgId, day, (events, ended, org, lastDay) => {
        const before = heldAfter(events);
        const [revoked] = logOf([
          told('account.role-revoked', { accountId, role: ended, orgId: org, lastDay, reason }),
        ]);
        const after = grants.evolve(before, revoked as AccountEvent);
        for (const [at, one] of before.grants.entries()) {
          const other = after.grants[at];
          const isMeant = one.role === ended && one.orgId === org && !(one.lastDay && one.lastDay <= lastDay);
          expect(other).toEqual(isMeant ? { ...one, lastDay } : one);
        }
      }),
    );
  });

  it('holds from its first day to its last, both included, and never while the account is disabled', () => {
    const term = {
      role: 'MSR',
      orgId: 'msr',
      orgName: '市市场监管委',
      from: '2024-01-02',
      lastDay: '2024-01-04',
    } as const;
    const state = { disabled: false, grants: [term] };
    const held = (date: string) => grantsOn(state, date).length;
    expect(['2024-01-01', '2024-01-02', '2024-01-04', '2024-01-05'].map(held)).toEqual([0, 1, 1, 0]);
    expect(grantsOn({ ...state, disabled: true }, '2024-01-03')).toEqual([]);
  });
});
