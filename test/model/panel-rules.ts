/** How a panel comes about (art-18): the plain rules of formation, declaration and recusal. */
import {
  isForwarded,
  isFree,
  isUndecided,
  notedPair,
  PANEL_SIZE,
  type Pair,
  type Panel,
  type Put,
  pairOf,
  panelOf,
  QUORUM,
  type Rule,
  type Told,
  unitsOf,
  type Year,
} from './honours.ts';
import type { Item } from './model.ts';
import { PEOPLE } from './world.ts';

interface OnPanel extends Put {
  readonly panel: Panel;
}

interface PanelRule {
  readonly by: Rule['by'];
  already?(on: OnPanel): boolean;
  when(on: OnPanel): boolean;
  effect(on: OnPanel, told: Told): void;
}

/** A rule about the panel of a project; without a panel there is nothing to be done. */
export function onPanel({ by, already, when, effect }: PanelRule): Rule {
  const holds = (put: Put, test: ((on: OnPanel) => boolean) | undefined) => {
    const panel = panelOf(put);
    return panel !== undefined && (test?.({ ...put, panel }) ?? false);
  };
  return {
    by,
    already: put => holds(put, already),
    when: put => holds(put, when),
    effect: (put, told) => effect({ ...put, panel: panelOf(put) as Panel }, told),
  };
}

/** The projects that a new panel is asked to judge. */
export function asked({ say: { option }, item, year }: Put): readonly Item[] {
  if (option === 'alone') return [item];
  const others = year.items.filter(other => other !== item && (option === 'all' || other.unit === item.unit));
  return [item, ...others];
}

function isHeld(item: Item, year: Year): boolean {
  return year.panels.some(({ stage, items }) => stage !== 'dissolved' && items.includes(item));
}

const activeOf = ({ bank }: Year, experts: Iterable<string>) =>
  [...experts].filter(expert => bank.get(expert)?.active === true);

const isDrawn = ({ stage }: Panel) => stage === 'drawn' || stage === 'constituted';

interface Conflict {
  readonly expert: string;
  readonly unit: string;
  readonly rule: string;
}

/** What the records say against a member, as far as it is news: where he works, from whom he was recused before. */
function newsOf({ panel, year }: OnPanel, expert: string, unit: string): readonly Conflict[] {
  const { recused, detected, dismissed } = pairOf(panel, expert, unit);
  if (recused) return [];
  const isElsewhere = year.panels.some(other => other !== panel && pairOf(other, expert, unit).recused);
  const rules = [
    ...(year.bank.get(expert)?.employer === unit ? ['same-employer'] : []),
    ...(isElsewhere ? ['earlier-recusal'] : []),
    ...(actsOtherwise(panel, expert, unit) ? ['other-role'] : []),
  ];
  return rules.filter(rule => !detected.has(rule) && !dismissed.has(rule)).map(rule => ({ expert, unit, rule }));
}

/** Whether whoever acts as the expert acts for the unit, or for a body that recommended it, as well. */
function actsOtherwise(panel: Panel, expert: string, unit: string): boolean {
  const accounts = PEOPLE.filter(({ org }) => org === expert).map(({ account }) => account);
  const bodies = panel.items.filter(item => item.unit === unit).map(({ body }) => body);
  return PEOPLE.some(
    ({ account, org }) => accounts.includes(account) && (org === unit || bodies.includes(org as never)),
  );
}

function news(on: OnPanel, members: readonly string[]): readonly Conflict[] {
  return members.flatMap(expert => unitsOf(on.panel).flatMap(unit => newsOf(on, expert, unit)));
}

function detect(on: OnPanel, members: readonly string[]): void {
  for (const { expert, unit, rule } of news(on, members)) {
    const pair = notedPair(on.panel, expert, unit);
    pair.detected = new Set([...pair.detected, rule]);
  }
}

/** Whatever was detected or requested is decided with it. */
function settle(pair: Pair): void {
  pair.detected = new Set();
  pair.requestedBy = new Set();
}

function recuse(pair: Pair): void {
  pair.recused = true;
  settle(pair);
}

/** Whether a party may speak about the unit at all. */
function concerns({ say: { who }, item, panel }: OnPanel): boolean {
  if (who.kind === 'authority') return true;
  const own = panel.items.filter(({ unit }) => unit === item.unit);
  return who.kind === 'unit' ? who.org === item.unit : own.some(({ body }) => body === who.org);
}

