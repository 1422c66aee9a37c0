/** Whose turn it is with a project, for what, and by which day the work plan wants it. */
import { z } from 'zod';
import { isOver } from '../../events/rules/lateness.ts';
import type { JourneyStage } from '../../events/rules/stages.ts';
import { type CivilDate, dateSchema, shanghaiDate } from '../../events/time.ts';
import type { ProjectProgress } from '../application/progress.ts';
import type { Reader } from '../ports.ts';
import { deadlines } from '../programme/deadlines.ts';
import { all, given } from '../query.ts';
import type { Journey } from './journey.ts';

const PARTIES = ['unit', 'body', 'authority'] as const;
export type TurnParty = (typeof PARTIES)[number];

interface Turn {
  readonly party: TurnParty;
  readonly matter: string;
  /** Item of the work plan that dates it. */
  readonly item?: string;
  /** The command that does it, or the first of those that do. */
  readonly command: string;
  /** Where one act of the year, or of the body, does it for all projects together. */
  readonly together?: true;
}

/** What is to be done with a project at a stage, and by whom; nothing at an end (art-10, art-12, art-13, art-15, art-17a to art-21). */
const TURNS: Readonly<Partial<Record<JourneyStage, Turn>>> = {
  started: { party: 'unit', matter: '提交立项申报材料', item: 'applicationCloses', command: 'SubmitApplication' },
  returned: {
    party: 'unit',
    matter: '修改后再次提交申报材料',
    item: 'applicationCloses',
    command: 'SubmitApplication',
  },
  submitted: { party: 'body', matter: '核实完整性和真实性', item: 'verification', command: 'StartVerification' },
  verified: { party: 'body', matter: '提出推荐意见', item: 'verification', command: 'RecommendProject' },
  recommended: { party: 'authority', matter: '立项审核', item: 'municipalReview', command: 'StartMunicipalReview' },
  held: { party: 'authority', matter: '决定暂缓的项目', item: 'municipalReview', command: 'DecideHeldProject' },
  approved: {
    party: 'authority',
    matter: '列入项目计划并公布',
    item: 'projectPlanPublication',
    command: 'CompileProjectPlan',
    together: true,
  },
  listed: { party: 'unit', matter: '提交项目实施方案', command: 'SubmitImplementationPlan' },
  implementing: { party: 'unit', matter: '实施、监测，完成项目', item: 'results', command: 'ReportPdcaStage' },
  completed: { party: 'unit', matter: '提交项目成果材料', item: 'results', command: 'SubmitResults' },
  'results-submitted': {
    party: 'body',
    matter: '汇总、推荐并报送成果',
    item: 'resultsForwarding',
    command: 'CompileResults',
    together: true,
  },
  'results-forwarded': {
    party: 'authority',
    matter: '组织成果技术评定',
    item: 'evaluation',
    command: 'StartPanelFormation',
    together: true,
  },
  evaluated: {
    party: 'authority',
    matter: '技术评定组提出建议名单',
    item: 'evaluation',
    command: 'ProposeExcellentList',
    together: true,
  },
  proposed: {
    party: 'authority',
    matter: '审核建议名单',
    item: 'resultsPublication',
    command: 'ReviewExcellentList',
    together: true,
  },
  recognised: {
    party: 'authority',
    matter: '公布优秀成果',
    item: 'resultsPublication',
    command: 'PublishExcellentResults',
    together: true,
  },
};

const SUPPLEMENT: Turn = { party: 'unit', matter: '补充申报材料', command: 'SupplementApplication' };

export const turnSchema = z.strictObject({
  party: z.enum(PARTIES),
  /** In Chinese. */
  matter: z.string(),
  command: z.string(),
  /** Whether one act does it for all projects together. */
  together: z.boolean(),
  /** The day that the plan in force or a request sets. */
  dueOn: dateSchema.optional(),
  overdue: z.boolean(),
});
export type ProjectTurn = z.infer<typeof turnSchema>;

/** Days that the plans in force set, by year and item. */
export type PlannedDays = ReadonlyMap<string, CivilDate>;

/** Of one year, or of all. */
export async function plannedDays(reader: Reader, year?: number): Promise<PlannedDays> {
  const rows = await all(reader, deadlines, given({ year }));
  return new Map(rows.flatMap(row => (row.dueOn === undefined ? [] : [[`${row.year}/${row.item}`, row.dueOn]])));
}

/** Whose turn it is; nobody's at an end. */
export function turnOf(
  { stage, year }: Pick<Journey, 'stage' | 'year'>,
  progress: Pick<ProjectProgress, 'owes' | 'dueOn'>,
  planned: PlannedDays,
  now: string,
): ProjectTurn | undefined {
  const isSupplement = stage === 'submitted' && progress.owes?.endsWith('/supplement');
  const turn = isSupplement ? SUPPLEMENT : TURNS[stage];
  if (!turn) return undefined;
  const { party, matter, command, item, together = false } = turn;
  const dueOn = isSupplement ? progress.dueOn : planned.get(`${year}/${item}`);
  const overdue = dueOn !== undefined && isOver(dueOn, shanghaiDate(now));
  return { party, matter, command, together, ...(dueOn !== undefined && { dueOn }), overdue };
}
