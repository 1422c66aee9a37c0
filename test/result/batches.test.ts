import { beforeEach, describe, expect, it } from 'vitest';
import type { DecidedEvent, EventOf } from '../../events/event-type.ts';
import {
  type BatchedResult,
  RESULTS_A_BATCH,
  resultBatchStream,
  resultsCompiled,
  type resultsSubmitted,
} from '../../events/result.ts';
import { batchRoot } from '../../services/result/batch.ts';
import * as body from '../../services/result/body.ts';
import { bookFold } from '../../services/result/book.ts';
import * as unit from '../../services/result/unit.ts';
import { control } from '../support/controls.ts';
import { decide, recorded, refusalOf } from '../support/given.ts';
import {
  BINHAI,
  compile,
  completedWorld,
  content,
  FIRST,
  GONGXIN,
  officerOf,
  SECOND,
  submit,
  THIRD,
  type World,
  YEAR,
} from './world.ts';

const officer = { actor: officerOf(BINHAI) };
const other = { actor: officerOf(GONGXIN) };
const batch = { year: YEAR, bodyId: BINHAI, batch: 1 };
const opinion = '成效明显，同意推荐';
const reason = '效益数据无法核对';

let world: World;
beforeEach(async () => {
  world = completedWorld();
  for (const projectId of [FIRST, SECOND, THIRD]) await submit(world, projectId);
});

const listOf = (draft: DecidedEvent | undefined): readonly BatchedResult[] =>
  resultsCompiled.schema.parse(draft?.data).projects;
const compileAt = (position: string, bodyId = BINHAI) => ({ year: YEAR, bodyId, position });
const submittedRoot = (projectId: string) => {
  const event = world.events.findLast(
    ({ type, meta }) => type.startsWith('results.') && meta.about.projectId === projectId,
  );
  return (event as EventOf<typeof resultsSubmitted>).data.materialsRoot;
};

/** A batch of both results, the first recommended, the second declined. */
async function decided(): Promise<readonly BatchedResult[]> {
  const [compiled] = await compile(world);
  await world.must(body.recommendResult, { ...batch, projectId: FIRST, opinion }, officer);
  await world.must(body.declineToRecommendResult, { ...batch, projectId: SECOND, reason }, officer);
  return listOf(compiled);
}

