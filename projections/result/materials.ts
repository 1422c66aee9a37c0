/** What a unit handed in as its result: the content of the last version and all files (art-17a). */
import { z } from 'zod';
import {
  resultContentSchema,
  resultDocumentAttached,
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
  resultUndertakingSigned,
} from '../../events/result.ts';
import { instantSchema } from '../../events/time.ts';
import { documentSchema } from '../application/case-file.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, nameOf } from '../query.ts';
import { resultRowSchema, resultRows } from './results.ts';

const materialsRowSchema = z.strictObject({
  documents: z.array(documentSchema),
  undertakingAt: instantSchema.optional(),
  content: resultContentSchema.optional(),
  version: z.int().optional(),
  /** What was changed with each later version. */
  explanations: z.array(z.strictObject({ version: z.int(), text: z.string(), at: instantSchema })),
  withdrawals: z.array(z.strictObject({ reason: z.string(), at: instantSchema })),
});
type MaterialsRow = z.infer<typeof materialsRowSchema>;

const EMPTY: MaterialsRow = { documents: [], explanations: [], withdrawals: [] };
const ownProject = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;

/** A row does not name its project: it is read by the id of it, and in no other way. */
function knownBy(id: string | undefined): string {
  if (id === undefined) throw new Error('result materials are read by the id of their project');
  return id;
}

export const resultMaterials = projection<MaterialsRow>({
  name: 'result-materials',
  version: 1,
  question: '项目单位提交了哪些成果材料 (What did a unit hand in as the result of its project?)',
  material: { kind: 'result', of: (_row, id) => [{ projectId: knownBy(id) }] },
  indexes: [],
  handlers: [
    on([resultDocumentAttached], ownProject, (row = EMPTY, { data: { projectId: _own, ...document }, meta }) => ({
      ...row,
      documents: [...row.documents, { ...document, at: meta.effectiveAt }],
    })),
    on([resultUndertakingSigned], ownProject, (row = EMPTY, { meta }) => ({
      ...row,
      undertakingAt: meta.effectiveAt,
    })),
    on([resultsSubmitted], ownProject, (row = EMPTY, { data: { content, version } }) => ({
      ...row,
      content,
      version,
    })),
    on([resultsSupplemented], ownProject, (row = EMPTY, { data: { content, version, explanation: text }, meta }) => ({
      ...row,
      content,
      version,
      explanations: [...row.explanations, { version, text, at: meta.effectiveAt }],
    })),
    on([resultsWithdrawn], ownProject, (row = EMPTY, { data: { reason }, meta }) => {
      const { content: _content, version: _version, ...rest } = row;
      return { ...rest, withdrawals: [...row.withdrawals, { reason, at: meta.effectiveAt }] };
    }),
  ],
});

export const resultFileSchema = resultRowSchema.extend({
  materials: materialsRowSchema.extend({
    content: resultContentSchema
      .extend({ participants: z.array(z.strictObject({ name: z.string(), duty: z.string() })) })
      .optional(),
  }),
});

/** Where a result stands and what was handed in, with the names opened. */
export async function resultFileOf(
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof resultFileSchema> | undefined> {
  const row = await load(reader, resultRows, projectId);
  if (!row) return undefined;
  const { content, ...rest } = (await load(reader, resultMaterials, projectId)) ?? EMPTY;
  if (!content) return { ...row, materials: rest };
  const participants = await Promise.all(
    content.participants.map(async ({ name, duty }) => ({ name: await nameOf(reader, name), duty })),
  );
  return { ...row, materials: { ...rest, content: { ...content, participants } } };
}
