/** An application of the newest year, as far as it has come. */
import { type Body, type DemoUnit, officers } from '../cast.ts';
import type { Chance } from '../chance.ts';
import {
  actor,
  applicantOf,
  at,
  idFrom,
  type Memory,
  office,
  officerOf,
  type Script,
  script,
  workday,
} from '../step.ts';
import { contentOf, demoProblemOf, topicOf } from '../texts.ts';
import type { EarlierResult } from './foundation.ts';
import { adjudication, type DemoProject } from './projects.ts';

export const NEWEST_YEAR = 2026;

/** How far applications have come, each beyond the one before it. */
const COURSE = [
  'draft',
  'submitted',
  'verifying',
  'verified',
  'recommended',
  'compared',
  'assessed',
  'eligible',
  'listed',
] as const;
export type Stand = (typeof COURSE)[number] | 'returned' | 'asked';

export interface Application extends DemoProject {
  /** Steps of the project are added to it. */
  readonly work: Script;
}

export interface Applicant {
  /** Unique in the year. */
  readonly name: string;
  readonly unit: DemoUnit;
  readonly body: Body;
  readonly startsOn: string;
  readonly stand: Stand;
  /** The earlier result whose words it repeats. */
  readonly copied?: EarlierResult;
}

const reviewer = actor(officers[1], 'MSR', 'msr');

/** From the first draft to where it stands. */
export function apply({ name, unit, body, startsOn, stand, copied }: Applicant, chance: Chance): Application {
  const thread = `project-${NEWEST_YEAR}-${name}`;
  const work = script(thread);
  const projectId = `${NEWEST_YEAR}-${idFrom(`StartApplication-${thread}`)}`;
  const topic = topicOf(unit.industry, chance);
  const title = copied?.title ?? `${topic.title}（${name}）`;
  const content = contentOf(topic, copied ?? demoProblemOf(topic, unit.name, chance), chance);
  const project = { number: `9${name}`, projectId, unit, body, title, content };
  const reached = stand === 'returned' || stand === 'asked' ? 'verifying' : stand;
  const isPast = (step: (typeof COURSE)[number]) => COURSE.indexOf(step) <= COURSE.indexOf(reached);
  const applicant = applicantOf(unit);
  const officer = officerOf(body);

  work.add(at(startsOn, 60), applicant, 'StartApplication', {
    year: NEWEST_YEAR,
    title,
    industry: unit.industry,
    bodyId: body.bodyId,
  });
  attach(work, project, '可行性分析', 65);
  if (!isPast('submitted')) return { ...project, work };
  attach(work, project, '预期成效', 70);
  const signature = { projectId, signatory: unit.contact.name, position: '法定代表人' };
  work.add(at(startsOn, 75), applicant, 'SignTruthfulnessUndertaking', signature);
  work.add(at(startsOn, 80), applicant, 'SubmitApplication', { projectId, content });
  if (!isPast('verifying')) return { ...project, work };
  const verifiedOn = workday(startsOn, 1);
  work.add(at(verifiedOn, 60), officer, 'StartVerification', { projectId });
  if (stand === 'returned') {
    work.add(at(verifiedOn, 90), officer, 'ReturnApplication', {
      projectId,
      reason: '现状数据缺少来源说明，请补充后重新提交。',
    });
  }
  if (stand === 'asked') {
    work.add(at(verifiedOn, 90), officer, 'RequestSupplement', { projectId, items: ['补充经济效益测算依据'] });
  }
  if (!isPast('verified')) return { ...project, work };
  verify(work, project, verifiedOn);
  if (!isPast('recommended')) return { ...project, work };
  const opinion = '选题针对性强，数据扎实，同意推荐。';
  work.add(at(workday(startsOn, 3), 60), officer, 'RecommendProject', { projectId, opinion });
  if (!isPast('compared')) return { ...project, work };
  const reviewedOn = workday(startsOn, 8);
  work.add(at(reviewedOn, 60), office, 'RunSimilarityCheck', { projectId });
  if (!isPast('assessed')) return { ...project, work };
  work.add(at(reviewedOn, 62), reviewer, 'AdjudicateSimilarity', memory => {
    const judged = adjudication(memory, `RunSimilarityCheck-${thread}`, false);
    return judged && { projectId, ...judged };
  });
  const conforms = { projectId, conforms: true, reason: '针对具体质量问题，方法和程序科学。' };
  work.add(at(reviewedOn, 65), reviewer, 'AssessDefinitionConformity', conforms);
  const effect = { projectId, marked: true, reason: '目标量化，较现状有明显提升。' };
  work.add(at(reviewedOn, 70), reviewer, 'AssessExpectedEffect', effect);
  if (!isPast('eligible')) return { ...project, work };
  work.add(at(reviewedOn, 75), reviewer, 'AssessEligibility', { projectId });
  if (!isPast('listed')) return { ...project, work };
  work.add(at(reviewedOn, 80), reviewer, 'StartMunicipalReview', { projectId });
  const approval = { projectId, opinion: '符合立项条件，同意列入年度项目计划。' };
  work.add(at(workday(reviewedOn, 1), 60), reviewer, 'ApproveProject', approval);
  return { ...project, work };
}

function attach(work: Script, { projectId, unit, title, content }: DemoProject, kind: string, minute: number): void {
  const startsOn = work.steps[0]?.at.slice(0, 10) as string;
  const document = async (memory: Memory) => ({
    projectId,
    kind,
    name: `${kind}.txt`,
    sha256: await memory.store(`${title}\n${unit.name}\n${kind}\n\n${content.feasibility}\n`),
    classification: 'internal',
  });
  work.add(at(startsOn, minute), applicantOf(unit), 'AttachDocument', document, `attach-${kind}`);
}

function verify(work: Script, { projectId, unit, body }: DemoProject, day: string): void {
  const officer = officerOf(body);
  const checked = (kind: string, findings: string) => async (memory: Memory) => {
    const sha256 = await memory.store(`${body.name}\n${kind}核实记录表\n${unit.name}\n${day}\n`);
    const evidence = [{ sha256, name: `${kind}核实记录表.txt`, classification: 'internal' }];
    return { projectId, passed: true, findings, evidence };
  };
  work.add(at(day, 100), officer, 'RecordCompletenessCheck', checked('完整性', '材料齐全，要素完整。'));
  const truthful = checked('真实性', '抽查原始记录与申报数据一致。');
  work.add(at(day, 120), officer, 'RecordTruthfulnessCheck', async (memory: Memory) => ({
    ...(await truthful(memory)),
    method: '现场核查',
  }));
}
