/** The technical evaluation (art-19, art-20): the plain rules of scoring, and of the panel's word on the ranking. */
import {
  countedSheets,
  currentSheet,
  type Draft,
  isDivergent,
  isEvaluated,
  isForwarded,
  isFree,
  isFreeOfAll,
  isFresh,
  type Panel,
  type Put,
  pairOf,
  QUORUM,
  type Rule,
  shortOfSheets,
} from './honours.ts';
import type { Item } from './model.ts';
import { onPanel } from './panel-rules.ts';

interface OnPanel extends Put {
  readonly panel: Panel;
}

/** art-19: nobody judges what he applied for, verified, recommended or approved, and the authority never does. */
function isIndependent({ say: { who }, year }: Put, item: Item): boolean {
  const seats = year.people.filter(({ account, former }) => account === who.account && !former);
  const isParty = seats.some(({ kind, org }) => kind === 'authority' || (kind === 'unit' && org === item.unit));
  return !isParty && !item.hands.has(who.account) && !item.sponsors.has(who.account);
}

/** A member at work: of a constituted panel, under the undertaking of art-26. */
function isAtWork({ panel, say: { who }, year }: OnPanel): boolean {
  const isMember = panel.stage === 'constituted' && panel.members.includes(who.org);
  return isMember && year.signed.has(`${who.account} ${who.org}`);
}

function mayScore(on: OnPanel): boolean {
  const { panel, item, say } = on;
  return isAtWork(on) && isFree(panel, say.who.org, item.unit) && isIndependent(on, item) && panel.openFor.has(item);
}

/** Whoever speaks on the ranking as a whole judges every result in it. */
function maySpeak(on: OnPanel): boolean {
  const { panel, say } = on;
  return isAtWork(on) && isFreeOfAll(panel, say.who.org) && panel.items.every(item => isIndependent(on, item));
}

/** The authority never scores, and a scorer never runs the scoring. */
function mayRun({ panel, say }: OnPanel): boolean {
  return !panel.sheets.some(({ account }) => account === say.who.account);
}

const isClosed = (on: OnPanel) => on.panel.scoring === 'closed' && mayRun(on);
const isSound = ({ panel }: OnPanel) => panel.scoring === 'closed' && isFresh(panel);
const isCompleted = (on: OnPanel) => isSound(on) && on.panel.completed;

const absence = (expert: string, item: Item) => `${expert} ${item.unit} ${item.title}`;

/** What a recusal or a replacement ended is written down with the next act. */
function settle(panel: Panel): void {
  const counted = countedSheets(panel);
  for (const sheet of panel.sheets) if (!counted.includes(sheet)) sheet.ended = true;
}

function overtake({ proposal }: Panel): void {
  if (proposal) proposal.overtaken = true;
}

/** Members who have neither given a sheet nor been excused. */
function isOwing(panel: Panel): boolean {
  return [...panel.openFor].some(item =>
    panel.members.some(
      expert =>
        !pairOf(panel, expert, item.unit).recused &&
        !currentSheet(panel, expert, item) &&
        !panel.absences.has(absence(expert, item)),
    ),
  );
}

function give(on: OnPanel): void {
  const { panel, item, say } = on;
  const current = currentSheet(panel, say.who.org, item);
  if (current) current.ended = true;
  const { account, org: expert } = say.who;
  panel.sheets.push({ expert, account, item, points: Number(say.option), ended: false });
  panel.absences.delete(absence(expert, item));
  panel.judges.add(account);
}

/** The results that a draft names, under which minutes. */
export function drafted({ say: { option }, item, year }: Put, panel: Panel): Pick<Draft, 'key' | 'items'> {
  const [which, minutes] = option.split(' ');
  const chosen = panel.items.filter(other => which === 'all' || (which === 'this') === (other === item));
  const places = chosen.map(one => year.items.indexOf(one));
  return { key: `${panel.round} ${places} ${minutes}`, items: new Set(chosen) };
}

const sheetOf = ({ panel, say, item }: OnPanel) => currentSheet(panel, say.who.org, item);
const lastSheetOf = ({ panel, say, item }: OnPanel) =>
  panel.sheets.findLast(sheet => sheet.expert === say.option && sheet.item === item);

/** Every act on the evaluation is that of somebody who took part in it. */
function takingPart(rule: Parameters<typeof onPanel>[0]): Rule {
  return onPanel({
    ...rule,
    effect(on, told) {
      on.panel.hands.add(on.say.who.account);
      rule.effect(on, told);
    },
  });
}

/** A word on the ranking judges every result in it. */
function speaking({
  already,
  when,
  effect,
}: Omit<Parameters<typeof onPanel>[0], 'by' | 'already'> & { already?(on: OnPanel): boolean }): Rule {
  return takingPart({
    by: ['expert'],
    already: on => maySpeak(on) && (already?.(on) ?? false),
    when: on => maySpeak(on) && when(on),
    effect(on, told) {
      on.panel.judges.add(on.say.who.account);
      effect(on, told);
    },
  });
}

const isOfDraft = (on: OnPanel) => isCompleted(on) && on.panel.draft !== undefined && on.say.option === 'current';

