/** What a third party is entrusted with: until when, and what it has done of each matter. */
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { Entrusted, type EntrustmentShown } from '../../infra/pages/work/entrusted.tsx';

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
