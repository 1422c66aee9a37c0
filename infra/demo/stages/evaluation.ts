/** November: two panels are drawn, declare their interests, score, and propose their lists (art-18 to art-20). */
import { hash } from 'node:crypto';
import { accountStream } from '../../../events/account.ts';
import type { excellentListDrafted, scoresAggregated } from '../../../events/evaluation.ts';
import type { EventOf } from '../../../events/event-type.ts';
import type { AccountId } from '../../../events/ids.ts';
import type { CivilDate } from '../../../events/time.ts';
import { expertAccount, membersOf, officers, PANELS, type PanelDraw, reserveOf } from '../cast.ts';
import type { Chance } from '../chance.ts';
import { demoIdentityOf } from '../identity.ts';
import {
  actor,
  applicantOf,
  at,
  DEMO_SYSTEM,
  type DemoStep,
  idFrom,
  type Memory,
  office,
  officerOf,
  type Script,
  script,
  url,
  YEAR,
} from '../step.ts';
import type { ExpertNames } from './foundation.ts';
import type { DemoProject } from './projects.ts';

export interface DemoPanel extends PanelDraw {
  /** Whom the draw picked. */
  readonly drawn: readonly string[];
  /** Who judges: of the second panel one has been replaced. */
  readonly members: readonly string[];
  /** The best first, in the eyes of its members. */
  readonly projects: readonly DemoProject[];
}

/** By which results are judged. */
export const STANDARD = {
  title: '2024年度质量攻关成果评定标准',
  criteria: [
    { id: 'topic', title: '选题针对性', weight: 20, max: 20 },
    { id: 'method', title: '方法与程序', weight: 30, max: 30 },
    { id: 'effect', title: '攻关成效', weight: 50, max: 50 },
  ],
  normalisation: 'z-score-per-judge',
  tieBreak: ['effect', 'method'],
  references: ['T/CAQ 10201'],
  url: url('pdbz'),
};

/** What went otherwise than in most panels, by the place of the panel and of its member. */
const [FIRST, SECOND] = [0, 1];
const isReplaced = (panel: number, member: number) => panel === SECOND && member === 4;
const isAbsent = (panel: number, member: number, project: number) => panel === SECOND && member === 5 && project === 2;
const SUPERSEDED = { member: 2, project: 3 };
const VOIDED = { member: 3, project: 5 };

/** The panels of the year, each with its members and the projects of its industries. */
export function demoPanelsOf(projects: readonly DemoProject[], chance: Chance): readonly DemoPanel[] {
  return PANELS.map((draw, index) => ({
    ...draw,
    drawn: membersOf(draw),
    members: membersOf(draw).map((member, place) => (isReplaced(index, place) ? reserveOf(draw) : member)),
    projects: chance.shuffle(projects.filter(({ unit }) => draw.industries.includes(unit.industry))),
  }));
}

/** Standard, formation, draw, declarations, sheets, aggregation and proposal of every panel (art-18 to art-20). */
export function evaluationSteps(panels: readonly DemoPanel[], names: ExpertNames, chance: Chance): DemoStep[] {
  const standard = script('evaluation-standard');
  standard.add(at('2024-11-04', 30), office, 'IssueEvaluationStandard', { year: YEAR, ...STANDARD });
  return [
    ...standard.steps,
    ...expertAccounts(panels, names),
    ...panels.flatMap((panel, index) => {
      const work = script(`panel-${panel.panelId}`);
      form(work, panel, index);
      score(work, panel, index, chance);
      propose(work, panel, index);
      return work.steps;
    }),
  ];
}

/** The expert who signs in for himself. */
export const memberOf = (expertId: string) => actor(expertAccount(expertId), 'EXPERT', expertId);

/** Who judges in the year of the demo, and has an account. */
export const expertsWithAccounts: ReadonlySet<string> = new Set(
  PANELS.flatMap((draw, panel) =>
    membersOf(draw).map((member, place) => (isReplaced(panel, place) ? reserveOf(draw) : member)),
  ),
);

/** The account of an expert, in the name that he has in the bank. */
export function registrationOf(expertId: string, names: ExpertNames, from: CivilDate) {
  const accountId = expertAccount(expertId);
  const grant = { role: 'EXPERT', orgId: expertId, orgName: '天津市质量攻关技术评定专家库', from };
  const account = { accountId, name: names.get(expertId), identity: demoIdentityOf(expertId), grant };
  return [office, 'RegisterAccount', account, accountStream(accountId as AccountId)] as const;
}

/** Whoever is drawn gets an account and undertakes to keep what he reads. */
function expertAccounts(panels: readonly DemoPanel[], names: ExpertNames): readonly DemoStep[] {
  return [...new Set(panels.flatMap(({ members }) => members))].flatMap((expertId, index) => {
    const work = script(`expert-${expertId}`);
    work.add(at('2024-11-06', 200 + index), ...registrationOf(expertId, names, '2024-11-06'));
    work.add(at('2024-11-18', index), memberOf(expertId), 'SignConfidentialityUndertaking', {});
    return work.steps;
  });
}

