import { describe, expect, it } from 'vitest';
import { samples } from '../support/controls.ts';
import { logOf, type Told, told } from '../support/fold.ts';
import { dashboardsOver } from './faults.ts';

const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;
const { content } = samples['application.submitted'];
const { content: resultContent } = samples['results.submitted'];
const benefits = (story: readonly Told[]) => dashboardsOver(logOf(story), 2024)('benefits');

function applied(projectId: string, yuan: number, change: object = {}): Told[] {
  const changed = { ...content, expectedEconomic: { yuan, basis: '测算' }, ...change };
  return [told('application.started', { projectId }), told('application.submitted', { projectId, content: changed })];
}

function achieved(projectId: string, yuan: number, change: object = {}): Told {
  const changed = { ...resultContent, economicBenefit: { yuan, basis: '核算' }, ...change };
  return told('results.submitted', { projectId, content: changed });
}

const recognised = (projectId: string) =>
  told('excellent-result.recognised', { projectId, resultId: `result-${projectId}` });
const revoked = (projectId: string) =>
  told('fraud-decision.taken', {
    revoked: [{ resultId: `result-${projectId}`, projectId, title: '成果', year: 2024 }],
  });

describe('R-D3 第三条、第八条 expected and achieved benefits', () => {
  it('given a new version of an application, then it replaces the old one', async () => {
    const again = told('application.supplemented', {
      projectId: one,
      version: 2,
      content: { ...content, expectedEconomic: { yuan: 70, basis: '测算' }, categories: ['优化服务'] },
    });
    expect(await benefits([...applied(one, 100), ...applied(two, 5), again])).toMatchObject({
      total: { applied: { projects: 2, yuan: 75 } },
      byCategory: [
        { category: '优化服务', applied: { projects: 1, yuan: 70 } },
        { category: '提质增效', applied: { projects: 1, yuan: 5 } },
        { category: '节能降耗', applied: { projects: 1, yuan: 5 } },
      ],
      byMethod: expect.arrayContaining([
        expect.objectContaining({ method: 'QC小组', applied: { projects: 2, yuan: 75 } }),
      ]),
    });
  });

  it('given a withdrawal, then the project counts no more; a draft never did', async () => {
    const gone = told('application.withdrawn', { projectId: one });
    const draft = told('application.started', { projectId: three });
    expect(await benefits([...applied(one, 100), gone, draft])).toMatchObject({
      total: { applied: { projects: 0, yuan: 0 } },
      byCategory: [],
    });
  });

  it('given results, then what they state stands beside what the same projects expected', async () => {
    const story = [...applied(one, 100), ...applied(two, 40), told('project.listed', { projectId: one })];
    expect(await benefits([...story, achieved(one, 130)])).toMatchObject({
      total: {
        applied: { projects: 2, yuan: 140 },
        listed: { projects: 1, yuan: 100 },
        submitted: { projects: 1, yuan: 130, expectedYuan: 100 },
        recognised: { projects: 0, yuan: 0, expectedYuan: 0 },
      },
    });
  });

  it('given a method that only the result names, then it is achieved with it and expected without', async () => {
    const story = [...applied(one, 100, { methods: ['排列图'] }), achieved(one, 130, { methods: ['正交试验'] })];
    expect(await benefits(story)).toMatchObject({
      byMethod: [
        { method: '排列图', applied: { projects: 1, yuan: 100 }, submitted: { projects: 0 } },
        { method: '正交试验', applied: { projects: 0 }, submitted: { projects: 1, yuan: 130, expectedYuan: 100 } },
      ],
    });
  });

  it('given a recognition, then its figures count as recognised; not while it is revoked, and again when that is undone', async () => {
    const story = [...applied(one, 100), achieved(one, 130), recognised(one)];
    const counted = { total: { recognised: { projects: 1, yuan: 130, expectedYuan: 100 } } };
    expect(await benefits(story)).toMatchObject(counted);
    const after = [...story, revoked(one)];
    expect(await benefits(after)).toMatchObject({ total: { submitted: { projects: 1 }, recognised: { projects: 0 } } });
    expect(await benefits([...after, told('revocation.overturned')])).toMatchObject(counted);
  });

  it.each([
    ['withdrawn', () => told('results.withdrawn', { projectId: one })],
    ['of a terminated project', () => told('project.terminated', { projectId: one })],
    ['of a project stopped for fraud', () => told('fraudulent-projects.stopped', { projectIds: [one] })],
  ])('given results %s, then they achieve nothing', async (_what, end) => {
    expect(await benefits([...applied(one, 100), achieved(one, 130), end()])).toMatchObject({
      total: { applied: { yuan: 100 }, submitted: { projects: 0, yuan: 0, expectedYuan: 0 } },
    });
  });

  it('given amounts in the text, then they are no figures', async () => {
    const story = [
      ...applied(one, 0, { expectedSocial: '折合 500 万元', expectedResults: '节约 300 万元' }),
      achieved(one, 0, { socialBenefit: '折合 500 万元', results: '节约 300 万元' }),
    ];
    expect(await benefits(story)).toMatchObject({
      total: { applied: { yuan: 0 }, submitted: { yuan: 0 } },
      definitions: { yuan: { zh: expect.stringContaining('社会效益和其他文字表述不折算') } },
    });
  });

  it('given a method that is named twice, then the project uses it once', async () => {
    const methods = ['排列图', '排列图'];
    expect(await benefits([...applied(one, 7, { methods }), achieved(one, 8, { methods })])).toMatchObject({
      byMethod: [{ method: '排列图', applied: { projects: 1, yuan: 7 }, submitted: { projects: 1, yuan: 8 } }],
    });
  });

  it('given a method named like an inherited property, then it is counted like any other', async () => {
    const methods = ['constructor', '__proto__'];
    const story = [...applied(one, 1, { methods }), ...applied(two, 1, { methods })];
    const { byMethod } = (await benefits(story)) as { byMethod: { method: string }[] };
    expect(byMethod.map(({ method }) => method)).toEqual(['__proto__', 'constructor']);
  });
});
