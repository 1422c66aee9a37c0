/** Files that cases about staff rest on: there for the supervising body alone, and not for the person concerned, by whichever account (art-26). */
import { z } from 'zod';
import { misconductReported } from '../../events/enforcement.ts';
import type { Actor } from '../../events/envelope.ts';
import { accountsOfPerson } from '../persons.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load } from '../query.ts';

const evidenceRowSchema = z.strictObject({
  /** Accounts of the persons concerned. */
  concerned: z.array(z.string()),
  citedBy: z.array(z.string()),
  /** As the last report calls it. */
  name: z.string(),
});
type EvidenceRow = z.infer<typeof evidenceRowSchema>;

export const caseEvidence = projection<EvidenceRow>({
  name: 'case-evidence',
  version: 2,
  question: '工作人员案件以哪些文件为证 (Which files are evidence in cases about staff?)',
  indexes: [],
  handlers: [
    on(
      [misconductReported],
      ({ data }) => data.evidence.map(({ sha256 }) => sha256),
      (row = { concerned: [], citedBy: [], name: '' }, { data, meta }, sha256) => ({
        concerned: [...new Set([...row.concerned, data.accountId])],
        citedBy: [...new Set([...row.citedBy, meta.actor.orgId])],
        name: data.evidence.find(each => each.sha256 === sha256)?.name ?? row.name,
      }),
    ),
  ],
});

/** What is on record of a file for the caller; undefined for one he may not open. To cite a file opens it to nobody who has not got it from its owner. */
export async function caseEvidenceFor(
  reader: Reader,
  { role, accountId }: Actor,
  sha256: string,
  hasUploaded: (orgId: string, sha256: string) => Promise<boolean>,
): Promise<{ readonly name: string } | undefined> {
  const row = role === 'SUP' ? await load(reader, caseEvidence, sha256) : undefined;
  if (!row) return undefined;
  const own = await accountsOfPerson(reader, accountId);
  if (row.concerned.some(account => own.has(account))) return undefined;
  const held = await Promise.all(row.citedBy.map(orgId => hasUploaded(orgId, sha256)));
  return held.includes(true) ? { name: row.name } : undefined;
}
