import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { samples } from '../support/controls.ts';
import { logOf, type Told, told } from '../support/fold.ts';
import { dashboardsOver } from './faults.ts';

const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;
const TAKING_OVER: Actor = { accountId: 'rec.zhou' as AccountId, orgId: 'district-hexi', role: 'REC-D' };
const comparison = (story: readonly Told[]) => dashboardsOver(logOf(story), 2024)('bodies');

function opinion(projectId: string, days: number, name: 'project.recommended' | 'project.not-recommended') {
  const at = new Date(Date.parse('2024-04-01T00:00:00.000Z') + days * 86_400_000).toISOString();
  return [
    told('application.started', { projectId }),
    told('application.submitted', { projectId }, { at: '2024-04-01T00:00:00.000Z' }),
    told(name, { projectId }, { at }),
  ];
}

describe('R-D2 第六条 comparison of recommending bodies', () => {
  it('given opinions after 1.5, 4 and 10 days, then their spread, and the projects by step', async () => {
    const story = [
      told('recommending-body.registered'),
      ...opinion(one, 1.5, 'project.recommended'),
      ...opinion(two, 4, 'project.not-recommended'),
      ...opinion(three, 10, 'project.recommended'),
    ];
    expect(await comparison(story)).toMatchObject({
      bodies: [
        {
          bodyId: 'district-binhai',
          bodyName: samples['recommending-body.registered'].name,
          projects: { started: 3, submitted: 3, recommended: 2, declined: 1, listed: 0 },
          opinion: { projects: 3, mean: 5.2, median: 4, p90: 10 },
        },
      ],
      definitions: { opinion: { zh: expect.stringContaining('第十二条') }, submitted: { en: expect.any(String) } },
    });
  });

  it('given a body that nothing was addressed to, then it is compared too; one that came later is not', async () => {
    const story = [
      told('recommending-body.registered'),
      told('recommending-body.registered', { bodyId: 'association-quality', name: '天津市质量协会' }),
      told('recommending-body.registered', { bodyId: 'later', name: '后设单位', from: '2025-01-01' }),
      ...opinion(one, 4, 'project.recommended'),
    ];
    const { bodies } = (await comparison(story)) as { bodies: readonly { readonly bodyId: string }[] };
    expect(bodies).toMatchObject([
      { bodyId: 'association-quality', bodyName: '天津市质量协会', projects: { started: 0 }, acts: { visits: 0 } },
      { bodyId: 'district-binhai', projects: { started: 1 } },
    ]);
  });

  it('given a return, then the first opinion counts from the first submission', async () => {
    const again = (at: string) => told('application.submitted', { projectId: one, version: 2 }, { at });
    const [begun, first, judged] = opinion(one, 8, 'project.recommended') as [Told, Told, Told];
    const returned = told('application.returned', { projectId: one }, { at: '2024-04-02T00:00:00.000Z' });
    const story = [begun, first, returned, again('2024-04-05T00:00:00.000Z'), judged];
    expect(await comparison(story)).toMatchObject({
      bodies: [{ projects: { submitted: 1, returned: 1 }, opinion: { projects: 1, median: 8 } }],
    });
  });

  it('given a second opinion, then the time to the first stands', async () => {
    const second = told('project.not-recommended', { projectId: one }, { at: '2024-04-20T00:00:00.000Z' });
    expect(await comparison([...opinion(one, 8, 'project.recommended'), second])).toMatchObject({
      bodies: [{ opinion: { projects: 1, median: 8 } }],
    });
  });

  it('given a body that has taken over, then what it does counts for it and what came before for the other', async () => {
    const story = [
      told('application.started', { projectId: one }),
      told('application.submitted', { projectId: one }),
      told('project.recommended', { projectId: one }, { actor: TAKING_OVER }),
      told('result-batch.forwarded', {}, { actor: TAKING_OVER }),
    ];
    expect(await comparison(story)).toMatchObject({
      bodies: [
        { bodyId: 'district-binhai', projects: { submitted: 1, recommended: 0 }, acts: { batches: 0 } },
        {
          bodyId: 'district-hexi',
          projects: { submitted: 0, recommended: 1 },
          acts: { batches: 1 },
          opinion: { projects: 1 },
        },
      ],
    });
  });

  it('第十六条、第十七条、第二十四条 given visits, batches and promotion, then every act counts, every project once', async () => {
    const visit = (visitId: string) => told('visit.recorded', { projectId: one, visitId });
    const story = [
      told('application.started', { projectId: one }),
      visit('visit-1'),
      visit('visit-2'),
      told('guidance.issued', { projectId: one }),
      told('progress.urged', { projectId: one }),
      told('result-batch.forwarded'),
      told('result-batch.forwarded', { batch: 2 }),
      told('local-promotion.recorded'),
      told('local-promotion.recorded', { year: 2025, promotionId: 'promotion-3' }),
    ];
    expect(await comparison(story)).toMatchObject({
      bodies: [
        {
          projects: { visited: 1 },
          acts: { visits: 2, guidance: 1, urgings: 1, batches: 2, localPromotions: 1 },
        },
      ],
    });
  });
});
