/** Constituting a panel, once nothing stands in the way, and dissolving it (art-18). */
import { z } from 'zod';
import { panelConstituted, panelDissolved } from '../../events/panel.ts';
import { isUndecided, unitsShortOfQuorum } from '../../events/rules/panel.ts';
import { expertMark, isSame, type Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command } from '../command.ts';
import { twoPersonsFault } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseByPlan } from '../rejection.ts';
import { again } from '../repeat.ts';
import { newConflicts, type Records } from './conflicts.ts';
import {
  byAuthorityOnPanel,
  drawnPanel,
  PANEL_ARTICLE,
  PLAN_ITEM,
  panelInput,
  underPlanOfPanel,
  withRecords,
} from './guards.ts';
import { isActive } from './reads.ts';
import { dissolution, type PanelState, pairsWhere } from './state.ts';

export const constitutePanel = command({
  ...byAuthorityOnPanel,
  name: 'ConstitutePanel',
  title: '组建技术评定组',
  records: [panelConstituted],
  summary:
    'Constitutes the panel once every member has declared on every unit, nothing is undecided, and the quorum holds.',
  input: z.strictObject(panelInput),
  reads: withRecords,
  gate(state, { today }, known) {
    const panel = drawnPanel(state);
    if (isRejection(panel) || panel.status === 'constituted') return panel;
    return (
      membershipFault(panel, known.bank) ??
      twiceFault(panel, known.persons) ??
      declarationFault(panel) ??
      undecidedFault(panel) ??
      detectionFault(panel, known, today) ??
      quorumFault(panel, known.programme) ??
      panel
    );
  },
  done: ({ status }) => status === 'constituted',
  decide({ status, year, members }, { panelId }) {
    if (status === 'constituted') return [];
    return [panelConstituted.of({ panelId, year, members: [...members] })];
  },
});

function membershipFault({ members }: PanelState, bank: Records['bank']): Rejection | undefined {
  const gone = members.filter(id => !isActive(bank, id));
  if (gone.length === 0) return undefined;
  const ids = gone.join(', ');
  return refuse(
    PANEL_ARTICLE,
    'member-not-active',
    `成员已不在专家库有效名单，应递补：${ids}`,
    `No longer active in the bank: ${ids}`,
  );
}

/** That two members are one person may have come out since the candidates were fixed. */
function twiceFault({ members }: PanelState, persons: Persons): Rejection | undefined {
  const twice = members.find((id, at) =>
    members.slice(0, at).some(other => isSame(persons, expertMark(id), expertMark(other))),
  );
  if (twice === undefined) return undefined;
  return twoPersonsFault(
    'member-twice',
    `${twice} 与另一成员为同一人，应递补`,
    `${twice} is the same person as another member: replace one of them`,
    'conflict',
  );
}

function declarationFault(panel: PanelState): Rejection | undefined {
  const silent = pairsWhere(panel, ({ declaration }) => declaration === undefined);
  if (silent.length === 0) return undefined;
  const who = [...new Set(silent.map(({ expertId }) => expertId))].join(', ');
  return refuse(
    PANEL_ARTICLE,
    'declaration-missing',
    `尚有${silent.length}项利害关系未申明（${who}）`,
    `${silent.length} declarations are missing (${who})`,
  );
}

function undecidedFault(panel: PanelState): Rejection | undefined {
  const open = pairsWhere(panel, isUndecided);
  if (open.length === 0) return undefined;
  const pairs = open.map(({ expertId, uscc }) => `${expertId} × ${uscc}`).join(', ');
  return refuse(PANEL_ARTICLE, 'recusal-undecided', `回避事项尚未决定：${pairs}`, `Recusal is undecided: ${pairs}`);
}

/** The bank may have learnt since the draw where a member works. */
function detectionFault(panel: PanelState, records: Records, today: string): Rejection | undefined {
  if (newConflicts(panel, panel.members, records, today).length === 0) return undefined;
  return refuse(
    PANEL_ARTICLE,
    'conflict-unrecorded',
    '专家库信息显示新的利害关系线索，请先核查',
    'The records show a conflict that is not recorded yet: run the detection',
  );
}

function quorumFault(panel: PanelState, { inForce }: ProgrammeYear): Rejection | undefined {
  const short = unitsShortOfQuorum(panel);
  if (short.length === 0) return undefined;
  const { quorum } = panel.rules;
  const zh = `回避后可评定专家不足${quorum}人，应递补：${short.join('、')}`;
  const en = `Fewer than ${quorum} members are free to judge: ${short.join(', ')}`;
  return inForce
    ? refuseByPlan(inForce, PLAN_ITEM, 'quorum-not-met', zh, en)
    : refuse(PANEL_ARTICLE, 'quorum-not-met', zh, en);
}

export const dissolvePanel = command({
  ...byAuthorityOnPanel,
  name: 'DissolvePanel',
  title: '解散技术评定组',
  records: [panelDissolved],
  summary: 'Dissolves a panel, with a reason; its results can be put before another one.',
  input: z.strictObject({ ...panelInput, reason: paragraphSchema }),
  reads: underPlanOfPanel,
  gate: state => state ?? notFound(),
  done: ({ status }) => status === 'dissolved',
  decide({ status, words }, { panelId, reason }) {
    if (status === 'dissolved') return again(words[dissolution], reason);
    return [panelDissolved.of({ panelId, reason }, { reason })];
  },
});
