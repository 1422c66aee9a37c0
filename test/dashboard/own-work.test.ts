/** What waits for somebody: his turn and nobody else's, by when, with the command that does it. */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { isClerical } from '../../events/rules/mandate.ts';
import { routes } from '../../projections/dashboard/http.ts';
import { projections } from '../../projections/index.ts';
import { commandRoutes } from '../../services/routes.ts';
import { factNames, samples } from '../support/controls.ts';
import { ask, logOf, readerOf, type Told, told } from '../support/fold.ts';

const { projectId, uscc, bodyId, title, unitName } = samples['application.started'];
const { deadlines } = samples['work-plan.published'].plan;
const actorOf = (role: Actor['role'], orgId: string): Actor => ({ accountId: 'someone' as AccountId, orgId, role });
const [UNIT, REC, MSR, SUP] = [
  actorOf('UNIT', uscc),
  actorOf('REC-D', bodyId),
  actorOf('MSR', 'msr'),
  actorOf('SUP', 'sup'),
];
const inMemory = projections.filter(({ indexes }) => indexes.every(index => 'fields' in index));

interface Work {
  readonly items: readonly { readonly command: string; readonly total: number; readonly things: readonly object[] }[];
}

const workOf = async (story: readonly Told[], caller: Actor, now = '2024-03-01T00:00:00.000Z') =>
  (await ask(routes, 'ListOwnWork', {}, caller, readerOf(inMemory, { events: logOf(story), now }))) as Work;
const commandsOf = async (story: readonly Told[], caller: Actor) =>
  (await workOf(story, caller)).items.map(({ command }) => command);

const published = told('work-plan.published');
const started = told('application.started');
const submitted = [started, told('application.submitted')];
const recommended = [...submitted, told('project.recommended')];

describe('what waits for somebody', () => {
  it('given a draft, then for its unit alone, since when and by when', async () => {
    const story = [published, started];
    expect(await workOf(story, UNIT)).toMatchObject({
      items: [
        {
          command: 'SubmitApplication',
          total: 1,
          overdue: 0,
          dueOn: deadlines.applicationCloses,
          things: [{ title, overdue: false, values: { projectId } }],
        },
      ],
    });
    for (const other of [REC, MSR, SUP, actorOf('UNIT', '91120116MA05000011')]) {
      expect((await workOf(story, other)).items, other.role).toEqual([]);
    }
  });

  it('given an application handed in, then for the body in charge, by the day of the plan', async () => {
    const story = [published, ...submitted];
    expect(await workOf(story, REC, `${deadlines.verification}T16:00:00.000Z`)).toMatchObject({
      items: [{ command: 'StartVerification', total: 1, overdue: 1, things: [{ note: unitName, overdue: true }] }],
    });
    expect(await commandsOf(story, UNIT)).toEqual([]);
    expect(await commandsOf(story, actorOf('REC-D', 'district-other'))).toEqual([]);
  });

  it('第二十五条 given a notice in a case, then for its unit until the day it names, and no longer once it has answered', async () => {
    const { caseId, document, answerBy } = samples['unit.notified'];
    const reported = [told('fraud-suspicion.reported'), told('fraud-case.opened')];
    const notified = [...reported, told('unit.notified')];
    expect(await commandsOf(reported, UNIT)).toEqual([]);
    const waits = (overdue: number) => ({
      items: [
        {
          command: 'RecordUnitStatement',
          total: 1,
          overdue,
          dueOn: answerBy,
          things: [{ title: document, dueOn: answerBy, overdue: overdue > 0, values: { caseId } }],
        },
      ],
    });
    expect(await workOf(notified, UNIT, `${answerBy}T02:00:00.000Z`)).toMatchObject(waits(0));
    expect(await workOf(notified, UNIT, `${answerBy}T16:00:00.000Z`)).toMatchObject(waits(1));
    for (const other of [REC, SUP, actorOf('UNIT', '91120116MA05000011')])
      expect(await commandsOf(notified, other), other.role).toEqual([]);
    for (const answer of ['unit-statement.recorded', 'fraud.established', 'fraud-case.dismissed'] as const)
      expect(await commandsOf([...notified, told(answer)], UNIT), answer).toEqual([]);
  });

  it('given a recommendation, then for the authority; given a withdrawal, then for nobody', async () => {
    expect(await commandsOf(recommended, MSR)).toEqual(['StartMunicipalReview']);
    const withdrawn = [...recommended, told('application.withdrawn')];
    for (const caller of [UNIT, REC, MSR, SUP]) expect(await commandsOf(withdrawn, caller)).toEqual([]);
  });

  it('given what one act does for all, then it is said once, with what names it', async () => {
    const approved = [...recommended, told('project.approved')];
    expect(await workOf(approved, MSR)).toMatchObject({
      items: [{ command: 'CompileProjectPlan', together: true, values: { year: 2024 }, total: 1 }],
    });
  });

  it('第二十五条 given a suspicion, then for the authority, never for the unit', async () => {
    const reported = told('fraud-suspicion.reported');
    expect(await commandsOf([reported], MSR)).toEqual(['OpenFraudCase']);
    expect(await commandsOf([reported], UNIT)).toEqual([]);
  });

  it('第二十六条 given a report on staff, then for the supervisor, and nobody else is told', async () => {
    const reported = told('misconduct.reported');
    expect(await commandsOf([reported], SUP)).toEqual(['OpenMisconductCase']);
    expect(await commandsOf([reported], MSR)).toEqual([]);
  });

  it('given any fact, then every command that waits is one that there is, for that role', async () => {
    const allowed = new Map(commandRoutes.map(({ command }) => [command.name, command.allow]));
    const story = [published, ...submitted, told('fraud-suspicion.reported'), told('misconduct.reported')];
    for (const caller of [UNIT, REC, MSR, SUP]) {
      for (const command of await commandsOf(story, caller))
        expect(allowed.get(command), command).toContain(caller.role);
    }
  });
});

