/** Every command of the second half with the real command it stands for, and what is said in it. */
import { hash } from 'node:crypto';
import { type PanelId, panelIdSchema } from '../../events/panel.ts';
import { shanghaiDate } from '../../events/time.ts';
import type { AnyCommand } from '../../services/command.ts';
import { signConfidentialityUndertaking } from '../../services/enforcement/confidentiality.ts';
import * as decision from '../../services/enforcement/decision.ts';
import * as investigation from '../../services/enforcement/investigation.ts';
import * as proposal from '../../services/evaluation/proposal.ts';
import * as scoring from '../../services/evaluation/scoring.ts';
import * as sheets from '../../services/evaluation/sheets.ts';
import { issueEvaluationStandard } from '../../services/evaluation/standard.ts';
import * as constitution from '../../services/panel/constitution.ts';
import * as formation from '../../services/panel/formation.ts';
import * as recusal from '../../services/panel/recusal.ts';
import * as commendation from '../../services/recognition/commendation.ts';
import * as notice from '../../services/recognition/notice.ts';
import * as recognising from '../../services/recognition/recognising.ts';
import * as review from '../../services/recognition/review.ts';
import { evidence } from '../application/sample.ts';
import type { Letter, Matter } from './alphabet.ts';
import { EXPERTS, PROJECTS, YEAR } from './world.ts';

const reason = '理由如附件';
const url = 'https://scjg.tj.gov.cn/yxcg';
const NO_HASH = 'f'.repeat(64);
/** Who usually runs the scoring, so that others are left to judge fraud. */
const SCORING_OFFICE = ['msr.chen', 'msr.wang'];

function letter(command: AnyCommand, rest: Partial<Omit<Letter, 'command'>> = {}): Letter {
  return { command, options: [''], weight: 1, input: () => ({}), ...rest };
}

/** The projects that a new panel is asked to judge; one that exists is asked for again, and wrongly. */
function panelAsked({ world, slot, item, option }: Matter) {
  const own = world.projects[slot];
  const others = world.projects.filter(
    (_id, other) => other !== slot && (option === 'all' || PROJECTS[other]?.unit === item.unit),
  );
  if (option === 'again') return { ...onPanel({ world, slot }), projectIds: [own, own] };
  const panelId = panelIdSchema.parse(`${YEAR}-p${world.honours.panels.size + 1}`);
  return { panelId, projectIds: option === 'alone' ? [own] : [own, ...others] };
}

function standingPanel({ world, slot }: Pick<Matter, 'world' | 'slot'>) {
  const projectId = world.projects[slot];
  return projectId && world.honours.panelOf(projectId);
}

function onPanel(matter: Pick<Matter, 'world' | 'slot'>): { readonly panelId: PanelId } {
  return { panelId: standingPanel(matter)?.panelId ?? panelIdSchema.parse(`${YEAR}-none`) };
}

const seedOf = (panelId: PanelId) => `抽签种子 ${panelId}`;
const projectOf = ({ world, slot }: Matter) => ({ projectId: world.projects[slot] });
const expertOf = ({ option }: Matter) => ({ expertId: option.slice(option.indexOf(' ') + 1) });
const pairOf = (matter: Matter) => ({ ...onPanel(matter), ...expertOf(matter), uscc: matter.item.unit });
const sheet = ({ option }: Matter) => ({ scores: [{ criterionId: 'effect', points: option }], comment: '成效可核实' });

function listDrafted(matter: Matter) {
  const [which, minutes] = matter.option.split(' ');
  const own = matter.world.projects[matter.slot];
  const projects = (standingPanel(matter)?.projects ?? [])
    .map(({ projectId }) => projectId)
    .filter(id => which === 'all' || (which === 'this') === (id === own));
  return { ...onPanel(matter), projects: projects.length > 0 ? projects : [`${YEAR}-none`], minutes };
}

