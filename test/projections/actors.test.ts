/** Who did something is told by name to those who may know him: the account is how he signs in, not what he is called. */
import { describe, expect, it } from 'vitest';
import { accountIdSchema } from '../../events/ids.ts';
import { routes as applications } from '../../projections/application/http.ts';
import { routes as enforcement } from '../../projections/enforcement/http.ts';
import { projections } from '../../projections/index.ts';
import { routes as ledger } from '../../projections/ledger/http.ts';
import type { QueryRoute } from '../../projections/route.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const { accountId } = samples['account.registered'];
const actor = { ...MSR, accountId: accountIdSchema.parse(accountId) };
const SUP = { ...MSR, role: 'SUP', orgId: 'sup' } as const;
const by = { actor };

const asked = (
  routes: readonly QueryRoute[],
  query: string,
  input: object,
  story: Parameters<typeof logOf>[0],
  caller: Parameters<typeof ask>[3] = MSR,
) =>
  ask(
    routes,
    query,
    input,
    caller,
    readerOf(projections, {
      events: logOf([told('account.registered'), ...story]),
      names: { [samples['account.registered'].name.subject]: '张伟' },
    }),
  );

const byZhang = { by: accountId, byName: '张伟' };

describe('who did it', () => {
  it('given a check of materials, then its line has the name of who made it and the title of the project', async () => {
    const story = [told('application.started'), told('completeness.verified', {}, { ...by })];
    expect(await asked(applications, 'ListVerifications', { bodyId: ABOUT.bodyId }, story)).toMatchObject({
      items: [{ ...byZhang, title: samples['application.started'].title }],
    });
  });

  it('given a new key of the ledger, then who ordered it and who confirmed it have names', async () => {
    const story = [told('ledger.key-rotation-ordered', {}, by), told('ledger.key-rotation-confirmed', {}, by)];
    expect(await asked(ledger, 'ListLedgerKeyRotations', {}, story)).toMatchObject({
      items: [{ ordered: byZhang, confirmed: byZhang }],
    });
    expect(await asked(ledger, 'ListLedgerKeyRotations', {}, story.slice(0, 1))).toMatchObject({
      items: [{ ordered: byZhang }],
    });
  });

  it('given a case of fraud, then those who acted in it are named to those who oversee', async () => {
    const { caseId } = samples['fraud-suspicion.reported'];
    const story = [told('fraud-suspicion.reported', {}, by), told('fraud-case.opened', {}, by)];
    expect(await asked(enforcement, 'GetFraudCase', { caseId }, story)).toMatchObject({
      people: [{ accountId, name: '张伟' }],
    });
  });

  it('given a case about staff, then each of its acts has a name', async () => {
    const { misconductId } = samples['misconduct.reported'];
    const story = [told('misconduct.reported', {}, by)];
    expect(await asked(enforcement, 'GetMisconductCase', { misconductId }, story, SUP)).toMatchObject({
      acts: [byZhang],
    });
  });
});
