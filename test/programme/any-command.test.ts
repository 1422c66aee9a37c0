/** Any command on any valid year: it gives the events it stands for, and the same command again gives none or is refused. */

import { expect, it } from 'vitest';
import { windowAt } from '../../events/rules/plan.ts';
import { REGULATION } from '../../events/statute.ts';
import { addDays } from '../../events/time.ts';
import type { AnyCommand } from '../../services/command.ts';
import { routes } from '../../services/programme/http.ts';
import { nextListVersion, nextPlanVersion, planInForce } from '../../services/programme/state.ts';
import { isRejection } from '../../services/rejection.ts';
import { factsOf, MSR, OTHER_MSR, type Past } from '../support/given.ts';
import fc from '../support/properties.ts';
import { appended, headOf, inForce, listing, morningOf, planWith, type Sent, send, URL, YEAR, yearOf } from './year.ts';

const GIVES: Readonly<Record<string, string>> = {
  OpenAnnualProgramme: 'programme.opened',
  CloseAnnualProgramme: 'programme.closed',
  DraftWorkPlan: 'work-plan.drafted',
  PublishWorkPlan: 'work-plan.published',
  AmendWorkPlan: 'work-plan.amended',
  OpenApplications: 'application-window.opened',
  CloseApplications: 'application-window.closed',
  CompileProjectPlan: 'project-plan.compiled',
  PublishProjectPlan: 'project-plan.published',
  AmendProjectPlan: 'project-plan.amended',
};
const commands: readonly AnyCommand[] = routes.map(route => route.command);

/** One move: time passes, perhaps a project is listed, and one command is sent with choices drawn at random. */
interface Move {
  readonly command: AnyCommand;
  readonly days: number;
  readonly lists: boolean;
  readonly shift: number;
  readonly version: number;
  readonly back: number;
  readonly second: boolean;
}

/** Commands of one year in the order of its life, by their place among the routes. */
const LIFE = [0, 2, 3, 5, 4, 4, 6, 7, 8, 9, 4, 7, 9, 1];

/** Moves that follow the life of a year more often than not, so that late states are reached. */
const moves = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.infiniteStream(fc.nat(99))).map(([stray, choices]) => {
  const draw = () => choices.next().value as number;
  const order = LIFE.flatMap(index => (draw() < 10 * stray ? [draw() % commands.length, index] : [index]));
  return order.map(
    (index): Move => ({
      command: commands[index] as AnyCommand,
      days: draw() < 70 ? draw() % 12 : draw() % 60,
      lists: draw() < 50,
      shift: draw() % 25,
      version: draw() < 80 ? 1 : 2,
      back: draw() < 80 ? 0 : draw() % 4,
      second: draw() < 80,
    }),
  );
});

function inputOf(move: Move, log: readonly Past[]): unknown {
  const year = yearOf(log);
  const latest = year.compiled.at(-1);
  const head = Math.max(0, Number(headOf(log)) - move.back);
  const plan = planWith({
    applicationCloses: addDays('2024-04-30', move.shift - 5),
    projectPlanPublication: addDays('2024-06-28', move.shift),
  });
  const position = move.command.name === 'PublishProjectPlan' && latest ? latest.position : String(head);
  const all: Record<string, unknown> = {
    year: YEAR,
    title: '年度',
    regulation: REGULATION,
    summary: '完成',
    plan,
    version: move.version,
    url: URL,
    reason: '调整',
    position,
    listHash: latest?.listHash ?? '0'.repeat(64),
  };
  return Object.fromEntries(Object.keys(move.command.input.shape).map(name => [name, all[name]]));
}

it('第四条、第九条、第十三条 repeat-safe and consistent from any state', async () => {
  const given = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(moves, async life => {
      let log: readonly Past[] = [inForce];
      let day = '2024-03-01';
      for (const [at, move] of life.entries()) {
        day = addDays(day, move.days);
        if (move.lists) log = [...log, ...listing(`p${String(at).padStart(4, '0')}`)];
        const sent: Sent = { input: inputOf(move, log), now: morningOf(day), actor: move.second ? OTHER_MSR : MSR };
        const decision = await send(log, move.command, sent);
        if (isRejection(decision)) {
          expect(decision.zh && decision.en && decision.code).toBeTruthy();
          continue;
        }
        const facts = factsOf(decision).filter(({ type }) => type !== 'work-plan.warned');
        expect(facts.map(fact => fact.type)).toEqual(facts.length === 0 ? [] : [GIVES[move.command.name]]);
        const before = yearOf(log);
        log = appended(log, decision, sent);
        const again = await send(log, move.command, sent);
        if (!isRejection(again)) expect(again).toEqual([]);
        for (const { type } of facts) given.set(type, (given.get(type) ?? 0) + 1);
        expectConsistent(before, yearOf(log), morningOf(day));
      }
    }),
    { seed: 13, numRuns: 60 },
  );
  for (const type of Object.values(GIVES)) expect(given.get(type) ?? 0, type).toBeGreaterThan(3);
});

/** What holds between two successive states of a year. */
function expectConsistent(before: ReturnType<typeof yearOf>, now: ReturnType<typeof yearOf>, at: string): void {
  expect(nextPlanVersion(now)).toBeGreaterThanOrEqual(nextPlanVersion(before));
  expect(nextListVersion(now)).toBeGreaterThanOrEqual(nextListVersion(before));
  const plan = planInForce(now);
  if (planInForce(before)) expect(plan).toBeDefined();
  if (now.window) {
    expect(plan?.plan.deadlines.applicationCloses).toBe(now.window.closesOn);
    if (windowAt(before, at) === 'open') expect(now.window.closesOn >= (before.window?.closesOn ?? '')).toBe(true);
  } else {
    expect(windowAt(now, at)).toBe('not-opened');
  }
}