function draftQuoted(matter: Matter) {
  const { panelId } = onPanel(matter);
  const current = matter.option === 'current' ? matter.world.honours.drafts.get(panelId) : undefined;
  return { panelId, listHash: current ?? NO_HASH };
}

function proposalQuoted(matter: Matter) {
  const { panelId } = onPanel(matter);
  const proposed = matter.option === 'stale' ? undefined : matter.world.honours.proposals.get(panelId);
  return { year: YEAR, panelId, listHash: proposed?.listHash ?? NO_HASH };
}

function judgement(matter: Matter) {
  const { panelId } = onPanel(matter);
  const own = matter.world.projects[matter.slot];
  const proposed = matter.world.honours.proposals.get(panelId)?.projects ?? [];
  const removed = proposed.filter(id => matter.option === 'remove' && id === own);
  const added = matter.option === 'add' ? [`${YEAR}-added`] : [];
  return {
    ...proposalQuoted(matter),
    kept: [...proposed.filter(id => !removed.includes(id)), ...added],
    removed: removed.map(projectId => ({ projectId, reason })),
  };
}

function publication({ world, option }: Matter) {
  const { published } = world.honours;
  const head = String(world.store.log.length);
  const at = { year: YEAR, url };
  if (option === 'again') {
    return { ...at, position: published?.position ?? '1', listHash: published?.listHash ?? NO_HASH };
  }
  return { ...at, position: head, listHash: option === 'exact' ? world.honours.recognisedHash() : NO_HASH };
}

function recipient({ option }: Matter) {
  if (option === '参与人员') return { type: option, name: '张伟' };
  return option === '组织者' ? { type: option, side: 'body' } : { type: option };
}

const resultOf = ({ world, slot }: Matter) => `result-${world.projects[slot]}`;
const noticeOf = ({ world, slot }: Matter) =>
  world.honours.list.notices.find(({ projects }) => projects.some(id => id === world.projects[slot]))?.notice ?? 99;
const onCase = ({ world, slot }: Matter) => ({ caseId: world.caseOf(slot) ?? 'none-reported' });

function accused(matter: Matter) {
  const own = matter.world.projects[matter.slot];
  if (matter.option === 'result') return { projectIds: [], resultIds: [resultOf(matter)] };
  const all = matter.world.projects.filter((_id, slot) => PROJECTS[slot]?.unit === matter.item.unit);
  return { projectIds: matter.option === 'unit' ? all : [own], resultIds: [] };
}

const PANEL_LETTERS = [
  letter(formation.startPanelFormation, {
    options: ['all', 'all', 'all', 'unit', 'alone', 'again'],
    weight: 2,
    input: matter => {
      const asked = panelAsked(matter);
      return { ...asked, seedCommitment: hash('sha256', seedOf(asked.panelId)) };
    },
  }),
  letter(formation.drawExperts, {
    options: ['committed', 'committed', 'other'],
    weight: 2,
    input: matter => {
      const { panelId } = onPanel(matter);
      return { panelId, seed: `${seedOf(panelId)}${matter.option === 'other' ? '？' : ''}` };
    },
  }),
  letter(recusal.declareInterest, {
    options: ['none', 'none', 'none', 'conflict'],
    rare: ['conflict'],
    weight: 3,
    input: matter => {
      const { item, option: declaration } = matter;
      const kind = declaration === 'conflict' ? { kind: '任职' } : {};
      return { ...onPanel(matter), declarations: [{ uscc: item.unit, declaration, ...kind }] };
    },
  }),
  letter(recusal.detectConflicts, { input: onPanel }),
  letter(recusal.requestRecusal, {
    options: EXPERTS,
    weight: 0.02,
    input: matter => ({ ...pairOf(matter), grounds: reason }),
  }),
  letter(recusal.decideRecusal, {
    options: EXPERTS.flatMap(expert => [`recuse ${expert}`, `dismiss ${expert}`, `dismiss ${expert}`]),
    sought: true,
    weight: 3,
    input: matter => ({ ...pairOf(matter), decision: matter.option.split(' ')[0], reason }),
  }),
  letter(formation.replaceExpert, {
    options: EXPERTS,
    sought: true,
    weight: 0.03,
    input: matter => ({ ...onPanel(matter), ...expertOf(matter), reason }),
  }),
  letter(constitution.constitutePanel, { weight: 3, input: onPanel }),
  letter(constitution.dissolvePanel, { weight: 0.004, input: matter => ({ ...onPanel(matter), reason }) }),
];

