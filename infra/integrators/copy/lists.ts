/** The published lists as the service gives them: which events publish one, what its lines are, and what pins them. */
import { createHash } from 'node:crypto';
import type { CloudEvent, GongguanClient } from '../../client/index.ts';
import { canonicalOf } from '../../ledger/verify/lists.js';
import type { Entry } from './kept.ts';

type Label = '项目计划' | '优秀成果';

/** Kinds of event that publish a list, and which. */
const PUBLISHING: Readonly<Record<string, Label>> = {
  'project-plan.published': '项目计划',
  'project-plan.amended': '项目计划',
  'excellent-results.published': '优秀成果',
};
export const PUBLISHING_TYPES = Object.keys(PUBLISHING);

/** The members of a line that its publication pins. */
const MEMBERS: Readonly<Record<Label, readonly string[]>> = {
  项目计划: ['projectId', 'title', 'unitName', 'bodyName'],
  优秀成果: ['projectId', 'resultId', 'title', 'unitName', 'bodyId'],
};

/** What an event that publishes a list says of it. */
export interface CopiedPublication {
  readonly label: Label;
  readonly year: number;
  readonly version: number;
  readonly listHash: string;
  readonly projects: readonly string[];
}

/** The kind of event that a CloudEvents type names. */
export function publishingKind({ type }: Pick<CloudEvent, 'type'>): string {
  return PUBLISHING_TYPES.find(kind => type === kind || type.endsWith(`.${kind}`)) ?? type;
}

export function publicationIn(event: CloudEvent): CopiedPublication | undefined {
  const label = PUBLISHING[publishingKind(event)];
  return label && { ...(event.data as Omit<CopiedPublication, 'label'>), label };
}

/** SHA-256 of the list as canonical JSON (RFC 8785), in hex. */
export function hashOf(list: readonly Entry[]): string {
  return createHash('sha256').update(canonicalOf(list)).digest('hex');
}

/** The lines of a published list, in the order of the project ids. */
export async function linesOfList(publication: CopiedPublication, client: GongguanClient): Promise<readonly Entry[]> {
  const { label, year, version, projects } = publication;
  const rows =
    label === '项目计划'
      ? client.list('/programmes/{year}/project-plan', { year, version, limit: 500 })
      : client.list('/programmes/{year}/excellent-results', { year, limit: 500 });
  const named = new Set(projects);
  const entries: Entry[] = [];
  for await (const row of rows) if (named.has(row.projectId)) entries.push(lineOf(row, MEMBERS[label]));
  return entries.sort((one, other) => ((one.projectId as string) < (other.projectId as string) ? -1 : 1));
}

function lineOf(row: object, members: readonly string[]): Entry {
  return Object.fromEntries(Object.entries(row).filter(([name]) => members.includes(name)));
}
