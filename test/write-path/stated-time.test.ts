/** D-47 through the write path: what may be stated of an act, and from when on; nothing that is done here can be backdated. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { projectStream } from '../../events/application.ts';
import { entrustmentStream } from '../../events/entrustment.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId, ProjectId, StreamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { mayBeStated } from '../../events/rules/stated-time.ts';
import { type TrainingId, trainingStream } from '../../events/training.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { commandsByName } from '../../infra/compose/system.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import type { AnyCommand } from '../../services/command.ts';
import { type CommandOutcome, createHandle, type Handle } from '../../services/handle.ts';
import { timingFault } from '../../services/stated-time.ts';
import { control, type FactName } from '../support/controls.ts';
import { MSR, recorded } from '../support/given.ts';
import { temporaryDirectory } from '../support/log.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';

/** All that may be entered later, and what each records. A new command is not among them unless it says so. */
const ENTERED_LATER: Readonly<Record<string, readonly FactName[]>> = {
  DeliverTraining: ['training.delivered'],
  IssueGuidance: ['guidance.issued'],
  RaiseProblem: ['problem.raised'],
  RecogniseProfessionalOrganisation: ['unit.professional-organisation-recognised'],
  RecordCoordinationAction: ['coordination-action.recorded'],
  RecordDisposition: ['misconduct-disposition.recorded'],
  RecordEvidence: ['fraud-evidence.recorded'],
  RecordIncentiveGranted: ['incentive.granted'],
  RecordLocalPromotion: ['local-promotion.recorded'],
  RecordMonitoring: ['progress.monitored'],
  RecordOtherOrganisingWork: ['organising-work.recorded'],
  RecordPresentation: ['result.presented'],
  RecordPromotionActivity: ['promotion-activity.recorded'],
  RecordTrainingAbsence: ['training.absence-recorded'],
  RecordTrainingAttendance: ['training.attended'],
  RecordUnitStatement: ['unit-statement.recorded'],
  RecordVisit: ['visit.recorded'],
  ResolveProblem: ['problem.resolved'],
  VerifyThirdPartyCapability: ['third-party.capability-verified'],
  VerifyUnitRegistration: ['unit.registration-verified'],
};

const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: '91350100M000100Y43', role: 'UNIT' };
const TPO: Actor = { accountId: 'tpo.wu' as AccountId, orgId: 'tpo-2024', role: 'TPO' };
const PROJECT = '2024-7k3m9qwz' as ProjectId;
const TRAINING = '2024-7k3m9qwz' as TrainingId;
const at = (day: string) => `${day}T02:00:00.000Z`;

let directory: ReturnType<typeof temporaryDirectory>;
let keyStore: SqliteKeyStore;
let store: MemoryStore;
let handle: Handle;
let now = at('2024-07-05');
let sent = 0;

/** What stands on the log, each fact recorded on its day. */
function past(...facts: readonly (readonly [StreamId, DecidedEvent, string])[]): RecordedEvent[] {
  const revisions = new Map<StreamId, number>();
  return facts.map(([streamId, draft, day], index) => {
    const revision = (revisions.get(streamId) ?? -1) + 1;
    revisions.set(streamId, revision);
    return { ...recorded({ draft, at: at(day) }, index), streamId, revision };
  });
}

function holder({ accountId, role, orgId }: Actor, from = '2024-01-02'): readonly [StreamId, DecidedEvent, string] {
  const grant = { role, orgId, orgName: '单位', from } as never;
  return [accountStream(accountId), control('account.registered', { accountId, grant }), '2024-01-02'];
}

const PAST = [
  holder(MSR),
  holder(UNIT),
  [programmeStream(2024), control('programme.opened'), '2024-01-10'],
  [programmeStream(2024), control('work-plan.drafted'), '2024-03-01'],
  [projectStream(PROJECT), control('application.started'), '2024-03-20'],
  [projectStream(PROJECT), control('application.submitted'), '2024-03-25'],
  [projectStream(PROJECT), control('project.approved'), '2024-04-10'],
  [projectStream(PROJECT), control('project.listed'), '2024-04-20'],
  [projectStream(PROJECT), control('implementation-plan.submitted'), '2024-05-10'],
  [trainingStream(TRAINING), control('training.scheduled', { trainingId: TRAINING } as never), '2024-06-03'],
] as const;

async function open(log: readonly RecordedEvent[] = past(...PAST)): Promise<void> {
  store = createMemoryStore(log);
  const vault = await createVault(keyStore);
  handle = createHandle({ store, vault, blobs: createDirectoryBlobs(directory.path), clock: { now: () => now } });
}