describe('第十七条（第二个） 汇总', () => {
  it('more results than a batch takes go into the next one, so that each is in exactly one', () => {
    const ids = Array.from({ length: RESULTS_A_BATCH + 5 }, (_, at) => `2024-${String(at).padStart(8, '0')}`);
    const handedIn = ids.map(projectId => control('results.submitted', { projectId, bodyId: BINHAI }));
    const events = handedIn.map((draft, at) => recorded({ draft }, at));
    const compileAfter = (...batches: readonly DecidedEvent[]) => {
      const log = [...events, ...batches.map((draft, at) => recorded({ draft }, events.length + at))];
      const book = (log as never[]).reduce(bookFold(YEAR).evolve, bookFold(YEAR).initial);
      const position = String(log.length);
      const known = { programme: {}, book, head: position };
      return decide(body.compileResults, { ...officer, past: [...batches], input: compileAt(position), known });
    };
    const first = compileAfter() as readonly DecidedEvent[];
    expect(listOf(first[0]).map(({ projectId }) => projectId)).toEqual(ids.slice(0, RESULTS_A_BATCH));
    const second = compileAfter(...first) as readonly DecidedEvent[];
    expect(listOf(second[0]).map(({ projectId }) => projectId)).toEqual(ids.slice(RESULTS_A_BATCH));
    expect(refusalOf(compileAfter(...first, ...second)).code).toBe('nothing-to-compile');
  });

  it('the list is every result the log holds for the body at the position, in the order of the projects', async () => {
    const [fact] = await compile(world);
    expect(fact?.data).toMatchObject({ ...batch, position: String(world.events.length - 1) });
    expect(listOf(fact)).toEqual(
      [FIRST, SECOND].map(projectId => ({
        projectId,
        version: 1,
        materialsRoot: submittedRoot(projectId),
      })),
    );
  });

  it('given no position, which a body is not told, then the list is what the log holds now, once', async () => {
    const now = { year: YEAR, bodyId: BINHAI };
    const [fact] = await world.must(body.compileResults, now, officer);
    expect(fact?.data).toMatchObject({ ...batch, position: String(world.events.length - 1) });
    expect(listOf(fact).map(({ projectId }) => projectId)).toEqual([FIRST, SECOND]);
    expect(await world.refusal(body.compileResults, now, officer)).toMatchObject({ code: 'nothing-to-compile' });
  });

  it('what was submitted after the position waits for the next batch', async () => {
    await world.must(unit.withdrawResults, { projectId: SECOND, reason: '误报' });
    const position = world.head;
    await submit(world, SECOND);
    const [first] = await world.must(body.compileResults, compileAt(position), officer);
    expect(listOf(first).map(({ projectId }) => projectId)).toEqual([FIRST]);
    const [second] = await compile(world);
    expect(listOf(second).map(({ projectId }) => projectId)).toEqual([SECOND]);
    expect(await world.refusal(body.compileResults, compileAt(world.head), officer)).toMatchObject({
      code: 'nothing-to-compile',
      rule: { article: 'art-17b' },
    });
  });

  it('a later submission joins a second batch, and nothing is compiled twice', async () => {
    await compile(world, GONGXIN);
    await world.must(unit.withdrawResults, { projectId: SECOND, reason: '误报' });
    await compile(world);
    await submit(world, SECOND);
    const [second] = await compile(world);
    expect(second?.data).toMatchObject({ batch: 2, projects: [{ projectId: SECOND, version: 2 }] });
    expect(listOf(second)).toHaveLength(1);
  });

  it.each([
    ['withdrawn', 'position-outdated', () => world.must(unit.withdrawResults, { projectId: FIRST, reason: '误报' })],
    [
      'supplemented',
      'position-outdated',
      () => world.must(unit.supplementResults, { projectId: FIRST, content: content('，复核'), explanation: '补充' }),
    ],
    ['terminated', 'position-outdated', async () => world.terminate(FIRST)],
    // Handed over as a whole: whatever the position, nothing is left to this body.
    ['handed over', 'nothing-to-compile', async () => world.transfer()],
  ] as const)('a list with a result that was %s since its position is refused as %s', async (_how, code, happens) => {
    const position = world.head;
    await happens();
    expect(await world.refusal(body.compileResults, compileAt(position), officer)).toMatchObject({
      code,
      rule: { article: 'art-17b' },
    });
  });

  it('the same position twice makes one batch', async () => {
    const input = compileAt(world.head);
    await world.must(body.compileResults, input, officer);
    expect(await world.must(body.compileResults, input, officer)).toEqual([]);
  });

  it('a position that is still to come is refused, and so is another body', async () => {
    expect(await world.refusal(body.compileResults, compileAt('99999'), officer)).toMatchObject({
      code: 'position-not-reached',
    });
    expect(await world.refusal(body.compileResults, compileAt(world.head), other)).toMatchObject({ kind: 'hidden' });
  });

  it('第六条 after a transfer the receiving body compiles what was addressed to the other', async () => {
    world.transfer();
    expect(await world.refusal(body.compileResults, compileAt(world.head), officer)).toMatchObject({
      code: 'nothing-to-compile',
    });
    const [fact] = await compile(world, GONGXIN);
    expect(listOf(fact).map(({ projectId }) => projectId)).toEqual([FIRST, SECOND, THIRD]);
  });
});

