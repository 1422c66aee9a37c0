/** Which units and bodies a stored file belongs to, so that they and nobody else may open it. */
import { z } from 'zod';
import {
  completenessFailed,
  completenessVerified,
  documentAttached,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import type { Actor } from '../../events/envelope.ts';
import { resultDocumentAttached } from '../../events/result.ts';
import { isInCharge } from '../charges.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { loadMany } from '../query.ts';
import { boards } from './boards.ts';

const fileRowSchema = z.strictObject({
  units: z.array(z.string()),
  bodies: z.array(z.string()),
  projects: z.array(z.string()),
});
type FileRow = z.infer<typeof fileRowSchema>;

export const fileOwners = projection<FileRow>({
  name: 'file-owners',
  version: 2,
  question: '一份文件属于哪些申报单位和推荐单位 (to whom a stored file belongs)',
  indexes: [],
  handlers: [
    when(
      [documentAttached, resultDocumentAttached],
      event => event.data.sha256,
      (row, { meta: { about } }) => owned(row, about),
    ),
    when(
      [completenessVerified, completenessFailed, truthfulnessVerified, truthfulnessFailed],
      event => event.data.evidence.map(({ sha256 }) => sha256),
      (row, { meta: { about } }) => owned(row, { ...about, uscc: undefined }),
    ),
  ],
});

interface Owners {
  readonly uscc?: string | undefined;
  readonly bodyId?: string | undefined;
  readonly projectId?: string | undefined;
}

function owned(row: FileRow | undefined, { uscc, bodyId, projectId }: Owners): FileRow {
  return {
    units: withOne(row?.units ?? [], uscc),
    bodies: withOne(row?.bodies ?? [], bodyId),
    projects: withOne(row?.projects ?? [], projectId),
  };
}

function withOne(list: readonly string[], item: string | undefined): string[] {
  return item === undefined || list.includes(item) ? [...list] : [...list, item];
}

/** The units whose material a file is. */
export async function unitsOfFile(reader: Reader, sha256: string): Promise<readonly string[]> {
  const text = await reader.get(fileOwners, sha256);
  return text === undefined ? [] : (JSON.parse(text) as FileRow).units;
}

/** The authority and the supervisor may open every file; a unit its own; a body what came to it, also by a transfer. */
export async function mayReadFile(reader: Reader, caller: Actor, sha256: string): Promise<boolean> {
  if (caller.role === 'MSR' || caller.role === 'SUP') return true;
  const text = await reader.get(fileOwners, sha256);
  if (text === undefined) return false;
  const row = JSON.parse(text) as FileRow;
  if (row.units.includes(caller.orgId) || row.bodies.includes(caller.orgId)) return true;
  const projects = await loadMany(reader, boards, row.projects);
  const inCharge = await Promise.all([...projects.values()].map(project => isInCharge(reader, caller, project)));
  return inCharge.includes(true);
}
