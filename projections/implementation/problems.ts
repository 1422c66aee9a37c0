/** R-O5: the problems of projects, open ones by their age (art-16). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { problemRaised, problemResolved } from '../../events/implementation.ts';
import { dateSchema, daysBetween, shanghaiDate } from '../../events/time.ts';
import { bodyOfKey } from '../charges.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, loadMany, parsed } from '../query.ts';
import { followUpLedger } from './follow-up.ts';
import type { ProjectScope } from './scope.ts';

export const problemStateSchema = z.enum(['open', 'resolved']);

const problemRowSchema = z.strictObject({
  projectId: z.string(),
  problemId: z.string(),
  year: yearSchema,
  uscc: z.string(),
  bodyId: z.string(),
  description: z.string(),
  visitId: z.string().optional(),
  raisedOn: dateSchema,
  raisedBy: z.string(),
  state: problemStateSchema,
  resolution: z.string().optional(),
  resolvedOn: dateSchema.optional(),
});
type ProblemRow = z.infer<typeof problemRowSchema>;

const idOf = ({ data }: { readonly data: { readonly projectId: string; readonly problemId: string } }) =>
  `${data.projectId}/${data.problemId}`;

export const problems = projection<ProblemRow>({
  name: 'follow-up-problems',
  version: 1,
  question: '项目存在哪些问题、多久未解决 (Which problems do projects have, and for how long?)',
  indexes: [
    { fields: ['year', 'state', 'raisedOn'] },
    { fields: ['year', 'bodyId', 'state', 'raisedOn'] },
    { fields: ['year', 'uscc', 'state', 'raisedOn'] },
  ],
  handlers: [
    on([problemRaised], idOf, (row, { data, meta: { about, actor } }) => {
      const { year, uscc, bodyId } = about;
      if (year === undefined || uscc === undefined || bodyId === undefined) return row;
      return { ...data, year, uscc, bodyId, raisedBy: actor.orgId, state: 'open' };
    }),
    on(
      [problemResolved],
      idOf,
      (row, { data: { resolution, resolvedOn } }) => row && { ...row, state: 'resolved', resolution, resolvedOn },
    ),
  ],
});

export const problemSchema = problemRowSchema.extend({
  /** Days from raising to resolution, or to today. */
  age: z.int(),
});

interface Asked {
  readonly year: number;
  readonly state: string;
  readonly own: ProjectScope;
}

/** Problems of a year in a state, the oldest first; of a body those of the projects in its charge. */
export async function problemsOf(
  reader: Reader,
  { own, ...asked }: Asked,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof problemSchema>[] }> {
  const order = { by: ['raisedOn'], direction: 'asc' } as const;
  const found = await reader.find(problems, { where: { ...asked, ...broadly(own) }, order, ...page });
  const rows = await withinCharge(reader, parsed(problems, found), own);
  return { page: found, items: rows.map(row => aged(row, reader.now)) };
}

/** All of one project, the oldest first. */
export async function problemsOfProject(
  reader: Reader,
  { projectId, year, uscc }: Pick<ProblemRow, 'projectId' | 'year' | 'uscc'>,
): Promise<z.infer<typeof problemSchema>[]> {
  // A project that was carried over has problems of later years too.
  const ofUnit = await all(reader, problems, { year: { $gte: year }, uscc });
  const own = ofUnit.filter(row => row.projectId === projectId);
  return own.toSorted((one, other) => (one.raisedOn < other.raisedOn ? -1 : 1)).map(row => aged(row, reader.now));
}

function aged(row: ProblemRow, now: string): z.infer<typeof problemSchema> {
  return { ...row, age: daysBetween(row.raisedOn, row.resolvedOn ?? shanghaiDate(now)) };
}

/** Problems know the body alone: what else it was addressed to under another charge is left out afterwards. */
function broadly(own: ProjectScope) {
  return 'charge' in own ? { bodyId: { $in: [...new Set(own.charge.$in.map(bodyOfKey))] } } : own;
}

async function withinCharge(
  reader: Reader,
  rows: readonly ProblemRow[],
  own: ProjectScope,
): Promise<readonly ProblemRow[]> {
  if (!('charge' in own)) return rows;
  const projects = await loadMany(reader, followUpLedger, [...new Set(rows.map(({ projectId }) => projectId))]);
  return rows.filter(({ projectId }) => own.charge.$in.includes(projects.get(projectId)?.charge ?? ''));
}
