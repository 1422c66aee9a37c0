/** Every date has bounds: whatever day is given to a command, it is refused with a pointer or decided on; nothing throws. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import { calendarEventTypes } from '../../events/calendar.ts';
import { entrustmentEventTypes } from '../../events/entrustment.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import type { AccountId, Position, StreamId } from '../../events/ids.ts';
import { EARLIEST_DATE, hasDates, LATEST_DATE } from '../../events/input-bounds.ts';
import { ARTICLES } from '../../events/statute.ts';
import { addDays, addMonths, endOfDay, lastDayOfYears, shanghaiDate, startOfDay } from '../../events/time.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { commandsByName } from '../../infra/compose/system.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { reports } from '../../projections/report/index.ts';
import { askingSchema } from '../../projections/report/report.ts';
import { queryRoutes } from '../../projections/routes.ts';
import type { AnyCommand } from '../../services/command.ts';
import { type CommandOutcome, createHandle, type Handle } from '../../services/handle.ts';
import type { EventStore, Vault } from '../../services/ports.ts';
import { reachFault } from '../../services/reach.ts';
import { control, type FactName, samples } from '../support/controls.ts';
import { recorded } from '../support/given.ts';
import { temporaryDirectory } from '../support/log.ts';
import fc from '../support/properties.ts';

const NOW = '2024-07-05T02:00:00.000Z';

/** What ends a thing is left out of its past, or every decision would stop at its end. */
const ENDS =
  /withdrawn|returned|terminated|completed|cancelled|closed|repealed|superseded|disabled|revoked|dismissed|lifted|removed|dissolved|overturned/;

const PAST = (Object.keys(samples) as FactName[])
  .filter(type => !ENDS.test(type) && !type.startsWith('account.'))
  .map((type, index) => recorded({ draft: control(type), at: '2024-01-15T02:00:00.000Z' }, index));

/** Streams whose folds know their own kinds alone. */
const OWN_KINDS: Readonly<Record<string, readonly string[]>> = {
  'entrustment-': entrustmentEventTypes.map(({ type }) => type),
  'calendar-': calendarEventTypes.map(({ type }) => type),
};

/** A log in which every stream tells the same past, and every account holds the role that is asked for. */
function storeTelling(past: readonly RecordedEvent[], actor: Actor): EventStore {
  const grant = { role: actor.role, orgId: actor.orgId, orgName: '单位', from: '2024-01-01' } as never;
  const account = recorded({ draft: control('account.registered', { accountId: actor.accountId, grant }) });
  const streamOf = (stream: StreamId) => {
    if (stream === accountStream(actor.accountId)) return [account];
    const own = Object.entries(OWN_KINDS).find(([prefix]) => stream.startsWith(prefix));
    return own ? past.filter(({ type }) => own[1].includes(type)) : past;
  };
  return {
    append: async (stream, expected, events) =>
      events.map((event, at) => ({
        ...event,
        streamId: stream,
        revision: expected + 1 + at,
        position: String(past.length + 1 + at) as Position,
        dataText: JSON.stringify(event.data),
        metaText: JSON.stringify(event.meta),
      })),
    readStream: async (stream, after) =>
      streamOf(stream)
        .map((event, revision) => ({ ...event, streamId: stream, revision }))
        .slice(after + 1),
    readAll: async (after, limit) => past.slice(Number(after), Number(after) + limit),
    readTypes: async (types, after) => ({
      events: past.slice(Number(after)).filter(({ type }) => types.includes(type)),
      reached: String(past.length) as Position,
      isEnd: true,
    }),
    newest: async () => past.at(-1),
    head: async () => String(past.length) as Position,
  };
}

/** Inputs that no sample of a fact is. */
const INPUTS: Readonly<Record<string, object>> = {
  RegisterRegulation: {
    ...samples['regulation.registered'],
    articles: ARTICLES.map(({ id, hash }) => ({ id, hash })),
  },
  RegisterAccount: {
    accountId: 'new.account',
    name: '新人',
    identity: { kind: '护照', country: 'CHN', number: 'E12345678' },
    grant: samples['account.registered'].grant,
  },
  RenameExpert: { ...samples['expert.renamed'], name: '新名' },
  RenameAccountHolder: { ...samples['account.holder-renamed'], name: '新名' },
  TransferJurisdiction: {
    ...samples['jurisdiction.transferred'],
    bodyId: samples['jurisdiction.transferred'].fromBodyId,
  },
  RecordPromotionActivity: {
    ...samples['promotion-activity.recorded'],
    results: [{ resultId: 'result-2023-017', tradeSecrets: false }],
  },
  RecordLocalPromotion: {
    ...samples['local-promotion.recorded'],
    results: [{ resultId: 'result-2023-017', tradeSecrets: false }],
  },
  RecordIncentiveGranted: { ...samples['incentive.granted'], participant: '张伟' },
  StartPanelFormation: {
    ...samples['panel-formation.started'],
    projectIds: [samples['application.started'].projectId],
    beacon: { source: '双色球', round: '第2024128期', publishedAt: '2024-07-06T02:00:00.000Z' },
  },
  RecordVisit: { ...samples['visit.recorded'], participants: ['张伟'] },
};

