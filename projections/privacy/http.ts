/** The register of erasures, for those who oversee: one of them orders, another confirms. */
import { z } from 'zod';
import { OVERSIGHT, pageAsked, pageMade, paging } from '../query.ts';
import { get } from '../route.ts';
import { erasureSchema, erasureStageSchema, erasuresIn } from './erasures.ts';

export const routes = [
  get({
    path: '/erasures',
    name: 'ListErasures',
    title: '个人信息删除台账',
    summary:
      'Erasures of personal data, the latest first: who asked, who ordered, who confirmed, when the key was destroyed.',
    allow: OVERSIGHT,
    input: z.strictObject({ stage: erasureStageSchema.optional(), ...paging }),
    output: erasureSchema,
    paged: true,
    async answer({ stage, ...asked }, _caller, reader) {
      const { page, items } = await erasuresIn(reader, stage, pageAsked(asked));
      return pageMade(page, items);
    },
  }),
] as const;
