/**
 * The life of a project up to the forwarding of its result as a plain table (domain 1.5 and the rows of art-04, 08, 10, 12, 13, 15, 16, 17a, 17b, 25):
 * which command does what in which stage. It imports nothing of the program. Where the text is silent (what counts as said
 * already, what a carry-over or an overdue supplement still allows), the rows say what the program does.
 */

export type Stage =
  | 'none'
  | 'started'
  | 'submitted'
  | 'returned'
  | 'recommended'
  | 'not-recommended'
  | 'rejected'
  | 'withdrawn'
  | 'listed'
  | 'implementing'
  | 'completed'
  | 'terminated';

/** What an onlooker can tell from the log: the stage, told apart further by the checks and by what became of the result. */
export type Sight =
  | Stage
  | 'verified'
  | 'results-submitted'
  | 'results-compiled'
  | 'results-recommended'
  | 'results-not-recommended'
  | 'results-forwarded';

/** Where a command can meet a project: its sight, or the side track it is on. */
export type Place = Sight | 'held' | 'suspended' | 'carried-over';

export const PLACES: readonly Place[] = [
  'none',
  'started',
  'submitted',
  'returned',
  'verified',
  'recommended',
  'not-recommended',
  'rejected',
  'withdrawn',
  'listed',
  'implementing',
  'completed',
  'terminated',
  'results-submitted',
  'results-compiled',
  'results-recommended',
  'results-not-recommended',
  'results-forwarded',
  'held',
  'suspended',
  'carried-over',
];

export interface Person {
  readonly account: string;
  readonly org: string;
  readonly kind: 'unit' | 'body' | 'authority' | 'expert' | 'supervisor';
  /** Credit code of a unit whose staff the account belongs to. */
  readonly staffOf?: string;
  /** The grant has ended. */
  readonly former?: true;
}

export interface Result {
  batch?: Batch;
  verdict?: 'recommended' | 'declined';
}

export interface Batch {
  readonly number: number;
  readonly members: Map<Item, Result>;
  forwarded: boolean;
}

export interface Item {
  readonly unit: string;
  readonly body: string;
  readonly title: string;
  /** Close enough to an earlier excellent result that a person must decide. */
  readonly close: boolean;
  stage: Stage;
  readonly documents: Set<string>;
  undertaken: boolean;
  lateUntil?: string | undefined;
  verifying: boolean;
  supplementDue?: string | undefined;
  complete?: boolean | undefined;
  truthful?: boolean | undefined;
  /** Accounts that verified or recommended. */
  readonly judges: Set<string>;
  /** Accounts that recommended its result. */
  readonly sponsors: Set<string>;
  /** Accounts that did anything about it for a body or for the authority. */
  readonly hands: Set<string>;
  compared: boolean;
  adjudged?: string | undefined;
  conforms?: boolean | undefined;
  marked?: boolean | undefined;
  /** Conditions of art-08 found unmet; undefined while nothing is concluded. */
  unmet?: string | undefined;
  reviewing: boolean;
  hold?: { readonly banFrom: string; readonly by: string; decided: boolean } | undefined;
  /** A case about it is under way. */
  suspended: boolean;
  /** Found fraudulent before it was recognised (D-34). */
  stopped: boolean;
  carriedOver: boolean;
  plan?: string | undefined;
  /** Whether the plan is one that the unit revised. */
  planRevised?: boolean;
  readonly reports: string[];
  readonly monitored: string[];
  readonly adjusted: Set<number>;
  /** Follow-up acts that are on record in just these words. */
  readonly followUp: Set<string>;
  problem: 'none' | 'open' | 'solved';
  resultDocument: boolean;
  resultUndertaken: boolean;
  result?: Result | undefined;
  /** The last batch that any version of the result stood in. */
  batch?: Batch | undefined;
}

interface Ban {
  readonly from: string;
  /** What it follows from. */
  readonly by?: object;
  lifted: boolean;
}

export interface City {
  readonly items: readonly Item[];
  /** By unit, oldest first. */
  readonly bans: Map<string, Ban[]>;
  readonly titles: Map<string, Item>;
  readonly batches: Map<string, Batch[]>;
}

export interface Say {
  readonly command: string;
  readonly option: string;
  readonly who: Person;
  /** Instant and civil date in Shanghai. */
  readonly now: string;
  readonly today: string;
}

