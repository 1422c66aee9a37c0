/** Changes of the ledger's key, for those who oversee: one of them orders, another confirms. */
import { z } from 'zod';
import { given, OVERSIGHT, pageAsked, pageMade, paging, parsed } from '../query.ts';
import { get } from '../route.ts';
import { keyRotations, namedRotationSchema, namedRotations, rotationStageSchema } from './rotations.ts';

export const routes = [
  get({
    path: '/ledger/rotations',
    name: 'ListLedgerKeyRotations',
    title: '账本签名密钥更换台账',
    summary:
      'Changes of the key that signs the ledger, the latest first: who ordered, who confirmed, which key followed.',
    allow: OVERSIGHT,
    input: z.strictObject({ stage: rotationStageSchema.optional(), ...paging }),
    output: namedRotationSchema,
    paged: true,
    async answer({ stage, ...asked }, _caller, reader) {
      const order = { by: ['orderedAt'], direction: 'desc' } as const;
      const page = await reader.find(keyRotations, { where: given({ stage }), order, ...pageAsked(asked) });
      return pageMade(page, await namedRotations(parsed(keyRotations, page), reader));
    },
  }),
] as const;
