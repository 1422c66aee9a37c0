/** What a third party is entrusted with: until when, and what it has done of each matter. */
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entrustmentStream } from '../../events/entrustment.ts';
import { Entrusted, type EntrustmentShown } from '../../infra/pages/work/entrusted.tsx';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control, samples } from '../support/controls.ts';

const HELD: EntrustmentShown = {
  entrustmentId: 'service-2024',
  name: '天津市质量服务中心',
  uscc: '121200004013600051',
  from: '2024-01-04',
  lastDay: '2024-12-31',
  noFeeClause: true,
  scopes: [{ from: '2024-01-04', commands: ['DraftWorkPlan', 'EnrolTrainee'] }],
  state: 'in-term',
  acts: { total: 4, byType: { 'work-plan.drafted': 3, 'organising-work.recorded': 1 } },
};
function shown(change: Partial<EntrustmentShown> = {}): string {
  return renderToString(h(Entrusted, { of: { ...HELD, ...change }, now: '2024-12-21T02:00:00.000Z' }));
}

describe('what is entrusted', () => {
  it('says how long it still runs, and what was done of each matter', () => {
    const html = shown();
    expect(html).toContain('2024-01-04 至 2024-12-31，还有 10 天');
    expect(html).toMatch(/起草工作方案<\/td><td class="number">3 项<\/td>/);
    expect(html).toMatch(/培训报名<\/td><td class="number">0 项<\/td>/);
    expect(html).toContain('在委托下共办理 4 项');
  });

  it.each([
    ['before its term', { state: 'not-yet' }, '尚未开始'],
    ['after its term', { state: 'ended' }, '委托已于 2024-12-31 到期'],
    [
      'once it was ended',
      { state: 'ended', terminated: { lastDay: '2024-11-30', reason: '违反约定。' } },
      '至 2024-11-30。违反约定。',
    ],
  ] as const)('%s, then it says so', (_when, change, says) => {
    expect(shown(change)).toContain(says);
  });
});

const SESSION = samples['training.scheduled'];
const MEETING = samples['exchange-meeting.convened'];

describe('第五条（二） what a third party keeps the records of', () => {
  let site: Site;
  const cookies = new Map<string, string>();
  beforeAll(async () => {
    site = await openSite();
    await site.append('programme-2024', [control('programme.opened')]);
    await site.append(`training-${SESSION.trainingId}`, [control('training.scheduled')]);
    await site.append(`promotion-${MEETING.promotionId}`, [control('exchange-meeting.convened')]);
    for (const [entrustmentId, scope] of [
      ['tpo-rosters', ['EnrolTrainee']],
      ['tpo-meetings', ['RecordPresentation']],
      ['tpo-units', ['RegisterUnit']],
    ] as const) {
      const entrusted = control('third-party.entrusted', { entrustmentId: entrustmentId as never, scope: [...scope] });
      await site.append(entrustmentStream(entrustmentId as never), [entrusted]);
      cookies.set(entrustmentId, await site.signIn(entrustmentId, { role: 'TPO', orgId: entrustmentId }));
    }
    await site.settled();
  });
  afterAll(() => site?.close());

  async function workOf(entrustmentId: string): Promise<string> {
    const cookie = `gongguan=${cookies.get(entrustmentId)}`;
    return (await fetch(`${site.url}/work`, { headers: { accept: 'text/html', cookie } })).text();
  }

  it('given rosters, then the sessions stand on its work, each with the way to its people, and no meeting', async () => {
    const html = await workOf('tpo-rosters');
    expect(html).toContain(`href="/trainings/${SESSION.trainingId}"`);
    expect(html).toContain('/act/EnrolTrainee?');
    expect(html).not.toContain(MEETING.title);
  });

  it('given presentations, then the meetings stand there with the form, and no session', async () => {
    const html = await workOf('tpo-meetings');
    expect(html).toContain(MEETING.title);
    expect(html).toContain(`/act/RecordPresentation?promotionId=${MEETING.promotionId}`);
    expect(html).not.toContain('/trainings/');
  });

  it('given neither, then neither', async () => {
    const html = await workOf('tpo-units');
    expect(html).toContain('委托期内');
    expect(html).not.toMatch(/\/trainings\/|<h2>(培训|交流会)/);
  });
});