describe('第十七条（第二个） 推荐', () => {
  it('recommends with or without an opinion, declines with a reason (D-21)', async () => {
    await compile(world);
    await compile(world, GONGXIN);
    const [recommended] = await world.must(body.recommendResult, { ...batch, projectId: FIRST, opinion }, officer);
    expect(recommended).toMatchObject({ type: 'result.recommended', data: { projectId: FIRST, opinion } });
    const elsewhere = { ...batch, bodyId: GONGXIN, projectId: THIRD };
    const [silent] = await world.must(body.recommendResult, elsewhere, other);
    expect(silent?.data).not.toHaveProperty('opinion');
    const [declined] = await world.must(
      body.declineToRecommendResult,
      { ...batch, projectId: SECOND, reason },
      officer,
    );
    expect(declined).toMatchObject({ type: 'result.not-recommended', data: { reason }, reason });
    expect(body.declineToRecommendResult.input.safeParse({ ...batch, projectId: SECOND }).success).toBe(false);
  });

  it('the same verdict twice is one; a recommendation can still be declined, a declination is final', async () => {
    await decided();
    expect(await world.must(body.recommendResult, { ...batch, projectId: FIRST, opinion }, officer)).toEqual([]);
    expect(await world.must(body.declineToRecommendResult, { ...batch, projectId: SECOND, reason }, officer)).toEqual(
      [],
    );
    for (const [command, otherwise] of [
      [body.recommendResult, { projectId: FIRST, opinion: '另一意见' }],
      [body.recommendResult, { projectId: FIRST }],
      [body.declineToRecommendResult, { projectId: SECOND, reason: '另一理由' }],
    ] as const) {
      const refusal = await world.refusal(command, { ...batch, ...otherwise }, officer);
      expect(refusal.code).toBe('recorded-otherwise');
    }
    await world.must(body.declineToRecommendResult, { ...batch, projectId: FIRST, reason }, officer);
    expect(await world.refusal(body.recommendResult, { ...batch, projectId: FIRST }, officer)).toMatchObject({
      code: 'already-declined',
    });
  });

  it('only results of the batch, by the body in charge', async () => {
    await compile(world);
    const verdict = { ...batch, projectId: THIRD };
    expect(await world.refusal(body.recommendResult, verdict, officer)).toMatchObject({ code: 'result-not-in-batch' });
    for (const [named, by] of [
      [{ ...verdict, projectId: FIRST }, other],
      [{ ...verdict, batch: 7 }, officer],
      [{ ...verdict, batch: 7 }, other],
    ] as const) {
      expect(await world.refusal(body.recommendResult, named, by)).toMatchObject({ kind: 'hidden' });
    }
  });

  it('第六条 after a transfer the verdict is the receiving body’s, in the batch as it stands', async () => {
    const compiled = await decided();
    world.transfer();
    const verdict = { ...batch, projectId: FIRST, reason };
    expect(await world.refusal(body.declineToRecommendResult, verdict, officer)).toMatchObject({
      code: 'body-not-in-charge',
      rule: { article: 'art-06' },
    });
    await world.must(body.declineToRecommendResult, verdict, other);
    await world.must(body.forwardResultBatch, { ...batch, root: batchRoot([], compiled) }, other);
  });

  it('a withdrawal that was being recorded during the compilation takes the result out of the batch', async () => {
    const withdrawal = await world.begin(unit.withdrawResults, { projectId: FIRST, reason: '误报' });
    const [, second] = listOf((await compile(world))[0]);
    await withdrawal.finish();
    expect(await world.refusal(body.recommendResult, { ...batch, projectId: FIRST }, officer)).toMatchObject({
      code: 'result-overtaken',
    });
    await world.must(body.recommendResult, { ...batch, projectId: SECOND }, officer);
    const root = batchRoot([second as BatchedResult], []);
    const [forwarded] = await world.must(body.forwardResultBatch, { ...batch, root }, officer);
    expect(forwarded?.data).toMatchObject({ dropped: [{ projectId: FIRST, cause: 'withdrawn' }] });
  });

  it('two bodies that compile the same result at the moment of a transfer: it is the first one’s in the log', async () => {
    const mine = await world.begin(body.compileResults, compileAt(world.head), officer);
    world.transfer();
    await compile(world, GONGXIN);
    await mine.finish();
    const theirs = { year: YEAR, bodyId: GONGXIN, batch: 1, projectId: FIRST };
    await world.must(body.recommendResult, theirs, other);
    expect(await world.refusal(body.recommendResult, { ...batch, projectId: FIRST }, other)).toMatchObject({
      code: 'result-overtaken',
    });
    const [forwarded] = await world.must(body.forwardResultBatch, { ...batch, root: batchRoot([], []) }, other);
    expect(forwarded?.data).toMatchObject({
      projects: [],
      dropped: [{ cause: 'in-another-batch' }, { cause: 'in-another-batch' }],
    });
  });
});