beforeEach(async () => {
  directory = temporaryDirectory();
  keyStore = new SqliteKeyStore(`${directory.path}/vault.db`);
  now = at('2024-07-05');
  await open();
});
afterEach(async () => {
  await keyStore.close();
  directory[Symbol.dispose]();
});

const named = (name: string): AnyCommand => commandsByName.get(name) as AnyCommand;

function send(name: string, input: object, stated?: string, actor = MSR): Promise<CommandOutcome> {
  sent += 1;
  return handle(named(name), input, {
    actor,
    commandId: `sent-${sent}`,
    requestDigest: `${sent}`,
    correlationId: 'story',
    ...(stated !== undefined && { effectiveAt: at(stated), reason: '补录纸质记录' }),
  });
}

const codeOf = (outcome: CommandOutcome): string => (outcome.rejected ? outcome.code : 'accepted');
const work = { kind: '动员', detail: '召开动员会' };
const publication = { year: 2024, version: 1, url: 'https://scjg.tj.gov.cn/plan.html' };
const monitoring = {
  projectId: PROJECT,
  measurements: [{ metricId: 'scrap-rate', value: 4.1 }],
  evaluation: '废品率下降',
  evidence: [],
};

describe('what takes effect by being done here', () => {
  it('is every command that does not say otherwise', () => {
    const declared = [...commandsByName.values()].filter(({ enteredLater }) => enteredLater).map(({ name }) => name);
    expect(declared.toSorted()).toEqual(Object.keys(ENTERED_LATER));
  });

  it.each(Object.entries(ENTERED_LATER))('%s records only what may be stated', (_name, types) => {
    expect(types.filter(type => !mayBeStated(type))).toEqual([]);
  });

  it.each([...commandsByName.values()].filter(({ enteredLater }) => !enteredLater))(
    '$name has no other time than that of its recording',
    command => {
      const request = { actor: MSR, commandId: 'c', requestDigest: 'd', correlationId: 'c', reason: '补录' };
      for (const effectiveAt of [at('2024-06-28'), now]) {
        expect(timingFault(command, { ...request, effectiveAt }, now)).toMatchObject({
          kind: 'invalid',
          code: 'takes-effect-when-done',
        });
      }
      expect(timingFault(command, request, now)).toBeUndefined();
    },
  );

  it('a publication of 5 July stated as 28 June is refused, and stays late', async () => {
    const before = store.log.length;
    expect(codeOf(await send('PublishWorkPlan', publication, '2024-06-28'))).toBe('takes-effect-when-done');
    expect(store.log).toHaveLength(before);
    expect(codeOf(await send('PublishWorkPlan', publication))).toBe('accepted');
    expect(store.log.findLast(({ type }) => type === 'work-plan.published')?.meta).toMatchObject({
      effectiveAt: now,
      recordedAt: now,
      deviations: [{ code: 'work-plan-late' }],
    });
  });

  it('an approval or a recommendation cannot take effect before the application', async () => {
    for (const name of ['ApproveProject', 'RecommendProject', 'SubmitApplication']) {
      const input = named(name).input.shape;
      expect(input).toHaveProperty('projectId');
      expect(timingFault(named(name), { effectiveAt: at('2023-12-30') } as never, now)?.code).toBe(
        'takes-effect-when-done',
      );
    }
  });
});

