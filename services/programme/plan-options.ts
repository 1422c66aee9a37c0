/**
 * Every deadline and option of a work plan, with who uses it later and what would make that use fail. A value that can
 * never work is refused at publication; one that something to come may still repair is published with a warning.
 */
import type { PlanWarning, WorkPlan } from '../../events/programme.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { addWorkingDays, type Calendar, yearsMissing } from '../../events/rules/working-days.ts';
import { addMonths, type CivilDate } from '../../events/time.ts';

/** What a plan is measured against at publication. */
export interface PlanCircumstances {
  readonly year: number;
  readonly today: CivilDate;
  /** Whether applications have been opened: their period may then be over. */
  readonly windowOpened: boolean;
  readonly calendar: Calendar;
  /** Experts of the bank who can be drawn. */
  readonly activeExperts: number;
}

export interface Finding extends PlanWarning {
  /** Whether the plan cannot be published with it. */
  readonly refused: boolean;
}

type Path = `deadlines.${keyof WorkPlan['deadlines']}` | `options.${keyof WorkPlan['options']}`;
type Bound = (plan: WorkPlan, given: PlanCircumstances) => readonly Omit<Finding, 'pointer'>[];

export interface PlanOption {
  /** Commands that use the value. */
  readonly users: readonly string[];
  /** Bounds besides those of the schema and of the order of deadlines. */
  readonly bounds: readonly Bound[];
}

const refused = (code: string, zh: string, en: string) => [{ code, zh, en, refused: true }];
const warned = (code: string, zh: string, en: string) => [{ code, zh, en, refused: false }];

type DeadlineName = keyof WorkPlan['deadlines'];

function dated(name: DeadlineName, users: readonly string[], ...more: readonly Bound[]): PlanOption {
  return { users, bounds: [withinTheYears(name), ...more] };
}

/** A programme's deadlines lie in its year or the next. */
function withinTheYears(name: DeadlineName): Bound {
  return ({ deadlines }, { year }) => {
    const date = deadlines[name];
    if (typeof date !== 'string' || (date >= `${year}-01-01` && date <= `${year + 1}-12-31`)) return [];
    return refused(
      'date-outside-the-year',
      `${date} 不在 ${year} 年度活动的期间（${year} 年和次年）内`,
      `${date} lies outside the programme of ${year}, its year and the next`,
    );
  };
}

/** Applications are opened on a day of their period: after it the plan has to be amended first. */
const notOver: Bound = ({ deadlines: { applicationCloses } }, { today, windowOpened }) =>
  windowOpened || !isOver(applicationCloses, today)
    ? []
    : warned(
        'application-period-over',
        `申报期已于 ${applicationCloses} 届满，修订方案前无法启动申报`,
        `The application period ended on ${applicationCloses}: nothing can be opened before the plan is amended`,
      );

const trainingAfterListing: Bound = ({ deadlines: { training, projectPlanPublication } }) =>
  training === undefined || training >= projectPlanPublication
    ? []
    : warned(
        'training-before-listing',
        `培训期限 ${training} 早于项目计划公布 ${projectPlanPublication}，届时尚无立项项目`,
        `Training is due on ${training}, before projects are listed on ${projectPlanPublication}`,
      );

const meetingAfterResults: Bound = ({ deadlines: { exchangeMeeting, evaluation, resultsPublication } }) => {
  const known = resultsPublication ?? evaluation;
  if (exchangeMeeting === undefined || known === undefined || exchangeMeeting >= known) return [];
  return warned(
    'meeting-before-results',
    `交流会 ${exchangeMeeting} 早于 ${known}，届时尚无优秀成果可交流`,
    `The meeting of ${exchangeMeeting} comes before ${known}: there is no excellent result to present yet`,
  );
};

function unknownYears(calendar: Calendar, first: CivilDate, last: CivilDate, count: number, act: string) {
  const missing = yearsMissing(calendar, first, last, count);
  if (missing.length === 0) return [];
  const years = missing.join('、');
  return warned(
    'calendar-year-missing',
    `尚未登记 ${years} 年放假安排通知；登记前无法计算进入该年的${act}`,
    `No holiday notice is registered for ${missing.join(', ')}: until it is, counts that come into it are refused`,
  );
}

const supplementCountable: Bound = ({ deadlines }, { calendar }) => {
  const { applicationOpens, verification, supplementWorkingDays } = deadlines;
  return unknownYears(calendar, applicationOpens, verification, supplementWorkingDays, '补充材料期限');
};

/** Nothing is decided while a supplement is pending, so that one asked when the window closes must end in time. */
const supplementInTime: Bound = ({ deadlines }, { calendar }) => {
  const { applicationCloses, verification, supplementWorkingDays } = deadlines;
  const end = addWorkingDays(calendar, applicationCloses, supplementWorkingDays);
  if ('missing' in end || end.date <= verification) return [];
  return warned(
    'supplement-outlasts-verification',
    `申报截止时要求补充的材料 ${end.date} 才到期，晚于核实推荐截止 ${verification}`,
    `A supplement asked when applications close is due on ${end.date}, after verification ends on ${verification}`,
  );
};

const noticeCountable: Bound = ({ deadlines, options: { publicNotice } }, { year, calendar }) => {
  if (!publicNotice) return [];
  const first = deadlines.evaluation ?? deadlines.results ?? deadlines.projectPlanPublication;
  const yearEnd = first > `${year}-12-31` ? first : `${year}-12-31`;
  return unknownYears(calendar, first, deadlines.resultsPublication ?? yearEnd, publicNotice.workingDays, '公示期');
};

