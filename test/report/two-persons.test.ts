/** Question 16: one person where two should be, seen also when his identity is stated afterwards. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { evaluationEventTypes } from '../../events/evaluation.ts';
import { isEvaluating, SEPARATIONS } from '../../events/rules/separation-of-duties.ts';
import { type FactName, samples } from '../support/controls.ts';
import { told } from '../support/fold.ts';
import { actorOf, ask, faultsOf, holder, PROJECT, story } from './support.ts';

const asRole = (accountId: string, role: 'MSR' | 'EXPERT') =>
  actorOf(accountId, role, role === 'MSR' ? 'msr' : 'expert-li');
const ONE = asRole('one.wang', 'MSR');
const OTHER = asRole('other.wang', 'MSR');
const PEOPLE = [ONE, OTHER].map(holder);
const stated = (accountId: string) => told('account.identity-stated', { accountId } as never);

/** What the acts of a story are about. */
const THINGS = {
  projectId: PROJECT,
  caseId: 'case-one',
  panelId: '2024-equipment',
  proposalId: 'p0001',
  resetId: 'r0001',
  rotationId: 'o0001',
  kept: [PROJECT],
  removed: [],
};

/** An act on them, by an account in a role. */
function does(name: FactName, { accountId }: typeof ONE, role: 'MSR' | 'EXPERT') {
  const sample = samples[name] as Record<string, unknown>;
  const change = Object.fromEntries(Object.entries(THINGS).filter(([field]) => field in sample));
  const list = 'list' in sample && { list: [{ ...(sample.list as object[])[0], projectId: PROJECT }] };
  return told(name, { ...change, ...list } as never, { actor: asRole(accountId, role) });
}

/** The panel and the case that the acts name, by somebody else. */
const SETTING = [
  told('panel-formation.started', { panelId: THINGS.panelId } as never),
  told('fraud-case.opened', { caseId: THINGS.caseId, projectIds: [PROJECT] } as never),
];

const ROLES = ['MSR', 'EXPERT'] as const;
const NAMES = Object.keys(samples) as FactName[];
const actsThat = (counts: (event: RecordedEvent) => boolean) =>
  NAMES.flatMap(name =>
    ROLES.filter(role => story(does(name, ONE, role)).every(counts)).map(role => [name, role] as const),
  );

/** For each matter all earlier acts with one later act, and one earlier act with all later ones. */
const pairs = SEPARATIONS.flatMap(({ matter, first, second }) => {
  const [earlier, later] = [actsThat(first), actsThat(second)];
  const [one, other] = [earlier[0], later.at(-1)];
  if (!one || !other) throw new Error(`no act for ${matter}`);
  return [...earlier.map(each => [matter, each, other] as const), ...later.map(each => [matter, one, each] as const)];
});

describe('问题16 两人分办', () => {
  it.each(pairs)('%s：%s 与 %s 由同一人的两个账户办理的，列为问题', async (matter, first, second) => {
    const acts = [...SETTING, does(first[0], ONE, first[1]), does(second[0], OTHER, second[1])];
    const log = story(PEOPLE, acts);
    expect(await ask(16, {}, log)).toMatchObject({ faults: 0 });
    // Nobody could know when the acts were accepted.
    const later = story(PEOPLE, acts, stated(ONE.accountId), stated(OTHER.accountId));
    const answer = await ask(16, {}, later);
    const faults = answer.rows.filter(({ fault }) => fault);
    expect(faults.map(({ cells }) => cells.matter)).toContain(matter);
    const [one, other] = later.slice(PEOPLE.length + SETTING.length).map(({ position }) => Number(position));
    for (const { at } of faultsOf(answer)) expect(at).toEqual([one, other]);
  });

  it('参与评定的行为，即评定组名下的全部评定行为', () => {
    const ofPanels = evaluationEventTypes.filter(({ type }) => 'panelId' in samples[type]).map(({ type }) => type);
    expect(NAMES.filter(type => isEvaluating({ type }))).toEqual(
      NAMES.filter(name => ofPanels.some(type => type === name)),
    );
  });

  it('每件由两人分办的事项，都有一条', () => {
    expect(new Set(pairs.map(([matter]) => matter)).size).toBe(SEPARATIONS.length);
    expect(pairs.length).toBeGreaterThan(80);
  });

  it('在同一评定组评定过其他成果的，也不得审核名单；名单中的多项并为一条', async () => {
    const other = '2024-0aaaaaaa';
    const acts = [
      told('panel-formation.started', {
        panelId: THINGS.panelId,
        projects: [PROJECT, other].map(projectId => ({ ...samples['panel-formation.started'].projects[0], projectId })),
      } as never),
      ...[PROJECT, other].map(projectId =>
        told('score-sheet.submitted', { projectId, panelId: THINGS.panelId } as never, {
          actor: asRole(ONE.accountId, 'EXPERT'),
        }),
      ),
      told('excellent-list.reviewed', { kept: [PROJECT], removed: [] } as never, { actor: ONE }),
    ];
    const { rows } = await ask(16, {}, story(PEOPLE, acts));
    expect(rows.filter(({ fault }) => fault)).toMatchObject([{ cells: { matter: '评定与认定', thing: PROJECT } }]);
  });

  it('同一账户先后办理的，同样是问题', async () => {
    const acts = [does('project.recommended', ONE, 'MSR'), does('project.approved', ONE, 'MSR')];
    expect(await ask(16, {}, story(PEOPLE, acts))).toMatchObject({ faults: 1 });
  });

  it('未登记身份的账户逐一列出，登记后不再列出', async () => {
    const open = await ask(16, {}, story(PEOPLE, stated(ONE.accountId)));
    expect(open.verdict).toBe('没有同一人办理应由两人分办的事项；1个账户尚未登记身份。');
    expect(open.rows).toMatchObject([{ fault: false, cells: { matter: '身份未登记', first: expect.anything() } }]);
    expect((await ask(16, {}, story(PEOPLE, stated(ONE.accountId), stated(OTHER.accountId)))).rows).toEqual([]);
  });
});
