/** What stands in the ledger of a project under way: planned visits, metrics, earlier monitorings. */
import { type Choices, type ChoicesByPlace, type Choosing, wholeList } from './choice.ts';

interface Project {
  readonly projectId: string;
  readonly title: string;
  readonly year: number;
}

interface Visit {
  readonly visitId: string;
  readonly plannedOn?: string;
  readonly purpose?: string;
  readonly record?: { readonly visitedOn: string; readonly findings: string };
}

async function visitsOf({ ask, given }: Choosing): Promise<readonly Visit[]> {
  const { visits } = await ask<{ visits: readonly Visit[] }>('GetProjectFollowUp', { projectId: given('projectId') });
  return visits;
}

const plannedVisits: Choices = async asked =>
  (await visitsOf(asked))
    .filter(({ record }) => !record)
    .map(({ visitId, plannedOn, purpose }) => ({ id: visitId, name: `${plannedOn}：${purpose}` }));

const visits: Choices = async asked =>
  (await visitsOf(asked)).map(({ visitId, plannedOn, purpose, record }) => ({
    id: visitId,
    name: record ? `${record.visitedOn}：${record.findings}` : `${plannedOn}：${purpose}`,
  }));

const metrics: Choices = async ({ ask, given }) => {
  const { metrics: known } = await ask<{
    metrics: readonly { readonly metricId: string; readonly title: string; readonly measuredIn: string }[];
  }>('GetImplementation', { projectId: given('projectId') });
  return known.map(({ metricId, title, measuredIn }) => ({ id: metricId, name: `${title}（${measuredIn}）` }));
};

const monitorings: Choices = async ({ ask, given }) => {
  const { monitorings: known } = await ask<{
    monitorings: readonly { readonly record: number; readonly monitoredOn: string; readonly evaluation: string }[];
  }>('GetImplementation', { projectId: given('projectId') });
  return known.map(({ record, monitoredOn, evaluation }) => ({
    id: String(record),
    name: `${monitoredOn}：${evaluation}`,
  }));
};

/** A unit has few projects; an overseer looks for them by name. */
const ownProjects: Choices = async ({ ask, reader }) => {
  if (reader.actor?.role !== 'UNIT') return undefined;
  const projects = await wholeList<Project>(ask, 'ListProjects', {});
  return projects.map(({ projectId, title, year }) => ({ id: projectId, name: `${title}（${year}年）` }));
};

export const choicesOfImplementation: ChoicesByPlace = {
  'RecordVisit/visitId': plannedVisits,
  visitId: visits,
  'measurements.metricId': metrics,
  becauseOf: monitorings,
  'EnrolTrainee/projectId': ownProjects,
};