const EVALUATION_LETTERS = [
  letter(signConfidentialityUndertaking),
  letter(issueEvaluationStandard, {
    options: ['甲', '乙'],
    weight: 0.3,
    input: ({ option }) => ({
      year: YEAR,
      title: `评定标准${option}`,
      criteria: [{ id: 'effect', title: '攻关成效', weight: 100, max: 100 }],
      normalisation: 'none',
      tieBreak: [],
      references: [],
      url,
    }),
  }),
  letter(scoring.openScoring, { weight: 0.3, hands: SCORING_OFFICE, input: onPanel }),
  letter(sheets.submitScoreSheet, {
    options: ['90', '85', '80', '60'],
    weight: 4,
    input: matter => ({ ...onPanel(matter), ...projectOf(matter), ...sheet(matter) }),
  }),
  letter(sheets.supersedeScoreSheet, {
    options: ['90', '85', '80', '60'],
    weight: 0.1,
    input: matter => ({ ...onPanel(matter), ...projectOf(matter), ...sheet(matter), reason }),
  }),
  letter(scoring.recordScoringAbsence, {
    options: EXPERTS,
    sought: true,
    weight: 0.5,
    hands: SCORING_OFFICE,
    input: matter => ({ ...onPanel(matter), ...projectOf(matter), ...expertOf(matter), reason }),
  }),
  letter(scoring.closeScoring, { weight: 3, hands: SCORING_OFFICE, input: onPanel }),
  letter(scoring.reopenScoring, {
    weight: 2,
    hands: SCORING_OFFICE,
    input: matter => ({ ...onPanel(matter), reason }),
  }),
  letter(scoring.voidScoreSheet, {
    options: EXPERTS,
    weight: 0.05,
    hands: SCORING_OFFICE,
    input(matter) {
      const sheetId = matter.world.honours.sheets.get(`${matter.option} ${matter.world.projects[matter.slot]}`);
      return { ...onPanel(matter), sheetId: sheetId ?? 'none', reason };
    },
  }),
  letter(scoring.aggregateScores, { weight: 3, hands: SCORING_OFFICE, input: onPanel }),
  letter(proposal.noteDivergence, {
    weight: 3,
    input: matter => ({ ...onPanel(matter), ...projectOf(matter), note: '指标口径不同' }),
  }),
  letter(proposal.completeTechnicalEvaluation, { weight: 3, input: onPanel }),
  letter(proposal.draftExcellentList, {
    options: ['all 甲', 'all 乙', 'others 甲', 'others 乙', 'this 甲'],
    weight: 0.3,
    input: listDrafted,
  }),
  letter(proposal.signExcellentList, { options: ['current', 'current', 'other'], weight: 2, input: draftQuoted }),
  letter(proposal.proposeExcellentList, { options: ['current', 'current', 'other'], weight: 2, input: draftQuoted }),
];