export const EVALUATION_RULES: Readonly<Record<string, Rule>> = {
  SignConfidentialityUndertaking: {
    by: ['authority', 'body', 'expert'],
    already: ({ year, say: { who } }) => year.signed.has(`${who.account} ${who.org}`),
    when: () => true,
    effect: ({ year, say: { who } }) => void year.signed.add(`${who.account} ${who.org}`),
  },
  IssueEvaluationStandard: {
    by: ['authority'],
    already: ({ year, say }) => year.standard === say.option,
    // Frozen once scoring has opened (art-19).
    when: ({ year }) => year.panels.every(({ scoring }) => scoring === 'not-opened'),
    effect: ({ year, say }) => {
      year.standard = say.option;
    },
  },
  OpenScoring: takingPart({
    by: ['authority'],
    already: ({ panel }) => panel.scoring !== 'not-opened',
    when: ({ panel, year }) =>
      panel.stage === 'constituted' && year.standard !== undefined && panel.items.some(isForwarded),
    effect({ panel }) {
      panel.scoring = 'open';
      panel.openFor = new Set(panel.items);
    },
  }),
  SubmitScoreSheet: takingPart({
    by: ['expert'],
    already: on => mayScore(on) && sheetOf(on)?.points === Number(on.say.option),
    when: on => mayScore(on) && !sheetOf(on),
    effect: give,
  }),
  SupersedeScoreSheet: takingPart({
    by: ['expert'],
    already: on => mayScore(on) && sheetOf(on)?.points === Number(on.say.option),
    when: on => mayScore(on) && sheetOf(on) !== undefined,
    effect: give,
  }),
  RecordScoringAbsence: takingPart({
    by: ['authority'],
    already: on => mayExcuse(on) && on.panel.absences.has(absence(on.say.option, on.item)),
    when: on => mayExcuse(on) && !currentSheet(on.panel, on.say.option, on.item),
    effect: ({ panel, say, item }) => void panel.absences.add(absence(say.option, item)),
  }),
  CloseScoring: takingPart({
    by: ['authority'],
    already: ({ panel }) => panel.scoring === 'closed',
    when: on =>
      on.panel.scoring === 'open' &&
      mayRun(on) &&
      !isOwing(on.panel) &&
      shortOfSheets(on.panel, on.panel.openFor).length === 0,
    effect({ panel }) {
      settle(panel);
      panel.scoring = 'closed';
      panel.openFor = new Set();
    },
  }),
  ReopenScoring: takingPart({
    by: ['authority'],
    when: on => isClosed(on) && shortOfSheets(on.panel, on.panel.items).length > 0,
    effect({ panel }) {
      panel.openFor = new Set(shortOfSheets(panel, panel.items));
      settle(panel);
      panel.scoring = 'open';
      overtake(panel);
    },
  }),
  VoidScoreSheet: takingPart({
    by: ['authority'],
    already: on => isClosed(on) && lastSheetOf(on)?.ended === true,
    when: on => isClosed(on) && lastSheetOf(on) !== undefined,
    effect(on) {
      const sheet = lastSheetOf(on);
      if (sheet) sheet.ended = true;
      overtake(on.panel);
    },
  }),
  AggregateScores: takingPart({
    by: ['authority'],
    already: on => isClosed(on) && isFresh(on.panel),
    when: isClosed,
    effect({ panel }) {
      settle(panel);
      panel.counted = countedSheets(panel);
      panel.round += 1;
      panel.noted.clear();
      panel.completed = false;
      panel.draft = undefined;
      overtake(panel);
    },
  }),
  NoteDivergence: speaking({
    already: on => isSound(on) && on.panel.noted.has(on.item),
    when: on => isSound(on) && isDivergent(on.panel, on.item),
    effect: ({ panel, item }) => void panel.noted.add(item),
  }),
  CompleteTechnicalEvaluation: speaking({
    already: isCompleted,
    when: on =>
      isSound(on) &&
      on.panel.items.every(item => !isDivergent(on.panel, item) || on.panel.noted.has(item)) &&
      shortOfSheets(on.panel, on.panel.items).length === 0,
    effect: ({ panel }) => {
      panel.completed = true;
    },
  }),
  DraftExcellentList: speaking({
    already: on => mayDraft(on) && on.panel.draft?.key === drafted(on, on.panel).key,
    when: mayDraft,
    effect: on => {
      on.panel.draft = { ...drafted(on, on.panel), signers: new Set() };
    },
  }),
  SignExcellentList: speaking({
    already: on => isOfDraft(on) && on.panel.draft?.signers.has(on.say.who.org) === true,
    when: isOfDraft,
    effect: ({ panel, say }) => void panel.draft?.signers.add(say.who.org),
  }),
  ProposeExcellentList: speaking({
    already: on => isOfDraft(on) && on.panel.proposal?.key === on.panel.draft?.key,
    when: on => isOfDraft(on) && goesOn(on.panel.draft) && isSigned(on.panel),
    effect: ({ panel }) => {
      const { key, items } = panel.draft as Draft;
      panel.proposal = { key, items, overtaken: false };
    },
  }),
};

/** Absence is recorded for a member who owes a sheet, or might still give one. */
function mayExcuse(on: OnPanel): boolean {
  const { panel, say, item } = on;
  const isConcerned = panel.members.includes(say.option) && !pairOf(panel, say.option, item.unit).recused;
  return panel.openFor.has(item) && mayRun(on) && isConcerned;
}

/** A project that was stopped for fraud goes no further (D-34). */
function goesOn(draft: Pick<Draft, 'items'> | undefined): boolean {
  return draft !== undefined && [...draft.items].every(({ stopped }) => !stopped);
}

function mayDraft(on: OnPanel): boolean {
  if (!isCompleted(on)) return false;
  const draft = drafted(on, on.panel);
  return draft.items.size > 0 && [...draft.items].every(item => isEvaluated(on.panel, item)) && goesOn(draft);
}

/** The quorum signs, or all members who are free of recusal where they are fewer. */
function isSigned(panel: Panel): boolean {
  const free = panel.members.filter(expert => isFreeOfAll(panel, expert));
  const signed = free.filter(expert => panel.draft?.signers.has(expert));
  return signed.length >= Math.min(QUORUM, free.length);
}
