/** Questions 5, 6, 7 and 9: the evaluation seen from the log — who might score, what changed, does it come out again. */
import { describe, expect, it } from 'vitest';
import { UNITS } from '../programme-year/cast.ts';
import { type Told, told } from '../support/fold.ts';
import {
  aggregation,
  bank,
  byJudge,
  declares,
  draw,
  type Expert,
  MEMBERS,
  pair,
  panelReady,
  pointsOf,
  scored,
  sheet,
  sheets,
  signs,
  sound,
  whole,
} from './evaluation-story.ts';
import { actorOf, altered, ask, faultsOf, OFFICER, PROJECT, placeOf, story, UNIT } from './support.ts';

describe('问题5 计入的评分表', () => {
  it('评分时均已申明、无利害关系、已签承诺的没有问题', async () => {
    const answer = await ask(5, {}, sound);
    expect(answer).toMatchObject({ faults: 0 });
    expect(answer.rows.map(({ cells }) => cells.expert)).toEqual([...MEMBERS]);
    const [first] = answer.rows;
    expect(first?.rests.map(({ type }) => type)).toEqual([
      'score-sheet.submitted',
      'interest.declared',
      'confidentiality-undertaking.signed',
      'scores.aggregated',
    ]);
    expect(await ask(5, { panel: '2024-other' }, sound)).toMatchObject({ rows: [] });
  });

  const OLD = UNITS.society.uscc;
  const works = (employer: object) => told('expert.profile-updated', { expertId: 'expert-liu', ...employer } as never);
  const without = (name: string, expertId: Expert) =>
    panelReady.filter(each => each.name !== name || each.actor?.orgId !== expertId);

  it.each([
    ['评分前未签署保密承诺', [...without('confidentiality-undertaking.signed', 'expert-liu'), ...sheets]],
    [
      '评分前未签署保密承诺',
      [...without('confidentiality-undertaking.signed', 'expert-liu'), ...sheets, signs('expert-liu')],
    ],
    ['未就该单位申明利害关系', [...without('interest.declared', 'expert-liu'), ...sheets]],
    ['未就该单位申明利害关系', [...without('interest.declared', 'expert-liu'), ...sheets, declares('expert-liu')]],
    ['已申明存在利害关系', [...panelReady, declares('expert-liu', 'conflict'), ...sheets]],
    ['已回避该单位', [...panelReady, told('expert.recused', pair('expert-liu') as never), ...sheets]],
    [
      '利害关系线索或回避申请尚未决定',
      [...panelReady, told('conflict.detected', pair('expert-liu') as never), ...sheets],
    ],
    ['汇总时已回避该单位', [...panelReady, ...sheets, told('expert.recused', pair('expert-liu') as never)]],
    ['专家库登记的现工作单位为', [...panelReady, works({ employerUscc: UNIT }), ...sheets]],
    [
      '为该单位所承继的单位',
      [
        ...panelReady,
        works({ employerName: '某 老厂', employerUscc: undefined }),
        told('unit.registered', { uscc: OLD, name: '某老厂' } as never),
        told('unit.successor-recorded', { uscc: UNIT, predecessor: OLD, effectiveOn: '2024-01-01' } as never),
        ...sheets,
      ],
    ],
    [
      '评分人不是该专家本人',
      [...panelReady, sheet('expert-liu', {}, actorOf('judge.expert-liu', 'EXPERT', 'expert-li')), ...sheets.slice(1)],
    ],
  ])('发现不具备资格的评分表：%s', async (flaw, before) => {
    const log = story(whole(before));
    const [fault, ...others] = faultsOf(await ask(5, {}, log));
    expect(others).toEqual([]);
    expect(fault?.says).toContain(flaw);
    expect(fault?.at).toContain(placeOf(log, 'score-sheet.submitted'));
  });

  it('发现计入而不在日志中的、已作废的评分表', async () => {
    const unknown = story([...scored, aggregation(scored, 1, { inputs: ['no-such-event'] })]);
    expect(faultsOf(await ask(5, {}, unknown))).toMatchObject([{ says: expect.stringContaining('不在日志中') }]);
    const voided = story([...scored, told('score-sheet.voided', { sheetId: 'sheet-expert-liu' }), aggregation(scored)]);
    expect(faultsOf(await ask(5, {}, voided))).toMatchObject([{ says: expect.stringContaining('汇总时已作废') }]);
  });

  it('其后的回避不改变此前的报告', async () => {
    const asOf = String(sound.length);
    const later = story([...whole(scored), told('expert.recused', pair('expert-liu') as never)]);
    expect(await ask(5, {}, later, { asOf })).toEqual(await ask(5, {}, sound, { asOf }));
  });
});

