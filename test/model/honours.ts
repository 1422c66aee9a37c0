/**
 * The second half of a project's life (domain 1.5, the rows of art-04, 18, 20, 21, 25): panels with their evaluations, the
 * list of the year and the cases of fraud, as plain state. Like model.ts it imports nothing of the program.
 */
import { type City, type Item, type Person, type Place, placeOf, type Say } from './model.ts';

/** Where a forwarded result stands; the first four tell apart how far its panel is. */
export const HONOUR_PLACES = [
  'results-forwarded',
  'panel-forming',
  'panel-constituted',
  'scoring',
  'scored',
  'evaluated',
  'proposed',
  'not-proposed',
  'kept',
  'under-notice',
  'removed',
  'recognised',
  'published',
  'revoked',
  'overturned',
  'suspended',
  'stopped',
] as const;
export type HonourPlace = (typeof HONOUR_PLACES)[number];

/** What is known between an expert and a unit. */
export interface Pair {
  declared?: 'none' | 'conflict';
  recused: boolean;
  /** Detected or requested, and not decided. */
  detected: ReadonlySet<string>;
  requestedBy: ReadonlySet<string>;
  dismissed: ReadonlySet<string>;
}

interface Sheet {
  readonly expert: string;
  readonly account: string;
  readonly item: Item;
  readonly points: number;
  ended: boolean;
}

export interface Draft {
  /** Stands for the list, the minutes and the aggregation they rest on. */
  readonly key: string;
  readonly items: ReadonlySet<Item>;
  readonly signers: Set<string>;
}

interface Proposal {
  readonly key: string;
  readonly items: ReadonlySet<Item>;
  /** The evaluation has gone on since. */
  overtaken: boolean;
}

export interface Panel {
  readonly items: readonly Item[];
  readonly candidates: readonly string[];
  stage: 'started' | 'drawn' | 'constituted' | 'dissolved';
  members: string[];
  /** With those who were replaced. */
  readonly seated: Set<string>;
  readonly pairs: Map<string, Pair>;
  scoring: 'not-opened' | 'open' | 'closed';
  /** Results that sheets are taken for. */
  openFor: ReadonlySet<Item>;
  readonly sheets: Sheet[];
  readonly absences: Set<string>;
  /** Accounts that did anything in the evaluation. */
  readonly hands: Set<string>;
  /** Accounts that gave a sheet, or their word on the ranking. */
  readonly judges: Set<string>;
  round: number;
  /** The sheets that the last aggregation counted. */
  counted?: readonly Sheet[];
  readonly noted: Set<Item>;
  completed: boolean;
  draft?: Draft | undefined;
  proposal?: Proposal;
}

interface Review {
  readonly key: string;
  readonly kept: ReadonlySet<Item>;
  readonly removed: ReadonlySet<Item>;
}

export interface Notice {
  readonly items: ReadonlySet<Item>;
  readonly lastDay: string;
  closed: boolean;
}

interface Recognition {
  readonly by: string;
  revoked: boolean;
  overturned: boolean;
}

export interface List {
  readonly reviews: Map<Panel, Review>;
  readonly returned: Map<Panel, string>;
  readonly notices: Notice[];
  readonly objections: { readonly item: Item; outcome?: string }[];
  readonly recognised: Map<Item, Recognition>;
  published?: ReadonlySet<Item>;
  readonly commended: Set<string>;
  readonly certified: Set<Item>;
}

export interface Case {
  readonly unit: string;
  /** The project it was reported about: commands that mean this project mean this case. */
  readonly about: Item;
  stage: 'reported' | 'open' | 'established' | 'dismissed';
  items: readonly Item[];
  readonly evidence: Set<string>;
  /** Last day to answer. */
  answerBy?: string;
  heard?: string;
  establishedBy?: string;
  decision?: { readonly by: string; readonly from: string; readonly revoked: readonly Item[] };
  readonly stopped: Set<Item>;
  overturned: boolean;
}

interface Expert {
  active: boolean;
  readonly employer?: string;
}

export interface Year extends City {
  readonly people: readonly Person[];
  readonly bank: ReadonlyMap<string, Expert>;
  /** Undertakings of secrecy, by account and organisation. */
  readonly signed: Set<string>;
  options: { readonly notice: boolean; readonly certificates: boolean };
  standard?: string;
  readonly panels: Panel[];
  readonly list: List;
  readonly cases: Case[];
}

export const PANEL_SIZE = 3;
export const QUORUM = 2;
/** Sheets further apart need a word of the panel. */
const DIVERGENCE = 20;

export function newYear(city: City, people: readonly Person[], bank: Year['bank']): Year {
  return {
    ...city,
    people,
    bank,
    signed: new Set(),
    options: { notice: false, certificates: false },
    panels: [],
    list: {
      reviews: new Map(),
      returned: new Map(),
      notices: [],
      objections: [],
      recognised: new Map(),
      commended: new Set(),
      certified: new Set(),
    },
    cases: [],
  };
}

/** What a command of the second half is put to. */
export interface Put {
  readonly say: Say;
  readonly item: Item;
  readonly year: Year;
}

/** What only the program can say after a command; each of these has tests of its own. */
export interface Told {
  /** Whom the draw takes. */
  readonly drawn: readonly string[];
  /** The last of the working days that a notice runs. */
  readonly lastDay: string;
}

