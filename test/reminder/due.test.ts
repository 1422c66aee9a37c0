import { describe, expect, it } from 'vitest';
import { type Reminder, reminderIdOf } from '../../events/reminder.ts';
import { boards } from '../../projections/application/boards.ts';
import { ACTS } from '../../projections/application/progress.ts';
import type { Reader } from '../../projections/ports.ts';
import { deadlines } from '../../projections/programme/deadlines.ts';
import { bodyRegister } from '../../projections/registry/bodies.ts';
import { ITEM_OF_ACT, isDueStill, remindersDue, SOON_DAYS } from '../../projections/reminder/due.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, logOf, readerOf, type Told, told } from '../support/fold.ts';

const { projectId, title } = samples['application.started'];
const plan = samples['work-plan.published'].plan;

const body = told('recommending-body.registered');
const published = [body, told('work-plan.published')];
const opened = told('application-window.opened');
const listed = told('project-plan.published');
const amended = (verification: string) =>
  told('work-plan.amended', { plan: { ...plan, deadlines: { ...plan.deadlines, verification } } });
const submitted = [...published, opened, told('application.started'), told('application.submitted')];
const verified = [...submitted, told('completeness.verified'), told('truthfulness.verified')];
const recommended = [...verified, told('project.recommended')];
const approved = [...recommended, told('project.approved')];

const readerAfter = (story: readonly Told[]): Reader =>
  readerOf([deadlines, boards, bodyRegister], { events: logOf(story) });

async function pagesDue(reader: Reader, now: string): Promise<(readonly Reminder[])[]> {
  const pages: (readonly Reminder[])[] = [];
  for await (const page of remindersDue(reader, now)) pages.push(page);
  return pages;
}

const due = async (story: readonly Told[], now: string): Promise<Reminder[]> =>
  (await pagesDue(readerAfter(story), now)).flat();

/** Noon in Shanghai. */
const noon = (date: string) => `${date}T04:00:00.000Z`;
const said = (found: readonly Reminder[]) => found.map(({ item, stage, dueOn }) => `${item} ${stage} ${dueOn}`);

describe('第十二条 verification is owed by the recommending body', () => {
  it('given a submitted application, when its day is near, then the body is reminded, with duty, day and plan', async () => {
    expect(await due(submitted, noon('2024-05-25'))).toEqual([
      {
        year: 2024,
        deadline: 'DL-6',
        item: 'verification',
        title: '核实并提交推荐意见',
        duty: 'art-12',
        planVersion: 1,
        stage: 'due-soon',
        dueOn: '2024-05-31',
        owedBy: { orgId: ABOUT.bodyId, role: 'REC-D' },
        projectId,
        projectTitle: title,
      },
    ]);
  });

  it.each([
    ['2024-05-23T15:59:59.999Z', []],
    ['2024-05-23T16:00:00.000Z', ['verification due-soon 2024-05-31']],
    ['2024-05-31T15:59:59.999Z', ['verification due-soon 2024-05-31']],
    ['2024-05-31T16:00:00.000Z', ['verification overdue 2024-05-31']],
    ['2024-06-20T00:00:00.000Z', ['verification overdue 2024-05-31']],
  ])(`when it is %s, then %j: soon is ${SOON_DAYS} civil days in Shanghai`, async (now, expected) => {
    const found = (await due(submitted, now)).filter(({ item }) => item === 'verification');
    expect(said(found)).toEqual(expected);
  });

  it.each<[string, Told[]]>([
    ['recommended', recommended],
    ['declined', [...verified, told('project.not-recommended')]],
    ['returned', [...submitted, told('application.returned')]],
    ['withdrawn', [...submitted, told('application.withdrawn')]],
    ['never submitted', [...published, opened, told('application.started')]],
  ])('given an application that is %s, then nobody is reminded of verifying it', async (_state, story) => {
    const found = await due(story, noon('2024-06-01'));
    expect(found.filter(({ item }) => item === 'verification')).toEqual([]);
  });

  it('given an amended deadline, then the new day counts, and it makes another reminder', async () => {
    const [first] = await due(submitted, noon('2024-05-31'));
    const later = [...submitted, amended('2024-06-07')];
    const [second] = await due(later, noon('2024-06-01'));
    expect(second).toMatchObject({ stage: 'due-soon', dueOn: '2024-06-07', planVersion: 2 });
    expect(second && first && reminderIdOf(second) === reminderIdOf(first)).toBe(false);
    const muchLater = await due([...submitted, amended('2024-07-31')], noon('2024-06-01'));
    expect(muchLater.filter(({ item }) => item === 'verification')).toEqual([]);
  });

  it.each([
    ['industry-authority', 'REC-I'],
    ['association', 'REC-A'],
    ['district-bureau', 'REC-D'],
  ] as const)('given a body that is an %s, then it is reminded as %s (第六条)', async (kind, role) => {
    const story = [told('recommending-body.registered', { kind }), ...submitted.slice(1)];
    expect(await due(story, noon('2024-05-31'))).toMatchObject([{ owedBy: { orgId: ABOUT.bodyId, role } }]);
  });
});