describe('问题6 评分的变动', () => {
  const superseded = told(
    'score-sheet.superseded',
    { sheetId: 'sheet-2', supersedes: 'sheet-expert-liu', scores: pointsOf('20', '30') },
    byJudge('expert-liu'),
  );
  const proposed = (round: number, rank = 1) =>
    told('excellent-list.proposed', { round, list: [{ projectId: PROJECT, rank, score: '86.5000' }] });

  it('没有变动的没有', async () => {
    expect(await ask(6, {}, sound)).toMatchObject({ rows: [], verdict: '评分提交后没有变动或作废。' });
  });

  it('评分期间的更换：理由、原分、现分', async () => {
    const log = story(whole([...scored, superseded]));
    const { faults, rows } = await ask(6, {}, log);
    expect(faults).toBe(0);
    expect(rows).toMatchObject([
      {
        cells: {
          kind: '更换',
          expert: 'expert-liu',
          before: '86.5000',
          after: '50.0000',
          list: '尚未提出',
          rankAfter: 1,
        },
      },
    ]);
  });

  it('提出名单后作废并重新汇总、重新提出：名单有无变化', async () => {
    const first = [...whole(scored), proposed(1)];
    const voided = [...first, told('score-sheet.voided', { sheetId: 'sheet-expert-liu' })];
    const again = (rank: number) => [...voided, aggregation(voided, 2), proposed(2, rank)];
    const cells = async (log: readonly Told[]) => (await ask(6, {}, story(log))).rows[0]?.cells;
    expect(await cells(again(1))).toMatchObject({ kind: '作废', list: '无变化', flaw: '' });
    expect(await cells(again(2))).toMatchObject({ list: '有变化', reason: '专家对该单位回避' });
  });

  it('发现名单仍依据已作废的评分表', async () => {
    const log = story([...whole(scored), proposed(1), told('score-sheet.voided', { sheetId: 'sheet-expert-liu' })]);
    expect(faultsOf(await ask(6, {}, log))).toMatchObject([
      { says: expect.stringContaining('建议名单仍依据已变动的评分表'), at: expect.arrayContaining([log.length]) },
    ]);
    expect(await ask(6, {}, log, { asOf: String(log.length - 1) })).toMatchObject({ rows: [] });
  });

  it('发现评分结束后的更换、不说明理由的重复提交', async () => {
    const late = story([...whole(scored), superseded]);
    expect(faultsOf(await ask(6, {}, late))[0]?.says).toContain('评分结束后更换');
    const twice = story(
      whole([...scored, sheet('expert-liu', { sheetId: 'sheet-again', scores: pointsOf('1', '1') })]),
    );
    expect(faultsOf(await ask(6, {}, twice))[0]?.says).toContain('未说明理由重复提交');
  });
});

describe('问题7 抽取和汇总的重算', () => {
  it('重算结果相同', async () => {
    const answer = await ask(7, {}, sound);
    expect(answer).toMatchObject({ faults: 0 });
    expect(answer.rows.map(({ cells }) => [cells.step, cells.equal])).toEqual([
      ['候选专家', '是'],
      ['随机抽取', '是'],
      ['第1次汇总', '是'],
    ]);
  });

  it('同一人在专家库有两个编号的，候选名单只列一个，重算亦同', async () => {
    const same = [
      told('expert.identity-stated', { expertId: 'expert-liu' }),
      told('expert.admitted', { expertId: 'expert-wu' }),
      told('expert.identity-stated', { expertId: 'expert-wu' }),
    ];
    expect(await ask(7, {}, story(bank, same, draw))).toMatchObject({ faults: 0 });
    expect(await ask(7, {}, story(bank, same.slice(0, 2), draw))).toMatchObject({ faults: 1 });
  });

  it('递补按抽取的次序', async () => {
    const replaced = (replacement: Expert) => story(bank, draw, told('expert.replaced', { replacement }));
    expect(await ask(7, {}, replaced('expert-li'))).toMatchObject({ faults: 0 });
    expect(faultsOf(await ask(7, {}, replaced('expert-sun')))).toMatchObject([
      { says: expect.stringContaining('递补人选不是') },
    ]);
  });

  it.each([
    ['抽取结果不同', told('experts.drawn', { picks: ['expert-li', 'expert-zhao', 'expert-qian'] })],
    ['种子与事先承诺不符', told('experts.drawn', { seed: '另一种子' })],
    ['抽取结果不同', told('experts.drawn', { beaconValue: '另一开奖号码' })],
    ['无法重算', told('experts.drawn', { algorithm: 'by-hand' })],
  ])('发现被操纵的抽取：%s', async (flaw, drawn) => {
    const log = story(bank, draw.slice(0, 2), drawn);
    expect(faultsOf(await ask(7, {}, log))[0]?.says).toContain(flaw);
    expect(await ask(7, {}, log, { asOf: String(log.length - 1) })).toMatchObject({ faults: 0 });
  });

  it('发现候选专家被删减、抽中已停用的专家', async () => {
    const fewer = story(
      bank,
      told('panel-formation.started', { candidates: ['expert-li', 'expert-liu', 'expert-zhao'] }),
    );
    expect(faultsOf(await ask(7, {}, fewer))[0]?.says).toMatch(/不是当时专家库中的全部.*与其摘要不符/);
    const retired = story(bank, draw[0] as Told, told('expert.removed', { expertId: 'expert-liu' }), draw[2] as Told);
    expect(faultsOf(await ask(7, {}, retired))[0]?.says).toContain('抽取结果不同');
  });

  it('发现被改动的汇总结果、漏计的评分表、换过的标准', async () => {
    const { results } = aggregation(scored).change as { results: object[] };
    const raised = results.map(result => ({ ...result, score: '99.0000' }));
    const flawed: readonly (readonly [string, object])[] = [
      ['汇总结果不同', { results: raised }],
      ['1份有效评分表未计入', { inputs: (aggregation(scored).change as { inputs: string[] }).inputs.slice(1) }],
      ['评定标准的摘要不符', { standard: { year: 2024, version: 1, hash: 'f'.repeat(64) } }],
      ['所依评定标准不在日志中', { standard: { year: 2024, version: 2, hash: 'f'.repeat(64) } }],
      ['无法重算', { algorithmVersion: 'by-hand' }],
    ];
    for (const [flaw, change] of flawed) {
      const log = story(whole(scored, 1, change));
      const [fault, ...others] = faultsOf(await ask(7, {}, log));
      expect(others).toEqual([]);
      expect(fault?.says).toContain(flaw);
      expect(fault?.at).toContain(log.length);
    }
  });
});