const LIST_LETTERS = [
  letter(review.reviewExcellentList, {
    options: ['keep', 'remove', 'add', 'stale'],
    weight: 0.5,
    input: judgement,
  }),
  letter(review.returnExcellentList, {
    options: ['proposed', 'stale'],
    weight: 0.05,
    input: matter => ({ ...proposalQuoted(matter), reason }),
  }),
  letter(notice.openPublicNotice, { input: () => ({ year: YEAR, url }) }),
  letter(notice.raiseObjection, {
    weight: 0.05,
    input: matter => ({
      year: YEAR,
      ...projectOf(matter),
      objector: { name: '王芳', phone: '13800000000' },
      grounds: reason,
    }),
  }),
  letter(notice.decideObjection, {
    options: ['dismissed', 'dismissed', 'upheld'],
    input({ world, slot, option: outcome }) {
      const objectionId = world.honours.objections.get(String(world.projects[slot])) ?? 'none-raised';
      return { year: YEAR, objectionId, outcome, reason };
    },
  }),
  letter(notice.closePublicNotice, { weight: 0.1, input: matter => ({ year: YEAR, notice: noticeOf(matter) }) }),
  letter(recognising.recogniseExcellentResult, {
    weight: 0.2,
    input: matter => ({ year: YEAR, ...projectOf(matter) }),
  }),
  letter(recognising.publishExcellentResults, {
    options: ['exact', 'exact', 'again', 'differing'],
    weight: 0.12,
    input: publication,
  }),
  letter(commendation.issueCommendation, {
    options: ['单位', '参与人员', '组织者'],
    weight: 0.3,
    input: matter => ({
      year: YEAR,
      resultId: resultOf(matter),
      recipient: recipient(matter),
      document: '津市监质〔2024〕9号',
      url,
    }),
  }),
  letter(commendation.issueCertificate, {
    weight: 0.3,
    input: matter => ({
      year: YEAR,
      commendationId: matter.world.honours.commendations.get(resultOf(matter)) ?? 'none-issued',
    }),
  }),
];

const CASE_LETTERS = [
  letter(investigation.reportSuspectedFraud, {
    eager: ['published', 'overturned'],
    weight: 0.01,
    input: ({ item }) => ({ uscc: item.unit, detail: '举报材料不实', evidence: [] }),
  }),
  letter(investigation.openFraudCase, {
    options: ['project', 'unit', 'result'],
    weight: 0.5,
    input: matter => ({ ...onCase(matter), ...accused(matter), grounds: reason }),
  }),
  letter(investigation.recordFraudEvidence, {
    options: ['evidence-1', 'evidence-2'],
    weight: 0.5,
    input: matter => ({ ...onCase(matter), evidenceId: matter.option, findings: '原始记录不符', evidence }),
  }),
  letter(investigation.notifyUnit, {
    weight: 0.3,
    input: matter => ({ ...onCase(matter), document: '告知书', answerBy: shanghaiDate(matter.world.now) }),
  }),
  letter(investigation.recordUnitStatement, {
    options: ['stated', 'waived'],
    weight: 0.3,
    input: matter => ({ ...onCase(matter), outcome: matter.option, statement: '陈述意见' }),
  }),
  letter(investigation.dismissFraudCase, { weight: 0.3, input: matter => ({ ...onCase(matter), reason }) }),
  letter(decision.establishFraud, {
    weight: 0.5,
    input: matter => ({ ...onCase(matter), kind: '虚假材料', findings: '数据系编造' }),
  }),
  letter(decision.revokeRecognition, {
    input: matter => ({
      ...onCase(matter),
      circulation: { document: '津市监质〔2024〕10号', url, recipients: ['各区市场监管局'] },
    }),
  }),
  letter(decision.stopFraudulentProjects, { weight: 0.1, input: matter => ({ ...onCase(matter), reason }) }),
  letter(decision.overturnRevocation, {
    weight: 0.08,
    input: matter => ({
      ...onCase(matter),
      document: '津市监质〔2024〕11号',
      from: shanghaiDate(matter.world.now),
      reason,
    }),
  }),
];

export const HONOURS_ALPHABET: Readonly<Record<string, Letter>> = Object.fromEntries(
  [...PANEL_LETTERS, ...EVALUATION_LETTERS, ...LIST_LETTERS, ...CASE_LETTERS].map(one => [one.command.name, one]),
);
