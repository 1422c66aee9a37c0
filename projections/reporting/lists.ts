/** 公开名单: the published versions of project plans and lists of excellent results, with what stands on them; revocations. */
import { z } from 'zod';
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { projectPlanAmended, projectPlanPublished } from '../../events/programme.ts';
import { commendationIssued, excellentResultsPublished, RECIPIENT_TYPES } from '../../events/recognition.ts';
import { reported } from './reportable.ts';
import { reportTable } from './table.ts';

/** What is published as a version of a list of projects. */
const LISTS = ['project-plan', 'excellent-results'] as const;

const listRow = z.strictObject({
  list: z.enum(LISTS),
  year: z.int(),
  version: z.int(),
  publishedAt: z.iso.datetime(),
  count: z.int(),
  listHash: z.string(),
  url: z.string(),
});

interface Version {
  readonly year: number;
  readonly version: number;
  readonly listHash: string;
  readonly url: string;
}

const listed = (
  list: (typeof LISTS)[number],
  { year, version, listHash, url }: Version,
  at: string,
  count: number,
) => ({
  ...{ list, year, version, publishedAt: at, count },
  ...{ listHash, url },
});

export const publishedListsTable = reportTable<z.infer<typeof listRow>>({
  name: 'published_lists',
  version: 1,
  rows: 1,
  title: { zh: '公布的名单', en: 'Published lists' },
  question: '报表：公布的项目计划和优秀成果名单 (for BI tools: published project plans and lists of excellent results)',
  row: listRow,
  key: ['list', 'year', 'version'],
  handlers: [
    reported(
      [projectPlanPublished, projectPlanAmended],
      ({ data: { year, version } }) => `project-plan ${year} ${version}`,
      (_row, { recordedAt, data }) => listed('project-plan', data, recordedAt, data.projects.length),
    ),
    reported(
      [excellentResultsPublished],
      ({ data: { year, version } }) => `excellent-results ${year} ${version}`,
      (_row, { recordedAt, data }) => listed('excellent-results', data, recordedAt, data.projects.length),
    ),
  ],
});

const entryRow = z.strictObject({
  list: z.enum(LISTS),
  year: z.int(),
  version: z.int(),
  projectId: z.string(),
});
type EntryRow = z.infer<typeof entryRow>;

const entryIn = (key: string): EntryRow => {
  const [list, year, version, projectId = ''] = key.split(' ') as [EntryRow['list'], string, string, string];
  return { list, year: Number(year), version: Number(version), projectId };
};

export const listEntriesTable = reportTable<z.infer<typeof entryRow>>({
  name: 'published_list_entries',
  version: 1,
  rows: 1,
  title: { zh: '公布名单所列项目', en: 'Entries of published lists' },
  question: '报表：公布名单所列项目 (for BI tools: the projects on published lists)',
  row: entryRow,
  key: ['list', 'year', 'version', 'projectId'],
  handlers: [
    reported(
      [projectPlanPublished, projectPlanAmended],
      ({ data: { year, version, projects } }) => projects.map(id => `project-plan ${year} ${version} ${id}`),
      (_row, _event, key) => entryIn(key),
    ),
    reported(
      [excellentResultsPublished],
      ({ data: { year, version, projects } }) => projects.map(id => `excellent-results ${year} ${version} ${id}`),
      (_row, _event, key) => entryIn(key),
    ),
  ],
});

const commendationRow = z.strictObject({
  commendationId: z.string(),
  year: z.int(),
  resultId: z.string(),
  title: z.string(),
  recipientType: z.enum(RECIPIENT_TYPES),
  orgId: z.string(),
  orgName: z.string(),
  document: z.string(),
  at: z.iso.datetime(),
});

export const commendationsTable = reportTable<z.infer<typeof commendationRow>>({
  name: 'commendations',
  version: 1,
  rows: 1,
  title: { zh: '通报表扬', en: 'Commendations' },
  question: '报表：通报表扬，不含人员姓名 (for BI tools: commendations, without the names of people)',
  row: commendationRow,
  key: ['commendationId'],
  handlers: [
    reported(
      [commendationIssued],
      ({ data }) => data.commendationId,
      (_row, { recordedAt, data }) => {
        const { commendationId, year, resultId, title, recipientType, orgId, orgName, document } = data;
        return { commendationId, year, resultId, title, recipientType, orgId, orgName, document, at: recordedAt };
      },
    ),
  ],
});

const revocationRow = z.strictObject({
  caseId: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  at: z.iso.datetime(),
  banFrom: z.iso.date(),
  lastDay: z.iso.date(),
  /** When the decision itself was overturned. */
  overturnedAt: z.iso.datetime().optional(),
});

const ofCase = ({ data }: { readonly data: { readonly caseId: string } }) => data.caseId;

export const revocationsTable = reportTable<z.infer<typeof revocationRow>>({
  name: 'revocations',
  version: 1,
  rows: 1,
  title: { zh: '撤销认定', en: 'Revocations' },
  question: '报表：撤销优秀成果认定的决定 (for BI tools: decisions that revoke recognitions)',
  row: revocationRow,
  key: ['caseId'],
  handlers: [
    reported([fraudDecisionTaken], ofCase, (_row, { recordedAt, data }) => {
      const { caseId, uscc, unitName, ban } = data;
      return { caseId, uscc, unitName, at: recordedAt, banFrom: ban.from, lastDay: ban.lastDay };
    }),
    reported([revocationOverturned], ofCase, (row, { recordedAt }) => row && { ...row, overturnedAt: recordedAt }),
  ],
});

const revokedRow = z.strictObject({
  caseId: z.string(),
  resultId: z.string(),
  /** Absent for a result of a year before this record began. */
  projectId: z.string().optional(),
  title: z.string(),
  year: z.int(),
});

const revokedKey = (caseId: string, resultId: string) => `${caseId} ${resultId}`;

export const revokedResultsTable = reportTable<z.infer<typeof revokedRow>>({
  name: 'revoked_results',
  version: 1,
  rows: 1,
  title: { zh: '撤销认定的成果', en: 'Results whose recognition was revoked' },
  question: '报表：撤销认定的成果 (for BI tools: the results whose recognition was revoked)',
  row: revokedRow,
  key: ['caseId', 'resultId'],
  handlers: [
    reported(
      [fraudDecisionTaken],
      ({ data: { caseId, revoked } }) => revoked.map(({ resultId }) => revokedKey(caseId, resultId)),
      (row, { data: { caseId, revoked } }, key) => {
        const result = revoked.find(({ resultId }) => revokedKey(caseId, resultId) === key);
        return result ? { caseId, ...result } : row;
      },
    ),
  ],
});
