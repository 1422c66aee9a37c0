/** What the authority makes of the panels' lists (art-21): the plain rules of review, notice, recognition, publication, praise. */
import {
  isFresh,
  isLive,
  type List,
  type Notice,
  type Panel,
  type Put,
  panelOf,
  type Rule,
  type Told,
  type Year,
} from './honours.ts';
import type { Item } from './model.ts';

/** The list that a panel proposed last, if the evaluation behind it is still the one that counts. */
function standing(panel: Panel | undefined) {
  return panel?.proposal && !panel.proposal.overtaken && isFresh(panel) ? panel.proposal : undefined;
}

/** Two people out of one: whoever recommended or judged a result does not approve it. */
function mayApprove({ say: { who }, year }: Put, items: Iterable<Item>): boolean {
  return [...items].every(
    item =>
      !item.judges.has(who.account) &&
      !item.sponsors.has(who.account) &&
      !year.panels.some(panel => panel.items.includes(item) && panel.judges.has(who.account)),
  );
}

/** The public or a unit has been told: the review stands. */
function isActedOn({ reviews, recognised, notices }: List, panel: Panel): boolean {
  return [...(reviews.get(panel)?.kept ?? [])].some(
    item => recognised.has(item) || notices.some(({ items }) => items.has(item)),
  );
}

interface OnList extends Put {
  readonly panel: Panel;
  readonly list: List;
  readonly proposed: ReadonlySet<Item>;
  readonly key: string;
}

/** About the list that stands; a list that does not is neither reviewed nor returned. */
function onProposal(put: Put): OnList | undefined {
  return standing(panelOf(put)) && onList(put);
}

/** About the list that the panel proposed last, whatever became of it. */
function onList(put: Put): OnList | undefined {
  const panel = panelOf(put);
  const proposal = panel?.proposal;
  if (!panel || !proposal || put.say.option === 'stale') return undefined;
  return { ...put, panel, list: put.year.list, proposed: proposal.items, key: proposal.key };
}

/** What a judgement keeps and removes. */
function judged({ say: { option }, item, proposed }: OnList) {
  const removed = new Set(option === 'remove' && proposed.has(item) ? [item] : []);
  return { kept: new Set([...proposed].filter(one => !removed.has(one))), removed };
}

function isSameReview(on: OnList): boolean {
  const earlier = on.list.reviews.get(on.panel);
  const now = judged(on);
  const isSame = (one: ReadonlySet<Item>, other: ReadonlySet<Item>) =>
    one.size === other.size && [...one].every(item => other.has(item));
  return earlier?.key === on.key && isSame(earlier.kept, now.kept) && isSame(earlier.removed, now.removed);
}

/** The reviews, of any panel, that keep a project on a list that stands. */
function isKept({ item, year }: Put): boolean {
  return [...year.list.reviews].some(
    ([panel, { key, kept }]) => kept.has(item) && standing(panel)?.key === key && panel.completed,
  );
}

const objectionOf = ({ item, year }: Put) => year.list.objections.findLast(objection => objection.item === item);
const noticeOf = ({ item, year }: Put) => year.list.notices.find(({ items }) => items.has(item));

function unnoticed({ list }: Year): readonly Item[] {
  const kept = [...list.reviews.values()].flatMap(review => [...review.kept]);
  return kept.filter(item => !list.notices.some(({ items }) => items.has(item)));
}

/** A notice, where the plan asks for one, is over, and no objection stands against the result. */
function isUncontested(put: Put): boolean {
  const { item, year } = put;
  if (year.list.objections.some(objection => objection.item === item && objection.outcome !== 'dismissed')) {
    return false;
  }
  return !year.options.notice || noticeOf(put)?.closed === true;
}

function live({ list }: Year): ReadonlySet<Item> {
  return new Set([...list.recognised].filter(([, { revoked }]) => !revoked).map(([item]) => item));
}

function isPublished({ list }: Year, items: ReadonlySet<Item>): boolean {
  return list.published?.size === items.size && [...items].every(item => list.published?.has(item));
}

const isDecided = ({ items }: Notice, { list }: Year) =>
  list.objections.every(({ item, outcome }) => !items.has(item) || outcome !== undefined);

const praise = ({ item, say, year }: Put) => `${year.items.indexOf(item)} ${say.option}`;

