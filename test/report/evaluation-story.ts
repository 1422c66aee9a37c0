/** The evaluation of one panel, from the bank of experts to the aggregation of the scores: all as it should be. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { aggregate } from '../../events/rules/scoring.ts';
import { control } from '../support/controls.ts';
import { type Told, told } from '../support/fold.ts';
import { actorOf, PEOPLE, story, UNIT } from './support.ts';

const PANEL = '2024-equipment';
const BANK = ['expert-li', 'expert-liu', 'expert-qian', 'expert-sun', 'expert-zhao'] as const;
export type Expert = (typeof BANK)[number];

const judge = (expertId: Expert) => actorOf(`judge.${expertId}`, 'EXPERT', expertId);
export const byJudge = (expertId: Expert) => ({ actor: judge(expertId) });

export const bank = BANK.map(expertId => told('expert.admitted', { expertId }));
export const pair = (expertId: Expert) => ({ panelId: PANEL, expertId, uscc: UNIT });
export const signs = (expertId: Expert) =>
  told(
    'confidentiality-undertaking.signed',
    { accountId: `judge.${expertId}`, orgId: expertId, role: 'EXPERT' },
    byJudge(expertId),
  );
export const declares = (expertId: Expert, declaration: 'none' | 'conflict' = 'none') =>
  told('interest.declared', { ...pair(expertId), declaration } as never, byJudge(expertId));

/** The draw of the controls: expert-sun was suspended between formation and draw. */
export const draw = [
  told('panel-formation.started'),
  told('expert.suspended', { expertId: 'expert-sun' }),
  told('experts.drawn'),
];
export const MEMBERS = ['expert-liu', 'expert-zhao', 'expert-qian'] as const;
const constituted = told('panel.constituted', { members: [...MEMBERS] });
const opened = [told('evaluation-standard.issued'), told('scoring.opened')];

export const pointsOf = (problem: string, effect: string) => [
  { criterionId: 'problem', points: problem },
  { criterionId: 'effect', points: effect },
];
const scores: Readonly<Record<string, ReturnType<typeof pointsOf>>> = {
  'expert-liu': pointsOf('34', '52.5'),
  'expert-zhao': pointsOf('30', '50'),
  'expert-qian': pointsOf('38', '55'),
};
export const sheet = (expertId: (typeof MEMBERS)[number], change: object = {}, actor = judge(expertId)) =>
  told(
    'score-sheet.submitted',
    { sheetId: `sheet-${expertId}`, expertId, scores: scores[expertId], ...change } as never,
    { actor },
  );

export const panelReady = [
  ...PEOPLE,
  ...bank,
  ...draw,
  ...MEMBERS.map(signs),
  ...MEMBERS.map(each => declares(each)),
  constituted,
  ...opened,
];
export const sheets = MEMBERS.map(each => sheet(each));

type Sheet = Extract<RecordedEvent, unknown> & { data: { scores: never; projectId: string; expertId: string } };

/** The aggregation of the sheets that stand at the end of a story, as the write side would make it. */
export function aggregation(before: readonly Told[], round = 1, change: object = {}): Told {
  const events = story(before);
  const ended = new Set(
    events.flatMap(({ data }) => {
      const { supersedes } = data as { readonly supersedes?: string };
      return supersedes === undefined ? [] : [supersedes];
    }),
  );
  for (const { type, data } of events)
    if (type === 'score-sheet.voided') ended.add((data as { sheetId: string }).sheetId);
  const counted = events.filter(
    ({ type, data }) => /^score-sheet\.su/.test(type) && !ended.has((data as { sheetId: string }).sheetId),
  ) as Sheet[];
  const standard = control('evaluation-standard.issued').data as never;
  const results = aggregate(
    standard,
    counted.map(({ data }) => data),
    20,
  );
  return told('scores.aggregated', {
    round,
    inputs: counted.map(({ id }) => id),
    results,
    ...change,
  } as never);
}

export const whole = (before: readonly Told[], round?: number, change?: object) => [
  ...before,
  told('scoring.closed', { sheets: 3 }),
  aggregation(before, round, change),
];

export const scored = [...panelReady, ...sheets];
export const sound = story(whole(scored));
