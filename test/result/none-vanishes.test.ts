/**
 * 第十七条（第二个）: every submitted result is in exactly one batch, recommended or declined with a reason; none
 * vanishes. Random lives of four results, with commands caught between decision and record, against a count of the log
 * that shares nothing with the code under test.
 */

import { describe, expect, it } from 'vitest';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { BodyId, ProjectId } from '../../events/ids.ts';
import type { BatchedResult, ResultEvent } from '../../events/result.ts';
import { chargeRows } from '../../projections/charges.ts';
import { all } from '../../projections/query.ts';
import { resultBatches, rowsOf as resultsOf, summaryOf } from '../../projections/result/batches.ts';
import { reconciliationOf } from '../../projections/result/reconciliation.ts';
import { resultRows } from '../../projections/result/results.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import { isRejection } from '../../services/rejection.ts';
import { batchRoot } from '../../services/result/batch.ts';
import * as body from '../../services/result/body.ts';
import * as unit from '../../services/result/unit.ts';
import { readerOf } from '../support/fold.ts';
import fc from '../support/properties.ts';
import {
  BINHAI,
  BODIES,
  completedWorld,
  content,
  GONGXIN,
  IN_TIME,
  officerOf,
  ownerOf,
  type Pending,
  PROJECTS,
  type World,
  YEAR,
} from './world.ts';

const ACTS = [
  'submit',
  'submit',
  'supplement',
  'withdraw',
  'compile',
  'recommend',
  'decline',
  'forward',
  'transfer',
  'contest',
] as const;

