/** What the dashboards of a year show, and what the log holds, in one form. */
import { expect } from 'vitest';
import type { Log } from './lives.ts';
import { recountBodies, recountFunnel, recountStages } from './recount.ts';
import { recountBenefits, recountParticipation } from './recount-materials.ts';

/** How a dashboard is asked for: by the last part of its path. */
export type Ask = (dashboard: string) => Promise<unknown>;

interface Counted {
  readonly asOfPosition: string;
  readonly lag: number;
  readonly definitions: object;
}

interface Answers {
  readonly funnel: Counted & { readonly steps: readonly { readonly step: string; readonly projects: number }[] };
  readonly stages: Counted & { readonly stages: readonly StageShown[] };
  readonly bodies: Counted & { readonly bodies: readonly BodyShown[] };
  readonly benefits: Counted & {
    readonly total: object;
    readonly byCategory: readonly { readonly category: string }[];
    readonly byMethod: readonly { readonly method: string }[];
  };
  readonly participation: Counted & { readonly year: number };
}

interface StageShown {
  readonly stage: string;
  readonly now: number;
  readonly oldestSince?: string;
  readonly left?: object;
}

interface BodyShown {
  readonly bodyId: string;
  readonly projects: Readonly<Record<string, number>>;
  readonly acts: Readonly<Record<string, number>>;
}

/** The answers, each of which must say up to where it counts and what it counts. */
async function answersTo(ask: Ask): Promise<Answers> {
  const names = ['funnel', 'stages', 'bodies', 'benefits', 'participation'] as const;
  const answers = await Promise.all(names.map(async name => [name, (await ask(name)) as Counted] as const));
  for (const [name, { asOfPosition, lag, definitions }] of answers) {
    expect([name, asOfPosition, lag]).toEqual([name, expect.stringMatching(/^\d+$/), 0]);
    expect(Object.values(definitions).length, name).toBeGreaterThan(0);
  }
  return Object.fromEntries(answers) as unknown as Answers;
}

const nonZero = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

function named<Item extends object, Key extends keyof Item & string>(items: readonly Item[], key: Key) {
  return Object.fromEntries(items.map(({ [key]: name, ...rest }) => [String(name), rest]));
}

/** All figures shown, without what is zero. */
export async function figuresShown(ask: Ask) {
  const { funnel, stages, bodies, benefits, participation } = await answersTo(ask);
  const { year: _year, asOfPosition: _position, lag: _lag, definitions: _definitions, ...people } = participation;
  const met = stages.stages.filter(({ now, left }) => now > 0 || left);
  return {
    funnel: nonZero(Object.fromEntries(funnel.steps.map(({ step, projects }) => [step, projects]))),
    stages: Object.fromEntries(
      met.map(({ stage, now, oldestSince, left }) => [
        stage,
        { now, ...(oldestSince !== undefined && { oldestSince }), ...(left && { left }) },
      ]),
    ),
    bodies: named(
      bodies.bodies.map(({ projects, acts, ...rest }) => ({
        ...rest,
        projects: nonZero(projects),
        acts: nonZero(acts),
      })),
      'bodyId',
    ),
    benefits: {
      total: benefits.total,
      byCategory: named(benefits.byCategory, 'category'),
      byMethod: named(benefits.byMethod, 'method'),
    },
    participation: people,
  };
}

/** All figures counted again from the log. */
export function figuresHeld(log: Log, year: number) {
  return {
    funnel: recountFunnel(log, year),
    stages: recountStages(log, year),
    bodies: recountBodies(log, year),
    benefits: recountBenefits(log, year),
    participation: recountParticipation(log, year),
  };
}