/** The seed is committed to and drawn; the first member declares an interest in a unit, and is recused from it. */
function form(
  work: Script,
  { panelId, seed, beacon, beaconValue, drawn, members, projects }: DemoPanel,
  minute: number,
): void {
  const projectIds = projects.map(({ projectId }) => projectId).sort();
  const seedCommitment = hash('sha256', seed);
  work.add(at('2024-11-04', 60 + minute), office, 'StartPanelFormation', {
    panelId,
    projectIds,
    seedCommitment,
    beacon,
  });
  work.add(at('2024-11-06', minute), office, 'DrawExperts', { panelId, seed, beaconValue });
  for (const [place, expertId] of drawn.entries()) {
    if (!isReplaced(minute, place)) continue;
    const replaced = { panelId, expertId, reason: '评定期间出国访问，不能参加。' };
    work.add(at('2024-11-07', minute), office, 'ReplaceExpert', replaced);
  }
  for (const [index, expertId] of members.entries()) {
    const declarations = projects.map(({ unit }, at) =>
      index === 0 && at === 0
        ? { uscc: unit.uscc, declaration: 'conflict', kind: '合作或合著', detail: '两年前与该单位合作完成课题。' }
        : { uscc: unit.uscc, declaration: 'none' },
    );
    const declared = { panelId, declarations };
    work.add(
      at('2024-11-08', 60 * minute + index),
      memberOf(expertId),
      'DeclareInterest',
      declared,
      `declare-${index}`,
    );
  }
  askForRecusal(work, panelId, members[6] as string, projects[4] as DemoProject, minute);
  work.add(at('2024-11-12', minute), office, 'DetectConflicts', { panelId });
  work.add(at('2024-11-12', 30 + minute), office, 'ConstitutePanel', { panelId });
}

/** A unit of the first panel and the body of one of the second ask that a member be recused; neither reason holds. */
function askForRecusal(work: Script, panelId: string, expertId: string, project: DemoProject, panel: number): void {
  const { uscc } = project.unit;
  const by = panel === FIRST ? applicantOf(project.unit) : officerOf(project.body);
  const asked = { panelId, expertId, uscc, grounds: '该专家五年前曾在我单位授课，请予核查。' };
  work.add(at('2024-11-11', 60 + panel), by, 'RequestRecusal', asked);
  const decided = { panelId, expertId, uscc, decision: 'dismiss', reason: '一次性授课且已逾三年，不影响公正评定。' };
  work.add(at('2024-11-11', 300 + panel), office, 'DecideRecusal', decided);
}

/** Every member reads what he judges; each reading is on record (art-26). */
function read(work: Script, { panelId, members, projects }: DemoPanel, minute: number): void {
  for (const [judge, expertId] of members.entries()) {
    const objects = projects
      .filter((_project, place) => judge > 0 || place > 0)
      .map(({ projectId, unit }) => ({ objectId: projectId, units: [unit.uscc] }));
    const { accountId, orgId, role } = memberOf(expertId);
    const opened = { accountId, orgId, role, via: 'GetResultFile', opened: [{ kind: 'result', objects }] };
    work.add(
      at('2024-11-19', 60 * minute + judge),
      DEMO_SYSTEM,
      'RecordMaterialAccess',
      opened,
      `read-${panelId}-${judge}`,
    );
  }
}

/** Every member on every project that he may judge; one sheet lies so far from the others that the panel has to explain. */
function score(work: Script, panel: DemoPanel, minute: number, chance: Chance): void {
  const { panelId, members, projects } = panel;
  work.add(at('2024-11-18', 60 + minute), office, 'OpenScoring', { panelId });
  read(work, panel, minute);
  const disputed = projects.length - 2;
  for (const [judge, expertId] of members.entries()) {
    const severity = chance.between(0, 4);
    for (const [place, { projectId }] of projects.entries()) {
      const isRecused = judge === 0 && place === 0;
      const isSevere = judge === 1 && place === disputed;
      const quality = 0.95 - (0.35 * place) / projects.length - (severity + chance.between(0, 3)) / 100;
      const level = isSevere ? quality - 0.3 : quality;
      if (isRecused) continue;
      const scores = STANDARD.criteria.map(({ id, max }) => ({ criterionId: id, points: (level * max).toFixed(1) }));
      const comment = chance.pick(['选题针对性强，成效可核实。', '方法得当，数据完整。', '推广价值较高。']);
      const sheet = { panelId, projectId, scores, comment };
      const when = at('2024-11-20', 200 * minute + 25 * judge, place);
      if (isAbsent(minute, judge, place)) {
        const absence = { panelId, projectId, expertId, reason: '因病未能完成该项评分。' };
        work.add(at('2024-11-22', 60), office, 'RecordScoringAbsence', absence);
        continue;
      }
      work.add(when, memberOf(expertId), 'SubmitScoreSheet', sheet, `sheet-${judge}-${place}`);
    }
  }
  if (minute === FIRST) supersede(work, panel);
  work.add(at('2024-11-25', minute), office, 'CloseScoring', { panelId });
  if (minute === FIRST) aggregateTwice(work, panelId);
  else work.add(at('2024-11-25', 30 + minute), office, 'AggregateScores', { panelId });
}