/** What somebody does next: at once, or caught between decision and record until a later step. */
const step = fc.record({
  act: fc.constantFrom(...ACTS),
  project: fc.constantFrom(...PROJECTS),
  bodyId: fc.constantFrom(...BODIES),
  pick: fc.nat(20),
  caught: fc.boolean(),
  finish: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Asked = readonly [command: AnyCommand, input: object, actor: Actor];

/** The commands under test; a planted fault replaces one. */
interface Commands {
  readonly compile: AnyCommand;
  readonly forward: AnyCommand;
}
const COMMANDS: Commands = { compile: body.compileResults, forward: body.forwardResultBatch };

const rivalOf = (bodyId: BodyId) => (bodyId === BINHAI ? GONGXIN : BINHAI);

class Lives {
  readonly world = completedWorld();
  readonly #pending: Pending[] = [];
  readonly #commands: Commands;
  #notes = 0;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  async take(next: Step, races: boolean): Promise<void> {
    const asked = await this.#asked(next);
    const begun: Pending[] = [];
    for (const [command, input, actor] of asked) begun.push(await this.world.begin(command, input, { actor }));
    if (next.act === 'transfer' || next.act === 'contest') this.#transfer(next.bodyId);
    for (const pending of begun) {
      if (races && next.caught) this.#pending.push(pending);
      else await pending.finish();
    }
    if (next.act === 'contest') await this.#compile(next.bodyId);
    if (next.finish) await this.#pending.shift()?.finish();
  }

  #transfer(to: BodyId): void {
    this.world.transfer(rivalOf(to), to);
  }

  #compilation(bodyId: BodyId): Asked {
    return [this.#commands.compile, { year: YEAR, bodyId, position: this.world.head }, officerOf(bodyId)];
  }

  async #compile(bodyId: BodyId): Promise<void> {
    const [command, input, actor] = this.#compilation(bodyId);
    await this.world.send(command, input, { actor });
  }

  /** What is sent: where two bodies come into question, both try, and at most one may. */
  async #asked({ act, project: projectId, bodyId, pick }: Step): Promise<Asked[]> {
    const owner = ownerOf(projectId);
    this.#notes += 1;
    const text = content(`（${this.#notes}）`);
    switch (act) {
      case 'submit': {
        const signature = { projectId, signatory: '张伟', position: '质量负责人' };
        await this.world.send(unit.signResultUndertaking, signature, { actor: owner });
        return BODIES.map(to => [unit.submitResults, { projectId, bodyId: to, content: text }, owner]);
      }
      case 'supplement':
        return [[unit.supplementResults, { projectId, content: text, explanation: '补充' }, owner]];
      case 'withdraw':
        return [[unit.withdrawResults, { projectId, reason: '误报' }, owner]];
      case 'compile':
        return [this.#compilation(bodyId)];
      case 'contest':
        return [this.#compilation(rivalOf(bodyId))];
      case 'recommend':
      case 'decline':
        return this.#verdicts(act, pick);
      case 'forward': {
        const batches = compiledIn(this.world.events);
        const made = batches[pick % batches.length];
        return made ? this.#forwarding(made.bodyId, made.batch) : [];
      }
      case 'transfer':
        return [];
    }
  }

  #verdicts(act: 'recommend' | 'decline', pick: number): Asked[] {
    const members = compiledIn(this.world.events).flatMap(({ bodyId, batch, projects }) =>
      projects.map(({ projectId }) => ({ year: YEAR, bodyId, batch, projectId })),
    );
    const member = members[pick % members.length];
    if (!member) return [];
    const [command, input] =
      act === 'recommend'
        ? [body.recommendResult, member]
        : [body.declineToRecommendResult, { ...member, reason: '数据不全' }];
    return BODIES.map(by => [command, input, officerOf(by)]);
  }

  async #forwarding(bodyId: BodyId, batch: number): Promise<Asked[]> {
    const root = await this.rootSeen(bodyId, batch);
    return BODIES.map(by => [this.#commands.forward, { year: YEAR, bodyId, batch, root }, officerOf(by)]);
  }

  /** The root on the summary that people look at. */
  async rootSeen(bodyId: BodyId, batch: number): Promise<string> {
    const reader = readerAt(this.world);
    const row = (await all(reader, resultBatches, { year: YEAR, bodyId })).find(
      ({ batch: number }) => number === batch,
    );
    return row ? summaryOf(row, await resultsOf(reader, row)).root : batchRoot([], []);
  }

  /** Everybody does what is still his to do: no life ends halfway. */
  async settle(): Promise<void> {
    for (let pending = this.#pending.shift(); pending; pending = this.#pending.shift()) await pending.finish();
    for (const bodyId of BODIES) await this.#compile(bodyId);
    for (const { bodyId, batch, projects } of compiledIn(this.world.events)) {
      for (const { projectId } of projects) {
        if (isJudged(this.world.events, bodyId, batch, projectId)) continue;
        const input = { year: YEAR, bodyId, batch, projectId };
        for (const by of BODIES) await this.world.send(body.recommendResult, input, { actor: officerOf(by) });
      }
      for (const [command, input, actor] of await this.#forwarding(bodyId, batch)) {
        await this.world.send(command, input, { actor });
      }
    }
  }
}

function readerAt(world: World) {
  return readerOf([resultRows, resultBatches, chargeRows], { events: world.events, now: IN_TIME });
}

type Told<T extends ResultEvent['type']> = Extract<ResultEvent, { type: T }>;
const told = <T extends ResultEvent['type']>(log: readonly RecordedEvent[], type: T) =>
  log.filter(event => event.type === type).map(({ data }) => data as Told<T>['data']);
const compiledIn = (log: readonly RecordedEvent[]) => told(log, 'results.compiled');

function isJudged(log: readonly RecordedEvent[], bodyId: string, batch: number, projectId: string): boolean {
  return [...told(log, 'result.recommended'), ...told(log, 'result.not-recommended')].some(
    verdict => verdict.bodyId === bodyId && verdict.batch === batch && verdict.projectId === projectId,
  );
}

/** The last materials of each project that nobody withdrew. */
function standingIn(log: readonly RecordedEvent[]): BatchedResult[] {
  const standing = new Map<ProjectId, BatchedResult>();
  for (const { type, data } of log as ResultEvent[]) {
    if (type === 'results.submitted' || type === 'results.supplemented') {
      const { projectId, version, materialsRoot } = data;
      standing.set(projectId, { projectId, version, materialsRoot });
    }
    if (type === 'results.withdrawn') standing.delete(data.projectId);
  }
  return [...standing.values()];
}

const sameAs = (one: BatchedResult) => (other: BatchedResult) =>
  one.projectId === other.projectId && one.version === other.version;

/** The property, read off the log alone. Only commands that pass each other may leave a version in two lists. */
function check(log: readonly RecordedEvent[], races: boolean): void {
  const submitted = [...told(log, 'results.submitted'), ...told(log, 'results.supplemented')];
  const forwarded = told(log, 'result-batch.forwarded');
  const placed = forwarded.flatMap(({ projects, declined }) => [...projects, ...declined]);
  const compiled = compiledIn(log).flatMap(({ projects }) => projects);
  for (const result of compiled) {
    if (!races) expect(compiled.filter(sameAs(result)), `${result.projectId} is compiled once`).toHaveLength(1);
    expect(placed.filter(sameAs(result)).length, `${result.projectId} is forwarded once`).toBeLessThan(2);
  }
  const recommended = forwarded.flatMap(({ projects }) => projects.map(({ projectId }) => projectId));
  if (!races) expect(new Set(recommended).size, 'no project is recommended twice').toBe(recommended.length);
  for (const result of standingIn(log)) {
    expect(placed.filter(sameAs(result)), `${result.projectId}@${result.version} is in exactly one batch`).toHaveLength(
      1,
    );
  }
  for (const { projectId, version, materialsRoot } of placed) {
    const handedIn = submitted.find(data => data.projectId === projectId && data.version === version);
    expect(materialsRoot, 'what is forwarded is what was submitted').toBe(handedIn?.materialsRoot);
  }
  for (const { bodyId, batch, root, projects, declined, dropped } of forwarded) {
    expect(root).toBe(batchRoot(projects, declined));
    const list = compiledIn(log).find(made => made.bodyId === bodyId && made.batch === batch)?.projects ?? [];
    for (const result of list) {
      const places = [projects, declined, dropped].filter(place => place.some(sameAs(result)));
      expect(places, `${result.projectId}@${result.version} of batch ${batch} is accounted for`).toHaveLength(1);
    }
    const of = (verdict: { bodyId: string; batch: number }) => verdict.bodyId === bodyId && verdict.batch === batch;
    const opinions = told(log, 'result.recommended').filter(of);
    const reasons = told(log, 'result.not-recommended').filter(of);
    for (const { projectId } of projects) {
      expect(opinions.some(verdict => verdict.projectId === projectId)).toBe(true);
      expect(reasons.some(verdict => verdict.projectId === projectId)).toBe(false);
    }
    for (const { projectId } of declined) {
      expect(reasons.find(verdict => verdict.projectId === projectId)?.reason).toBeTruthy();
    }
  }
}

async function live(steps: readonly Step[], races: boolean, commands = COMMANDS): Promise<World> {
  const lives = new Lives(commands);
  for (const next of steps) await lives.take(next, races);
  await lives.settle();
  return lives.world;
}

const lives = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });
const RUNS = { numRuns: 200, seed: 20241008 } as const;

