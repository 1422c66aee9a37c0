/** R-O7: what units submitted, what bodies decided, and what the municipal authority received: does it all add up? */
import { z } from 'zod';
import { bodyIdSchema, sha256Schema, yearSchema } from '../../events/ids.ts';
import { inChargeOn } from '../../events/rules/jurisdiction.ts';
import { shanghaiDate } from '../../events/time.ts';
import { chargesOf } from '../charges.ts';
import type { Reader } from '../ports.ts';
import { all } from '../query.ts';
import { type BatchRow, batchRoot, resultBatches } from './batches.ts';
import { type ResultRow, type ResultState, resultRows } from './results.ts';

const openSchema = z.array(z.string());

export const reconciliationSchema = z.strictObject({
  year: yearSchema,
  bodyId: bodyIdSchema,
  /** Results handed in and not withdrawn that lie with the body today. */
  submitted: z.int(),
  recommended: z.int(),
  declined: z.int(),
  /** Results recommended by the body that the municipal authority holds. */
  received: z.int(),
  /** Submitted and in no batch. */
  notCompiled: openSchema,
  /** In a batch, neither recommended nor declined. */
  undecided: openSchema,
  /** Recommended and not forwarded. */
  notForwarded: openSchema,
  /** Forwarded, and not the materials that stand as submitted. */
  differing: openSchema,
  /** Each forwarded batch, with its root recomputed from what the units submitted. */
  batches: z.array(
    z.strictObject({
      bodyId: bodyIdSchema,
      batch: z.int(),
      forwardedRoot: sha256Schema,
      submittedRoot: sha256Schema,
      matches: z.boolean(),
    }),
  ),
  /** Nothing is open and everything matches. */
  balanced: z.boolean(),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** One line a body that has a result or a batch of the year. */
export async function reconciliationOf(reader: Reader, year: number): Promise<Reconciliation[]> {
  const [rows, batches, charges] = await Promise.all([
    all(reader, resultRows, { year }),
    all(reader, resultBatches, { year }),
    chargesOf(reader),
  ]);
  const today = shanghaiDate(reader.now);
  const byBody = new Map<string, ResultRow[]>();
  for (const row of rows) {
    if (!row.submission || row.terminated) continue;
    const bodyId = inChargeOn(charges, row.submission, today);
    byBody.set(bodyId, [...(byBody.get(bodyId) ?? []), row]);
  }
  const byProject = new Map(rows.map(row => [row.projectId, row]));
  const bodies = [...new Set([...byBody.keys(), ...batches.map(({ bodyId }) => bodyId)])].sort();
  return bodies.map(bodyId =>
    balanceOf(
      year,
      bodyId as Reconciliation['bodyId'],
      byBody.get(bodyId) ?? [],
      batches.filter(batch => batch.bodyId === bodyId),
      byProject,
    ),
  );
}

function balanceOf(
  year: number,
  bodyId: Reconciliation['bodyId'],
  rows: readonly ResultRow[],
  batches: readonly BatchRow[],
  byProject: ReadonlyMap<string, ResultRow>,
): Reconciliation {
  const inState = (...states: ResultState[]) =>
    rows.filter(({ state }) => states.includes(state)).map(({ projectId }) => projectId);
  const open = {
    notCompiled: inState('submitted'),
    undecided: inState('compiled'),
    notForwarded: inState('recommended'),
    differing: batches.flatMap(batch => differingIn(batch, byProject)),
  };
  const forwarded = batches.flatMap(batch => matchOf(batch, byProject));
  return {
    year,
    bodyId,
    submitted: rows.length,
    recommended: inState('recommended', 'forwarded').length,
    declined: inState('declined').length,
    received: inState('forwarded').length,
    ...open,
    batches: forwarded,
    balanced: Object.values(open).every(list => list.length === 0) && forwarded.every(({ matches }) => matches),
  };
}

/** Recommended results that were forwarded and do not stand as they were. */
function differingIn({ forwarded }: BatchRow, byProject: ReadonlyMap<string, ResultRow>): string[] {
  return (forwarded?.projects ?? [])
    .filter(({ projectId, version, materialsRoot }) => {
      const submission = byProject.get(projectId)?.submission;
      return submission?.version !== version || submission.materialsRoot !== materialsRoot;
    })
    .map(({ projectId }) => projectId);
}

function matchOf({ bodyId, batch, forwarded }: BatchRow, byProject: ReadonlyMap<string, ResultRow>) {
  if (!forwarded) return [];
  const asSubmitted = (listed: typeof forwarded.projects) =>
    listed.flatMap(({ projectId, version }) => {
      const handedIn = byProject.get(projectId)?.versions.find(submission => submission.version === version);
      return handedIn ? [{ projectId, version, materialsRoot: handedIn.materialsRoot }] : [];
    });
  const submittedRoot = batchRoot(asSubmitted(forwarded.projects), asSubmitted(forwarded.declined));
  return [{ bodyId, batch, forwardedRoot: forwarded.root, submittedRoot, matches: submittedRoot === forwarded.root }];
}
