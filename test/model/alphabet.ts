/** Every command up to the forwarding of a result with the real command it stands for, and what is said in it. */
import { shanghaiDate } from '../../events/time.ts';
import * as eligibility from '../../services/application/eligibility.ts';
import * as review from '../../services/application/review.ts';
import * as applying from '../../services/application/unit.ts';
import * as verification from '../../services/application/verification.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as followUp from '../../services/implementation/follow-up.ts';
import * as monitoring from '../../services/implementation/monitoring.ts';
import * as implementing from '../../services/implementation/unit.ts';
import { batchRoot } from '../../services/result/batch.ts';
import * as body from '../../services/result/body.ts';
import * as handingIn from '../../services/result/unit.ts';
import { content, evidence } from '../application/sample.ts';
import { content as resultContent } from '../result/world.ts';
import { cycleAsked, type Item } from './model.ts';
import { INDUSTRY, listsOf, type World, YEAR } from './world.ts';

/** Whom and what a command is about. */
export interface Matter {
  readonly world: World;
  readonly slot: number;
  readonly item: Item;
  readonly option: string;
}

export interface Letter {
  readonly command: AnyCommand;
  readonly options: readonly string[];
  /** How often it is chosen where it would move things on; endings are rare. */
  readonly weight: number;
  /** Places where it is chosen far more often. */
  readonly eager?: readonly string[];
  /** Where it would lead on, its options are tried one after another. */
  readonly sought?: true;
  /** Options that spoil what was done so far: seldom chosen where they would lead on. */
  readonly rare?: readonly string[];
  /** Accounts that usually send it. */
  readonly hands?: readonly string[];
  /** Besides the project's id. */
  input(matter: Matter): object;
}

const reason = '理由如附件';
const document = (kind: string, sha256: string) => ({ kind, name: `${kind}.pdf`, sha256, classification: 'internal' });
const SHA: Readonly<Record<string, string>> = {
  可行性分析: 'b'.repeat(64),
  预期成效: 'c'.repeat(64),
  证明材料: 'f'.repeat(64),
  其他: '1'.repeat(64),
};
const farewell = { weight: 0.006, options: [''], input: () => ({ reason }) };
const today = ({ world }: Matter) => shanghaiDate(world.now);

function letter(command: AnyCommand, rest: Partial<Omit<Letter, 'command'>> = {}): Letter {
  return { command, options: [''], weight: 1, input: () => ({}), ...rest };
}

/** A plan; its summary tells two of them apart. */
function implementationPlan(summary: string) {
  return {
    startsOn: '2024-04-01',
    endsOn: '2024-12-31',
    summary,
    milestones: [{ cycle: 1, stage: '计划', task: '选定课题', dueOn: '2024-04-30' }],
    metrics: [{ metricId: 'defects', title: '不良率', measuredIn: '%', baseline: 3.2, target: 0.8 }],
  };
}

const check = ({ option }: Matter) => ({ passed: option === 'passed', findings: '已核', evidence });

function inBatch({ world, slot, item }: Matter) {
  return { year: YEAR, bodyId: item.body, batch: world.batchOf(slot)?.batch ?? 1 };
}

function forwarding(matter: Matter) {
  const batch = matter.world.batchOf(matter.slot);
  return { ...inBatch(matter), root: batch ? batchRoot(...listsOf(batch)) : '0'.repeat(64) };
}

/** Commands about a batch name its project only where one result is meant. */
const OF_BATCH = new Set(['StartApplication', 'CompileResults', 'ForwardResultBatch']);

