/** What the log holds, counted in the plainest way: what read models must agree with. */
import { createHash } from 'node:crypto';
import type { LegalBasis, RecordedEvent } from '../../events/envelope.ts';

type Log = readonly RecordedEvent[];

/** The data of a kind of event, as loosely as a reader of the raw log sees it. */
export function dataOf(log: Log, ...types: readonly string[]): Record<string, unknown>[] {
  return log.filter(({ type }) => types.includes(type)).map(({ data }) => data as Record<string, unknown>);
}

/** Projects with at least one event of a kind; each counts once. */
export function projectsWith(log: Log, ...types: readonly string[]): Set<string> {
  return new Set(dataOf(log, ...types).map(({ projectId }) => String(projectId)));
}

/** Projects of which one version passed both checks of art-12. */
export function projectsVerified(log: Log): Set<string> {
  const passed = (check: string) =>
    new Set(dataOf(log, `${check}.verified`).map(({ projectId, materialsRoot }) => `${projectId} ${materialsRoot}`));
  const truthful = passed('truthfulness');
  return new Set([...passed('completeness')].filter(key => truthful.has(key)).map(key => key.split(' ')[0] as string));
}

export function cites({ meta }: RecordedEvent, article: string): boolean {
  return meta.basis.some((basis: LegalBasis) => 'article' in basis && basis.article === article);
}

export function positionsOf(log: Log, holds: (event: RecordedEvent) => boolean): string[] {
  return log.filter(holds).map(({ position }) => position);
}

/** The project plan as of a position, by the recipe that stands beside the published one. */
export function projectPlanAt(log: Log, year: number, position: string) {
  const list = log
    .filter(event => event.type === 'project.listed' && Number(event.position) <= Number(position))
    .map(({ data }) => data as Record<'projectId' | 'title' | 'unitName' | 'bodyName', string> & { year: number })
    .filter(listed => listed.year === year)
    .map(({ projectId, title, unitName, bodyName }) => ({ projectId, title, unitName, bodyName }))
    .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  // RFC 8785 for objects of plain strings: members in the order of their names, nothing between them.
  const canonical = JSON.stringify(
    list.map(({ projectId, title, unitName, bodyName }) => ({ bodyName, projectId, title, unitName })),
  );
  return { list, listHash: createHash('sha256').update(canonical).digest('hex') };
}
