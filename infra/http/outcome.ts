/**
 * What a command came to, for whoever sent it: what is on record now, in the words of the supervision trail. A success that
 * recorded something else than was asked for (a recommendation that is held) reads as that, and what was so already is said
 * to be so. Names stand as the ids that the caller knows: no name is looked up for an answer.
 */
import { z } from 'zod';
import { MILESTONES } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { proofAddress } from '../../projections/proof-address.ts';
import { deedOf } from '../../projections/trail/sentence.ts';
import type { Accepted } from '../../services/handle.ts';
import type { Language } from './language.ts';

/** Recorded, now or when the same request was sent before; or nothing to record, since it is so already. */
const OUTCOMES = ['recorded', 'unchanged'] as const;

/** Events told of one command; of more the number alone. */
const TOLD = 20;

const recordedSchema = z.object({
  type: z.string().meta({ description: 'Kind of event' }),
  sentence: z.string().meta({ description: 'What is on record, in Chinese, as the supervision trail says it' }),
  deviations: z.array(z.string()).optional().meta({
    description: 'Breaches that were recorded with it, e.g. lateness; told to the authority and its supervisors',
  }),
});

/** Members of the answer to a command. */
export const outcomeShape = {
  outcome: z.enum(OUTCOMES),
  message: z.string().meta({ description: 'What came of it, for people; Chinese unless English is preferred' }),
  recorded: z
    .array(recordedSchema)
    .meta({ description: 'What this request recorded, now or when it was sent before; empty when it was so already' }),
  more: z
    .int()
    .optional()
    .meta({ description: `Events besides the first ${TOLD}` }),
  proof: z.string().optional().meta({
    description: 'Of an act of legal weight: where the checkpoint that covers it stands as soon as it is signed',
  }),
};
type Told = z.infer<z.ZodObject<typeof outcomeShape>>;

const MESSAGES: Readonly<Record<(typeof OUTCOMES)[number], Readonly<Record<Language, string>>>> = {
  recorded: { zh: '已记录', en: 'Recorded' },
  unchanged: { zh: '所请事项已经如此，未作新的记录', en: 'It is so already: nothing was recorded' },
};

/** Who is told. A deviation may speak of others (whose contact a unit shares): it is for those who see the trail. */
interface Listener {
  readonly language: Language;
  readonly oversees: boolean;
}

/** A request that is sent again is answered as it was. */
export function outcomeOf({ events, before = events }: Accepted, listener: Listener): Told {
  const outcome = before.length > 0 ? 'recorded' : 'unchanged';
  const more = before.length - TOLD;
  const proved = before.findLast(event => MILESTONES.has(event.type) && isToldOf(event, listener));
  return {
    outcome,
    message: MESSAGES[outcome][listener.language],
    recorded: before.slice(0, TOLD).map(event => toldOf(event, listener)),
    ...(more > 0 && { more }),
    ...(proved && { proof: proofAddress(proved.id) }),
  };
}

/** An expert who proposes a list does not see it on the log. */
function isToldOf({ meta }: RecordedEvent, { oversees }: Listener): boolean {
  return oversees || meta.visibility === 'public';
}

function toldOf(event: RecordedEvent, { language, oversees }: Listener): Told['recorded'][number] {
  const { deviations } = event.meta;
  return {
    type: event.type,
    sentence: deedOf(event),
    ...(oversees && deviations && { deviations: deviations.map(deviation => deviation[language]) }),
  };
}