export const PANEL_RULES: Readonly<Record<string, Rule>> = {
  StartPanelFormation: {
    by: ['authority'],
    when: put =>
      put.say.option !== 'again' &&
      asked(put).every(item => isForwarded(item) && !isHeld(item, put.year)) &&
      activeOf(put.year, put.year.bank.keys()).length >= PANEL_SIZE,
    effect: put =>
      void put.year.panels.push({
        items: asked(put),
        candidates: activeOf(put.year, put.year.bank.keys()),
        stage: 'started',
        members: [],
        seated: new Set(),
        pairs: new Map(),
        scoring: 'not-opened',
        openFor: new Set(),
        sheets: [],
        absences: new Set(),
        hands: new Set(),
        judges: new Set(),
        round: 0,
        noted: new Set(),
        completed: false,
      }),
  },
  DrawExperts: onPanel({
    by: ['authority'],
    already: ({ panel, say }) => isDrawn(panel) && say.option === 'committed',
    when: ({ panel, year, say }) =>
      panel.stage === 'started' && say.option === 'committed' && activeOf(year, panel.candidates).length >= PANEL_SIZE,
    effect(on, { drawn }) {
      on.panel.stage = 'drawn';
      seat(on, drawn);
    },
  }),
  DeclareInterest: onPanel({
    by: ['expert'],
    already: ({ panel, say, item }) =>
      mayDeclare(panel, say.who.org) && pairOf(panel, say.who.org, item.unit).declared === say.option,
    // What was declared once is not taken back.
    when: ({ panel, say, item }) =>
      mayDeclare(panel, say.who.org) && pairOf(panel, say.who.org, item.unit).declared !== 'conflict',
    effect({ panel, say, item }) {
      const pair = notedPair(panel, say.who.org, item.unit);
      pair.declared = say.option === 'none' ? 'none' : 'conflict';
      if (say.option === 'conflict' && !pair.recused) recuse(pair);
    },
  }),
  DetectConflicts: onPanel({
    by: ['authority'],
    already: on => isDrawn(on.panel) && news(on, on.panel.members).length === 0,
    when: ({ panel }) => isDrawn(panel),
    effect: on => detect(on, on.panel.members),
  }),
  RequestRecusal: onPanel({
    by: ['authority', 'unit', 'body'],
    already: on => concerns(on) && mayRequest(on) && pairAsked(on).requestedBy.has(on.say.who.org),
    when: on => concerns(on) && mayRequest(on),
    effect(on) {
      const pair = notedPair(on.panel, expertAsked(on), on.item.unit);
      pair.requestedBy = new Set([...pair.requestedBy, on.say.who.org]);
    },
  }),
  DecideRecusal: onPanel({
    by: ['authority'],
    already: on => isDrawn(on.panel) && pairAsked(on).recused && on.say.option.startsWith('recuse'),
    when: on => isDrawn(on.panel) && isUndecided(pairAsked(on)),
    effect(on) {
      const pair = notedPair(on.panel, expertAsked(on), on.item.unit);
      if (on.say.option.startsWith('recuse')) return recuse(pair);
      pair.dismissed = new Set([...pair.dismissed, ...pair.detected]);
      settle(pair);
    },
  }),
  ReplaceExpert: onPanel({
    by: ['authority'],
    when: ({ panel, year, say }) =>
      isDrawn(panel) &&
      panel.members.includes(say.option) &&
      activeOf(year, panel.candidates).some(expert => !panel.seated.has(expert)),
    effect(on, { drawn }) {
      on.panel.stage = 'drawn';
      on.panel.members = on.panel.members.filter(member => member !== on.say.option);
      seat(on, drawn);
    },
  }),
  ConstitutePanel: onPanel({
    by: ['authority'],
    already: ({ panel }) => panel.stage === 'constituted',
    when: on => isDrawn(on.panel) && isFit(on),
    effect: ({ panel }) => {
      panel.stage = 'constituted';
    },
  }),
  DissolvePanel: onPanel({
    by: ['authority'],
    already: ({ panel }) => panel.stage === 'dissolved',
    when: () => true,
    effect: ({ panel }) => {
      panel.stage = 'dissolved';
    },
  }),
};

function seat(on: OnPanel, drawn: readonly string[]): void {
  on.panel.members.push(...drawn);
  for (const expert of drawn) on.panel.seated.add(expert);
  detect(on, drawn);
}

function mayDeclare(panel: Panel, expert: string): boolean {
  return isDrawn(panel) && panel.members.includes(expert);
}

/** Options end with the expert they are about. */
const expertAsked = ({ say: { option } }: Put) => option.slice(option.indexOf(' ') + 1);
const pairAsked = (on: OnPanel) => pairOf(on.panel, expertAsked(on), on.item.unit);

/** Parties are answered alike whoever is on the panel; the authority knows who is. */
function mayRequest(on: OnPanel): boolean {
  if (on.say.who.kind !== 'authority') return true;
  return isDrawn(on.panel) && on.panel.members.includes(expertAsked(on)) && !pairAsked(on).recused;
}

/** Every member in the bank, declared on every unit, nothing undecided or unrecorded, and the quorum free for each unit. */
function isFit(on: OnPanel): boolean {
  const { panel, year } = on;
  const pairs = panel.members.flatMap(expert => unitsOf(panel).map(unit => pairOf(panel, expert, unit)));
  return (
    activeOf(year, panel.members).length === panel.members.length &&
    pairs.every(pair => pair.declared !== undefined && !isUndecided(pair)) &&
    news(on, panel.members).length === 0 &&
    unitsOf(panel).every(unit => panel.members.filter(expert => isFree(panel, expert, unit)).length >= QUORUM)
  );
}
