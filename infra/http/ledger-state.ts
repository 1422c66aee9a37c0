/** The state of the ledger, for everybody; how many events no checkpoint covers yet, for those who oversee. */
import { z } from 'zod';
import { START } from '../../events/ids.ts';
import type { Reader } from '../../projections/ports.ts';
import { oversees } from '../../projections/query.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ledgerState, saidOf } from '../ledger/state.ts';
import { question } from './question.ts';

export interface LedgerStatePorts {
  readonly ledger: Pick<Ledger, 'origin' | 'checkpoint' | 'checkpoints'>;
  readonly reader: Pick<Reader, 'behind'>;
}

const stateSchema = z.object({
  says: z.string().meta({ description: 'All of it in a sentence' }),
  origin: z.string(),
  checkpoint: z
    .object({
      size: z.int().meta({ description: 'How many events it covers' }),
      root: z.string().meta({ description: 'base64' }),
      signedAt: z.string(),
      cosignatures: z.array(z.object({ witness: z.string(), at: z.string() })),
    })
    .optional()
    .meta({ description: 'The newest; none before the first is signed' }),
  stamped: z
    .object({ size: z.int(), at: z.string() })
    .optional()
    .meta({ description: 'The largest checkpoint with a time stamp (RFC 3161), and its time' }),
  uncovered: z
    .int()
    .optional()
    .meta({ description: 'Events that no checkpoint covers yet, counted up to 1,000; for those who oversee' }),
});

export function ledgerStateQuestion({ ledger, reader }: LedgerStatePorts) {
  return question({
    path: '/ledger/state',
    name: 'GetLedgerState',
    title: '存证账本的状态',
    summary: 'The newest checkpoint, who has cosigned it, and up to where time is proved from outside.',
    access: 'public',
    input: z.strictObject({}),
    output: stateSchema,
    async answer(_input, { caller }): Promise<z.infer<typeof stateSchema>> {
      const state = await ledgerState(ledger);
      const { origin, checkpoint, cosignatures, stamped } = state;
      return {
        says: saidOf(state),
        origin,
        ...(checkpoint && {
          checkpoint: {
            size: checkpoint.size,
            root: Buffer.from(checkpoint.root).toString('base64'),
            signedAt: checkpoint.signedAt,
            cosignatures: [...cosignatures],
          },
        }),
        ...(stamped && { stamped }),
        ...(oversees(caller?.actor) && { uncovered: await reader.behind(checkpoint?.position ?? START) }),
      };
    },
  });
}
