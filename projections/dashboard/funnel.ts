/** R-D1: how many projects of a year took each step from the application to the excellent result (art-04). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { CONFIDENTIAL_STEPS, JOURNEY_STEPS, type JourneyStep } from '../../events/rules/stages.ts';
import type { Caller, Reader } from '../ports.ts';
import { oversees } from '../query.ts';
import { type Definition, definitionSchema, STEP_DEFINITIONS, YEAR_DEFINITION } from './definitions.ts';
import { freshnessTold, freshnessToldSchema } from './freshness.ts';
import { JOURNEY_SOURCES, journeysOf } from './standing.ts';

const DEFINITIONS = {
  year: YEAR_DEFINITION,
  projects: {
    zh: '走到过该步的项目数；每个项目在每一步只计一次，退回后再次走到的不重复计',
    en: 'Projects that have ever taken the step; each counts once at each step, also when it comes there again',
  },
} satisfies Record<string, Definition>;

export const funnelSchema = z.strictObject({
  year: yearSchema,
  ...freshnessToldSchema.shape,
  steps: z.array(z.strictObject({ step: z.enum(JOURNEY_STEPS), projects: z.int(), definition: definitionSchema })),
  definitions: z.record(z.string(), definitionSchema),
});

export async function funnelOf(reader: Reader, year: number, caller: Caller): Promise<z.infer<typeof funnelSchema>> {
  const fresh = await freshnessTold(reader, JOURNEY_SOURCES, caller);
  const counts = new Map<JourneyStep, number>();
  for await (const journeys of journeysOf(reader, year)) {
    for (const { steps } of journeys) {
      for (const step of Object.keys(steps) as JourneyStep[]) counts.set(step, (counts.get(step) ?? 0) + 1);
    }
  }
  const shown = JOURNEY_STEPS.filter(step => oversees(caller) || !CONFIDENTIAL_STEPS.has(step));
  return {
    year,
    ...fresh,
    steps: shown.map(step => ({ step, projects: counts.get(step) ?? 0, definition: STEP_DEFINITIONS[step] })),
    definitions: DEFINITIONS,
  };
}
