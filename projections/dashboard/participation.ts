/** R-D4: how many units and people, of which industries and districts, take part in a year (art-01). */
import { z } from 'zod';
import {
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
} from '../../events/application.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { unitRegistered } from '../../events/unit.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { freshness, freshnessSchema, loadMany, pagesOf } from '../query.ts';
import { definitionSchema } from './definitions.ts';
import { added } from './tally.ts';

const participationRowSchema = z.strictObject({
  year: z.int(),
  uscc: z.string(),
  projects: z.record(
    z.string(),
    z.strictObject({
      industry: z.string(),
      submitted: z.boolean(),
      /** Subjects of the participants in the latest version: who they are stays sealed. */
      people: z.array(z.string()),
    }),
  ),
});
export type ParticipationRow = z.infer<typeof participationRowSchema>;

function keyOf({ meta: { about } }: RecordedEvent): string | undefined {
  return about.year === undefined || about.uscc === undefined ? undefined : `${about.year}/${about.uscc}`;
}

export const participation = projection<ParticipationRow>({
  name: 'participation',
  version: 1,
  question: '各年度参与的单位和人员 (Which units take part in a year, with how many people?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when([applicationStarted], keyOf, (row, { data: { year, uscc, projectId, industry } }) => ({
      year,
      uscc,
      projects: { ...row?.projects, [projectId]: { industry, submitted: false, people: [] } },
    })),
    when([applicationSubmitted, applicationSupplemented], keyOf, (row, { data }) => {
      const project = row?.projects[data.projectId];
      if (!row || !project) return row;
      const people = [...new Set(data.content.participants.map(({ name }) => name.subject))];
      return { ...row, projects: { ...row.projects, [data.projectId]: { ...project, submitted: true, people } } };
    }),
    when([applicationWithdrawn], keyOf, (row, { data }) => {
      if (!row) return row;
      const { [data.projectId]: _withdrawn, ...projects } = row.projects;
      return { ...row, projects };
    }),
  ],
});

const districtRowSchema = z.strictObject({ uscc: z.string(), district: z.string() });
type DistrictRow = z.infer<typeof districtRowSchema>;

export const unitDistricts = projection<DistrictRow>({
  name: 'unit-districts',
  version: 1,
  question: '申报单位所在的区 (In which district is each unit?)',
  indexes: [],
  handlers: [
    when(
      [unitRegistered],
      ({ data }) => data.uscc,
      (_row, { data: { uscc, district } }) => ({ uscc, district }),
    ),
  ],
});

const DEFINITIONS = {
  units: {
    zh: '至少有一个已提交且未撤回项目的申报单位数',
    en: 'Units with at least one project submitted and not withdrawn',
  },
  projects: { zh: '已提交且未撤回的项目数', en: 'Projects submitted and not withdrawn' },
  people: {
    zh: '上述项目最新一版材料所列参与人员数，同一单位同名者计一人',
    en: 'Participants named in the latest version of these projects; one name within one unit counts once',
  },
  industries: { zh: '按项目所属行业统计项目数', en: 'Projects by industry' },
  districts: { zh: '按登记所在区统计单位数', en: 'Units by district of registration' },
};

export const participationSchema = z.strictObject({
  year: z.int(),
  ...freshnessSchema.shape,
  units: z.int(),
  projects: z.int(),
  people: z.int(),
  industries: z.record(z.string(), z.int()),
  /** By GB/T 2260 code. */
  districts: z.record(z.string(), z.int()),
  definitions: z.record(z.string(), definitionSchema),
});

export async function participationOf(reader: Reader, year: number): Promise<z.infer<typeof participationSchema>> {
  let [units, projects, people] = [0, 0, 0];
  let industries: Record<string, number> = {};
  let districts: Record<string, number> = {};
  for await (const rows of pagesOf(reader, participation, { year })) {
    const taking = rows.map(row => ({ uscc: row.uscc, submitted: submittedOf(row) })).filter(hasProjects);
    const known = await loadMany(
      reader,
      unitDistricts,
      taking.map(({ uscc }) => uscc),
    );
    for (const { uscc, submitted } of taking) {
      units += 1;
      projects += submitted.length;
      people += new Set(submitted.flatMap(project => project.people)).size;
      for (const { industry } of submitted) industries = added(industries, [industry], 1);
      const district = known.get(uscc)?.district;
      if (district !== undefined) districts = added(districts, [district], 1);
    }
  }
  const fresh = await freshness(reader, participation);
  return { year, ...fresh, units, projects, people, industries, districts, definitions: DEFINITIONS };
}

function submittedOf({ projects }: ParticipationRow) {
  return Object.values(projects).filter(({ submitted }) => submitted);
}

function hasProjects({ submitted }: { readonly submitted: readonly unknown[] }): boolean {
  return submitted.length > 0;
}