function learn(put: Put, { lastDay }: Told): void {
  put.year.list.notices.push({ items: new Set(unnoticed(put.year)), lastDay, closed: false });
}

const byAuthority = { by: ['authority'] } as const;

export const LIST_RULES: Readonly<Record<string, Rule>> = {
  ReviewExcellentList: {
    ...byAuthority,
    already(put) {
      const on = onList(put);
      return on !== undefined && put.say.option !== 'add' && isSameReview(on);
    },
    when(put) {
      const on = onProposal(put);
      if (!on || put.say.option === 'add') return false;
      const isReturned = on.list.returned.get(on.panel) === on.key;
      return !isReturned && !isActedOn(on.list, on.panel) && mayApprove(put, on.proposed);
    },
    effect(put) {
      const on = onProposal(put) as OnList;
      on.list.reviews.set(on.panel, { key: on.key, ...judged(on) });
    },
  },
  ReturnExcellentList: {
    ...byAuthority,
    already(put) {
      const on = onProposal(put);
      return on !== undefined && on.list.returned.get(on.panel) === on.key;
    },
    when(put) {
      const on = onProposal(put);
      return on !== undefined && !isActedOn(on.list, on.panel);
    },
    effect(put) {
      const on = onProposal(put) as OnList;
      on.list.reviews.delete(on.panel);
      on.list.returned.set(on.panel, on.key);
    },
  },
  OpenPublicNotice: {
    ...byAuthority,
    when: ({ year }) => year.options.notice && unnoticed(year).length > 0,
    effect: learn,
  },
  RaiseObjection: {
    by: ['authority', 'unit', 'body'],
    when: put => {
      const notice = noticeOf(put);
      return put.year.options.notice && notice !== undefined && !notice.closed && put.say.today <= notice.lastDay;
    },
    effect: ({ item, year }) => void year.list.objections.push({ item }),
  },
  DecideObjection: {
    ...byAuthority,
    already: put => objectionOf(put)?.outcome === put.say.option,
    when: put => {
      const objection = objectionOf(put);
      return objection !== undefined && objection.outcome === undefined;
    },
    effect: put => {
      const objection = objectionOf(put);
      if (objection) objection.outcome = put.say.option;
    },
  },
  ClosePublicNotice: {
    ...byAuthority,
    already: put => put.year.options.notice && noticeOf(put)?.closed === true,
    when: put => {
      const notice = noticeOf(put);
      return (
        put.year.options.notice && notice !== undefined && put.say.today > notice.lastDay && isDecided(notice, put.year)
      );
    },
    effect: put => {
      const notice = noticeOf(put);
      if (notice) notice.closed = true;
    },
  },
  RecogniseExcellentResult: {
    ...byAuthority,
    already: ({ item, year }) => year.list.recognised.has(item),
    when: put =>
      isKept(put) && isUncontested(put) && !put.item.suspended && !put.item.stopped && mayApprove(put, [put.item]),
    effect: ({ item, say, year }) =>
      void year.list.recognised.set(item, { by: say.who.account, revoked: false, overturned: false }),
  },
  PublishExcellentResults: {
    ...byAuthority,
    already: ({ year, say }) =>
      say.option === 'again' ? year.list.published !== undefined : isExact(say.option) && isPublished(year, live(year)),
    // Exactly what is recognised now, by another person than recognised any of it.
    when: ({ year, say }) =>
      isExact(say.option) &&
      live(year).size > 0 &&
      [...live(year)].every(item => year.list.recognised.get(item)?.by !== say.who.account),
    effect: ({ year }) => {
      year.list.published = live(year);
    },
  },
  IssueCommendation: {
    ...byAuthority,
    already: put => isLive(put.year, put.item) && put.year.list.commended.has(praise(put)),
    when: ({ year, item }) => isLive(year, item),
    effect: put => void put.year.list.commended.add(praise(put)),
  },
  IssueCertificate: {
    ...byAuthority,
    already: put => mayCertify(put) && put.year.list.certified.has(put.item),
    when: mayCertify,
    effect: ({ item, year }) => void year.list.certified.add(item),
  },
};

const isExact = (option: string) => option === 'exact';

function mayCertify({ item, year }: Put): boolean {
  const isCommended = year.list.commended.has(`${year.items.indexOf(item)} 单位`);
  return year.options.certificates && isCommended && isLive(year, item);
}
