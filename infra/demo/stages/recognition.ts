/** December: the lists are reviewed, noticed, recognised and published; commendation and promotion follow (art-21 to art-24). */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../../events/canonical.ts';
import type { EventOf } from '../../../events/event-type.ts';
import type { excellentListReviewed, excellentResultRecognised } from '../../../events/recognition.ts';
import { officers } from '../cast.ts';
import {
  actor,
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  type Memory,
  office,
  officerOf,
  publisher,
  type Script,
  script,
  url,
  YEAR,
} from '../step.ts';
import { type DemoPanel, demoListOf } from './evaluation.ts';
import type { DemoProject } from './projects.ts';

const reviewer = actor(officers[1], 'MSR', 'msr');
const year = YEAR;
const PRESENTED = 6;

/** The id that recognition gives to the result of a project. */
export const resultIdOf = ({ projectId }: DemoProject): string => `result-${projectId}`;

/** From the review of the lists to publication, certificates and promotion (art-21 to art-24). */
export function recognitionSteps(panels: readonly DemoPanel[]): DemoStep[] {
  const work = script('recognition');
  const projects = panels.flatMap(panel => panel.projects);
  const best = panels.map(panel => panel.projects[0] as DemoProject);
  review(work, panels);
  notice(work, best);
  for (const { projectId, number } of projects) {
    const kept = (memory: Memory) => (isKept(memory, panels, projectId) ? { year, projectId } : undefined);
    work.add(at('2024-12-10', 60), reviewer, 'RecogniseExcellentResult', kept, `recognise-${number}`);
  }
  work.add(at('2024-12-11', 60), publisher, 'PublishExcellentResults', async memory => ({
    year,
    position: await memory.head(),
    listHash: hash('sha256', canonicalJson(recognised(memory, projects).map(entryOf))),
    url: url('yxcg'),
  }));
  for (const project of projects) commend(work, project);
  promote(work, projects, best);
  return [...work.steps];
}

/** The last of each list is removed. */
function review(work: Script, panels: readonly DemoPanel[]): void {
  for (const [minute, { panelId }] of panels.entries()) {
    const judged = (memory: Memory) => {
      const { list, listHash } = demoListOf(memory, panelId);
      const ids = list.map(({ projectId }) => projectId);
      const removed = { projectId: ids.at(-1), reason: '成效尚不稳定，建议继续攻关。' };
      return { year, panelId, listHash, kept: ids.slice(0, -1), removed: [removed] };
    };
    work.add(at('2024-12-02', minute), reviewer, 'ReviewExcellentList', judged, `review-${panelId}`);
  }
}

function isKept(memory: Memory, panels: readonly DemoPanel[], projectId: string): boolean {
  return panels.some(({ panelId }) => {
    const [reviewed] = memory.eventsOf(`review-${panelId}-recognition`);
    return (reviewed as EventOf<typeof excellentListReviewed>).data.kept.some(id => id === projectId);
  });
}

/** The notice that the work plan asks for; a competitor objects and is answered. */
function notice(work: Script, [noticed, other]: readonly DemoProject[]): void {
  if (!noticed || !other) return;
  work.add(at('2024-12-02', 120), reviewer, 'OpenPublicNotice', { year, url: url('gongshi') });
  const objector = { name: other.unit.contact.name, phone: other.unit.contact.phone };
  work.add(at('2024-12-04', 60), applicantOf(other.unit), 'RaiseObjection', {
    year,
    projectId: noticed.projectId,
    objector,
    grounds: '对经济效益的测算依据有疑问，请予核实。',
  });
  work.add(at('2024-12-06', 60), reviewer, 'DecideObjection', {
    year,
    objectionId: `objection-${idFrom('RaiseObjection-recognition')}`,
    outcome: 'dismissed',
    reason: '经核对原始凭证，测算依据充分。',
  });
  work.add(at('2024-12-10', 0), reviewer, 'ClosePublicNotice', { year, notice: 1 });
}

type Recognised = EventOf<typeof excellentResultRecognised>['data'];

