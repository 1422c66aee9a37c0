/** The words of all fields. */
import type { WordTable } from './entry.ts';
import { evaluationFields } from './fields-evaluation.ts';
import { oversightFields } from './fields-oversight.ts';
import { programmeFields } from './fields-programme.ts';
import { registerFields } from './fields-registers.ts';

export const fieldTables: readonly WordTable[] = [programmeFields, evaluationFields, registerFields, oversightFields];
