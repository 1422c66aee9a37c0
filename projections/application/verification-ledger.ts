/** R-O2: who checked what of which application, with which finding (art-12: two separate checks). */
import { z } from 'zod';
import {
  completenessFailed,
  completenessVerified,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import { evidenceSchema } from '../../events/envelope.ts';
import { sha256Schema, sortablePosition } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { Names, nameKey, withActors } from '../names.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { parsed } from '../query.ts';

const checkRowSchema = z.strictObject({
  projectId: z.string(),
  bodyId: z.string(),
  year: z.int().optional(),
  uscc: z.string().optional(),
  check: z.enum(['completeness', 'truthfulness']),
  outcome: z.enum(['passed', 'failed']),
  materialsRoot: sha256Schema,
  findings: z.string(),
  method: z.string().optional(),
  evidence: z.array(evidenceSchema),
  by: z.string(),
  at: instantSchema,
  recordedAt: instantSchema,
  /** Place in the log, at fixed width. */
  position: z.string(),
});
type CheckRow = z.infer<typeof checkRowSchema>;

export const verificationLedger = projection<CheckRow>({
  name: 'verification-ledger',
  version: 1,
  question: '谁在何时对哪份材料作了何种核实 (Who checked which materials, when, with what finding?)',
  appendOnly: true,
  indexes: [{ fields: ['bodyId', 'position'] }],
  handlers: [
    on(
      [completenessVerified, completenessFailed, truthfulnessVerified, truthfulnessFailed],
      ({ position }) => sortablePosition(position),
      (_row, { type, data, meta }, position) => {
        const [check, result] = type.split('.') as ['completeness' | 'truthfulness', 'verified' | 'failed'];
        const { year, uscc, bodyId = meta.actor.orgId } = meta.about;
        return {
          ...data,
          bodyId,
          ...(year !== undefined && { year }),
          ...(uscc !== undefined && { uscc }),
          check,
          outcome: result === 'verified' ? 'passed' : 'failed',
          by: meta.actor.accountId,
          at: meta.effectiveAt,
          recordedAt: meta.recordedAt,
          position,
        };
      },
    ),
  ],
});

export const namedCheckSchema = checkRowSchema.extend({ byName: z.string(), title: z.string() });

/** The checks of a body, the latest first, with the names of who made them and the titles of the projects. */
export async function checksOf(
  reader: Reader,
  bodyId: string,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof namedCheckSchema>[] }> {
  const order = { by: ['position'], direction: 'desc' } as const;
  const page = await reader.find(verificationLedger, { where: { bodyId }, order, ...asked });
  const rows = await withActors(parsed(verificationLedger, page), reader);
  const projects = rows.map(({ projectId }) => nameKey('project', projectId));
  const names = await Names.of(projects, [], reader);
  return { page, items: rows.map(row => ({ ...row, title: names.named('project', row.projectId) })) };
}