describe('问题9 单位材料的调阅', () => {
  const started = told('application.started', {}, { actor: actorOf('haihe.zhang', 'UNIT', UNIT) });
  const opens = (expertId: Expert, change: object = {}) =>
    told('material.accessed', {
      ...{ accountId: `judge.${expertId}`, orgId: expertId, role: 'EXPERT' },
      ...{ kind: 'case-file', objects: [{ objectId: PROJECT, units: [UNIT] }], ...change },
    } as never);
  const asked = { unit: UNIT };

  it('列出调阅人、时间、对象；其他单位的不列', async () => {
    const elsewhere = opens('expert-liu', { objects: [{ objectId: '2024-0aaa1bbb', units: [] }] });
    const answer = await ask(9, asked, story(started, panelReady, opens('expert-liu'), elsewhere));
    expect(answer).toMatchObject({ faults: 0, rows: [{ cells: { role: 'EXPERT', object: PROJECT } }] });
    const byProject = await ask(
      9,
      asked,
      story(started, panelReady, opens('expert-liu', { objects: [{ objectId: PROJECT, units: [] }] })),
    );
    expect(byProject.rows).toHaveLength(1);
  });

  it('没有人调阅过的没有', async () => {
    expect(await ask(9, asked, story(started))).toMatchObject({ rows: [] });
  });

  it('发现未签承诺、未申明、已回避、非成员的调阅', async () => {
    const recused = told('expert.recused', pair('expert-liu') as never);
    const flawed: readonly (readonly [string, readonly Told[]])[] = [
      ['调阅前未签署保密承诺', [opens('expert-li'), ...panelReady]],
      ['专家当时无权评定该单位', [signs('expert-liu'), opens('expert-liu'), ...panelReady]],
      ['专家当时无权评定该单位', [...panelReady, recused, opens('expert-liu')]],
      ['专家当时无权评定该单位', [...panelReady, signs('expert-li'), opens('expert-li')]],
      ['其他单位调阅', [opens('expert-liu', { role: 'UNIT', orgId: '91120116300001011B' })]],
    ];
    for (const [flaw, parts] of flawed) {
      const log = story(started, parts);
      expect(faultsOf(await ask(9, asked, log))).toMatchObject([
        { says: expect.stringContaining(flaw), at: [placeOf(log, 'material.accessed')] },
      ]);
    }
  });

  it('监督人员本人的调阅同样在列；其后的回避不改变此前的报告', async () => {
    const own = told(
      'material.accessed',
      { accountId: 'sup.li', orgId: 'sup', role: 'SUP', objects: [{ objectId: PROJECT, units: [UNIT] }] } as never,
      { actor: OFFICER, about: { accountId: 'sup.li' } },
    );
    const asker = { role: 'SUP', accountId: 'sup.li' } as const;
    expect((await ask(9, asked, story(started, own), { asker })).rows).toHaveLength(1);
    const log = story(started, panelReady, opens('expert-liu'), told('expert.recused', pair('expert-liu') as never));
    expect(await ask(9, asked, log)).toMatchObject({ faults: 0 });
  });
});

it('envelopes are told apart from facts', () => {
  expect(() => altered(sound, 'no-such.type', {})).toThrow('no no-such.type');
});
