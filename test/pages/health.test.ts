/** Whether the system is well, in words: what is not, since when, what that means for the numbers, and what to do. */
import { renderToString } from 'preact-render-to-string';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthPage } from '../../infra/pages/supervision/health.tsx';
import { jobWord } from '../../infra/pages/supervision/health-jobs.ts';
import { type SystemNow, type Trouble, troublesOf } from '../../infra/pages/supervision/troubles.ts';
import { clearingJobs } from '../../infra/worker/clearing.ts';
import { confirmingJobs } from '../../infra/worker/confirming.ts';
import { erasureJobs } from '../../infra/worker/erasing.ts';
import { reminderJobs } from '../../infra/worker/reminding.ts';
import { rotationJobs } from '../../infra/worker/rotating.ts';
import { withdrawalJobs } from '../../infra/worker/withdrawing.ts';
import { openTwoOrganisations, type TwoOrganisations } from '../http/two-organisations.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

const show = async (path: string) => {
  const headers = { accept: 'text/html', cookie: `gongguan=${site.tokens.supervisor}` };
  return (await fetch(site.url + path, { headers })).text();
};

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, ' ');

const MODEL: SystemNow['health']['readModels'][number] = {
  name: 'deviations',
  question: '记录了哪些偏离 (Which deviations were recorded?)',
  version: 1,
  generation: 1,
  state: 'live',
  position: '40',
  lag: 0,
  handled: 30,
  ignored: 10,
  unknown: 0,
  quarantined: 0,
  complete: true,
  updatedAt: '2024-12-25T02:00:00.000Z',
};

const WELL: SystemNow = {
  health: {
    head: '40',
    recordedTimes: { latest: '2024-12-25T02:00:00.000Z', clockBehindMs: 0, wentBack: 0, widestMs: 0 },
    unknownKinds: [],
    readModels: [MODEL],
    quarantine: [],
  },
  ledger: { origin: 'gongguan' },
  witnesses: [],
  jobs: { waiting: 0, active: 0, delayed: 5, dead: 0, completed: 9 },
  dead: [],
};

const withHealth = (health: Partial<SystemNow['health']>): SystemNow => ({
  ...WELL,
  health: { ...WELL.health, ...health },
});
const withModel = (model: Partial<typeof MODEL>) => withHealth({ readModels: [{ ...MODEL, ...model }] });
const given = (kind: string, failedAt: string) => ({
  kind,
  id: 'one',
  data: {},
  attempts: 3,
  reason: 'boom',
  failedAt,
});

const FAULTS: readonly (readonly [string, SystemNow, Partial<Trouble>])[] = [
  [
    'a read model that does not add up',
    withModel({ complete: false }),
    {
      since: MODEL.updatedAt,
      what: expect.stringContaining('“记录了哪些偏离”不完整'),
      command: 'gongguan rebuild deviations',
    },
  ],
  ['an event set aside', withModel({ quarantined: 2 }), { what: expect.stringContaining('有 2 个事件算不进去') }],
  [
    'a read model that is far behind',
    withModel({ lag: 1_000 }),
    { since: MODEL.updatedAt, meaning: expect.stringContaining('只算到 2024-12-25 10:00') },
  ],
  [
    'kinds of event that are not known',
    withHealth({ unknownKinds: [{ type: 'later.one', events: 3, first: '7', last: '9' }] }),
    { what: expect.stringContaining('3 个本版本不认识的事件') },
  ],
  [
    'recorded times that went back',
    withHealth({ recordedTimes: { clockBehindMs: 0, wentBack: 2, widestMs: 1_500 } }),
    { what: expect.stringContaining('倒退 2 次，至多 2 秒') },
  ],
  [
    'a clock that is behind',
    withHealth({
      recordedTimes: { latest: '2024-12-25T02:00:00.000Z', clockBehindMs: 9_000, wentBack: 0, widestMs: 0 },
    }),
    { what: expect.stringContaining('慢 9 秒'), since: '2024-12-25T02:00:00.000Z' },
  ],
  [
    'events that are not signed for',
    { ...WELL, ledger: { origin: 'gongguan', uncovered: 1_000 } },
    { what: expect.stringContaining('尚未载入检查点') },
  ],
  [
    'a witness who refuses',
    { ...WELL, witnesses: [{ name: '监督处', state: 'refusing', size: 3, since: '2024-12-24T02:00:00.000Z' }] },
    { since: '2024-12-24T02:00:00.000Z', what: expect.stringContaining('监督处') },
  ],
  [
    'jobs that were given up',
    {
      ...WELL,
      dead: [given('send-reminder', '2024-12-25T02:00:00.000Z'), given('send-reminder', '2024-12-24T02:00:00.000Z')],
    },
    { what: '“发送提醒”有 2 件多次失败，已放弃', since: '2024-12-24T02:00:00.000Z', meaning: '有单位没有收到期限提醒' },
  ],
  ['a queue that cannot be reached', { ...WELL, jobs: undefined }, { what: '任务队列联系不上' }],
];

describe('what is not well', () => {
  it('given that all is well, then nothing', () => {
    expect(troublesOf(WELL)).toEqual([]);
  });

  it.each(FAULTS)(
    'given %s, then it is told with its meaning and its remedy, and the page has it',
    (_what, now, told) => {
      const troubles = troublesOf(now);
      expect(troubles).toEqual([expect.objectContaining(told)]);
      const html = renderToString(healthPage.view({ data: now as never } as never));
      for (const { what, meaning, remedy } of troubles)
        for (const each of [what, meaning, remedy]) expect(html).toContain(each);
    },
  );

  it('given a read model that is being built or was replaced, then that is no trouble', () => {
    for (const state of ['building', 'retired'] as const)
      expect(troublesOf(withModel({ state, complete: false, lag: 1_000 }))).toEqual([]);
  });
});

describe('the page', () => {
  it('says of every read model what is read from it, and shows no name of the program', async () => {
    const html = await show('/supervision/health');
    expect(html).toContain('记录了哪些偏离、由谁造成、依据哪一条');
    const [main = ''] = textOf(html).match(/系统健康.*打印件以台账为准/s) ?? [];
    expect(main.length).toBeGreaterThan(1_000);
    const named = main.match(/\b[a-z]+(?:-[a-z]+)+\b|\b[a-z]+[A-Z]\w*/g) ?? [];
    expect(named).toEqual([]);
  });

  it('and the console opens with what is not well', async () => {
    expect(await show('/supervision')).toContain('没有警报');
  });
});

it('then every kind of job has a word', () => {
  const none = {} as never;
  const kinds = [reminderJobs, withdrawalJobs, erasureJobs, clearingJobs, rotationJobs].flatMap(jobs => jobs(none));
  const confirming = confirmingJobs({ witnesses: [{}], timestampUrl: 'http://127.0.0.1' } as never);
  const unnamed = [...kinds, ...confirming].filter(({ name }) => jobWord(name).title === jobWord('no-such').title);
  expect(unnamed).toEqual([]);
});