/** recorded: accepted with facts; nothing: accepted, being so already; refused. */
export type Verdict = 'recorded' | 'nothing' | 'refused';

export const WINDOW = { opens: '2024-03-14T16:00:00.000Z', closes: '2024-04-30T16:00:00.000Z' };
const CYCLE = ['计划', '执行', '检查', '处理'];

export function newItem(spec: Pick<Item, 'unit' | 'body' | 'title' | 'close'>): Item {
  return {
    ...spec,
    stage: 'none',
    documents: new Set(),
    undertaken: false,
    verifying: false,
    judges: new Set(),
    sponsors: new Set(),
    hands: new Set(),
    compared: false,
    reviewing: false,
    suspended: false,
    stopped: false,
    carriedOver: false,
    reports: [],
    monitored: [],
    adjusted: new Set(),
    followUp: new Set(),
    problem: 'none',
    resultDocument: false,
    resultUndertaken: false,
  };
}

export function sightOf(item: Item): Sight {
  if (item.stage === 'submitted' && item.complete && item.truthful) return 'verified';
  if (item.stage !== 'completed' || !item.result) return item.stage;
  const { batch, verdict } = item.result;
  if (!batch) return 'results-submitted';
  if (verdict === 'declined') return 'results-not-recommended';
  if (verdict === undefined) return 'results-compiled';
  return batch.forwarded ? 'results-forwarded' : 'results-recommended';
}

export function placeOf(item: Item): Place {
  if (PIPELINE.includes(item.stage)) {
    if (item.hold && !item.hold.decided) return 'held';
    if (item.suspended) return 'suspended';
  }
  if (item.carriedOver && (item.stage === 'listed' || item.stage === 'implementing')) return 'carried-over';
  return sightOf(item);
}

interface Row {
  readonly by: readonly Person['kind'][];
  /** Stages in which the command records something, unless a condition stands in its way. */
  readonly from: readonly Stage[];
  readonly to?: Stage;
  /** It is so already. */
  already?(item: Item, say: Say): boolean;
  when?(item: Item, say: Say, city: City): boolean;
  effect?(item: Item, say: Say, city: City): void;
  /** Verifiers are not staff of the applicant (art-12). */
  readonly notStaff?: true;
  /** Held instead of done while the unit is banned (D-33). */
  readonly gate?: true;
  /** What was begun, or is undone, is put on record even of a project that was stopped for fraud (D-34). */
  readonly evenStopped?: true;
}

const PIPELINE: readonly Stage[] = ['submitted', 'returned', 'recommended'];
const EDITABLE: readonly Stage[] = ['started', 'returned'];
const LISTED: readonly Stage[] = ['listed', 'implementing'];
const FOLLOWED: readonly Stage[] = [...LISTED, 'completed'];
/** Where the unit and its body carry on what was approved. */
const CARRIED_ON: readonly Stage[] = [...FOLLOWED, 'terminated'];
/** A batch is a body's affair, whatever became of the project that it is asked about. */
const ANY_STAGE: readonly Stage[] = [
  'none',
  'started',
  ...PIPELINE,
  'not-recommended',
  'rejected',
  'withdrawn',
  ...FOLLOWED,
  'terminated',
];

const banOf = (unit: string, city: City) => city.bans.get(unit)?.find(({ lifted }) => !lifted);
const isBanned = (item: Item, city: City) => banOf(item.unit, city) !== undefined;
const mayAnswer = ({ supplementDue }: Item, now: string) => supplementDue !== undefined && now < endOf(supplementDue);
const isDead = ({ stage }: Item) => ['withdrawn', 'rejected', 'not-recommended'].includes(stage);
const isStranger = (item: Item, { who }: Say) => !item.judges.has(who.account);
/** The body has the result, and has not declined it. */
const isTaken = ({ result }: Item) => result?.batch !== undefined && result.verdict !== 'declined';

/** 24:00 in Shanghai. */
function endOf(date: string): string {
  return `${date}T16:00:00.000Z`;
}

function unverified(item: Item): void {
  item.supplementDue = undefined;
  item.complete = undefined;
  item.truthful = undefined;
}

function unassessed(item: Item): void {
  item.compared = false;
  item.adjudged = undefined;
  item.conforms = undefined;
  item.marked = undefined;
  item.unmet = undefined;
}

