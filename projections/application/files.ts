/** Whose a stored file is, who has cited it, and so who may open it. */
import { z } from 'zod';
import {
  completenessFailed,
  completenessVerified,
  documentAttached,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { resultDocumentAttached } from '../../events/result.ts';
import { judgesOneOf } from '../assignments.ts';
import { isInCharge } from '../charges.ts';
import type { Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { isBody, isUnit, load, loadMany, oversees } from '../query.ts';
import { boards } from './boards.ts';

const fileRowSchema = z.strictObject({
  /** Units that have attached it. */
  units: z.array(z.string()),
  /** Bodies that it came to, or that verified with it. */
  bodies: z.array(z.string()),
  /** Projects that it is on file for. */
  projects: z.array(z.string()),
  /** Organisations that have cited it as evidence: to cite a file opens it to nobody who has not got it from its owner. */
  citedBy: z.array(z.string()),
  /** Units that it is on record about, in whatever way. */
  concerns: z.array(z.string()),
  /** What those who put it on record called it, for which project and before which body; the latest last. */
  names: z.array(
    z.strictObject({
      orgId: z.string(),
      projectId: z.string().optional(),
      bodyId: z.string().optional(),
      name: z.string(),
    }),
  ),
});
type FileRow = z.infer<typeof fileRowSchema>;

const EMPTY: FileRow = { units: [], bodies: [], projects: [], citedBy: [], concerns: [], names: [] };

const ATTACHING: readonly string[] = [documentAttached.type, resultDocumentAttached.type];
/** What a body verifies with is its own upload, or attached already. */
const VERIFYING: readonly string[] = [
  completenessVerified.type,
  completenessFailed.type,
  truthfulnessVerified.type,
  truthfulnessFailed.type,
];

export const fileOwners = projection<FileRow>({
  name: 'file-owners',
  version: 4,
  question: '一份文件属于谁、被谁引为证据 (whose a stored file is, and who has cited it)',
  indexes: [],
  material: { none: '只有文件归谁所有，文件凭摘要另行调阅 (whose a file is; it is opened by its digest)' },
  handlers: [],
  every: {
    rowIds: event => (isCaseOnly(event) ? [] : [...attachedBy(event), ...citedBy(event)]),
    evolve: (row = EMPTY, event, sha256) =>
      attachedBy(event).includes(sha256) ? attached(row, event) : cited(row, event, sha256),
  },
});

function attachedBy({ type, data }: RecordedEvent): readonly string[] {
  return ATTACHING.includes(type) ? [(data as { readonly sha256: string }).sha256] : [];
}

function citedBy({ meta }: RecordedEvent): readonly string[] {
  return [...new Set(meta.evidence?.map(({ sha256 }) => sha256))];
}

function attached(row: FileRow, event: RecordedEvent): FileRow {
  const { uscc, bodyId, projectId } = event.meta.about;
  return {
    ...row,
    units: withOne(row.units, uscc),
    bodies: withOne(row.bodies, bodyId),
    projects: withOne(row.projects, projectId),
    concerns: withOne(row.concerns, uscc),
    names: withName(row.names, event, (event.data as { readonly name: string }).name),
  };
}

function cited(row: FileRow, event: RecordedEvent, sha256: string): FileRow {
  const { type, meta } = event;
  const { about, actor } = meta;
  const { uscc, bodyId, projectId } = about;
  const verified = VERIFYING.includes(type);
  return {
    ...row,
    bodies: withOne(row.bodies, verified ? bodyId : undefined),
    projects: withOne(row.projects, verified ? projectId : undefined),
    citedBy: withOne(row.citedBy, actor.orgId),
    concerns: withOne(row.concerns, uscc),
    names: withName(row.names, event, meta.evidence?.find(each => each.sha256 === sha256)?.name),
  };
}

/** One name of each organisation for each project. */
function withName(names: FileRow['names'], { meta }: RecordedEvent, name: string | undefined): FileRow['names'] {
  if (name === undefined) return names;
  const { orgId } = meta.actor;
  const { projectId, bodyId } = meta.about;
  const others = names.filter(each => each.orgId !== orgId || each.projectId !== projectId);
  return [...others, { orgId, ...(projectId && { projectId }), ...(bodyId && { bodyId }), name }];
}

function withOne(list: readonly string[], item: string | undefined): string[] {
  return item === undefined || list.includes(item) ? [...list] : [...list, item];
}

/** What a caller opens with a file: the units that are on record with it. */
export interface FileOpening {
  readonly units: readonly string[];
  /** As he, or who put it before him, called it; undefined where it is on record under no name that he may know. */
  readonly name?: string | undefined;
}

/** Whether an organisation has uploaded a file. */
export type HasUploaded = (orgId: string, sha256: string) => Promise<boolean>;

/**
 * What the caller opens with a file; undefined where it is not there for him. A unit opens its own; a body what came to
 * it, also by a transfer; an expert what is on file for a project he judges; authority and supervisor what is on record.
 * What is on record nowhere is there for the organisation that has uploaded it, and for nobody else.
 */
export async function openingOfFile(
  reader: Reader,
  caller: Actor,
  sha256: string,
  hasUploaded: HasUploaded,
): Promise<FileOpening | undefined> {
  const row = await load(reader, fileOwners, sha256);
  if (!row) return (await hasUploaded(caller.orgId, sha256)) ? { units: [] } : undefined;
  const projects = await projectsWithin(reader, caller, row);
  const named = { units: row.concerns, name: nameFor(caller, row, projects) };
  if (projects.length > 0 || isAddressed(caller, row) || (await hasUploaded(caller.orgId, sha256))) return named;
  if (!oversees(caller)) return undefined;
  return (await Promise.all(row.citedBy.map(orgId => hasUploaded(orgId, sha256)))).includes(true) ? named : undefined;
}

/** Projects for whose sake the caller may open the file. */
async function projectsWithin(reader: Reader, caller: Actor, { projects }: FileRow): Promise<readonly string[]> {
  if (oversees(caller)) return projects;
  const onFile = await loadMany(reader, boards, projects);
  const within: string[] = [];
  for (const projectId of projects) {
    const board = onFile.get(projectId);
    const inCharge = board !== undefined && (await isInCharge(reader, caller, board));
    if (inCharge || (await judgesOneOf(reader, caller, [projectId]))) within.push(projectId);
  }
  return within;
}

/** The unit that has attached it, or a body that it came to. */
function isAddressed(caller: Actor, { units, bodies }: FileRow): boolean {
  return units.some(uscc => isUnit(caller, uscc)) || bodies.some(bodyId => isBody(caller, bodyId));
}

/** What others call it tells of their matters: a name comes from one's own organisation, a project, or what came to one. */
function nameFor(caller: Actor, { names }: FileRow, projects: readonly string[]): string | undefined {
  const known = names.filter(
    ({ orgId, projectId, bodyId }) =>
      oversees(caller) || [orgId, bodyId].includes(caller.orgId) || (projectId && projects.includes(projectId)),
  );
  return known.at(-1)?.name;
}