/** In the order of their project ids. */
function recognised(memory: Memory, projects: readonly DemoProject[]): readonly Recognised[] {
  return projects
    .flatMap(({ number }) => memory.eventsOf(`recognise-${number}-recognition`))
    .map(event => (event as EventOf<typeof excellentResultRecognised>).data)
    .sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
}

function entryOf({ projectId, resultId, title, unitName, bodyId }: Recognised) {
  return { projectId, resultId, title, unitName, bodyId };
}

/** The unit and the leader of every recognised result; the leader gets a certificate. */
function commend(work: Script, project: DemoProject): void {
  const { number, content } = project;
  const ifRecognised = (input: object) => (memory: Memory) =>
    recognised(memory, [project]).length > 0 ? input : undefined;
  const order = { year, resultId: resultIdOf(project), document: '津市监质〔2024〕30号', url: url('tbby') };
  const leader = { type: '参与人员', name: content.participants[0]?.name };
  const commendation = (recipient: object, name: string) =>
    work.add(at('2024-12-13', 0), office, 'IssueCommendation', ifRecognised({ ...order, recipient }), name);
  commendation({ type: '单位' }, `commend-unit-${number}`);
  commendation({ type: '参与人员', name: leader.name }, `commend-leader-${number}`);
  const commendationId = `commendation-${idFrom(`commend-leader-${number}-recognition`)}`;
  const certificate = ifRecognised({ year, commendationId });
  work.add(at('2024-12-16', 0), office, 'IssueCertificate', certificate, `certificate-${number}`);
}

/** An exemplar, an incentive, promotion by the city and by a body, and the exchange meeting. */
function promote(work: Script, projects: readonly DemoProject[], best: readonly DemoProject[]): void {
  const results = best.map(project => ({ resultId: resultIdOf(project), tradeSecrets: false }));
  const shown = { year, detail: '报纸、网站专栏连续报道。', heldOn: '2024-12-17', results };
  const media = { ...shown, promotionId: 'p-2024-media', kind: '媒体宣传', title: '质量攻关优秀成果巡礼' };
  work.add(at('2024-12-17', 300), office, 'RecordPromotionActivity', media);
  for (const [index, project] of best.entries()) {
    const { body, content } = project;
    const { bodyId } = body;
    const officer = officerOf(body);
    const resultId = resultIdOf(project);
    const field = project.unit.industry;
    const exemplar = { resultId, field, grounds: '成效显著，可复制推广。' };
    work.add(at('2024-12-17', index), office, 'DesignateExemplar', exemplar, `exemplar-${index}`);
    const policyId = `pioneers-${index + 1}`;
    const policy = { bodyId, policyId, title: '质量攻关参与人员激励办法', content: '授予质量先锋称号，优先推荐培训。' };
    const since = '2024-12-17';
    work.add(at(since, 60), officer, 'RecordIncentivePolicy', { ...policy, effectiveOn: since }, `policy-${index}`);
    const participant = content.participants[0]?.name;
    const grant = { bodyId, policyId, resultId, participant, detail: '授予质量先锋称号。', grantedOn: since };
    work.add(at(since, 120), officer, 'RecordIncentiveGranted', grant, `grant-${index}`);
    const visit = { ...shown, promotionId: `p-2024-local-${index + 1}`, kind: '现场推广', title: '优秀成果现场观摩' };
    const local = { ...visit, results: results.slice(index, index + 1), audience: '同行业企业' };
    work.add(at(since, 310), officer, 'RecordLocalPromotion', local, `local-${index}`);
  }
  const promotionId = 'm-2024';
  work.add(at('2024-12-12', 0), office, 'ConveneExchangeMeeting', {
    promotionId,
    year,
    heldOn: '2024-12-19',
    title: '2024年优秀成果交流会',
    place: '天津礼堂',
    programme: '成果发布、专家点评、现场交流。',
  });
  for (let index = 0; index < PRESENTED; index += 1) {
    const presented = (memory: Memory) => {
      const one = recognised(memory, projects)[index];
      return one && { promotionId, resultId: one.resultId, tradeSecrets: false };
    };
    work.add(at('2024-12-19', 120 + index), office, 'RecordPresentation', presented, `presentation-${index}`);
  }
}