/** What art-08 comes to; undefined while a finding is missing. */
function unmetOf({ close, compared, adjudged, marked }: Item): string | undefined {
  if (!compared || marked === undefined || (close && adjudged === undefined)) return undefined;
  return `${marked ? '' : '（二）'}${adjudged === 'same' ? '（三）' : ''}`;
}

/** The stage of the cycle that comes next. */
function nextReport({ reports }: Item): { readonly cycle: number; readonly stage: string } {
  return { cycle: Math.floor(reports.length / 4) + 1, stage: CYCLE[reports.length % 4] as string };
}

export function cycleAsked(item: Item): number {
  return nextReport(item).cycle;
}

const assess = { by: ['authority'], from: ['submitted', 'recommended'] } as const;
const verify = { by: ['body'], from: ['submitted'], notStaff: true } as const;
const review = { by: ['authority'], from: ['recommended'] } as const;
const implement = { by: ['unit'], from: ['implementing'] } as const;
const follow = { by: ['body'], from: FOLLOWED } as const;
const handIn = { by: ['unit'], from: ['completed'] } as const;
const judge = { by: ['body'], from: ['completed'] } as const;

/** An act of follow-up that is recorded once in the same words. */
function once(words: (say: Say) => string): Pick<Row, 'already' | 'effect'> {
  return {
    already: (item, say) => FOLLOWED.includes(item.stage) && item.followUp.has(words(say)),
    effect: (item, say) => void item.followUp.add(words(say)),
  };
}

