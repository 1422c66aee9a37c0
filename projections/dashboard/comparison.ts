/** R-D2: workload and outcome of each recommending body over a year (art-06). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import type { JourneyStep } from '../../events/rules/stages.ts';
import type { Reader } from '../ports.ts';
import { all, freshnessSchema } from '../query.ts';
import { bodyRegister } from '../registry/bodies.ts';
import { BODY_ACT_DEFINITIONS, BODY_ACTS, type BodyAct, bodyActs } from './body-acts.ts';
import { type Definition, defined, definitionSchema, STEP_DEFINITIONS, YEAR_DEFINITION } from './definitions.ts';
import { freshnessOf } from './freshness.ts';
import type { Journey } from './journey.ts';
import { SPREAD_DEFINITION, spreadOf, spreadSchema } from './spread.ts';
import { JOURNEY_SOURCES, journeysOf } from './standing.ts';

/** What bodies are compared by: what they received, what they decided, and what became of it. */
const COMPARED = [
  'started',
  'submitted',
  'verified',
  'returned',
  'recommended',
  'declined',
  'approved',
  'rejected',
  'listed',
  'visited',
  'completed',
  'terminated',
  'results-submitted',
  'results-recommended',
  'results-declined',
  'results-forwarded',
  'recognised',
  'revoked',
] as const satisfies readonly JourneyStep[];
type Compared = (typeof COMPARED)[number];

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  year: YEAR_DEFINITION,
  projects: {
    zh: '走到过该步的项目数，每个项目在每一步只计一次；推荐单位自己办理的，计入首次办理的单位，其余计入当时受理该项目的单位',
    en: 'Projects that have ever taken the step, each once; an act of a body counts for the body that did it first, any other for the body with which the project lay',
  },
  ...Object.fromEntries(COMPARED.map(step => [step, STEP_DEFINITIONS[step]])),
  acts: {
    zh: '办理次数，计入实际办理的推荐单位',
    en: 'Acts, counted for the body that did them',
  },
  ...BODY_ACT_DEFINITIONS,
  opinion: defined(
    '自首次提交申报材料至推荐单位首次作出推荐或不予推荐意见的天数，计入作出意见的单位',
    'Days from the first submission to the first opinion of a body, favourable or not, for the body that gave it',
    'art-12',
  ),
  days: SPREAD_DEFINITION,
};

export const comparisonSchema = z.strictObject({
  year: yearSchema,
  ...freshnessSchema.shape,
  bodies: z.array(
    z.strictObject({
      bodyId: z.string(),
      bodyName: z.string(),
      projects: z.record(z.enum(COMPARED), z.int()),
      acts: z.record(z.enum(BODY_ACTS), z.int()),
      opinion: spreadSchema.optional(),
    }),
  ),
  definitions: z.record(z.string(), definitionSchema),
});
type Comparison = z.infer<typeof comparisonSchema>;

/** What is known of one body so far. */
interface Tally {
  readonly projects: Record<Compared, number>;
  readonly acts: Record<BodyAct, number>;
  readonly opinions: number[];
}

type Tallies = Map<string, Tally>;

function tallyOf(tallies: Tallies, bodyId: string): Tally {
  const known = tallies.get(bodyId);
  if (known) return known;
  const fresh = { projects: noneOf(COMPARED), acts: noneOf(BODY_ACTS), opinions: [] };
  tallies.set(bodyId, fresh);
  return fresh;
}

function noneOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>;
}

/** Every body there was in the year: one that nothing was addressed to, and that did nothing, is compared as well. */
export async function comparisonOf(reader: Reader, year: number): Promise<Comparison> {
  const fresh = await freshnessOf(reader, [...JOURNEY_SOURCES, bodyActs, bodyRegister]);
  const tallies: Tallies = new Map();
  for await (const journeys of journeysOf(reader, year)) {
    for (const journey of journeys) count(tallies, journey);
  }
  for (const { bodyId, acts } of await all(reader, bodyActs, { year })) {
    Object.assign(tallyOf(tallies, bodyId).acts, acts);
  }
  const registered = await all(reader, bodyRegister, {});
  for (const { bodyId, from } of registered) if (Number(from.slice(0, 4)) <= year) tallyOf(tallies, bodyId);
  const names = new Map(registered.map(({ bodyId, name }) => [bodyId, name]));
  const compared = [...tallies].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    year,
    ...fresh,
    bodies: compared.map(([bodyId, { projects, acts, opinions }]) => {
      const opinion = spreadOf(opinions);
      return { bodyId, bodyName: names.get(bodyId) ?? bodyId, projects, acts, ...(opinion && { opinion }) };
    }),
    definitions: DEFINITIONS,
  };
}

function count(tallies: Tallies, { steps, opinionAfter }: Journey): void {
  for (const step of COMPARED) {
    const bodyId = steps[step];
    if (bodyId !== undefined) tallyOf(tallies, bodyId).projects[step] += 1;
  }
  const judge = steps.recommended ?? steps.declined;
  if (judge !== undefined && opinionAfter !== undefined) tallyOf(tallies, judge).opinions.push(opinionAfter);
}
