/** March to June: applications, from the first draft to the plan or to another end. */
import type { Actor } from '../../../events/envelope.ts';
import { type Body, type DemoUnit, demoBodies, officers } from '../cast.ts';
import type { Chance } from '../chance.ts';
import {
  actor,
  applicantOf,
  at,
  type DemoStep,
  idFrom,
  type Memory,
  office,
  officerOf,
  workday,
  YEAR,
} from '../step.ts';
import { contentOf, demoProblemOf, topicOf } from '../texts.ts';
import type { EarlierResult } from './foundation.ts';

/** How an application ends, and how many do. */
const COURSES = {
  listed: 1_164,
  declined: 112,
  unmarked: 36,
  same: 14,
  rejected: 78,
  withdrawn: 31,
  draft: 43,
} as const;
type Course = keyof typeof COURSES;

export interface DemoProject {
  readonly number: string;
  readonly projectId: string;
  readonly unit: DemoUnit;
  readonly body: Body;
  readonly title: string;
  readonly content: ReturnType<typeof contentOf>;
}

/** The steps of all applications, and the projects that end in the plan. */
export function projects(units: readonly DemoUnit[], earlier: readonly EarlierResult[], chance: Chance) {
  const courses = chance.shuffle(
    Object.entries(COURSES).flatMap(([course, count]) => Array<Course>(count).fill(course as Course)),
  );
  const taken = new Set<string>();
  const steps: DemoStep[] = [];
  const listed: DemoProject[] = [];
  for (const [index, course] of courses.entries()) {
    // Every unit applies once before any applies again.
    const unit = units[index % units.length] as DemoUnit;
    const copied = course === 'same' ? chance.pick(earlier) : undefined;
    const project = projectOf(String(index + 1).padStart(4, '0'), unit, copied, taken, chance);
    steps.push(...stepsOf(project, course, chance));
    if (course === 'listed') listed.push(project);
  }
  return { steps, listed };
}

function bodyFor(unit: DemoUnit, chance: Chance): Body {
  const fit = (body: Body) =>
    'district' in body.jurisdiction
      ? body.jurisdiction.district === unit.district
      : body.jurisdiction.industry === unit.industry;
  const candidates = demoBodies.filter(fit);
  const district = candidates.filter(body => body.kind === 'district-bureau');
  return chance.next() < 0.55 ? chance.pick(district) : chance.pick(candidates);
}

/** `copied` is the earlier result whose words the application repeats. */
function projectOf(
  number: string,
  unit: DemoUnit,
  copied: EarlierResult | undefined,
  taken: Set<string>,
  chance: Chance,
): DemoProject {
  const body = bodyFor(unit, chance);
  let topic = topicOf(unit.industry, chance);
  while (taken.has(unit.uscc + topic.title)) topic = topicOf(unit.industry, chance);
  taken.add(unit.uscc + topic.title);
  const title = copied?.title ?? topic.title;
  const content = contentOf(topic, copied ?? demoProblemOf(topic, unit.name, chance), chance);
  return { number, projectId: `${YEAR}-${idFrom(`start-${number}`)}`, unit, body, title, content };
}

