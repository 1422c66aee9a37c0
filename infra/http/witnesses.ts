/** The witnesses of the ledger, as anybody may see them. */
import { z } from 'zod';
import type { WitnessView } from '../ledger/confirmations.ts';
import { question } from './question.ts';

export type AskWitnesses = () => Promise<readonly WitnessView[]>;

const witnessSchema = z.object({
  name: z.string(),
  key: z.string().meta({ description: 'Verifier line (C2SP signed-note) of his cosignatures' }),
  state: z.enum(['unasked', 'cosigning', 'refusing', 'unacquainted', 'away']).meta({
    description:
      'refusing: what he has seen of the log is not what is held here; unacquainted: he does not know its key',
  }),
  size: z.int().meta({ description: 'Events in the largest checkpoint that he cosigned' }),
  since: z.string().optional(),
  cosignedAt: z.string().optional(),
  reason: z.string().optional(),
});

export function witnessQuestion(witnesses: AskWitnesses) {
  return question({
    path: '/ledger/witnesses',
    name: 'ListWitnesses',
    title: '账本见证人',
    summary: 'Who cosigns the checkpoints of the ledger, how far, and whether somebody refuses.',
    access: 'public',
    input: z.strictObject({}),
    output: z.object({ items: z.array(witnessSchema) }),
    answer: async () => ({ items: await witnesses() }),
  });
}