/** The parts of a sample that a command's input has. */
function partOf(command: AnyCommand, sample: object): object {
  return Object.fromEntries(Object.entries(sample).filter(([key]) => key in command.input.shape));
}

function inputOf(command: AnyCommand): object {
  const all = [INPUTS[command.name] ?? {}, ...Object.values(samples)].map(sample => partOf(command, sample));
  const fitting = all.find(sample => command.input.safeParse(sample).success);
  if (!fitting) throw new Error(`no input for ${command.name}`);
  return fitting;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Pointers to all dates and instants of an input, also those that may be left out. */
function pointersOf(value: unknown, pointer = ''): string[] {
  if (typeof value === 'string') return DATE.test(value) || INSTANT.test(value) ? [pointer] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => pointersOf(part, `${pointer}/${key}`));
}

function withDay(value: unknown, [key, ...rest]: readonly string[], day: string): unknown {
  if (key === undefined) return INSTANT.test(String(value)) ? `${day}T02:00:00.000Z` : day;
  if (Array.isArray(value)) return value.map((part, at) => (String(at) === key ? withDay(part, rest, day) : part));
  return { ...(value as object), [key]: withDay((value as Record<string, unknown>)[key], rest, day) };
}

const dated = [...commandsByName.values()].filter(({ input }) => hasDates(input));

let directory: ReturnType<typeof temporaryDirectory>;
let keyStore: SqliteKeyStore;
let vault: Vault;
beforeAll(async () => {
  directory = temporaryDirectory();
  keyStore = new SqliteKeyStore(`${directory.path}/vault.db`);
  const sealing = await createVault(keyStore);
  // Whom the past names under a seal of another vault is read as one who was erased.
  vault = { ...sealing, open: sealed => sealing.open(sealed).catch(() => undefined) };
});
afterAll(async () => {
  await keyStore.close();
  directory[Symbol.dispose]();
});

function actorFor(command: AnyCommand): Actor {
  const role = command.allow.find(each => each !== 'SYS') as Role;
  const uscc = samples['unit.registered'].uscc;
  const orgId =
    { UNIT: uscc, MSR: 'msr', SUP: 'sup' }[role as 'UNIT'] ?? samples['recommending-body.registered'].bodyId;
  return { accountId: 'somebody' as AccountId, orgId, role };
}

function handleOn(past: readonly RecordedEvent[], actor: Actor): Handle {
  const blobs = createDirectoryBlobs(directory.path);
  return createHandle({ store: storeTelling(past, actor), vault, blobs, clock: { now: () => NOW } });
}

let sent = 0;
function send(command: AnyCommand, input: unknown, past: readonly RecordedEvent[]): Promise<CommandOutcome> {
  sent += 1;
  const actor = actorFor(command);
  const request = { actor, commandId: `dates-${sent}`, requestDigest: `${sent}`, correlationId: 'dates' };
  return handleOn(past, actor)(command, input, request);
}

const dayOfYear = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 365 })).map(([year, day]) => {
  const first = new Date(Date.UTC(2000, 0, 1 + day));
  first.setUTCFullYear(year);
  return first.toISOString().slice(0, 10).padStart(10, '0');
});
const EXTREMES = [
  '0000-01-01',
  '0001-01-01',
  '1949-09-30',
  '1949-10-01',
  '2099-12-31',
  '2199-12-31',
  '2200-01-01',
  '9998-01-01',
  '9999-12-31',
];
const anyDay = fc.oneof(
  fc.constantFrom(...EXTREMES),
  dayOfYear.filter(day => DATE.test(day)),
);

describe('the days that a command is given', () => {
  it('are many', () => {
    expect(dated.length).toBeGreaterThan(40);
  });

  it.each(dated.map(command => [command.name, command] as const))('%s', async (_name, command) => {
    const input = inputOf(command);
    const pointers = pointersOf(input);
    expect(pointers).not.toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pointers), anyDay, fc.boolean(), async (pointer, day, told) => {
        const outcome = await send(command, withDay(input, pointer.slice(1).split('/'), day), told ? PAST : []);
        if (day >= EARLIEST_DATE && day <= LATEST_DATE) return;
        expect(outcome).toMatchObject({
          rejected: true,
          kind: 'invalid',
          code: 'invalid-input',
          faults: [{ pointer }],
        });
      }),
      { numRuns: 60 },
    );
  });

  it('reach the decisions: with days in reach, some commands of that past are recorded', async () => {
    const outcomes = await Promise.all(
      dated.map(async command => [command.name, await send(command, inputOf(command), PAST)] as const),
    );
    const accepted = outcomes.filter(([, outcome]) => !outcome.rejected).map(([name]) => name);
    expect(accepted.length).toBeGreaterThan(12);
  });
});