/** A member finds that he has misread a result, and gives another sheet while scoring is open. */
function supersede(work: Script, { panelId, members, projects }: DemoPanel): void {
  const { projectId } = projects[SUPERSEDED.project] as DemoProject;
  const scores = STANDARD.criteria.map(({ id, max }) => ({ criterionId: id, points: (max * 0.84).toFixed(1) }));
  const reason = '原评分误读效益数据，经复核原始凭证更正。';
  const sheet = { panelId, projectId, scores, comment: '复核后认定成效可核实。', reason };
  work.add(at('2024-11-22', 0), memberOf(members[SUPERSEDED.member] as string), 'SupersedeScoreSheet', sheet);
}

/** After the first aggregation a sheet turns out to be on an outdated version of a report: it is voided, all is computed anew. */
function aggregateTwice(work: Script, panelId: string): void {
  work.add(at('2024-11-25', 30), office, 'AggregateScores', { panelId }, 'first-aggregation');
  const sheetId = idFrom(`sheet-${VOIDED.member}-${VOIDED.project}-panel-${panelId}`);
  const reason = '该评分表依据的成果报告版本有误，经评定组确认作废。';
  work.add(at('2024-11-26', 0), office, 'VoidScoreSheet', { panelId, sheetId, reason });
  work.add(at('2024-11-26', 30), office, 'AggregateScores', { panelId });
}

const reviewer = actor(officers[1], 'MSR', 'msr');

/** What the panel's scores came to. */
function rankingOf(memory: Memory, panelId: string) {
  const [aggregated] = memory.eventsOf(`AggregateScores-panel-${panelId}`);
  return (aggregated as EventOf<typeof scoresAggregated>).data.results;
}

/** The better half is proposed; the second member speaks for the panel, and all who judged every unit sign. */
function propose(work: Script, { panelId, members, projects }: DemoPanel, minute: number): void {
  const signers = members.slice(1);
  const speaker = memberOf(signers[0] as string);
  for (const { projectId, number } of projects) {
    const note = { panelId, projectId, note: '对效益测算口径看法不同，经评议认可多数意见。' };
    const isDivergent = (memory: Memory) =>
      rankingOf(memory, panelId).some(result => result.projectId === projectId && result.divergent);
    const input = (memory: Memory) => (isDivergent(memory) ? note : undefined);
    work.add(at('2024-11-27', minute), speaker, 'NoteDivergence', input, `note-${number}`);
  }
  work.add(at('2024-11-27', 60 + minute), speaker, 'CompleteTechnicalEvaluation', { panelId });
  const list = (day: string, minutes: string, before: string) => {
    work.add(
      at(day, minute),
      speaker,
      'DraftExcellentList',
      memory => {
        const best = rankingOf(memory, panelId).filter(({ rank }) => rank <= projects.length / 2);
        return { panelId, projects: best.map(({ projectId }) => projectId), minutes };
      },
      `${before}DraftExcellentList`,
    );
    const drafted = (memory: Memory) => ({ panelId, listHash: demoListOf(memory, panelId, before).listHash });
    for (const [index, expertId] of signers.entries())
      work.add(at(day, 20 + index), memberOf(expertId), 'SignExcellentList', drafted, `${before}sign-${index}`);
    work.add(at(day, 30 + minute), speaker, 'ProposeExcellentList', drafted, `${before}ProposeExcellentList`);
    return drafted;
  };
  if (minute === SECOND) {
    const returned = list('2024-11-28', '技术评定组二〇二四年十一月二十八日会议纪要：提出建议名单。', 'first-');
    const reason = '会议纪要未说明排序依据，请补充后重新提出。';
    const sentBack = (memory: Memory) => ({ year: YEAR, ...returned(memory), reason });
    work.add(at('2024-11-28', 300), reviewer, 'ReturnExcellentList', sentBack);
  }
  list('2024-11-29', '技术评定组二〇二四年十一月二十九日会议纪要：按得分高低提出建议名单，同分的按成效分排序。', '');
}

/** The list that the panel's members sign and propose. */
export function demoListOf(memory: Memory, panelId: string, before = '') {
  const [drafted] = memory.eventsOf(`${before}DraftExcellentList-panel-${panelId}`);
  return (drafted as EventOf<typeof excellentListDrafted>).data;
}
