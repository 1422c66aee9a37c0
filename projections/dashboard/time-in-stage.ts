/** R-D5: how many projects stand in each stage, since when, and how long those that have left it stood there. */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { ENDS, JOURNEY_STAGES, type JourneyStage } from '../../events/rules/stages.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { freshnessSchema } from '../query.ts';
import { type Definition, definitionSchema, STEP_DEFINITIONS, YEAR_DEFINITION } from './definitions.ts';
import { freshnessOf } from './freshness.ts';
import type { Journey } from './journey.ts';
import { SPREAD_DEFINITION, spreadOf, spreadSchema } from './spread.ts';
import { JOURNEY_SOURCES, journeysOf } from './standing.ts';

const DEFINITIONS = {
  year: YEAR_DEFINITION,
  stage: {
    zh: '项目自符合该环节定义之时进入，至进入另一环节之时离开；每个项目任一时刻只处于一个环节；均以事件的记录时间为准',
    en: 'A project enters a stage when its definition comes true and leaves it by entering another; it stands in one stage at a time; recorded time counts throughout',
  },
  end: {
    zh: '终结环节：无须任何一方再办理',
    en: 'An end: nobody has anything more to do',
  },
  now: {
    zh: '截至 asOfPosition 处于该环节的项目数；不依赖查询时的时钟',
    en: 'Projects in the stage as of asOfPosition; the clock of the reader plays no part',
  },
  oldestSince: {
    zh: '目前处于该环节的项目中，最早一个（最近一次）进入的时间',
    en: 'When the project that is in the stage longest entered it, the last time it did',
  },
  left: {
    zh: '曾处于该环节而目前不在其中的项目；多次进入的，各次停留时间相加，只计一个项目；再次进入而仍在其中的不计入',
    en: 'Projects that were in the stage and are not now; the stays of a project add up and it counts once; one that is back in it does not count here',
  },
  days: SPREAD_DEFINITION,
} satisfies Record<string, Definition>;

export const timeInStageSchema = z.strictObject({
  year: yearSchema,
  ...freshnessSchema.shape,
  stages: z.array(
    z.strictObject({
      stage: z.enum(JOURNEY_STAGES),
      end: z.boolean(),
      now: z.int(),
      oldestSince: instantSchema.optional(),
      left: spreadSchema.optional(),
      definition: definitionSchema,
    }),
  ),
  definitions: z.record(z.string(), definitionSchema),
});

/** What is known of one stage so far. */
interface Tally {
  now: number;
  oldestSince: string | undefined;
  readonly stays: number[];
}

export async function timeInStageOf(reader: Reader, year: number): Promise<z.infer<typeof timeInStageSchema>> {
  const fresh = await freshnessOf(reader, JOURNEY_SOURCES);
  const tallies = new Map<JourneyStage, Tally>(
    JOURNEY_STAGES.map(stage => [stage, { now: 0, oldestSince: undefined, stays: [] }]),
  );
  for await (const journeys of journeysOf(reader, year)) {
    for (const journey of journeys) count(tallies, journey);
  }
  return {
    year,
    ...fresh,
    stages: [...tallies].map(([stage, { now, oldestSince, stays }]) => {
      const left = spreadOf(stays);
      return {
        stage,
        end: ENDS.has(stage),
        now,
        ...(oldestSince !== undefined && { oldestSince }),
        ...(left && { left }),
        definition: STEP_DEFINITIONS[stage],
      };
    }),
    definitions: DEFINITIONS,
  };
}

function count(tallies: ReadonlyMap<JourneyStage, Tally>, { stage, since, spent }: Journey): void {
  const standing = tallies.get(stage);
  if (standing) {
    standing.now += 1;
    if (standing.oldestSince === undefined || since < standing.oldestSince) standing.oldestSince = since;
  }
  for (const [left, stay] of Object.entries(spent) as [JourneyStage, number][]) {
    if (left !== stage) tallies.get(left)?.stays.push(stay);
  }
}