describe('an act that is entered later is not stated for a time before', () => {
  it('the regulation', async () => {
    await open(
      past([
        accountStream(MSR.accountId),
        control('account.registered', {
          accountId: MSR.accountId,
          grant: { role: 'MSR', orgId: 'msr', orgName: '单位', from: '2023-01-01' },
        }),
        '2023-01-01',
      ]),
    );
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2023-12-28'))).toBe('before-the-regulation');
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2023-12-29'))).toBe('accepted');
  });

  it('the account, or the role it is done in', async () => {
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2024-01-01'))).toBe('role-not-held');
    await open(past(holder(MSR, '2023-12-30')));
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2024-01-01'))).toBe('role-not-held');
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2024-01-02'))).toBe('accepted');
  });

  it('the day on which a role was given, though it was given for days gone by', async () => {
    const account = accountStream(MSR.accountId);
    const first = {
      accountId: MSR.accountId,
      grant: { role: 'SUP', orgId: 'sup', orgName: '单位', from: '2024-01-02' },
    };
    const second = {
      accountId: MSR.accountId,
      grant: { role: 'MSR', orgId: 'msr', orgName: '单位', from: '2024-01-02' },
    };
    await open(
      past(
        [account, control('account.registered', first as never), '2024-01-02'],
        [account, control('account.role-granted', second as never), '2024-03-01'],
      ),
    );
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2024-02-01'))).toBe('role-not-held');
    expect(codeOf(await send('RecordOtherOrganisingWork', work, '2024-03-01'))).toBe('accepted');
  });

  it('the term of the entrustment, or the entrustment itself', async () => {
    const entrusted = control('third-party.entrusted', {
      entrustmentId: TPO.orgId,
      from: '2024-02-01',
      scope: ['RecordOtherOrganisingWork'],
    } as never);
    const capable = control('third-party.capability-verified', { entrustmentId: TPO.orgId } as never);
    const stream = entrustmentStream(TPO.orgId as never);
    await open(past(holder(TPO), [stream, capable, '2024-01-10'], [stream, entrusted, '2024-02-10']));
    const enter = (day: string) => send('RecordOtherOrganisingWork', work, day, TPO);
    expect(codeOf(await enter('2024-01-31'))).toBe('outside-entrustment');
    expect(codeOf(await enter('2024-02-09'))).toBe('outside-entrustment');
    expect(codeOf(await enter('2024-02-10'))).toBe('accepted');
  });

  it('the acts of its own stream that it rests on', async () => {
    const enter = (monitoredOn: string, stated?: string) =>
      send('RecordMonitoring', { ...monitoring, monitoredOn }, stated, UNIT);
    expect(codeOf(await enter('2024-05-20', '2024-05-09'))).toBe('before-what-it-rests-on');
    expect(codeOf(await enter('2024-05-20', '2024-05-20'))).toBe('accepted');
  });

  it('nor is the day that it tells itself, whatever time its envelope has', async () => {
    const enter = (monitoredOn: string) => send('RecordMonitoring', { ...monitoring, monitoredOn }, undefined, UNIT);
    expect(codeOf(await enter('2024-05-09'))).toBe('before-what-it-rests-on');
    expect(codeOf(await enter('2024-05-10'))).toBe('accepted');
    const delivered = { trainingId: TRAINING, summary: '讲授质量工具', evidence: [] };
    expect(codeOf(await send('DeliverTraining', { ...delivered, deliveredOn: '2024-06-02' }))).toBe(
      'before-what-it-rests-on',
    );
    expect(codeOf(await send('DeliverTraining', { ...delivered, deliveredOn: '2024-06-03' }))).toBe('accepted');
  });

  it('nor for a time before a thing that it reads of', async () => {
    const trainee = { trainingId: TRAINING, traineeId: 'trainee-7k3m9qwz' } as never;
    const ofTraining = (type: FactName, data: object = trainee) =>
      [trainingStream(TRAINING), control(type, data as never), '2024-03-04'] as const;
    await open(
      past(
        holder(MSR),
        ofTraining('training.scheduled', { trainingId: TRAINING }),
        ofTraining('trainee.enrolled'),
        ofTraining('training.delivered', { trainingId: TRAINING, deliveredOn: '2024-03-04' }),
        [programmeStream(2024), control('programme.opened'), '2024-03-10'],
      ),
    );
    const enter = (day: string) => send('RecordTrainingAttendance', trainee, day);
    expect(codeOf(await enter('2024-03-09'))).toBe('before-it-existed');
    expect(codeOf(await enter('2024-03-10'))).toBe('accepted');
  });

  it('and who came to a session is on record from the day of the session, though that was entered later', async () => {
    const trainee = { trainingId: TRAINING, traineeId: 'trainee-7k3m9qwz' } as never;
    await open([
      ...past(
        ...PAST,
        [trainingStream(TRAINING), control('trainee.enrolled', trainee), '2024-06-04'],
        [
          trainingStream(TRAINING),
          control('training.delivered', { trainingId: TRAINING, deliveredOn: '2024-06-10' } as never),
          '2024-06-12',
        ],
      ),
    ]);
    const enter = (day: string) => send('RecordTrainingAttendance', trainee, day);
    expect(codeOf(await enter('2024-06-09'))).toBe('before-what-it-rests-on');
    expect(codeOf(await enter('2024-06-10'))).toBe('accepted');
  });

  it('a decision that recorded something done here under a stated time is a fault of the program', async () => {
    const lying: AnyCommand = { ...named('PublishWorkPlan'), enteredLater: true };
    const request = { actor: MSR, commandId: 'x', requestDigest: 'x', correlationId: 'x', reason: '补录' };
    await expect(handle(lying, publication, { ...request, effectiveAt: at('2024-06-28') })).rejects.toThrow(
      'work-plan.published takes effect by being done here',
    );
  });
});