export interface Rule {
  readonly by: readonly Person['kind'][];
  /** It is so already. */
  already?(put: Put): boolean;
  when(put: Put): boolean;
  effect(put: Put, told: Told): void;
}

/** The panel that a project is or was before last. */
export function panelOf({ item, year }: Pick<Put, 'item' | 'year'>): Panel | undefined {
  return year.panels.findLast(({ items }) => items.includes(item));
}

/** The case that was last reported about a project. */
export function caseOf({ item, year }: Pick<Put, 'item' | 'year'>): Case | undefined {
  return year.cases.findLast(({ about }) => about === item);
}

export function isForwarded(item: Item): boolean {
  return item.result?.batch?.forwarded === true && item.result.verdict === 'recommended';
}

export function isLive({ list }: Year, item: Item): boolean {
  return list.recognised.get(item)?.revoked === false;
}

/** The place of a project over the whole line. */
export function wholePlaceOf(item: Item, year: Year): Place | HonourPlace {
  const place = placeOf(item);
  return place === 'results-forwarded' ? honourPlaceOf(item, year) : place;
}

export function honourPlaceOf(item: Item, year: Year): HonourPlace {
  const recognition = year.list.recognised.get(item);
  if (recognition?.revoked) return 'revoked';
  if (recognition?.overturned) return 'overturned';
  if (recognition) return year.list.published?.has(item) ? 'published' : 'recognised';
  if (item.stopped) return 'stopped';
  if (item.suspended) return 'suspended';
  const panel = panelOf({ item, year });
  if (!panel || panel.stage === 'dissolved') return 'results-forwarded';
  if (panel.proposal && !panel.proposal.overtaken) return proposedPlaceOf(item, panel, year);
  if (panel.completed) return 'evaluated';
  if (panel.scoring !== 'not-opened') return panel.scoring === 'open' ? 'scoring' : 'scored';
  return panel.stage === 'constituted' ? 'panel-constituted' : 'panel-forming';
}

function proposedPlaceOf(item: Item, panel: Panel, { list }: Year): HonourPlace {
  const { key, items } = panel.proposal as Proposal;
  if (!items.has(item)) return 'not-proposed';
  const review = list.reviews.get(panel);
  if (review?.key !== key) return 'proposed';
  if (review.removed.has(item)) return 'removed';
  return list.notices.some(notice => !notice.closed && notice.items.has(item)) ? 'under-notice' : 'kept';
}

const NONE: ReadonlySet<string> = new Set();
const UNKNOWN: Readonly<Pair> = { recused: false, detected: NONE, requestedBy: NONE, dismissed: NONE };

const keyOf = (expert: string, unit: string) => `${expert} ${unit}`;

export function pairOf(panel: Panel, expert: string, unit: string): Readonly<Pair> {
  return panel.pairs.get(keyOf(expert, unit)) ?? UNKNOWN;
}

/** The pair for something to be noted in it. */
export function notedPair(panel: Panel, expert: string, unit: string): Pair {
  const pair = panel.pairs.get(keyOf(expert, unit)) ?? { ...UNKNOWN };
  panel.pairs.set(keyOf(expert, unit), pair);
  return pair;
}

export function unitsOf({ items }: Panel): readonly string[] {
  return [...new Set(items.map(({ unit }) => unit))];
}

export function isUndecided({ recused, detected, requestedBy }: Pair): boolean {
  return !recused && detected.size + requestedBy.size > 0;
}

export function isFree(panel: Panel, expert: string, unit: string): boolean {
  const pair = pairOf(panel, expert, unit);
  return pair.declared === 'none' && !pair.recused && !isUndecided(pair);
}

export function isFreeOfAll(panel: Panel, expert: string): boolean {
  return unitsOf(panel).every(unit => isFree(panel, expert, unit));
}

/** A sheet counts while it stands and its expert is a member who is not recused from the unit (art-18). */
export function countedSheets(panel: Panel): readonly Sheet[] {
  return panel.sheets.filter(
    ({ expert, item, ended }) => !ended && panel.members.includes(expert) && !pairOf(panel, expert, item.unit).recused,
  );
}

export function currentSheet(panel: Panel, expert: string, item: Item): Sheet | undefined {
  return panel.sheets.find(sheet => sheet.expert === expert && sheet.item === item && !sheet.ended);
}

/** Whether the last aggregation counted exactly what counts now. */
export function isFresh(panel: Panel): boolean {
  const now = countedSheets(panel);
  return panel.counted?.length === now.length && now.every(sheet => panel.counted?.includes(sheet));
}

export function isDivergent(panel: Panel, item: Item): boolean {
  const points = (panel.counted ?? []).filter(sheet => sheet.item === item).map(sheet => sheet.points);
  return points.length > 0 && Math.max(...points) - Math.min(...points) > DIVERGENCE;
}

export function isEvaluated(panel: Panel, item: Item): boolean {
  return panel.counted?.some(sheet => sheet.item === item) ?? false;
}

export function shortOfSheets(panel: Panel, items: Iterable<Item>): readonly Item[] {
  const counted = countedSheets(panel);
  return [...items].filter(item => counted.filter(sheet => sheet.item === item).length < QUORUM);
}