/** A notice is closed on the day after its last one, and only then is anything recognised. */
const noticeInTime: Bound = ({ deadlines, options: { publicNotice } }, { calendar }) => {
  const { evaluation, resultsPublication } = deadlines;
  if (!publicNotice || evaluation === undefined || resultsPublication === undefined) return [];
  const end = addWorkingDays(calendar, evaluation, publicNotice.workingDays);
  if ('missing' in end || end.date < resultsPublication) return [];
  return warned(
    'notice-outlasts-publication',
    `技术评定截止后的公示至 ${end.date} 期满，不早于优秀成果公布 ${resultsPublication}`,
    `A notice opened when evaluation ends runs until ${end.date}, which is not before publication on ${resultsPublication}`,
  );
};

const monitoredOnce: Bound = ({ deadlines: { projectPlanPublication, results, monitoringEveryMonths } }) => {
  const first = addMonths(projectPlanPublication, monitoringEveryMonths);
  if (results === undefined || first <= results) return [];
  return warned(
    'never-monitored',
    `首次监测 ${first} 才到期，晚于成果提交截止 ${results}`,
    `The first monitoring is due on ${first}, after results are due on ${results}`,
  );
};

/** The unit can answer only what it has been told. */
const heardWithNotice: Bound = ({ options: { fraudProcedure } }) =>
  fraudProcedure?.hearUnit && !fraudProcedure.notifyUnit
    ? refused(
        'heard-without-notice',
        '要求听取项目单位陈述，却不告知项目单位：未告知则其无从陈述，也无法记录逾期未陈述',
        'The unit is to be heard but not notified: it could not answer, and its silence could not be recorded',
      )
    : [];

const expertsEnough: Bound = ({ options: { panel } }, { activeExperts }) =>
  panel === undefined || panel.size <= activeExperts
    ? []
    : warned(
        'too-few-experts',
        `评定组 ${panel.size} 人，专家库现有可抽取专家 ${activeExperts} 人，补足前无法抽取`,
        `Panels have ${panel.size} members and the bank ${activeExperts} active experts: none can be drawn before there are more`,
      );

/** Sheets lie at most 100 points apart, and only those further apart than the option need a word. */
const divergenceReachable: Bound = ({ options: { divergencePoints } }) =>
  divergencePoints !== 100
    ? []
    : warned(
        'divergence-never-noted',
        '评分差异不可能超过100分，该选项使差异说明永不适用',
        'Sheets are never more than 100 points apart: no divergence would ever need a word',
      );

function eachOnce(list: (plan: WorkPlan) => readonly string[] | undefined): Bound {
  return plan => {
    const kinds = list(plan) ?? [];
    const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
    return twice === undefined ? [] : refused('listed-twice', `“${twice}”重复列出`, `${twice} is listed twice`);
  };
}

/** Complete by type: a new deadline or option does not compile without its line. */
export const PLAN_OPTIONS: Readonly<Record<Path, PlanOption>> = {
  'deadlines.applicationOpens': dated('applicationOpens', ['OpenApplications']),
  'deadlines.applicationCloses': dated(
    'applicationCloses',
    ['OpenApplications', 'CloseApplications', 'SubmitApplication'],
    notOver,
  ),
  'deadlines.supplementWorkingDays': { users: ['RequestSupplement'], bounds: [supplementCountable, supplementInTime] },
  'deadlines.verification': dated('verification', ['RecommendProject']),
  'deadlines.municipalReview': dated('municipalReview', ['ApproveProject']),
  'deadlines.projectPlanPublication': dated('projectPlanPublication', ['PublishProjectPlan']),
  'deadlines.training': dated('training', ['DeliverTraining'], trainingAfterListing),
  'deadlines.results': dated('results', ['SubmitResults']),
  'deadlines.resultsForwarding': dated('resultsForwarding', ['ForwardResultBatch']),
  'deadlines.evaluation': dated('evaluation', ['CloseScoring', 'CompleteTechnicalEvaluation']),
  'deadlines.resultsPublication': dated('resultsPublication', ['PublishExcellentResults']),
  'deadlines.exchangeMeeting': dated('exchangeMeeting', ['ConveneExchangeMeeting'], meetingAfterResults),
  'deadlines.monitoringEveryMonths': { users: ['RecordMonitoring'], bounds: [monitoredOnce] },
  'deadlines.visitsPerYear': { users: ['RecordVisit'], bounds: [] },
  'options.requiredDocuments': {
    users: ['SubmitApplication'],
    bounds: [eachOnce(({ options }) => options.requiredDocuments)],
  },
  'options.requiredResultDocuments': {
    users: ['SubmitResults'],
    bounds: [eachOnce(({ options }) => options.requiredResultDocuments)],
  },
  'options.similarityThreshold': { users: ['RunSimilarityCheck'], bounds: [] },
  'options.publicNotice': { users: ['OpenPublicNotice'], bounds: [noticeCountable, noticeInTime] },
  'options.certificates': { users: ['IssueCertificate'], bounds: [] },
  'options.fraudProcedure': { users: ['EstablishFraud'], bounds: [heardWithNotice] },
  'options.minimumPdcaCycles': { users: ['DeclareProjectCompleted'], bounds: [] },
  'options.panel': { users: ['StartPanelFormation', 'ConstitutePanel', 'CloseScoring'], bounds: [expertsEnough] },
  'options.divergencePoints': { users: ['AggregateScores'], bounds: [divergenceReachable] },
};

/** All that would make a later use fail, in the order of the plan. */
export function findingsOn(plan: WorkPlan, given: PlanCircumstances): readonly Finding[] {
  return Object.entries(PLAN_OPTIONS).flatMap(([path, { bounds }]) => {
    const pointer = `/${path.replace('.', '/')}`;
    return bounds.flatMap(bound => bound(plan, given)).map(finding => ({ pointer, ...finding }));
  });
}