export const ALPHABET: Readonly<Record<string, Letter>> = Object.fromEntries(
  [
    letter(applying.startApplication, {
      weight: 3,
      input: ({ item: { title, body: bodyId } }) => ({ year: YEAR, title, industry: INDUSTRY, bodyId }),
    }),
    letter(applying.attachDocument, {
      options: Object.keys(SHA),
      input: ({ option }) => document(option, SHA[option] as string),
    }),
    letter(applying.signUndertaking, { input: () => ({ signatory: '李明', position: '总经理' }) }),
    letter(applying.submitApplication, {
      weight: 5,
      input: ({ item }) => ({
        content: item.close
          ? content
          : { ...content, qualityProblem: '漏焊', methods: ['直方图'], expectedResults: '减半' },
      }),
    }),
    letter(applying.supplementApplication, {
      input: ({ item }) => ({
        content: item.close
          ? content
          : { ...content, qualityProblem: '虚焊', methods: ['直方图'], expectedResults: '减半' },
        answer: '已补充',
      }),
    }),
    letter(applying.withdrawApplication, farewell),
    letter(applying.acceptLateSubmission, {
      options: ['2024-05-10', '2024-05-20'],
      weight: 0.2,
      input: ({ option }) => ({ until: option, reason }),
    }),
    letter(verification.startVerification),
    letter(verification.requestSupplement, { weight: 0.15, input: () => ({ items: ['补充检测报告'] }) }),
    letter(verification.recordCompletenessCheck, { options: ['passed', 'passed', 'failed'], input: check }),
    letter(verification.recordTruthfulnessCheck, {
      options: ['passed', 'passed', 'failed'],
      input: matter => ({ ...check(matter), method: '现场核查' }),
    }),
    letter(verification.returnApplication, { weight: 0.1, input: () => ({ reason }) }),
    letter(verification.recommendProject, { weight: 2, input: () => ({ opinion: '同意推荐' }) }),
    letter(verification.declineToRecommendProject, farewell),
    letter(eligibility.runSimilarityCheck),
    letter(eligibility.adjudicateSimilarity, {
      options: ['different', 'different', 'same'],
      weight: 0.5,
      input: ({ option }) => ({ verdict: option, reason }),
    }),
    letter(eligibility.assessDefinitionConformity, {
      options: ['yes', 'yes', 'no'],
      weight: 0.5,
      input: ({ option }) => ({ conforms: option === 'yes', reason }),
    }),
    letter(eligibility.assessExpectedEffect, {
      options: ['yes', 'yes', 'no'],
      weight: 0.5,
      input: ({ option }) => ({ marked: option === 'yes', reason }),
    }),
    letter(eligibility.assessEligibility, { weight: 2 }),
    letter(review.startMunicipalReview),
    letter(review.approveProject, { weight: 3, input: () => ({ opinion: '同意立项' }) }),
    letter(review.rejectProject, farewell),
    letter(review.decideHeldProject, {
      options: ['proceed', 'proceed', 'proceed', 'proceed', 'proceed', 'stop'],
      input: ({ option }) => ({ decision: option, reason }),
    }),
    letter(review.carryOverProject, { weight: 0.05, input: () => ({ toYear: YEAR + 1, reason }) }),
    letter(implementing.submitImplementationPlan, {
      options: ['甲', '乙'],
      input: ({ option }) => ({ plan: implementationPlan(option) }),
    }),
    letter(implementing.reviseImplementationPlan, {
      options: ['甲', '乙'],
      weight: 0.1,
      input: ({ option }) => ({ plan: implementationPlan(option), reason }),
    }),
    letter(implementing.reportPdcaStage, {
      options: ['计划', '执行', '检查', '处理'],
      weight: 3,
      input: ({ item, option }) => ({
        cycle: cycleAsked(item),
        stage: option,
        summary: `第${cycleAsked(item)}轮${option}`,
        evidence: [],
      }),
    }),
    letter(monitoring.recordMonitoring, {
      weight: 0.5,
      input: matter => ({
        monitoredOn: today(matter),
        measurements: [{ metricId: 'defects', value: 2 }],
        evaluation: '有进展',
        evidence: [],
      }),
    }),
    letter(monitoring.adjustStrategy, {
      weight: 0.5,
      input: ({ item }) => ({ becauseOf: Math.max(1, item.monitored.length), adjustment: '改用夹具' }),
    }),
    letter(monitoring.declareProjectCompleted, {
      weight: 3,
      input: matter => ({ completedOn: today(matter), summary: '目标达成' }),
    }),
    letter(monitoring.requestTermination, farewell),
    letter(followUp.planVisit, {
      weight: 0.2,
      input: matter => ({ plannedOn: today(matter), purpose: '了解进展' }),
    }),
    letter(followUp.recordVisit, {
      weight: 0.2,
      input: matter => ({
        visitedOn: today(matter),
        kinds: ['指导'],
        place: '车间',
        participants: ['李明'],
        findings: '进展正常',
      }),
    }),
    letter(followUp.issueGuidance, {
      options: ['甲', '乙'],
      weight: 0.2,
      input: ({ option }) => ({ opinion: option }),
    }),
    letter(followUp.urgeProgress, {
      weight: 0.2,
      input: matter => ({ matter: '加快进度', expectedBy: today(matter) }),
    }),
    letter(followUp.raiseProblem, { weight: 0.2, input: () => ({ description: '缺少检测设备' }) }),
    letter(followUp.resolveProblem, {
      weight: 0.2,
      input: ({ world, slot }) => ({ problemId: world.lastProblem(slot) ?? 'none-raised', resolution: '已借用' }),
    }),
    letter(handingIn.attachResultDocument, { input: () => document('成果报告', 'd'.repeat(64)) }),
    letter(handingIn.signResultUndertaking, { input: () => ({ signatory: '李明', position: '总经理' }) }),
    letter(handingIn.submitResults, {
      weight: 2,
      input: ({ item }) => ({ bodyId: item.body, content: resultContent() }),
    }),
    letter(handingIn.supplementResults, {
      weight: 0.2,
      input: () => ({ content: resultContent('，复核'), explanation: '补充数据' }),
    }),
    letter(handingIn.withdrawResults, { weight: 0.1, input: () => ({ reason }) }),
    letter(body.compileResults, {
      weight: 0.3,
      input: ({ world, item }) => ({ year: YEAR, bodyId: item.body, position: String(world.store.log.length) }),
    }),
    letter(body.recommendResult, { weight: 0.5, input: matter => ({ ...inBatch(matter), opinion: '成效明显' }) }),
    letter(body.declineToRecommendResult, { weight: 0.25, input: matter => ({ ...inBatch(matter), reason }) }),
    letter(body.forwardResultBatch, { weight: 0.3, input: forwarding }),
  ].map(one => [one.command.name, one]),
);

/** The whole input of a command. */
export function inputOf(name: string, matter: Matter): object {
  const { input } = ALPHABET[name] as Letter;
  const said = input(matter);
  return OF_BATCH.has(name) ? said : { projectId: matter.world.projects[matter.slot], ...said };
}