export const TABLE: Readonly<Record<string, Row>> = {
  StartApplication: {
    evenStopped: true,
    by: ['unit'],
    from: ['none'],
    to: 'started',
    already: ({ stage }) => stage !== 'none',
    when: (item, { now }, city) => now < WINDOW.closes && !isBanned(item, city),
  },
  AttachDocument: {
    evenStopped: true,
    by: ['unit'],
    // art-10: frozen after submission, except for a supplement that was asked for.
    from: [...EDITABLE, 'submitted'],
    already: ({ documents }, { option }) => documents.has(option),
    when: ({ stage, supplementDue }) => EDITABLE.includes(stage) || supplementDue !== undefined,
    effect: ({ documents }, { option }) => void documents.add(option),
  },
  SignTruthfulnessUndertaking: {
    by: ['unit'],
    from: EDITABLE,
    already: ({ stage, undertaken }) => EDITABLE.includes(stage) && undertaken,
    effect: item => {
      item.undertaken = true;
    },
  },
  SubmitApplication: {
    by: ['unit'],
    from: EDITABLE,
    to: 'submitted',
    when(item, { now }, city) {
      const isOpen = WINDOW.opens <= now && now < WINDOW.closes;
      const isLate = item.lateUntil !== undefined && now < endOf(item.lateUntil);
      const holder = city.titles.get(`${item.unit} ${item.title}`);
      return (
        (isOpen || isLate) &&
        !isBanned(item, city) &&
        !item.stopped &&
        item.undertaken &&
        item.documents.has('可行性分析') &&
        item.documents.has('预期成效') &&
        (!holder || holder === item || isDead(holder))
      );
    },
    effect(item, _say, city) {
      city.titles.set(`${item.unit} ${item.title}`, item);
      item.verifying = false;
      unverified(item);
      unassessed(item);
    },
  },
  SupplementApplication: {
    by: ['unit'],
    from: ['submitted'],
    when: (item, { now }) => mayAnswer(item, now),
    effect(item) {
      unverified(item);
      unassessed(item);
    },
  },
  WithdrawApplication: {
    by: ['unit'],
    from: ['started', ...PIPELINE],
    to: 'withdrawn',
    already: ({ stage }) => stage === 'withdrawn',
  },
  AcceptLateSubmission: {
    by: ['authority'],
    from: EDITABLE,
    already: ({ stage, lateUntil }, { option }) => EDITABLE.includes(stage) && lateUntil === option,
    when: (_item, { option, today }) => option >= today,
    effect: (item, { option }) => {
      item.lateUntil = option;
    },
  },
  StartVerification: {
    ...verify,
    already: ({ stage, verifying }) => stage === 'submitted' && verifying,
    effect: item => {
      item.verifying = true;
    },
  },
  RequestSupplement: { ...verify, when: (item, { now }) => item.verifying && !mayAnswer(item, now) },
  RecordCompletenessCheck: {
    ...verify,
    already: ({ stage, complete }, { option }) => stage === 'submitted' && complete === (option === 'passed'),
    when: ({ verifying }) => verifying,
    effect(item, { option, who }) {
      item.complete = option === 'passed';
      item.judges.add(who.account);
    },
  },
  RecordTruthfulnessCheck: {
    ...verify,
    already: ({ stage, truthful }, { option }) => stage === 'submitted' && truthful === (option === 'passed'),
    when: ({ verifying }) => verifying,
    effect(item, { option, who }) {
      item.truthful = option === 'passed';
      item.judges.add(who.account);
    },
  },
  ReturnApplication: {
    ...verify,
    to: 'returned',
    effect(item) {
      item.undertaken = false;
      item.verifying = false;
      unverified(item);
    },
  },
  RecommendProject: {
    ...verify,
    to: 'recommended',
    gate: true,
    when: (item, { now }) => item.complete === true && item.truthful === true && !mayAnswer(item, now),
    effect: (item, { who }) => void item.judges.add(who.account),
  },
  DeclineToRecommendProject: { ...verify, to: 'not-recommended' },
  RunSimilarityCheck: {
    ...assess,
    already: ({ stage, compared }) => (stage === 'submitted' || stage === 'recommended') && compared,
    effect(item) {
      item.compared = true;
      item.unmet = undefined;
    },
  },
  AdjudicateSimilarity: {
    ...assess,
    already: ({ stage, adjudged }, { option }) =>
      (stage === 'submitted' || stage === 'recommended') && adjudged === option,
    when: ({ close, compared }) => close && compared,
    effect(item, { option }) {
      item.adjudged = option;
      item.unmet = undefined;
    },
  },
  AssessDefinitionConformity: {
    ...assess,
    already: ({ stage, conforms }, { option }) =>
      (stage === 'submitted' || stage === 'recommended') && conforms === (option === 'yes'),
    effect: (item, { option }) => {
      item.conforms = option === 'yes';
    },
  },
  AssessExpectedEffect: {
    ...assess,
    already: ({ stage, marked }, { option }) =>
      (stage === 'submitted' || stage === 'recommended') && marked === (option === 'yes'),
    effect(item, { option }) {
      item.marked = option === 'yes';
      item.unmet = undefined;
    },
  },
  AssessEligibility: {
    ...assess,
    gate: true,
    already: item => item.unmet !== undefined && item.unmet === unmetOf(item),
    when: item => unmetOf(item) !== undefined,
    effect: item => {
      item.unmet = unmetOf(item);
    },
  },
  StartMunicipalReview: {
    ...review,
    already: ({ stage, reviewing }) => stage === 'recommended' && reviewing,
    when: isStranger,
    effect: item => {
      item.reviewing = true;
    },
  },
  ApproveProject: {
    ...review,
    to: 'listed',
    gate: true,
    when: item => !item.suspended && item.conforms === true && item.unmet === '',
  },
  RejectProject: { ...review, to: 'rejected', when: (item, say) => item.reviewing && isStranger(item, say) },
  DecideHeldProject: {
    by: ['authority'],
    from: PIPELINE,
    when: (item, say) =>
      item.hold !== undefined && !item.hold.decided && item.hold.by !== say.who.account && isStranger(item, say),
    effect(item, { option }) {
      if (item.hold) item.hold.decided = true;
      if (option === 'stop') item.stage = 'rejected';
    },
  },
  CarryOverProject: {
    evenStopped: true,
    by: ['authority'],
    from: FOLLOWED,
    already: ({ stage, carriedOver }) => FOLLOWED.includes(stage) && carriedOver,
    effect: item => {
      item.carriedOver = true;
    },
  },
  SubmitImplementationPlan: {
    evenStopped: true,
    by: ['unit'],
    from: ['listed'],
    to: 'implementing',
    already: ({ plan }, { option }) => plan === option,
    when: ({ stopped }) => !stopped,
    effect: (item, { option }) => {
      item.plan = option;
    },
  },
  ReviseImplementationPlan: {
    ...implement,
    already: ({ stage, plan, planRevised }, { option }) =>
      stage === 'implementing' && plan === option && planRevised === true,
    when: ({ plan }, { option }) => plan !== option,
    effect: (item, { option }) => {
      item.plan = option;
      item.planRevised = true;
    },
  },
  ReportPdcaStage: {
    by: ['unit'],
    from: LISTED,
    already: (item, { option }) =>
      LISTED.includes(item.stage) && item.reports.includes(`${nextReport(item).cycle}${option}`),
    when: (item, { option }) => option === nextReport(item).stage && (option === '计划' || item.plan !== undefined),
    effect: (item, { option }) => void item.reports.push(`${nextReport(item).cycle}${option}`),
  },
  RecordMonitoring: {
    ...implement,
    already: ({ stage, monitored }, { today }) => stage === 'implementing' && monitored.at(-1) === today,
    effect: ({ monitored }, { today }) => void monitored.push(today),
  },
  AdjustStrategy: {
    ...implement,
    already: ({ stage, monitored, adjusted }) => stage === 'implementing' && adjusted.has(monitored.length),
    when: ({ monitored }) => monitored.length > 0,
    effect: ({ monitored, adjusted }) => void adjusted.add(monitored.length),
  },
  DeclareProjectCompleted: { ...implement, to: 'completed', when: ({ reports }) => reports.length >= CYCLE.length },
  RequestTermination: { by: ['unit'], from: LISTED, to: 'terminated' },
  PlanVisit: { ...follow, ...once(({ today }) => `planned ${today}`) },
  RecordVisit: {
    evenStopped: true,
    by: ['body'],
    from: [...FOLLOWED, 'terminated'],
    already: ({ followUp }, { today }) => followUp.has(`visited ${today}`),
    effect: ({ followUp }, { today }) => void followUp.add(`visited ${today}`),
  },
  IssueGuidance: { ...follow, ...once(({ option }) => `guided ${option}`) },
  UrgeProgress: {
    by: ['body'],
    from: LISTED,
    already: ({ stage, followUp }, { today }) => LISTED.includes(stage) && followUp.has(`urged ${today}`),
    effect: ({ followUp }, { today }) => void followUp.add(`urged ${today}`),
  },
  RaiseProblem: {
    by: ['body', 'unit'],
    from: FOLLOWED,
    already: ({ stage, problem }) => FOLLOWED.includes(stage) && problem === 'open',
    effect: item => {
      item.problem = 'open';
    },
  },
  ResolveProblem: {
    evenStopped: true,
    by: ['body'],
    from: [...FOLLOWED, 'terminated'],
    already: ({ problem }) => problem === 'solved',
    when: ({ problem }) => problem === 'open',
    effect: item => {
      item.problem = 'solved';
    },
  },
  AttachResultDocument: {
    ...handIn,
    // What is on file is only said again, also of a stopped project; nothing new is taken for one.
    evenStopped: true,
    already: ({ stage, resultDocument }) => stage === 'completed' && resultDocument,
    when: item => !item.stopped && !isTaken(item),
    effect: item => {
      item.resultDocument = true;
    },
  },
  SignResultUndertaking: {
    ...handIn,
    already: ({ stage, resultUndertaken }) => stage === 'completed' && resultUndertaken,
    when: item => !isTaken(item),
    effect: item => {
      item.resultUndertaken = true;
    },
  },
  SubmitResults: {
    ...handIn,
    when: item =>
      (!item.result || item.result.verdict === 'declined') &&
      item.resultDocument &&
      item.resultUndertaken &&
      !item.carriedOver,
    effect(item) {
      item.result = {};
      item.resultUndertaken = false;
    },
  },
  SupplementResults: {
    ...handIn,
    when: item => item.result !== undefined && !item.result.batch && !item.carriedOver,
    effect(item) {
      item.result = {};
      item.resultUndertaken = false;
    },
  },
  WithdrawResults: {
    ...handIn,
    evenStopped: true,
    when: item => item.result !== undefined && !item.result.batch,
    effect(item) {
      item.result = undefined;
      item.resultUndertaken = false;
    },
  },
  CompileResults: {
    evenStopped: true,
    by: ['body'],
    from: ANY_STAGE,
    when: (item, _say, city) => uncompiled(item.body, city).length > 0,
    effect(item, _say, city) {
      const batches = batchesOf(item.body, city);
      const batch: Batch = { number: batches.length + 1, members: new Map(), forwarded: false };
      for (const member of uncompiled(item.body, city)) {
        const result = member.result as Result;
        result.batch = batch;
        member.batch = batch;
        batch.members.set(member, result);
      }
      batches.push(batch);
    },
  },
  RecommendResult: {
    ...judge,
    already: ({ result }) => result?.batch?.forwarded === false && result.verdict === 'recommended',
    when: ({ result }) => result?.batch?.forwarded === false && result.verdict === undefined,
    effect({ result, sponsors }, { who }) {
      (result as Result).verdict = 'recommended';
      sponsors.add(who.account);
    },
  },
  DeclineToRecommendResult: {
    ...judge,
    evenStopped: true,
    already: ({ result }) => result?.batch?.forwarded === false && result.verdict === 'declined',
    when: ({ result }) => result?.batch?.forwarded === false && result.verdict !== 'declined',
    effect: ({ result }) => {
      (result as Result).verdict = 'declined';
    },
  },
  ForwardResultBatch: {
    ...judge,
    evenStopped: true,
    already: ({ batch }) => batch?.forwarded === true,
    when: ({ batch }) => batch !== undefined && [...batch.members.values()].every(({ verdict }) => verdict),
    effect: ({ batch }) => {
      (batch as Batch).forwarded = true;
    },
  },
};

