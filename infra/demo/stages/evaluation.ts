/** November: two panels are drawn, declare their interests, score, and propose their lists (art-18 to art-20). */
import { hash } from 'node:crypto';
import { accountStream } from '../../../events/account.ts';
import type { excellentListDrafted, scoresAggregated } from '../../../events/evaluation.ts';
import type { EventOf } from '../../../events/event-type.ts';
import type { AccountId } from '../../../events/ids.ts';
import { expertAccount, membersOf, PANELS, type PanelDraw } from '../cast.ts';
import type { Chance } from '../chance.ts';
import { demoIdentityOf } from '../identity.ts';
import { actor, at, type DemoStep, type Memory, office, type Script, script, url, YEAR } from '../step.ts';
import { personName } from '../texts.ts';
import type { DemoProject } from './projects.ts';

export interface DemoPanel extends PanelDraw {
  readonly members: readonly string[];
  /** The best first, in the eyes of its members. */
  readonly projects: readonly DemoProject[];
}

const STANDARD = {
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

/** The panels of the year, each with its members and the projects of its industries. */
export function demoPanelsOf(projects: readonly DemoProject[], chance: Chance): readonly DemoPanel[] {
  return PANELS.map(draw => ({
    ...draw,
    members: membersOf(draw),
    projects: chance.shuffle(projects.filter(({ unit }) => draw.industries.includes(unit.industry))),
  }));
}

/** Standard, formation, draw, declarations, sheets, aggregation and proposal of every panel (art-18 to art-20). */
export function evaluationSteps(panels: readonly DemoPanel[], chance: Chance): DemoStep[] {
  const standard = script('evaluation-standard');
  standard.add(at('2024-11-04', 30), office, 'IssueEvaluationStandard', { year: YEAR, ...STANDARD });
  return [
    ...standard.steps,
    ...expertAccounts(panels, chance),
    ...panels.flatMap((panel, index) => {
      const work = script(`panel-${panel.panelId}`);
      form(work, panel, index);
      score(work, panel, index, chance);
      propose(work, panel, index);
      return work.steps;
    }),
  ];
}

const memberOf = (expertId: string) => actor(expertAccount(expertId), 'EXPERT', expertId);

/** Whoever is drawn gets an account and undertakes to keep what he reads. */
function expertAccounts(panels: readonly DemoPanel[], chance: Chance): readonly DemoStep[] {
  return [...new Set(panels.flatMap(({ members }) => members))].flatMap((expertId, index) => {
    const work = script(`expert-${expertId}`);
    const accountId = expertAccount(expertId);
    const grant = { role: 'EXPERT', orgId: expertId, orgName: '天津市质量攻关技术评定专家库', from: '2024-11-06' };
    const account = { accountId, name: personName(chance), identity: demoIdentityOf(expertId), grant };
    work.add(at('2024-11-06', 200 + index), office, 'RegisterAccount', account, accountStream(accountId as AccountId));
    work.add(at('2024-11-18', index), memberOf(expertId), 'SignConfidentialityUndertaking', {});
    return work.steps;
  });
}

/** The seed is committed to and drawn; the first member declares an interest in a unit, and is recused from it. */
function form(
  work: Script,
  { panelId, seed, beacon, beaconValue, members, projects }: DemoPanel,
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
  work.add(at('2024-11-12', minute), office, 'DetectConflicts', { panelId });
  work.add(at('2024-11-12', 30 + minute), office, 'ConstitutePanel', { panelId });
}

/** Every member on every project that he may judge; one sheet lies so far from the others that the panel has to explain. */
function score(work: Script, { panelId, members, projects }: DemoPanel, minute: number, chance: Chance): void {
  work.add(at('2024-11-18', 60 + minute), office, 'OpenScoring', { panelId });
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
      work.add(when, memberOf(expertId), 'SubmitScoreSheet', sheet, `sheet-${judge}-${place}`);
    }
  }
  work.add(at('2024-11-25', minute), office, 'CloseScoring', { panelId });
  work.add(at('2024-11-25', 30 + minute), office, 'AggregateScores', { panelId });
}

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
  work.add(at('2024-11-28', minute), speaker, 'DraftExcellentList', memory => {
    const best = rankingOf(memory, panelId).filter(({ rank }) => rank <= projects.length / 2);
    const minutes = '技术评定组二〇二四年十一月二十八日会议纪要：按得分高低提出建议名单。';
    return { panelId, projects: best.map(({ projectId }) => projectId), minutes };
  });
  const drafted = (memory: Memory) => ({ panelId, listHash: demoListOf(memory, panelId).listHash });
  for (const [index, expertId] of signers.entries())
    work.add(at('2024-11-28', 60 + minute), memberOf(expertId), 'SignExcellentList', drafted, `sign-${index}`);
  work.add(at('2024-11-29', minute), speaker, 'ProposeExcellentList', drafted);
}

/** The list that the panel's members sign and propose. */
export function demoListOf(memory: Memory, panelId: string) {
  const [drafted] = memory.eventsOf(`DraftExcellentList-panel-${panelId}`);
  return (drafted as EventOf<typeof excellentListDrafted>).data;
}
