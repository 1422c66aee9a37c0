/** What panels are about: the results that bodies have forwarded, the experts who judge them, the units before them. */
import type { Asking } from '../../page.ts';
import { type Choices, type ChoicesByPlace, type Choosing, wholeList } from './choice.ts';

interface Project {
  readonly projectId: string;
  readonly title: string;
  readonly unitName: string;
}

interface Panel {
  readonly panelId: string;
  readonly status: string;
}

const named = ({ projectId, title, unitName }: Project) => ({ id: projectId, name: `${title}（${unitName}）` });

/** The results of a year that wait for a panel: forwarded, and before none that stands. */
export async function resultsWithoutPanel(year: number, ask: Asking['ask']): Promise<readonly Project[]> {
  const panels = await wholeList<Panel>(ask, 'ListPanels', { year });
  const taken = new Set<string>();
  for (const { panelId } of panels.filter(({ status }) => status !== 'dissolved')) {
    const { projectList } = await ask<{ projectList: readonly Project[] }>('GetPanel', { panelId });
    for (const { projectId } of projectList) taken.add(projectId);
  }
  const forwarded = await wholeList<Project>(ask, 'ListProjects', { year, stage: 'results-forwarded' });
  return forwarded.filter(({ projectId }) => !taken.has(projectId));
}

const waiting: Choices = async ({ ask, given }) => {
  const year = Number(given('panelId').slice(0, 4));
  return (await resultsWithoutPanel(year, ask)).map(project => ({ ...named(project), isUsual: true }));
};

interface Standing {
  readonly members: readonly string[];
  readonly projectList: readonly { readonly uscc: string; readonly unitName: string }[];
}

const panelAtHand = ({ ask, given }: Choosing) => ask<Standing>('GetPanel', { panelId: given('panelId') });

/** Those who sit on the panel, for whoever may know it. */
const members: Choices = async asked => {
  const { members: ids } = await panelAtHand(asked);
  const known = await wholeList<{ expertId: string; name: string; employerName: string }>(asked.ask, 'ListExperts', {});
  return known
    .filter(({ expertId }) => ids.includes(expertId))
    .map(({ expertId, name, employerName }) => ({ id: expertId, name: `${name}（${employerName}）` }));
};

/** The units whose results are before the panel; a unit asks for itself. */
const unitsBefore: Choices = async asked => {
  const { actor } = asked.reader;
  if (actor?.role === 'UNIT') {
    const { name } = await asked.ask<{ name: string }>('GetUnit', { uscc: actor.orgId });
    return [{ id: actor.orgId, name, isUsual: true }];
  }
  const { projectList } = await panelAtHand(asked);
  return [...new Map(projectList.map(({ uscc, unitName }) => [uscc, unitName]))].map(([id, name]) => ({ id, name }));
};

interface Ranked {
  readonly projectId: string;
  readonly title: string;
  readonly rank: number;
}

/** What the panel has ranked, as far as the reader may know. */
async function rankedIn({ ask, given }: Choosing): Promise<readonly Ranked[]> {
  const { results } = await ask<{ results: readonly Ranked[] }>('GetRanking', { panelId: given('panelId') });
  return results;
}

const ranked: Choices = async asked =>
  (await rankedIn(asked)).map(({ projectId, title, rank }) => ({ id: projectId, name: `第 ${rank} 名：${title}` }));

interface Proposal {
  readonly listHash: string;
  readonly list: readonly { readonly projectId: string; readonly rank: number }[];
}

/** What a panel proposes, by the list that the reader has before him. */
async function proposed(asked: Choosing) {
  const { proposals } = await asked.ask<{ proposals: readonly Proposal[] }>('GetExcellentListProposal', {
    panelId: asked.given('panelId'),
  });
  const titles = new Map((await rankedIn(asked)).map(({ projectId, title }) => [projectId, title]));
  const proposal = proposals.find(({ listHash }) => listHash === asked.given('listHash'));
  return proposal?.list.map(({ projectId, rank }) => ({
    id: projectId,
    name: `第 ${rank} 名：${titles.get(projectId) ?? projectId}`,
  }));
}

/** As a rule a list is kept as the panel proposes it. */
const kept: Choices = async asked => (await proposed(asked))?.map(choice => ({ ...choice, isUsual: true }));

export const choicesOfEvaluation: ChoicesByPlace = {
  'StartPanelFormation/projectIds': waiting,
  'RequestRecusal/expertId': members,
  'RequestRecusal/uscc': unitsBefore,
  'ReplaceExpert/expertId': members,
  'DraftExcellentList/projects': ranked,
  'ReviewExcellentList/kept': kept,
  'ReviewExcellentList/removed.projectId': proposed,
};
