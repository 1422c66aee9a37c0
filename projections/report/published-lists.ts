/** Question 8: is every published list equal to the log at the position that it names? */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import { canonicalJson } from '../../events/canonical.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { comparePositions, type Position, type ProjectId } from '../../events/ids.ts';
import { type PlanEntry, projectPlanAmended, projectPlanPublished } from '../../events/programme.ts';
import { type ExcellentEntry, excellentResultRecognised, excellentResultsPublished } from '../../events/recognition.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { act, among, declareReport, faultsAmong, type Reference, type ReportRow, reference, zh } from './report.ts';

const columns = {
  list: '名单',
  year: '年度',
  version: '版次',
  position: '名单所依位置',
  published: '公布项数',
  inLog: '日志项数',
  missing: '漏列',
  surplus: '多列',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

type Entry = PlanEntry | ExcellentEntry;

/** A project of a list and what the list says of it, from where in the log on it belongs there. */
interface Standing {
  readonly projectId: ProjectId;
  readonly resultId: string | undefined;
  /** Canonical JSON of the entry. */
  readonly text: string;
  readonly year: number;
  readonly rests: Reference;
  /** Where it was taken off and put on again, oldest first. */
  readonly changes: { readonly position: Position; readonly live: boolean; readonly caseId: string }[];
}

/** What a list should hold, kept so that it can be told for any position that has been passed. */
class Ledger {
  readonly #standings: Standing[] = [];

  add(year: number, entry: Entry, event: DomainEvent): void {
    const resultId = 'resultId' in entry ? entry.resultId : undefined;
    const { projectId } = entry;
    this.#standings.push({
      projectId,
      resultId,
      text: canonicalJson(entry),
      year,
      rests: reference(event),
      changes: [],
    });
  }

  revoke(resultIds: readonly string[], caseId: string, position: Position): void {
    for (const { resultId, changes } of this.#standings) {
      if (resultId !== undefined && resultIds.includes(resultId)) changes.push({ position, live: false, caseId });
    }
  }

  restore(caseId: string, position: Position): void {
    for (const { changes } of this.#standings) {
      if (changes.at(-1)?.caseId === caseId) changes.push({ position, live: true, caseId });
    }
  }

  /** The last word on each project, in the order of the project ids. */
  at(year: number, upTo: Position): readonly Standing[] {
    const within = (position: Position) => comparePositions(position, upTo) <= 0;
    const live = this.#standings.filter(
      standing =>
        standing.year === year &&
        within(standing.rests.position) &&
        (standing.changes.findLast(({ position }) => within(position))?.live ?? true),
    );
    const byProject = new Map(live.map(standing => [standing.projectId, standing]));
    return [...byProject.values()].sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  }
}

interface Publication {
  readonly label: string;
  readonly year: number;
  readonly version: number;
  readonly position: Position;
  readonly projects: readonly ProjectId[];
  readonly listHash: string;
  /** As the publication states it; the length of the list where it states none. */
  readonly count: number;
}

function publicationOf(event: DomainEvent): Publication | undefined {
  switch (event.type) {
    case 'project-plan.published':
    case 'project-plan.amended':
      return { ...event.data, label: '项目计划' };
    case 'excellent-results.published':
      return { ...event.data, label: '优秀成果', count: event.data.projects.length };
    default:
      return undefined;
  }
}

function compared(publication: Publication, ledger: Ledger, event: DomainEvent): ReportRow<Column> {
  const { label, year, version, position, projects, listHash, count } = publication;
  const standings = ledger.at(year, position);
  const inLog = new Map(standings.map(({ projectId, text }) => [projectId, text]));
  const published = new Set(projects);
  const missing = [...inLog.keys()].filter(id => !published.has(id));
  const surplus = [...published].filter(id => !inLog.has(id));
  const flaws = [
    ...(missing.length > 0 ? [`漏列${missing.length}项`] : []),
    ...(surplus.length > 0 ? [`多列${surplus.length}项`] : []),
    ...(published.size === projects.length ? [] : ['有重复项目']),
    ...(count === projects.length ? [] : [`载明${count}项，实列${projects.length}项`]),
    // What the log says of a surplus project no list can have been made of.
    ...(surplus.length > 0 || listHash === hashOf(projects, inLog) ? [] : ['清单内容与其摘要不符']),
    ...(comparePositions(position, event.position) < 0 ? [] : ['名单所依位置不早于公布']),
  ];
  const lacking = new Set(missing);
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}：${flaws.length > 0 ? flaws.join('；') : `与位置 ${position} 处的日志一致`}`,
    cells: {
      list: label,
      year,
      version,
      position,
      published: projects.length,
      inLog: standings.length,
      missing: missing.join(' '),
      surplus: surplus.join(' '),
      flaw: flaws.join('；'),
    },
    rests: [reference(event), ...standings.filter(({ projectId }) => lacking.has(projectId)).map(({ rests }) => rests)],
  };
}

/** Of the list that is made of these projects by what the log says of each. */
function hashOf(projects: readonly ProjectId[], inLog: ReadonlyMap<ProjectId, string>): string {
  return hash('sha256', `[${projects.map(id => inLog.get(id)).join(',')}]`);
}

export const publishedListsReport = declareReport({
  number: 8,
  name: 'ReportPublishedLists',
  title: '公布名单与日志的一致性',
  question: '公布的名单是否等于日志在其位置处的内容 (Is the published list equal to the log at its position?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只核对名单摘要 (digests of lists)' },
  parameters: z.strictObject({ year: yearParameter.optional() }),
  columns,
  begin({ year }, { hadHappened }) {
    const listed = new Ledger();
    const recognised = new Ledger();
    const rows: ReportRow<Column>[] = [];
    return {
      wants: among([
        projectListed,
        projectPlanPublished,
        projectPlanAmended,
        excellentResultRecognised,
        excellentResultsPublished,
        fraudDecisionTaken,
        revocationOverturned,
      ]),
      take(event) {
        switch (event.type) {
          case 'project.listed': {
            const { projectId, title, unitName, bodyName } = event.data;
            listed.add(event.data.year, { projectId, title, unitName, bodyName }, event);
            return;
          }
          case 'excellent-result.recognised': {
            const { projectId, resultId, title, unitName, bodyId } = event.data;
            recognised.add(event.data.year, { projectId, resultId, title, unitName, bodyId }, event);
            return;
          }
          case 'fraud-decision.taken': {
            const { revoked, caseId } = event.data;
            recognised.revoke(
              revoked.map(({ resultId }) => resultId),
              caseId,
              event.position,
            );
            return;
          }
          case 'revocation.overturned':
            recognised.restore(event.data.caseId, event.position);
            return;
        }
        const publication = hadHappened(event) ? publicationOf(event) : undefined;
        if (!publication || (year !== undefined && publication.year !== year)) return;
        rows.push(compared(publication, publication.label === '项目计划' ? listed : recognised, event));
      },
      findings() {
        const faults = faultsAmong(rows);
        return {
          verdict:
            rows.length === 0
              ? zh`尚未公布名单。`
              : zh`公布的名单${rows.length}份，${faults > 0 ? `其中${faults}份与日志不一致` : '均与日志一致'}。`,
          rows,
        };
      },
    };
  },
});