describe('第十七条（第二个） 报送', () => {
  it('forwards the very materials submitted, declined ones listed with them', async () => {
    const [first, second] = (await decided()) as [BatchedResult, BatchedResult];
    const root = batchRoot([first], [second]);
    const [fact] = await world.must(body.forwardResultBatch, { ...batch, root }, officer);
    expect(fact?.data).toEqual({ ...batch, root, projects: [first], declined: [second], dropped: [] });
    expect(first.materialsRoot).toBe(submittedRoot(FIRST));
    expect(await world.must(body.forwardResultBatch, { ...batch, root }, officer)).toEqual([]);
  });

  it('not while a result is neither recommended nor declined', async () => {
    const [compiled] = await compile(world);
    await world.must(body.recommendResult, { ...batch, projectId: FIRST }, officer);
    const root = batchRoot(listOf(compiled), []);
    const refusal = await world.refusal(body.forwardResultBatch, { ...batch, root }, officer);
    expect(refusal).toMatchObject({ code: 'results-undecided', rule: { article: 'art-17b' } });
    expect(refusal.zh).toContain(SECOND);
  });

  it('not under a root that differs from what was submitted', async () => {
    const [first, second] = (await decided()) as [BatchedResult, BatchedResult];
    const forged = { ...first, materialsRoot: 'd'.repeat(64) };
    for (const root of [batchRoot([forged], [second]), batchRoot([first, second], []), batchRoot([first], [])]) {
      expect(await world.refusal(body.forwardResultBatch, { ...batch, root }, officer)).toMatchObject({
        code: 'root-differs-from-log',
        rule: { article: 'art-17b' },
      });
    }
  });

  it('a forwarded batch is closed', async () => {
    const [first, second] = (await decided()) as [BatchedResult, BatchedResult];
    await world.must(body.forwardResultBatch, { ...batch, root: batchRoot([first], [second]) }, officer);
    for (const [command, input] of [
      [body.recommendResult, { ...batch, projectId: SECOND }],
      [body.declineToRecommendResult, { ...batch, projectId: FIRST, reason }],
      [body.forwardResultBatch, { ...batch, root: 'e'.repeat(64) }],
    ] as const) {
      expect(await world.refusal(command, input, officer)).toMatchObject({ code: 'batch-forwarded' });
    }
  });

  it('a late batch is forwarded, and the deviation is recorded under the plan', async () => {
    const [first, second] = (await decided()) as [BatchedResult, BatchedResult];
    const late = { ...officer, now: '2024-11-08T16:00:00.000Z' };
    const [fact] = await world.must(body.forwardResultBatch, { ...batch, root: batchRoot([first], [second]) }, late);
    expect(fact?.deviations).toMatchObject([
      {
        code: 'results-forwarded-late',
        basis: { plan: YEAR, version: 1, item: 'deadlines.resultsForwarding' },
      },
    ]);
  });

  it('a batch in time carries no deviation', async () => {
    const [first, second] = (await decided()) as [BatchedResult, BatchedResult];
    const inTime = { ...officer, now: '2024-11-08T15:59:59.999Z' };
    const [fact] = await world.must(body.forwardResultBatch, { ...batch, root: batchRoot([first], [second]) }, inTime);
    expect(fact?.deviations).toEqual([]);
    expect(world.of(resultBatchStream(YEAR, BINHAI)).map(({ type }) => type)).toEqual([
      'results.compiled',
      'result.recommended',
      'result.not-recommended',
      'result-batch.forwarded',
    ]);
  });
});
