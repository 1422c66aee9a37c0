import { describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { materialsRoot } from '../../services/materials.ts';
import * as body from '../../services/result/body.ts';
import * as unit from '../../services/result/unit.ts';
import {
  BINHAI,
  compile,
  completedWorld,
  content,
  FILE_OF_OTHER,
  FIRST,
  GONGXIN,
  MISSING_FILE,
  OTHER_APPLICANT,
  officerOf,
  submit,
  World,
  YEAR,
} from './world.ts';

const projectId = FIRST;
const signature = { projectId, signatory: '张伟', position: '质量负责人' };
const submission = { projectId, bodyId: BINHAI, content: content() };
const supplement = { projectId, content: content('，已复核'), explanation: '补充数据' };
const document = {
  projectId,
  kind: '成果报告',
  name: '成果报告.pdf',
  sha256: 'b'.repeat(64),
  classification: 'internal',
};
const inBatch = { year: YEAR, bodyId: BINHAI, batch: 1, projectId };
const officer = { actor: officerOf(BINHAI) };

async function submitted(): Promise<World> {
  const world = completedWorld();
  await submit(world, projectId);
  return world;
}

describe('第十七条（第一个） 提交成果材料', () => {
  it('given a completed project and an undertaking, then the materials go to the body that recommended it', async () => {
    const world = completedWorld();
    await world.must(unit.attachResultDocument, document);
    await world.must(unit.signResultUndertaking, signature);
    const [fact] = await world.must(unit.submitResults, submission);
    const data = fact?.data as { content: never; materialsRoot: string };
    expect(fact?.data).toMatchObject({ year: YEAR, version: 1, bodyId: BINHAI, jurisdiction: { district: '120116' } });
    expect(data.materialsRoot).toBe(materialsRoot(data.content, [{ sha256: document.sha256 }]));
    expect(JSON.stringify(fact?.data)).not.toContain('张伟');
    expect(world.events.at(-1)?.meta.about).toMatchObject({ projectId, year: YEAR, bodyId: BINHAI });
  });

  it('given a file is attached again with another classification, then it is refused and not said to be done', async () => {
    const world = completedWorld();
    await world.must(unit.attachResultDocument, document);
    expect(await world.must(unit.attachResultDocument, document)).toEqual([]);
    await expect(world.must(unit.attachResultDocument, { ...document, classification: 'public' })).rejects.toThrow(
      /already-attached/,
    );
  });

  it('the root changes with the content and with the documents', () => {
    const sealed = { ...content(), participants: [] } as never;
    const root = materialsRoot(sealed, [{ sha256: 'b'.repeat(64) }]);
    expect(materialsRoot(sealed, [])).not.toBe(root);
    expect(materialsRoot({ ...(sealed as object), title: '另一题目' } as never, [{ sha256: 'b'.repeat(64) }])).not.toBe(
      root,
    );
  });

  it.each([
    ['application', 'project-not-listed', () => World.founded()],
    ['implementing', 'project-not-completed', () => World.founded()],
    ['terminated', 'project-terminated', completedWorld],
  ] as const)('a project that is %s has no results to submit', async (stage, code, open) => {
    const world = open();
    if (stage === 'application') {
      world.list(projectId);
      world.events.pop();
    }
    if (stage === 'implementing') world.list(projectId);
    if (stage === 'terminated') world.terminate(projectId);
    for (const [command, input] of [
      [unit.attachResultDocument, document],
      [unit.signResultUndertaking, signature],
      [unit.submitResults, submission],
      [unit.supplementResults, supplement],
      [unit.withdrawResults, { projectId, reason: '误报' }],
    ] as const) {
      expect(await world.refusal(command, input)).toMatchObject({ code, rule: { article: 'art-17a' } });
    }
  });

  it('to another unit, and for a project that is not there, nothing is to be found', async () => {
    const world = await submitted();
    const withdrawal = { projectId, reason: '误报' };
    expect(await world.refusal(unit.withdrawResults, withdrawal, { actor: OTHER_APPLICANT })).toMatchObject({
      kind: 'hidden',
    });
    const missing = { ...signature, projectId: '2024-nothing1' };
    expect(await world.refusal(unit.signResultUndertaking, missing)).toMatchObject({ kind: 'hidden' });
  });

  it('an undertaking is signed for each submission', async () => {
    const world = completedWorld();
    const refusal = await world.refusal(unit.submitResults, submission);
    expect(refusal).toMatchObject({ code: 'undertaking-not-signed', rule: { houseRule: 'result-undertaking' } });
    await world.must(unit.signResultUndertaking, signature);
    expect(await world.must(unit.signResultUndertaking, signature)).toEqual([]);
    const otherwise = await world.refusal(unit.signResultUndertaking, { ...signature, position: '副总经理' });
    expect(otherwise.code).toBe('recorded-otherwise');
    await world.must(unit.submitResults, submission);
    await world.must(unit.withdrawResults, { projectId, reason: '数据有误' });
    expect(await world.refusal(unit.submitResults, submission)).toMatchObject({ code: 'undertaking-not-signed' });
  });

  it('what is submitted is not submitted again', async () => {
    const world = await submitted();
    await world.must(unit.signResultUndertaking, signature);
    expect(await world.refusal(unit.submitResults, submission)).toMatchObject({ code: 'already-submitted' });
  });

  it.each([
    ['submit', unit.submitResults, submission],
    ['supplement', unit.supplementResults, supplement],
  ] as const)(
    '按要求：after the last day of the plan nobody can %s, until 24:00 of it everybody',
    async (act, command, input) => {
      const world = completedWorld();
      if (act === 'supplement') await submit(world, projectId);
      else await world.must(unit.signResultUndertaking, signature);
      const late = { now: '2024-10-31T16:00:00.000Z' };
      expect(await world.refusal(command, input, late)).toMatchObject({
        code: 'results-closed',
        rule: { plan: YEAR, version: 1, item: 'deadlines.results' },
      });
      await world.must(command, input, { now: '2024-10-31T15:59:59.999Z' });
    },
  );

  it('第四条 after the year has ended nothing is submitted', async () => {
    const world = completedWorld();
    await world.must(unit.signResultUndertaking, signature);
    world.closeYear();
    expect(await world.refusal(unit.submitResults, submission)).toMatchObject({
      code: 'programme-not-open',
      rule: { article: 'art-04' },
    });
  });

  it('a project carried over submits in the later year (D-4)', async () => {
    const world = completedWorld();
    await world.must(unit.signResultUndertaking, signature);
    world.carryOver(projectId);
    expect(await world.refusal(unit.submitResults, submission)).toMatchObject({ code: 'programme-not-open' });
  });

  it('the plan can ask for documents', async () => {
    const world = completedWorld({ requiredResultDocuments: ['成果报告', '效益证明'] });
    await world.must(unit.attachResultDocument, document);
    await world.must(unit.signResultUndertaking, signature);
    const refusal = await world.refusal(unit.submitResults, submission);
    expect(refusal).toMatchObject({ code: 'documents-missing', rule: { item: 'options.requiredResultDocuments' } });
    expect(refusal.zh).toContain('效益证明');
    expect(refusal.zh).not.toContain('成果报告');
    await world.must(unit.attachResultDocument, { ...document, kind: '效益证明' });
    await world.must(unit.submitResults, submission);
  });

  it('a file is attached once, and only if it was uploaded', async () => {
    const world = completedWorld();
    await world.must(unit.attachResultDocument, document);
    expect(await world.must(unit.attachResultDocument, document)).toEqual([]);
    const missing = { ...document, sha256: MISSING_FILE };
    expect(await world.refusal(unit.attachResultDocument, missing)).toMatchObject({ code: 'blob-not-found' });
  });

  it('given a file that another unit has uploaded, then it is refused as if there were none', async () => {
    const world = completedWorld();
    const refusalOf = (sha256: string) => world.refusal(unit.attachResultDocument, { ...document, sha256 });
    expect(await refusalOf(FILE_OF_OTHER)).toEqual(await refusalOf(MISSING_FILE));
  });
});

describe('第六条 一个推荐单位', () => {
  it('results go to no other body than the one that recommended the project (D-6)', async () => {
    const world = completedWorld();
    await world.must(unit.signResultUndertaking, signature);
    const elsewhere = { ...submission, bodyId: GONGXIN };
    expect(await world.refusal(unit.submitResults, elsewhere)).toMatchObject({
      code: 'not-the-recommending-body',
      rule: { article: 'art-17a' },
    });
  });

  it('after a transfer they go to the body that took over, from its first day on', async () => {
    const world = completedWorld();
    await world.must(unit.signResultUndertaking, signature);
    world.transfer(BINHAI, GONGXIN, '2024-10-15');
    await world.must(unit.submitResults, submission, { now: '2024-10-14T10:00:00.000Z' });
    await world.must(unit.withdrawResults, { projectId, reason: '数据有误' });
    await world.must(unit.signResultUndertaking, signature);
    const later = { now: '2024-10-15T10:00:00.000Z' };
    expect(await world.refusal(unit.submitResults, submission, later)).toMatchObject({
      code: 'not-the-recommending-body',
    });
    const [fact] = await world.must(unit.submitResults, { ...submission, bodyId: GONGXIN }, later);
    expect(fact?.data).toMatchObject({ version: 2, bodyId: GONGXIN, jurisdiction: { district: '120116' } });
  });
});

describe('补充和撤回', () => {
  it('a supplement is a new version to the same body', async () => {
    const world = await submitted();
    const [fact] = await world.must(unit.supplementResults, supplement);
    expect(fact).toMatchObject({ type: 'results.supplemented', data: { version: 2, bodyId: BINHAI } });
  });

  it('nothing can be supplemented or withdrawn before it is submitted', async () => {
    const world = completedWorld();
    expect(await world.refusal(unit.supplementResults, supplement)).toMatchObject({ code: 'not-submitted' });
    expect(await world.refusal(unit.withdrawResults, { projectId, reason: '误报' })).toMatchObject({
      code: 'not-submitted',
    });
  });

  it('D-34 a project stopped for fraud hands nothing in; what it has handed in can be withdrawn, and is not recommended', async () => {
    const world = await submitted();
    await compile(world);
    world.stop(projectId);
    for (const [command, input] of [
      [unit.attachResultDocument, document],
      [unit.signResultUndertaking, signature],
      [unit.submitResults, submission],
    ] as const) {
      expect((await world.refusal(command, input)).code).toBe('project-stopped');
    }
    expect((await world.refusal(body.recommendResult, inBatch, officer)).code).toBe('project-stopped');
    await world.must(body.declineToRecommendResult, { ...inBatch, reason: '材料不真实' }, officer);
    const open = await submitted();
    open.stop(projectId);
    expect((await open.refusal(unit.supplementResults, supplement)).code).toBe('project-stopped');
    expect(await open.must(unit.withdrawResults, { projectId, reason: '撤回' })).toHaveLength(1);
  });

  it('第十七条（第二个） what the body has compiled is frozen', async () => {
    const world = await submitted();
    await compile(world);
    for (const [command, input] of [
      [unit.attachResultDocument, document],
      [unit.signResultUndertaking, signature],
      [unit.supplementResults, supplement],
      [unit.withdrawResults, { projectId, reason: '误报' }],
    ] as const) {
      expect(await world.refusal(command, input)).toMatchObject({
        code: 'results-compiled',
        rule: { article: 'art-17b' },
      });
    }
  });

  it('a declined result can be submitted again as a new version, and joins another batch (D-15)', async () => {
    const world = await submitted();
    await compile(world);
    await world.must(body.declineToRecommendResult, { ...inBatch, reason: '数据不全' }, officer);
    expect(await world.refusal(unit.withdrawResults, { projectId, reason: '误报' })).toMatchObject({
      code: 'results-compiled',
    });
    await submit(world, projectId);
    const [fact] = await compile(world);
    expect(fact?.data).toMatchObject({ batch: 2, projects: [{ projectId, version: 2 }] });
  });

  it('every step stands on the life line of the project', async () => {
    const world = await submitted();
    await world.must(unit.supplementResults, supplement);
    await world.must(unit.withdrawResults, { projectId, reason: '误报' });
    expect(world.of(projectStream(projectId)).map(({ type }) => type)).toEqual([
      'application.started',
      'project.listed',
      'project.completed',
      'result-undertaking.signed',
      'results.submitted',
      'results.supplemented',
      'results.withdrawn',
    ]);
  });
});
