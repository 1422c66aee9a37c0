/** R-D4: which units and people, of which industries and districts, take part in a year, and in what (art-01). */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { TRAINED_ROLES } from '../../events/training.ts';
import { panels } from '../panel/panels.ts';
import type { Caller, Reader } from '../ports.ts';
import { all, loadMany, oversees, pagesOf } from '../query.ts';
import { units } from '../registry/units.ts';
import { trainees } from '../training/roster.ts';
import { type Definition, defined, definitionSchema, YEAR_DEFINITION } from './definitions.ts';
import { freshnessTold, freshnessToldSchema } from './freshness.ts';
import { type StatedRow, statedFigures } from './stated.ts';

/** The three roles of the article, and those who listened in. */
const ATTENDED_ROLES = [...TRAINED_ROLES, '旁听'] as const;

const DEFINITIONS = {
  year: YEAR_DEFINITION,
  units: defined(
    '至少有一个已提交且未撤回项目的申报单位数',
    'Units with at least one project submitted and not withdrawn',
    'art-08',
    'art-10',
  ),
  projects: defined('已提交且未撤回的项目数', 'Projects submitted and not withdrawn', 'art-10'),
  people: defined(
    '上述项目最新一版申报材料所列参与人员数，同一单位同名者计一人',
    'Participants named in the latest application of these projects; one name within one unit counts once',
    'art-03',
  ),
  resultPeople: defined(
    '已提交且未撤回、项目未终止（含因弄虚作假终止）的成果最新一版材料所列参与人员数，同一单位同名者计一人',
    'Participants named in the latest results handed in and not withdrawn, of projects neither terminated nor stopped for fraud; one name within one unit counts once',
    'art-17a',
    'art-22',
  ),
  training: defined(
    '该年度培训的出勤：attendances 为人次，people 为人数，同一单位同名者在同一类人员中计一人；旁听不属本条所列三类人员',
    'Attendance of the trainings of the year: attendances as often as somebody came, people with one name within one unit and role counting once; 旁听 (listening in) is none of the three roles of the article',
    'art-14',
  ),
  experts: defined(
    '该年度组成过的技术评定组数，以及曾任其成员的专家数（含递补和被递补的），同一专家计一人',
    'Panels constituted in the year, and experts who have sat on one, the replaced and the replacing among them; each counts once',
    'art-18',
  ),
  industries: { zh: '按项目所属行业统计项目数', en: 'Projects by industry' },
  districts: { zh: '按登记所在区统计单位数', en: 'Units by district of registration' },
} satisfies Record<string, Definition>;

export const participationSchema = z.strictObject({
  year: yearSchema,
  ...freshnessToldSchema.shape,
  units: z.int(),
  projects: z.int(),
  people: z.int(),
  resultPeople: z.int(),
  training: z.array(z.strictObject({ role: z.enum(ATTENDED_ROLES), attendances: z.int(), people: z.int() })),
  /** For those who oversee. */
  experts: z.strictObject({ panels: z.int(), experts: z.int() }).optional(),
  industries: z.record(z.string(), z.int()),
  /** By GB/T 2260 code. */
  districts: z.record(z.string(), z.int()),
  definitions: z.record(z.string(), definitionSchema),
});
type Participation = z.infer<typeof participationSchema>;

const SOURCES = [statedFigures, units, trainees, panels] as const;

export async function participationOf(reader: Reader, year: number, caller: Caller): Promise<Participation> {
  const fresh = await freshnessTold(reader, SOURCES, caller);
  const materials = await materialsOf(reader, year);
  return {
    year,
    ...fresh,
    units: materials.units.size,
    projects: materials.projects,
    people: materials.people.size,
    resultPeople: materials.resultPeople.size,
    training: await trainingOf(reader, year),
    ...(oversees(caller) && { experts: await expertsOf(reader, year) }),
    industries: Object.fromEntries(materials.industries),
    districts: await districtsOf(reader, [...materials.units]),
    definitions: DEFINITIONS,
  };
}

/** A person is a name within a unit. */
const personOf = (uscc: string, subject: string) => `${uscc}/${subject}`;

async function materialsOf(reader: Reader, year: number) {
  const found = {
    units: new Set<string>(),
    projects: 0,
    people: new Set<string>(),
    resultPeople: new Set<string>(),
    industries: new Map<string, number>(),
  };
  const take = ({ uscc, industry, application, result }: StatedRow) => {
    for (const subject of result?.people ?? []) found.resultPeople.add(personOf(uscc, subject));
    if (!application) return;
    found.units.add(uscc);
    found.projects += 1;
    for (const subject of application.people) found.people.add(personOf(uscc, subject));
    found.industries.set(industry, (found.industries.get(industry) ?? 0) + 1);
  };
  for await (const rows of pagesOf(reader, statedFigures, { year })) rows.forEach(take);
  return found;
}

async function trainingOf(reader: Reader, year: number): Promise<Participation['training']> {
  const attended = (await all(reader, trainees, { year })).filter(({ attendance }) => attendance === 'attended');
  return ATTENDED_ROLES.map(role => {
    const own = attended.filter(row => row.role === role);
    const people = new Set(own.map(({ uscc, person }) => personOf(uscc, person.subject)));
    return { role, attendances: own.length, people: people.size };
  });
}

async function expertsOf(reader: Reader, year: number): Promise<Participation['experts']> {
  const constituted = (await all(reader, panels, { year })).filter(({ seated }) => seated.length > 0);
  return { panels: constituted.length, experts: new Set(constituted.flatMap(({ seated }) => seated)).size };
}

async function districtsOf(reader: Reader, usccs: readonly string[]): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { district } of (await loadMany(reader, units, usccs)).values()) {
    counts.set(district, (counts.get(district) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