/** What a body does to a batch it does to no single project. */
const OF_BATCH = new Set(['CompileResults', 'RecommendResult', 'DeclineToRecommendResult', 'ForwardResultBatch']);

function batchesOf(body: string, city: City): Batch[] {
  const known = city.batches.get(body) ?? [];
  city.batches.set(body, known);
  return known;
}

function uncompiled(body: string, { items }: City): readonly Item[] {
  return items.filter(item => item.body === body && item.result && !item.result.batch);
}

/** The ban stops nothing that was handed in: it holds it, once, until another person decides. */
function gateOf(item: Item, city: City): 'open' | 'shut' | 'holds' {
  if (item.stopped || (item.hold && !item.hold.decided)) return 'shut';
  const ban = banOf(item.unit, city);
  if (!ban || item.hold?.banFrom === ban.from) return 'open';
  return 'holds';
}

function isAllowed(row: Row, item: Item, { command, who }: Say): boolean {
  if (who.former || !row.by.includes(who.kind)) return false;
  if (who.kind === 'unit' && who.org !== item.unit) return false;
  if (who.kind === 'body' && who.org !== item.body) return false;
  return !(row.notStaff && who.staffOf === item.unit) && command in TABLE;
}

export interface Answer {
  readonly verdict: Verdict;
  /** The command was met by a ban: the project is held instead. */
  readonly held?: true;
}

