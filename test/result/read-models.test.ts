import { beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import { resultBatchForwarded, resultBatchStream, resultsCompiled } from '../../events/result.ts';
import { fileOwners, openingOfFile } from '../../projections/application/files.ts';
import { chargeRows } from '../../projections/charges.ts';
import { resultBatches } from '../../projections/result/batches.ts';
import { routes } from '../../projections/result/http.ts';
import { resultMaterials } from '../../projections/result/materials.ts';
import { resultRows } from '../../projections/result/results.ts';
import * as body from '../../services/result/body.ts';
import * as unit from '../../services/result/unit.ts';
import { ask, readerOf } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import {
  APPLICANT,
  BINHAI,
  compile,
  completedWorld,
  content,
  FIRST,
  FOURTH,
  GONGXIN,
  OTHER_APPLICANT,
  OTHER_USCC,
  officerOf,
  SECOND,
  submit,
  THIRD,
  USCC,
  type World,
  YEAR,
} from './world.ts';

const officer = officerOf(BINHAI);
const other = officerOf(GONGXIN);
const batch = { year: YEAR, bodyId: BINHAI, batch: 1 };
const DOCUMENT = 'b'.repeat(64);

let world: World;
beforeEach(() => {
  world = completedWorld();
});

const reader = () =>
  readerOf([resultRows, resultBatches, chargeRows, resultMaterials, fileOwners], {
    events: world.events,
    now: '2024-10-20T02:00:00.000Z',
    names: { 'person-zhang': '张伟' },
  });

async function answer<T = unknown>(name: string, input: object, caller: Actor = MSR): Promise<T> {
  return (await ask(routes, name, input, caller, reader())) as T;
}

interface Row {
  readonly projectId: string;
  readonly state: string;
}
interface Items<T> {
  readonly items: readonly T[];
}
const idsOf = (found: Items<Row> | undefined) => found?.items.map(({ projectId }) => projectId);
const inbox = (bodyId: string, caller: Actor, state = 'submitted') =>
  answer<Items<Row>>('ListResultInbox', { bodyId, year: YEAR, state }, caller);

describe('已完成未提交成果的项目', () => {
  const unsubmitted = (caller: Actor) => answer<Items<Row>>('ListUnsubmittedResults', { year: YEAR }, caller);

  it('holds every completed project until its results are in, and again after a withdrawal', async () => {
    await submit(world, FIRST);
    expect(idsOf(await unsubmitted(MSR))).toEqual([SECOND, THIRD, FOURTH]);
    await world.must(unit.withdrawResults, { projectId: FIRST, reason: '误报' });
    expect(idsOf(await unsubmitted(MSR))?.toSorted()).toEqual([FIRST, SECOND, THIRD, FOURTH]);
  });

  it('shows a unit its own projects, and a body those it recommended', async () => {
    expect(idsOf(await unsubmitted(APPLICANT))).toEqual([FIRST, SECOND, THIRD]);
    expect(idsOf(await unsubmitted(OTHER_APPLICANT))).toEqual([FOURTH]);
    expect(idsOf(await unsubmitted(officer))).toEqual([FIRST, SECOND]);
  });

  it('a terminated project and one carried over owe nothing this year', async () => {
    world.terminate(FIRST);
    world.carryOver(SECOND);
    expect(idsOf(await unsubmitted(officer))).toEqual([]);
  });
});

describe('成果收件箱', () => {
  it('holds what was handed in, the longest waiting first, and moves on with the batch', async () => {
    await submit(world, SECOND);
    await submit(world, FIRST);
    expect(idsOf(await inbox(BINHAI, officer))?.toSorted()).toEqual([FIRST, SECOND]);
    await compile(world);
    expect(idsOf(await inbox(BINHAI, officer))).toEqual([]);
    expect(idsOf(await inbox(BINHAI, officer, 'compiled'))).toHaveLength(2);
    await world.must(body.recommendResult, { ...batch, projectId: FIRST }, { actor: officer });
    expect(idsOf(await inbox(BINHAI, officer, 'recommended'))).toEqual([FIRST]);
  });

  it('第六条 goes over to the body that takes over the charge', async () => {
    await submit(world, FIRST);
    await submit(world, THIRD);
    world.transfer();
    expect(idsOf(await inbox(BINHAI, officer))).toEqual([]);
    expect(idsOf(await inbox(GONGXIN, other))?.toSorted()).toEqual([FIRST, THIRD]);
  });

  it('is nobody else’s, and empty for a body without a charge', async () => {
    expect(await inbox(BINHAI, other)).toBeUndefined();
    expect(await inbox('nobody', MSR)).toEqual({ items: [] });
  });
});

describe('成果材料', () => {
  beforeEach(async () => {
    const document = {
      projectId: FIRST,
      kind: '成果报告',
      name: '报告.pdf',
      sha256: DOCUMENT,
      classification: 'internal',
    };
    await world.must(unit.attachResultDocument, document);
    await submit(world, FIRST);
  });
  const file = (caller: Actor) =>
    answer<{ materials: { content?: { participants: { name: string }[] } } }>(
      'GetResultFile',
      { projectId: FIRST },
      caller,
    );

  it('opens the names to the unit, the body in charge and those who oversee', async () => {
    for (const caller of [APPLICANT, officer, MSR]) {
      expect((await file(caller)).materials).toMatchObject({
        version: 1,
        content: { results: content().results, participants: [{ name: '张伟' }] },
        documents: [{ name: '报告.pdf', kind: '成果报告' }],
      });
    }
  });

  it('is not there for another unit, nor for another body until the charge comes to it', async () => {
    expect(await file(OTHER_APPLICANT)).toBeUndefined();
    expect(await file(other)).toBeUndefined();
    world.transfer();
    expect(await file(other)).toBeDefined();
  });

  it('keeps what was explained and withdrawn, and no withdrawn content', async () => {
    const supplement = { projectId: FIRST, content: content('，复核'), explanation: '补充效益证明' };
    await world.must(unit.supplementResults, supplement);
    await world.must(unit.withdrawResults, { projectId: FIRST, reason: '误报' });
    const { materials } = await file(MSR);
    expect(materials).toMatchObject({
      explanations: [{ version: 2, text: '补充效益证明' }],
      withdrawals: [{ reason: '误报' }],
    });
    expect(materials).not.toHaveProperty('content');
  });

  it('its files are the unit’s and its body’s', async () => {
    for (const [caller, may] of [
      [APPLICANT, true],
      [officer, true],
      [OTHER_APPLICANT, false],
      [other, false],
    ] as const) {
      const opening = await openingOfFile(reader(), caller, DOCUMENT, async () => false);
      expect(opening).toEqual(may ? { units: [APPLICANT.orgId], name: expect.stringMatching(/./) } : undefined);
    }
  });

  it('a unit reads its own ledger and no other', async () => {
    const ledger = (uscc: string) => answer<Items<Row>>('ListUnitResults', { uscc, year: YEAR }, APPLICANT);
    expect(idsOf(await ledger(USCC))?.toSorted()).toEqual([FIRST, SECOND, THIRD]);
    expect(await ledger(OTHER_USCC)).toBeUndefined();
  });
});

interface Summary {
  readonly root: string;
  readonly undecided: number;
  readonly lines: readonly object[];
}
const summary = (caller: Actor = officer, bodyId = BINHAI) =>
  answer<Items<Summary>>('GetResultSummary', { year: YEAR, bodyId }, caller);

describe('成果汇总表', () => {
  beforeEach(async () => {
    await submit(world, FIRST);
    await submit(world, SECOND);
    await compile(world);
  });

  it('tells places in the log to those who oversee alone: they count what is hidden from a body', async () => {
    const told = (caller: Actor) => answer<object>('GetResultSummary', { year: YEAR, bodyId: BINHAI }, caller);
    expect(await told(MSR)).toMatchObject({
      asOfPosition: expect.any(String),
      items: [{ position: expect.any(String) }],
    });
    expect(JSON.stringify(await told(officer))).not.toMatch(/position|lag"/i);
  });

  it('lists each result with the verdict on it, and gives the root to forward the batch with', async () => {
    expect((await summary()).items[0]?.undecided).toBe(2);
    await world.must(body.recommendResult, { ...batch, projectId: FIRST, opinion: '同意' }, { actor: officer });
    const declined = { ...batch, projectId: SECOND, reason: '数据不全' };
    await world.must(body.declineToRecommendResult, declined, { actor: officer });
    const before = (await summary()).items[0] as Summary;
    expect(before).toMatchObject({
      undecided: 0,
      lines: [
        { projectId: FIRST, verdict: 'recommended', text: '同意' },
        { projectId: SECOND, verdict: 'declined', text: '数据不全' },
      ],
    });
    await world.must(body.forwardResultBatch, { ...batch, root: before.root }, { actor: officer });
    expect((await summary()).items[0]).toMatchObject({ root: before.root, forwarded: { by: officer.accountId } });
  });

  it('another body reads it only once it answers for a result of it', async () => {
    expect(await summary(other)).toBeUndefined();
    world.transfer();
    expect((await summary(other)).items).toHaveLength(1);
    expect((await summary(MSR, GONGXIN)).items).toEqual([]);
  });
});

interface Balance {
  readonly bodyId: string;
  readonly balanced: boolean;
}
const reconciliation = async (caller: Actor = MSR) =>
  (await answer<Items<Balance>>('GetResultReconciliation', { year: YEAR }, caller)).items;

describe('R-O7 成果报送对账', () => {
  beforeEach(async () => {
    await submit(world, FIRST);
    await submit(world, SECOND);
    await submit(world, THIRD);
  });

  it('names what is open at each step, and balances at the end', async () => {
    expect(await reconciliation()).toMatchObject([
      { bodyId: BINHAI, submitted: 2, received: 0, notCompiled: [FIRST, SECOND], balanced: false },
      { bodyId: GONGXIN, submitted: 1, notCompiled: [THIRD] },
    ]);
    await compile(world);
    expect((await reconciliation())[0]).toMatchObject({ notCompiled: [], undecided: [FIRST, SECOND] });
    for (const projectId of [FIRST, SECOND]) {
      await world.must(body.recommendResult, { ...batch, projectId }, { actor: officer });
    }
    expect((await reconciliation())[0]).toMatchObject({
      recommended: 2,
      notForwarded: [FIRST, SECOND],
      balanced: false,
    });
    const root = (await summary()).items[0]?.root;
    await world.must(body.forwardResultBatch, { ...batch, root }, { actor: officer });
    expect((await reconciliation())[0]).toMatchObject({
      received: 2,
      notForwarded: [],
      batches: [{ batch: 1, forwardedRoot: root, submittedRoot: root, matches: true }],
      balanced: true,
    });
  });

  it('a batch that was forwarded with other materials than submitted is found (planted)', async () => {
    const [compiled] = await compile(world);
    const { projects } = resultsCompiled.schema.parse(compiled?.data);
    const forged = projects.map(result => ({ ...result, materialsRoot: 'd'.repeat(64) }));
    const planted = { ...batch, root: 'e'.repeat(64), projects: forged, declined: [], dropped: [] };
    world.tell(resultBatchStream(YEAR, BINHAI), resultBatchForwarded.of(planted));
    expect((await reconciliation())[0]).toMatchObject({
      differing: [FIRST, SECOND],
      batches: [{ matches: false }],
      balanced: false,
    });
  });

  it('a body sees its own line', async () => {
    expect((await reconciliation(other)).map(({ bodyId }) => bodyId)).toEqual([GONGXIN]);
  });
});
