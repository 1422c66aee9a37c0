/** Question 16: one person where two should be, seen also when his identity is stated afterwards. */
import { describe, expect, it } from 'vitest';
import { SPLITS } from '../../projections/report/two-persons.ts';
import { type FactName, samples } from '../support/controls.ts';
import { told } from '../support/fold.ts';
import { actorOf, ask, faultsOf, holder, PROJECT, placeOf, story } from './support.ts';

const ONE = actorOf('one.wang', 'MSR', 'msr');
const OTHER = actorOf('other.wang', 'MSR', 'msr');
const PEOPLE = [ONE, OTHER].map(holder);
const stated = (accountId: string) => told('account.identity-stated', { accountId } as never);

/** A first and a second act on one thing, by two accounts. */
function acts(first: FactName, second: FactName) {
  const caseId = 'case-one';
  const list = [{ projectId: PROJECT }];
  const on = (name: FactName, actor: typeof ONE) => {
    const sample = samples[name] as Record<string, unknown>;
    const change = {
      ...('projectId' in sample && { projectId: PROJECT }),
      ...('caseId' in sample && { caseId }),
      ...('list' in sample && { list: [{ ...(sample.list as object[])[0], ...list[0] }] }),
    };
    return told(name, change as never, { actor });
  };
  return [on(first, ONE), on(second, OTHER)];
}

const pairs = SPLITS.flatMap(({ matter, first, second }) =>
  first.flatMap(one => second.map(other => [matter, one, other] as const)),
);

describe('问题16 两人分办', () => {
  it.each(pairs)('%s：%s 与 %s 由同一人的两个账户办理的，列为问题', async (matter, first, second) => {
    const log = story(PEOPLE, acts(first, second));
    expect(await ask(16, {}, log)).toMatchObject({ faults: 0 });
    // Nobody could know when the acts were accepted.
    const later = story(PEOPLE, acts(first, second), stated(ONE.accountId), stated(OTHER.accountId));
    const answer = await ask(16, {}, later);
    expect(answer.rows.filter(({ fault }) => fault).map(({ cells }) => cells.matter)).toEqual([matter]);
    expect(faultsOf(answer)[0]?.at).toEqual([placeOf(later, first), placeOf(later, second)]);
  });

  it('同一账户先后办理的，同样是问题', async () => {
    const [first] = acts('project.recommended', 'project.approved');
    const approved = told('project.approved', { projectId: PROJECT } as never, { actor: ONE });
    expect(await ask(16, {}, story(PEOPLE, first ?? [], approved))).toMatchObject({ faults: 1 });
  });

  it('未登记身份的账户逐一列出，登记后不再列出', async () => {
    const open = await ask(16, {}, story(PEOPLE, stated(ONE.accountId)));
    expect(open.verdict).toBe('没有同一人办理应由两人分办的事项；1个账户尚未登记身份。');
    expect(open.rows).toMatchObject([{ fault: false, cells: { matter: '身份未登记', first: expect.anything() } }]);
    expect((await ask(16, {}, story(PEOPLE, stated(ONE.accountId), stated(OTHER.accountId)))).rows).toEqual([]);
  });
});
