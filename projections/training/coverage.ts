/**
 * R-O6: which of the three roles of art-14 have been trained, unit by unit and project by project. A gap is a finding of
 * this read model, never an event: attendance is no gate (D-18).
 */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import type { EventOf } from '../../events/event-type.ts';
import { yearSchema } from '../../events/ids.ts';
import {
  TRAINED_ROLES,
  type TraineeRole,
  traineeEnrolled,
  trainingAbsenceRecorded,
  trainingAttended,
} from '../../events/training.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';

const roleSchema = z.enum(TRAINED_ROLES);
type TrainedRole = z.infer<typeof roleSchema>;

/** Trainees by role; a person enrolled for two sessions counts once in each. */
const peopleSchema = z.strictObject({ enrolled: z.array(z.string()), attended: z.array(z.string()) });
const roleTableSchema = z.strictObject({
  质量负责人: peopleSchema,
  项目负责人: peopleSchema,
  技术骨干: peopleSchema,
});
type RoleTable = z.infer<typeof roleTableSchema>;

const coverageSchema = z.strictObject({
  year: yearSchema,
  uscc: z.string(),
  unitName: z.string(),
  roles: roleTableSchema,
  /** How many of the three roles somebody attended in. */
  rolesTrained: z.int().min(0).max(TRAINED_ROLES.length),
});

export const unitCoverageRowSchema = coverageSchema.extend({ projectIds: z.array(z.string()) });
type UnitCoverageRow = z.infer<typeof unitCoverageRowSchema>;

export const projectCoverageRowSchema = coverageSchema.extend({
  projectId: z.string(),
  title: z.string(),
  bodyId: z.string(),
  bodyName: z.string(),
});
type ProjectCoverageRow = z.infer<typeof projectCoverageRowSchema>;

function untrained(): RoleTable {
  const nobody = { enrolled: [], attended: [] };
  return { 质量负责人: nobody, 项目负责人: nobody, 技术骨干: nobody };
}

type TraineeEvent =
  | EventOf<typeof traineeEnrolled>
  | EventOf<typeof trainingAttended>
  | EventOf<typeof trainingAbsenceRecorded>;

function isTrained(role: TraineeRole): role is TrainedRole {
  return (TRAINED_ROLES as readonly TraineeRole[]).includes(role);
}

const including = (people: readonly string[], one: string) => (people.includes(one) ? [...people] : [...people, one]);

function counted<Row extends z.infer<typeof coverageSchema>>(
  row: Row | undefined,
  event: TraineeEvent,
): Row | undefined {
  const { role, traineeId } = event.data;
  if (!row || !isTrained(role)) return row;
  const { enrolled, attended } = row.roles[role];
  const people = {
    enrolled: including(enrolled, traineeId),
    attended:
      event.type === 'training.attended'
        ? including(attended, traineeId)
        : attended.filter(other => other !== traineeId),
  };
  const roles = { ...row.roles, [role]: people };
  return { ...row, roles, rolesTrained: TRAINED_ROLES.filter(name => roles[name].attended.length > 0).length };
}

const traineeEventTypes = [traineeEnrolled, trainingAttended, trainingAbsenceRecorded] as const;
const unitKey = ({ data }: { readonly data: { readonly year: number; readonly uscc: string } }) =>
  `${data.year}/${data.uscc}`;
const projectKey = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;

export const trainingCoverage = projection<UnitCoverageRow>({
  name: 'training-coverage',
  version: 1,
  question: '各项目单位三类人员培训覆盖情况 (Which of the three roles has each unit had trained?)',
  indexes: [{ fields: ['year', 'uscc'] }],
  handlers: [
    on([projectListed], unitKey, (row, { data: { year, uscc, unitName, projectId } }) => ({
      year,
      uscc,
      unitName,
      roles: row?.roles ?? untrained(),
      rolesTrained: row?.rolesTrained ?? 0,
      projectIds: including(row?.projectIds ?? [], projectId),
    })),
    on(traineeEventTypes, unitKey, counted<UnitCoverageRow>),
  ],
});

export const projectTraining = projection<ProjectCoverageRow>({
  name: 'project-training',
  version: 1,
  question: '哪些项目没有受训人员 (Which listed projects have nobody trained?)',
  indexes: [{ fields: ['year', 'rolesTrained'] }, { fields: ['year', 'bodyId', 'rolesTrained'] }],
  handlers: [
    on([projectListed], projectKey, (row, { data: { jurisdiction: _charge, ...project } }) => ({
      ...project,
      roles: row?.roles ?? untrained(),
      rolesTrained: row?.rolesTrained ?? 0,
    })),
    on(traineeEventTypes, projectKey, counted<ProjectCoverageRow>),
  ],
});

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

/** Coverage unit by unit, or of one unit. */
export function trainingCoverageOf(reader: Reader, year: number, uscc: string | undefined, page: Asked): Promise<Page> {
  return reader.find(trainingCoverage, { where: { year, ...given({ uscc }) }, ...page });
}

/** Listed projects of which nobody attended in any of the three roles. */
export function untrainedProjects(
  reader: Reader,
  year: number,
  bodyId: string | undefined,
  page: Asked,
): Promise<Page> {
  return reader.find(projectTraining, { where: { year, ...given({ bodyId }), rolesTrained: 0 }, ...page });
}
