/** What a work plan must say before it can be published (art-09), and how far an amendment may change it. */
import { PLANNED_PHASES, type WorkPlan } from '../../events/programme.ts';
import type { CivilDate } from '../../events/time.ts';
import { type Rejection, refuse, refuseByPlan, refuseForm } from '../rejection.ts';
import type { Finding } from './plan-options.ts';

type Deadlines = WorkPlan['deadlines'];

/** Dated deadlines in the order in which the year meets them; those that are left out are passed over. */
const SEQUENCE = [
  'applicationOpens',
  'applicationCloses',
  'verification',
  'municipalReview',
  'projectPlanPublication',
  'results',
  'resultsForwarding',
  'evaluation',
  'resultsPublication',
] as const satisfies readonly (keyof Deadlines)[];

const DATED = [...SEQUENCE, 'training', 'exchangeMeeting'] as const;
const PERIODS = ['supplementWorkingDays', 'monitoringEveryMonths'] as const;
type DatedDeadline = (typeof DATED)[number];
type Period = (typeof PERIODS)[number];

/** A deadline's name for people, and the deadline whose passing sets it running. */
const TERMS: Readonly<Record<DatedDeadline | Period, { readonly zh: string; readonly after?: DatedDeadline }>> = {
  applicationOpens: { zh: '申报开始' },
  applicationCloses: { zh: '申报截止' },
  supplementWorkingDays: { zh: '补充材料期限' },
  verification: { zh: '核实推荐截止', after: 'applicationCloses' },
  municipalReview: { zh: '立项审核截止', after: 'verification' },
  projectPlanPublication: { zh: '项目计划公布', after: 'municipalReview' },
  monitoringEveryMonths: { zh: '定期监测间隔', after: 'projectPlanPublication' },
  training: { zh: '培训', after: 'projectPlanPublication' },
  results: { zh: '成果提交截止', after: 'projectPlanPublication' },
  resultsForwarding: { zh: '成果报送截止', after: 'results' },
  evaluation: { zh: '技术评定截止', after: 'results' },
  resultsPublication: { zh: '优秀成果公布', after: 'evaluation' },
  exchangeMeeting: { zh: '交流会', after: 'evaluation' },
};

/** Why a plan cannot be published, given what its options were found to lead to; or undefined. */
export function planFault(plan: WorkPlan, findings: readonly Finding[]): Rejection | undefined {
  return phaseFault(plan) ?? orderFault(plan.deadlines) ?? optionFault(findings);
}

function phaseFault(plan: WorkPlan): Rejection | undefined {
  const stated = new Set<string>(plan.steps.map(step => step.phase));
  const missing = PLANNED_PHASES.filter(phase => !stated.has(phase));
  if (missing.length === 0) return undefined;
  return refuse(
    'art-09',
    'plan-incomplete',
    `工作方案未明确以下环节的工作程序和具体要求：${missing.join('、')}`,
    `The plan states no procedure and requirements for: ${missing.join(', ')}`,
    'invalid',
  );
}

function orderFault(deadlines: Deadlines): Rejection | undefined {
  const present = SEQUENCE.filter(name => deadlines[name] !== undefined);
  const at = present.findIndex((name, index) => {
    const before = present[index - 1];
    return before !== undefined && (deadlines[name] as CivilDate) < (deadlines[before] as CivilDate);
  });
  const [earlier, later] = [present[at - 1], present[at]];
  if (!earlier || !later) return undefined;
  return refuseForm(
    'invalid',
    'deadlines-out-of-order',
    `时限先后颠倒：${TERMS[later].zh}（${deadlines[later]}）早于${TERMS[earlier].zh}（${deadlines[earlier]}）`,
    `Deadlines are out of order: ${later} (${deadlines[later]}) is before ${earlier} (${deadlines[earlier]})`,
  );
}

/** A value that can never work is refused with its place. */
function optionFault(findings: readonly Finding[]): Rejection | undefined {
  const refused = findings.filter(finding => finding.refused);
  const [first] = refused;
  if (!first) return undefined;
  const faults = refused.map(({ pointer, code, zh }) => ({ pointer, code, detail: zh }));
  return refuseForm('invalid', first.code, first.zh, first.en, faults);
}

/** The plan in force that an amendment starts from. */
interface Amended {
  readonly year: number;
  readonly version: number;
  readonly before: Deadlines;
  /** Before the window opens no step has begun: nothing runs and nothing has passed, so a late year can be planned anew. */
  readonly windowOpened: boolean;
  readonly today: CivilDate;
}

/** Why deadlines cannot be changed as wished: an amendment neither acts backwards nor shortens what is running. */
export function amendmentFault(from: Amended, after: Deadlines): Rejection | undefined {
  for (const name of DATED) {
    if (from.before[name] === after[name]) continue;
    const fault = dateFault(from, name, after[name]);
    if (fault) return fault;
  }
  const shortened = [...DATED, ...PERIODS].find(
    name => isShortened(from.before[name], after[name]) && isRunning(from, name),
  );
  if (!shortened) return undefined;
  return refuseByPlan(
    from,
    shortened,
    'running-deadline-shortened',
    `“${TERMS[shortened].zh}”已在进行中，不得缩短`,
    `${shortened} is running; an amendment cannot shorten it`,
  );
}

function dateFault(from: Amended, name: DatedDeadline, after: CivilDate | undefined): Rejection | undefined {
  const before = from.before[name];
  if (from.windowOpened && before && (before < from.today || name === 'applicationOpens')) {
    return refuseByPlan(
      from,
      name,
      'deadline-passed',
      `“${TERMS[name].zh}”（${before}）已过，不得变更`,
      `${name} (${before}) has passed and cannot be changed`,
    );
  }
  if (after && after < from.today) {
    return refuseByPlan(
      from,
      name,
      'date-in-the-past',
      `“${TERMS[name].zh}”不得改为过去的日期 ${after}`,
      `${name} cannot be moved to ${after}, which has passed`,
    );
  }
  return undefined;
}

function isShortened<T extends string | number>(before: T | undefined, after: T | undefined): boolean {
  return before !== undefined && after !== undefined && after < before;
}

/** A deadline runs once its step has begun: with the window, or after the nearest deadline before it that the plan sets. */
function isRunning(from: Amended, name: DatedDeadline | Period): boolean {
  if (!from.windowOpened) return false;
  let { after } = TERMS[name];
  while (after && !from.before[after]) after = TERMS[after].after;
  return after === undefined || from.today > (from.before[after] as CivilDate);
}
