/** What a case can be about: the unit's own projects and recognised results; and how its next piece of evidence is numbered. */
import { type Choices, type ChoicesByPlace, type Choosing, wholeList } from './choice.ts';

interface Case {
  readonly uscc: string;
  readonly evidence?: readonly unknown[];
}

interface Project {
  readonly projectId: string;
  readonly title: string;
  readonly year: number;
}

/** A result published here names its project; one on record from the years before, its unit. */
interface Result {
  readonly resultId: string;
  readonly title: string;
  readonly year: number;
  readonly projectId?: string;
  readonly unitName: string;
}

const caseOf = ({ ask, given }: Choosing) => ask<Case>('GetFraudCase', { caseId: given('caseId') });

async function projectsOfUnit(asked: Choosing): Promise<readonly Project[]> {
  const { uscc } = await caseOf(asked);
  return wholeList<Project>(asked.ask, 'ListProjects', { unit: uscc });
}

const projects: Choices = async asked =>
  (await projectsOfUnit(asked)).map(({ projectId, title, year }) => ({ id: projectId, name: `${title}（${year}年）` }));

const results: Choices = async asked => {
  const { uscc } = await caseOf(asked);
  const { name } = await asked.ask<{ name: string }>('GetUnit', { uscc });
  const own = new Set((await projectsOfUnit(asked)).map(({ projectId }) => projectId));
  const found = await wholeList<Result>(asked.ask, 'ListEarlierResults', { q: name });
  return found
    .filter(({ projectId, unitName }) => (projectId === undefined ? unitName === name : own.has(projectId)))
    .map(({ resultId, title, year }) => ({ id: resultId, name: `${title}（${year}年）` }));
};

const nextEvidence: Choices = async asked => {
  const { evidence = [] } = await caseOf(asked);
  const number = evidence.length + 1;
  return [{ id: `e-${number}`, name: `证据 ${number}`, isUsual: true }];
};

export const choicesOfEnforcement: ChoicesByPlace = {
  'OpenFraudCase/projectIds': projects,
  'OpenFraudCase/resultIds': results,
  'RecordEvidence/evidenceId': nextEvidence,
};