/** One application from the first draft to its end. */
function stepsOf(project: DemoProject, course: Course, chance: Chance): DemoStep[] {
  const { number, projectId, unit, body, title, content } = project;
  const applicant = applicantOf(unit);
  const verifier = officerOf(body);
  const reviewer = actor(chance.pick(officers.slice(1, 4)), 'MSR', 'msr');
  const steps: DemoStep[] = [];
  let day = workday('2024-02-29', chance.between(1, 36));
  let minute = chance.between(0, 300);
  const wait = (low: number, high: number) => {
    const later = workday(day, chance.between(low, high));
    minute = later === day ? minute + chance.between(5, 30) : chance.between(0, 300);
    day = later;
  };
  const add = (who: Actor, name: string, command: string, input: object | DemoStep['input'] = {}) => {
    minute += chance.between(2, 9);
    const given = typeof input === 'function' ? input : () => input;
    steps.push({
      at: at(day, minute, chance.between(0, 59)),
      label: `${name}-${number}`,
      thread: `project-${number}`,
      actor: who,
      command,
      input: async memory => {
        const fields = await (given as DemoStep['input'])(memory);
        return fields && { projectId, ...fields };
      },
    });
  };
  const attach = (kind: string, text: string) =>
    add(applicant, `attach-${kind}`, 'AttachDocument', async (memory: Memory) => ({
      kind,
      name: `${kind}.txt`,
      sha256: await memory.store(`${title}\n${unit.name}\n${kind}\n\n${text}\n`),
      classification: 'internal',
    }));
  const evidence = (kind: string) => {
    const record = `${body.name}\n${kind}核实记录表\n${day.slice(0, 7)}\n`;
    return async (memory: Memory) => [
      { sha256: await memory.store(record), name: `${kind}核实记录表.txt`, classification: 'internal' },
    ];
  };
  const sign = (round: string) =>
    add(applicant, `sign${round}`, 'SignTruthfulnessUndertaking', {
      signatory: unit.contact.name,
      position: '法定代表人',
    });

  steps.push({
    at: at(day, minute),
    label: `start-${number}`,
    thread: `project-${number}`,
    actor: applicant,
    command: 'StartApplication',
    input: () => ({ year: YEAR, title, industry: unit.industry, bodyId: body.bodyId }),
  });
  attach('可行性分析', content.feasibility);
  if (course === 'draft') return steps;
  attach('预期成效', content.expectedResults);
  sign('');
  add(applicant, 'submit', 'SubmitApplication', { content });
  wait(0, 4);
  if (course === 'withdrawn') {
    add(applicant, 'withdraw', 'WithdrawApplication', {
      reason: chance.pick(['单位年度计划调整。', '项目负责人调离。', '与另一项目合并。']),
    });
    return steps;
  }
  add(verifier, 'verify', 'StartVerification');
  if (day < '2024-04-12' && chance.next() < 0.14) {
    add(verifier, 'return', 'ReturnApplication', {
      reason: chance.pick(['现状数据缺少来源说明。', '预期成效未量化。', '项目组成员与单位不符。']),
    });
    wait(1, 5);
    sign('-again');
    add(applicant, 'resubmit', 'SubmitApplication', {
      content: { ...content, feasibility: `${content.feasibility}已补充数据来源。` },
    });
    wait(0, 3);
    add(verifier, 'verify-again', 'StartVerification');
  } else if (chance.next() < 0.1) {
    add(verifier, 'ask', 'RequestSupplement', {
      items: [chance.pick(['补充经济效益测算依据', '补充参与人员名单', '补充现场照片'])],
    });
    wait(1, 6);
    add(applicant, 'supplement', 'SupplementApplication', {
      content: { ...content, feasibility: `${content.feasibility}另附说明。` },
      answer: '已按要求补充。',
    });
    wait(0, 2);
  }
  const completeness = evidence('完整性');
  add(verifier, 'complete', 'RecordCompletenessCheck', async (memory: Memory) => ({
    passed: true,
    findings: '材料齐全，要素完整。',
    evidence: await completeness(memory),
  }));
  wait(0, 3);
  const truthful = course !== 'declined' || chance.next() < 0.6;
  const method = chance.pick(['现场核查', '调阅原始记录', '电话核实', '系统数据比对']);
  const truthfulness = evidence('真实性');
  add(verifier, 'truth', 'RecordTruthfulnessCheck', async (memory: Memory) => ({
    passed: truthful,
    method,
    findings: truthful ? '抽查原始记录与申报数据一致。' : '申报数据与原始记录不一致。',
    evidence: await truthfulness(memory),
  }));
  wait(0, 3);
  if (course === 'declined') {
    add(verifier, 'decline', 'DeclineToRecommendProject', {
      reason: truthful ? '选题与本年度重点方向不符。' : '真实性核实未通过。',
    });
    return steps;
  }
  add(verifier, 'recommend', 'RecommendProject', {
    opinion: chance.pick([
      '选题针对性强，数据扎实，同意推荐。',
      '预期效益明确，具备实施条件，同意推荐。',
      '团队与资源到位，同意推荐。',
    ]),
  });
  if (day < '2024-05-20') day = '2024-05-20';
  wait(1, 12);
  add(office, 'compare', 'RunSimilarityCheck');
  add(reviewer, 'judge', 'AdjudicateSimilarity', (memory: Memory) =>
    adjudication(memory, `compare-${number}`, course === 'same'),
  );
  add(reviewer, 'definition', 'AssessDefinitionConformity', {
    conforms: true,
    reason: '针对具体质量问题，方法和程序科学。',
  });
  const marked = course !== 'unmarked';
  add(reviewer, 'effect', 'AssessExpectedEffect', {
    marked,
    reason: marked ? '目标量化，较现状有明显提升。' : '目标与现状差距不足，成效不显著。',
  });
  add(reviewer, 'eligible', 'AssessEligibility');
  add(reviewer, 'review', 'StartMunicipalReview');
  wait(0, 5);
  if (course === 'listed')
    add(reviewer, 'approve', 'ApproveProject', { opinion: '符合立项条件，同意列入年度项目计划。' });
  else
    add(reviewer, 'reject', 'RejectProject', {
      reason:
        course === 'same'
          ? '与历年优秀成果雷同。'
          : course === 'unmarked'
            ? '预期成效不显著。'
            : '同类题目过于集中，创新不足。',
    });
  return steps;
}

/** Needed only when the comparison found something: the machine signals, a person decides. */
export function adjudication(memory: Memory, compared: string, copied: boolean): object | undefined {
  const found = memory.eventsOf(compared)[0]?.data as { threshold: number; hits: { score: number }[] } | undefined;
  if (!found?.hits.some(hit => hit.score >= found.threshold)) return undefined;
  if (copied) return { verdict: 'same', reason: '题目、问题与措施均与已公布成果相同。' };
  return { verdict: 'different', reason: '对象与措施不同，仅表述相近。' };
}
