/** Examples in the documentation: an input of each operation, made of the values of one story, as its schema takes it. */
import type { z } from 'zod';
import { validInput, type Words } from './valid-input.ts';

const STORY: Words = {
  year: 2024,
  projectId: '2024-7k3m9qwz',
  uscc: '91350100M000100Y43',
  owedBy: '91350100M000100Y43',
  bodyId: 'district-binhai',
  unitName: '天津海河智能装备有限公司',
  accountId: 'msr.chen',
  note: '材料齐全，已核对原件。',
  reason: '经核实，与原件一致。',
  on: '2024-05-20',
};

/** An example that the schema accepts; undefined where none can be made. */
export function exampleOf(schema: z.ZodType): unknown {
  const made = validInput(schema, STORY, '', true);
  return schema.safeParse(made).success ? made : undefined;
}