describe('how far a day may lie', () => {
  const named = (name: string) => commandsByName.get(name) as AnyCommand;
  const banned = (from: string) => send(named('EnterOutsideBan'), { ...samples['unit.outside-ban-entered'], from }, []);

  it.each([
    ['9998-01-01', 'invalid-input'],
    ['0001-01-01', 'invalid-input'],
    ['2099-01-01', 'date-out-of-reach'],
    ['2024-07-06', 'date-out-of-reach'],
    ['2018-12-28', 'ban-over-before-regulation'],
    ['2018-12-29', undefined],
    ['2024-07-05', undefined],
  ])('a ban from %s: %s', async (from, code) => {
    const outcome = await banned(from);
    expect(outcome.rejected ? outcome.code : undefined).toBe(code);
    if (outcome.rejected) expect(outcome.faults).toMatchObject([{ pointer: '/from' }]);
  });

  it.each([
    ['GrantRole', '/grant/from', '2024-07-04'],
    ['GrantRole', '/grant/from', '2025-07-06'],
    ['RegisterAccount', '/grant/from', '2099-01-01'],
    ['EntrustThirdParty', '/from', '2023-12-28'],
    ['EntrustThirdParty', '/lastDay', '2099-01-01'],
    ['EnterBanLifting', '/from', '2099-01-01'],
    ['AcceptLateSubmission', '/until', '2025-01-01'],
    ['ScheduleTraining', '/heldOn', '2026-01-01'],
    ['ConveneExchangeMeeting', '/heldOn', '2023-12-31'],
    ['ConveneExchangeMeeting', '/heldOn', '2026-01-01'],
    ['SubmitImplementationPlan', '/plan/startsOn', '2022-12-31'],
    ['SubmitImplementationPlan', '/plan/endsOn', '2030-01-01'],
    ['DraftWorkPlan', '/plan/deadlines/verification', '2026-01-01'],
    ['NotifyUnit', '/answerBy', '2099-01-01'],
  ])('%s%s is refused at %s with a pointer to it', async (name, pointer, day) => {
    const command = named(name);
    const input = withDay(inputOf(command), pointer.slice(1).split('/'), day) as Readonly<Record<string, unknown>>;
    expect(reachFault(command.reach, input, shanghaiDate(NOW))).toMatchObject({
      kind: 'invalid',
      code: 'date-out-of-reach',
      faults: [{ pointer }],
    });
    const outcome = await send(command, input, PAST);
    expect(outcome.rejected ? [] : outcome.events).toEqual([]);
  });

  it('a bound date can be counted from: nothing that is counted leaves the calendar', () => {
    for (const day of [EARLIEST_DATE, LATEST_DATE]) {
      expect([lastDayOfYears(day, 30), addMonths(day, 1200), addDays(day, 40_000)].every(each => DATE.test(each))).toBe(
        true,
      );
      expect([startOfDay(day), endOfDay(day)].every(each => INSTANT.test(each))).toBe(true);
    }
  });

  it('a planted command that counts from a day without bounds throws, and would be seen to', async () => {
    const { reach: _reach, ...ban } = named('EnterOutsideBan');
    const decide: AnyCommand['decide'] = (_state, input) => [endOfDay(lastDayOfYears(input.from, 5))] as never;
    const unbounded: AnyCommand = { ...ban, input: z.strictObject(ban.input.shape), decide };
    const input = { ...samples['unit.outside-ban-entered'], from: '9998-01-01' };
    await expect(send(unbounded, input, [])).rejects.toThrow(RangeError);
  });
});

describe('the days that a query is asked with', () => {
  const asked = queryRoutes.filter(({ input }) => hasDates(input));
  const EXTREME = ['0001-01-01', '9999-12-31'];

  it('are bounded on every route that takes any', () => {
    expect(asked.length).toBeGreaterThan(5);
    for (const { name, input } of asked) expect(input._zod.def.checks, name).toHaveLength(1);
  });

  it.each(EXTREME)('a body as of %s is refused with a pointer', on => {
    const input = asked.find(({ name }) => name === 'GetBody')?.input;
    expect(input?.safeParse({ bodyId: 'd-hexi', on }).error?.issues).toMatchObject([{ path: ['on'] }]);
    expect(input?.safeParse({ bodyId: 'd-hexi', on: '2024-07-05' }).success).toBe(true);
  });

  it.each(EXTREME)('a report as of %s, an instant of that day, or valid then is refused with a pointer', day => {
    let asked = 0;
    for (const report of reports) {
      const asking = askingSchema(report);
      const whole = { year: 2024, project: '2024-7k3m9qwz', unit: samples['unit.registered'].uscc, on: '2024-07-05' };
      const own = Object.fromEntries(Object.entries(whole).filter(([key]) => key in report.parameters.shape));
      if (!asking.safeParse(own).success) continue;
      asked += 1;
      for (const asOf of [day, `${day}T00:00:00.000Z`]) {
        expect(asking.safeParse({ ...own, asOf }).error?.issues, report.name).toMatchObject([{ path: ['asOf'] }]);
      }
    }
    expect(asked).toBeGreaterThan(10);
  });
});