/** What the table says of a command, without its consequences. */
export function ask(item: Item, say: Say, city: City): Answer {
  const row = TABLE[say.command] as Row;
  if (!isAllowed(row, item, say)) return { verdict: 'refused' };
  if (item.stopped && !row.evenStopped && CARRIED_ON.includes(item.stage)) return { verdict: 'refused' };
  const isInStage = row.from.includes(item.stage);
  if (row.gate) {
    // The conditions that come before the gate: those of the body, and those of the reviewer as a person.
    const isReady = say.command === 'RecommendProject' ? row.when?.(item, say, city) : true;
    const isFit = say.command === 'ApproveProject' ? item.reviewing && isStranger(item, say) : true;
    if (!isInStage || !isReady || !isFit) return { verdict: 'refused' };
    const gate = gateOf(item, city);
    if (gate === 'shut') return { verdict: 'refused' };
    if (gate === 'holds') return { verdict: 'recorded', held: true };
  }
  if (row.already?.(item, say)) return { verdict: 'nothing' };
  return { verdict: isInStage && (row.when?.(item, say, city) ?? true) ? 'recorded' : 'refused' };
}

/** Takes a recorded command into the model. */
export function take(item: Item, say: Say, city: City, answer: Answer): void {
  if (answer.verdict !== 'recorded') return;
  if (say.who.kind !== 'unit' && !OF_BATCH.has(say.command)) item.hands.add(say.who.account);
  if (answer.held) {
    item.hold = { banFrom: banOf(item.unit, city)?.from as string, by: say.who.account, decided: false };
    return;
  }
  const row = TABLE[say.command] as Row;
  if (row.to) item.stage = row.to;
  row.effect?.(item, say, city);
}