function property(commands: Commands, races: boolean) {
  return fc.assert(
    fc.asyncProperty(lives, async steps => check((await live(steps, races, commands)).events, races)),
    { ...RUNS, endOnFailure: true },
  );
}

/** A command whose decision somebody tampers with. */
function tampered(command: AnyCommand, change: (data: Record<string, unknown>) => object): AnyCommand {
  return {
    ...command,
    decide: (...args) => {
      const decision: Decision = command.decide(...args);
      if (isRejection(decision)) return decision;
      return decision.map(draft => ({ ...draft, data: { ...(draft.data as object), ...change(draft.data as never) } }));
    },
  };
}

describe('第十七条（第二个） 成果一项不漏', () => {
  it.each([
    ['one command at a time', false],
    ['commands that pass each other', true],
  ])('given %s, then every submitted result is in exactly one batch, recommended or declined', async (_how, races) => {
    await property(COMMANDS, races);
  });

  it('the lives that are tried do meet: batches are forwarded, results declined, races lost', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(lives, async steps => {
        for (const { type, data } of (await live(steps, true)).events) {
          const dropped = (data as { dropped?: { cause: string }[] }).dropped ?? [];
          for (const name of [type, ...dropped.map(({ cause }) => cause)]) seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }),
      RUNS,
    );
    for (const name of [
      'result-batch.forwarded',
      'result.not-recommended',
      'withdrawn',
      'superseded',
      'in-another-batch',
    ]) {
      expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
    }
  });

  it('given no two commands at the same moment, then the reconciliation balances', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async steps => {
        const world = await live(steps, false);
        const lines = await reconciliationOf(readerAt(world), YEAR);
        expect(lines.filter(({ balanced }) => !balanced)).toEqual([]);
        expect(lines.reduce((sum, line) => sum + line.submitted, 0)).toBe(standingIn(world.events).length);
      }),
      RUNS,
    );
  });
});

describe('planted faults turn it red', () => {
  const loseOne = (list: unknown) => (list as unknown[]).slice(1);
  it.each([
    [
      'a batch that forwards one result less',
      true,
      { ...COMMANDS, forward: tampered(body.forwardResultBatch, data => ({ projects: loseOne(data.projects) })) },
    ],
    [
      'a batch that keeps what the unit has withdrawn or another batch holds',
      true,
      {
        ...COMMANDS,
        forward: tampered(body.forwardResultBatch, ({ projects, dropped }) => ({
          projects: [
            ...(projects as []),
            ...(dropped as { cause: string }[]).map(({ cause: _cause, ...rest }) => rest),
          ],
          dropped: [],
        })),
      },
    ],
    [
      'a compilation that forgets that results are in a batch already',
      false,
      {
        ...COMMANDS,
        compile: {
          ...body.compileResults,
          decide: (state, input, given, known) => {
            const { book } = known as { book: Book };
            return body.compileResults.decide(state, input, given, {
              ...known,
              book: without(book, 'results.compiled'),
            });
          },
        },
      },
    ],
    [
      'a compilation of other materials than those submitted',
      true,
      {
        ...COMMANDS,
        compile: tampered(body.compileResults, ({ projects }) => ({
          projects: (projects as BatchedResult[]).map(result => ({ ...result, materialsRoot: 'd'.repeat(64) })),
        })),
      },
    ],
  ] satisfies [string, boolean, Commands][])('%s', async (_fault, races, commands) => {
    await expect(property(commands, races)).rejects.toThrow();
  });
});

interface Entry {
  readonly event: { readonly type: string };
  readonly earlier: Book;
}
type Book = Entry | undefined;

function without(book: Book, type: string): Book {
  if (!book) return undefined;
  const earlier = without(book.earlier, type);
  return book.event.type === type ? earlier : { ...book, earlier };
}