describe('第十二条 a supplement is owed by the unit', () => {
  it('given a request, then the unit is reminded of the day that the request sets, until it answers', async () => {
    const asked = [...submitted, told('supplement.requested', { dueOn: '2024-04-10' })];
    expect(await due(asked, noon('2024-04-02'))).toEqual([]);
    expect(await due(asked, noon('2024-04-11'))).toMatchObject([
      { item: 'supplementWorkingDays', stage: 'overdue', owedBy: { orgId: ABOUT.uscc, role: 'UNIT' }, projectId },
    ]);
    expect(await due([...asked, told('application.supplemented', { version: 2 })], noon('2024-04-11'))).toEqual([]);
  });
});

describe('第十条 第十三条 what the municipal authority owes', () => {
  it('given no opening, when its day is near or over, then it is reminded once for the year', async () => {
    expect(said(await due(published, noon('2024-03-08')))).toEqual(['applicationOpens due-soon 2024-03-15']);
    expect(await due(published, noon('2024-03-16'))).toMatchObject([
      { stage: 'overdue', owedBy: { orgId: 'msr', role: 'MSR' }, duty: 'art-10' },
    ]);
    expect(await due([...published, opened], noon('2024-03-16'))).toEqual([]);
  });

  it('given a recommended project, then its review is owed, and no more once it is decided', async () => {
    expect(await due(recommended, noon('2024-06-14'))).toMatchObject([
      { item: 'municipalReview', stage: 'due-soon', owedBy: { orgId: 'msr', role: 'MSR' }, projectId },
    ]);
    expect(await due([...recommended, told('project.rejected')], noon('2024-06-14'))).toEqual([]);
  });

  it('given approved projects, then one reminder asks for the project plan; after it each that is missing asks for itself', async () => {
    const [forAll, ...rest] = await due(approved, noon('2024-06-29'));
    expect([forAll?.item, forAll?.projectId, rest]).toEqual(['projectPlanPublication', undefined, []]);
    expect(await due([...approved, listed], noon('2024-06-29'))).toMatchObject([
      { item: 'projectPlanPublication', stage: 'overdue', projectId },
    ]);
    expect(await due([...approved, listed, told('project.listed')], noon('2024-06-29'))).toEqual([]);
  });
});

describe('deriving', () => {
  it('has a plan item for every act that an organisation can owe', () => {
    expect(Object.keys(ITEM_OF_ACT).toSorted()).toEqual([...ACTS].toSorted());
    expect(Object.keys(plan.deadlines)).toEqual(expect.arrayContaining(Object.values(ITEM_OF_ACT)));
  });

  it('given no plan, then nothing is due', async () => {
    expect(await due(submitted.slice(2), noon('2024-12-31'))).toEqual([]);
  });

  it('given 1,500 applications, then each is there once, over a handful of reads', async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `2024-p${String(index).padStart(7, '0')}`);
    const started = ids.map(id => told('application.started', { projectId: id }));
    const sent = ids.map(id => told('application.submitted', { projectId: id }));
    const { reader, reads } = counted(readerAfter([...published, opened, ...started, ...sent]));
    const pages = await pagesDue(reader, noon('2024-06-01'));
    expect(pages.flat().map(reminder => reminder.projectId)).toEqual(ids);
    expect(Math.max(...pages.map(page => page.length))).toBeLessThanOrEqual(500);
    expect(reads()).toBeLessThanOrEqual(6);
  });
});

/** Counts how often a reader is asked. */
function counted(reader: Reader): { reader: Reader; reads: () => number } {
  let reads = 0;
  const counting = new Proxy(reader, {
    get(target, name, receiver) {
      const value = Reflect.get(target, name, receiver) as unknown;
      if (typeof value === 'function') reads += 1;
      return value;
    },
  });
  return { reader: counting, reads: () => reads };
}

describe('before it is sent', () => {
  const still = async (planned: readonly Told[], story: readonly Told[], now: string) => {
    const [reminder] = await due(planned, noon('2024-05-31'));
    return isDueStill(readerAfter(story), reminder as Reminder, now);
  };

  it.each<[string, readonly Told[], string, boolean]>([
    ['nothing has changed', submitted, noon('2024-05-31'), true],
    ['the act is done', recommended, noon('2024-05-31'), false],
    ['the day is put off', [...submitted, amended('2024-06-07')], noon('2024-05-31'), false],
    ['the day is over', submitted, noon('2024-06-01'), false],
  ])('when %s, then a reminder that was due is judged again', async (_what, story, now, expected) => {
    expect(await still(submitted, story, now)).toBe(expected);
  });

  it('when the yearly act is done, then its reminder is void', async () => {
    const [reminder] = await due(published, noon('2024-03-15'));
    const isDue = (story: readonly Told[]) => isDueStill(readerAfter(story), reminder as Reminder, noon('2024-03-15'));
    expect([await isDue(published), await isDue([...published, opened])]).toEqual([true, false]);
  });
});