describe('what two persons do', () => {
  it('given a proposal, then it waits for the other supervisor, not for who has proposed it', async () => {
    const story = [told('account.change-proposed', {}, { actor: SUP })];
    expect(await commandsOf(story, { ...SUP, accountId: 'sup.other' as AccountId })).toEqual(['ConfirmAccountChange']);
    for (const nobody of [SUP, MSR]) expect(await commandsOf(story, nobody), nobody.role).toEqual([]);
  });

  it('given that who has proposed it has another account, then it does not wait for that one either', async () => {
    const other = { ...SUP, accountId: 'sup.same' as AccountId };
    const { identity } = samples['account.identity-stated'];
    const stated = [SUP, other].map(({ accountId }) => told('account.identity-stated', { accountId, identity }));
    expect(await commandsOf([...stated, told('account.change-proposed', {}, { actor: SUP })], other)).toEqual([]);
  });
});

describe('the command that does it', () => {
  const allowed = new Map(commandRoutes.map(({ command }) => [command.name, command]));
  const everything = factNames
    .filter(name => !name.startsWith('misconduct.closed'))
    .map(name => told(name as Parameters<typeof told>[0]));
  const callers = [UNIT, REC, MSR, SUP, actorOf('TPO', 'tpo-one')];

  it.each([['all that can have happened', everything] as const, ['an application', recommended] as const])(
    'given %s, then it is one that the reader may send, and is given fields that it has',
    async (_what, story) => {
      for (const caller of callers) {
        for (const { command, values, things } of ((await workOf(story, caller))?.items ?? []) as unknown as readonly {
          command: string;
          values: object;
          things: readonly { values: object }[];
        }[]) {
          const known = allowed.get(command);
          expect([command, caller.role, known?.allow.includes(caller.role) || isClerical(command)]).toEqual([
            command,
            caller.role,
            true,
          ]);
          const fields = [...Object.keys(values), ...things.flatMap(thing => Object.keys(thing.values))];
          expect(Object.keys(known?.input.shape ?? {})).toEqual(expect.arrayContaining([...new Set(fields)]));
        }
      }
    },
  );
});
