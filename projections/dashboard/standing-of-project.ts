/** Where one project stands, what it has been through and whose turn it is: of names and stages alone, no material. */
import { z } from 'zod';
import { JOURNEY_STEPS } from '../../events/rules/stages.ts';
import { Names, nameKey } from '../names.ts';
import type { Caller, Reader } from '../ports.ts';
import { knownProjects, listedProjectSchema } from './project-list.ts';
import { plannedDays, turnOf, turnSchema } from './turns.ts';

export const projectStandingSchema = listedProjectSchema.extend({
  /** Version of the application handed in last; 0 before the first. */
  version: z.int(),
  /** Every step it has taken, in their order, each with the body it is credited to. */
  steps: z.array(z.strictObject({ step: z.enum(JOURNEY_STEPS), bodyId: z.string(), bodyName: z.string() })),
  /** Absent at an end. */
  turn: turnSchema.optional(),
});

export async function standingOf(
  caller: Caller,
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof projectStandingSchema> | undefined> {
  const [known] = await knownProjects(caller, reader, [projectId]);
  if (!known) return undefined;
  const { journey, progress, told } = known;
  const taken = JOURNEY_STEPS.flatMap(step =>
    journey.steps[step] === undefined ? [] : [{ step, bodyId: journey.steps[step] }],
  );
  const names = await Names.of(
    taken.map(({ bodyId }) => nameKey('body', bodyId)),
    [],
    reader,
  );
  const turn = turnOf(journey, progress, await plannedDays(reader, journey.year), reader.now);
  return {
    ...told,
    version: progress.version,
    steps: taken.map(({ step, bodyId }) => ({ step, bodyId, bodyName: names.named('body', bodyId) })),
    ...(turn && { turn }),
  };
}
