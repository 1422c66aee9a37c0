/**
 * Question 16: has one person done what two are to do, and of whom is it not known who he is? Told by what the log knows of
 * persons at the cut: an identity that is stated later shows what nobody could see when the act was accepted (D-46).
 */
import { z } from 'zod';
import type { DomainEvent, EventTypeName } from '../../events/catalogue.ts';
import { isOneOf } from '../../events/event-type.ts';
import {
  accountMark,
  accountsOf,
  isIdentified,
  NOBODY,
  type PersonEvent,
  personEventTypes,
  personsAfter,
} from '../../events/rules/persons.ts';
import { SEPARATIONS, type Separation } from '../../events/rules/separation-of-duties.ts';
import { yearOf } from '../../events/rules/years.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { accountNamed, act, declareReport, faultsAmong, type ReportRow, recordedOn, reference, zh } from './report.ts';

const columns = {
  matter: '事项',
  thing: '对象',
  first: '先办账户',
  second: '后办账户',
  day: '后办日期',
} as const;
type Column = keyof typeof columns;

const isOfPersons: (event: DomainEvent) => event is DomainEvent & PersonEvent = isOneOf(personEventTypes);

/** What an act names: things that another act of the same matter is about too. */
interface Naming {
  readonly projectId?: string;
  readonly projects?: readonly (string | { readonly projectId: string })[];
  readonly list?: readonly { readonly projectId: string }[];
  readonly kept?: readonly string[];
  readonly removed?: readonly { readonly projectId: string }[];
  readonly panelId?: string;
  readonly caseId?: string;
  readonly erasureId?: string;
  readonly proposalId?: string;
  readonly resetId?: string;
  readonly rotationId?: string;
  readonly decision?: unknown;
}

/** A first and a second act on one thing. */
interface Pair {
  readonly separation: Separation;
  readonly thing: string;
  readonly first: DomainEvent;
  readonly second: DomainEvent;
}

class Notebook {
  persons = NOBODY;
  readonly accounts = new Map<string, DomainEvent>();
  readonly #firsts = new Map<Separation, Map<string, DomainEvent[]>>(SEPARATIONS.map(each => [each, new Map()]));
  readonly #pairs: Pair[] = [];
  readonly #ofPanel = new Map<string, readonly string[]>();
  readonly #ofCase = new Map<string, readonly string[]>();

  take(event: DomainEvent): void {
    if (isOfPersons(event)) this.persons = personsAfter(this.persons, event);
    if (event.type === 'account.registered') this.accounts.set(event.data.accountId, event);
    if (event.type === 'panel-formation.started') this.#ofPanel.set(event.data.panelId, projectsIn(event.data));
    if (event.type === 'fraud-case.opened') this.#ofCase.set(event.data.caseId, event.data.projectIds);
    for (const separation of SEPARATIONS) {
      if (separation.second(event)) this.#pairUp(separation, event);
      if (separation.first(event)) this.#note(separation, event);
    }
  }

  #note(separation: Separation, event: DomainEvent): void {
    const firsts = this.#firsts.get(separation);
    for (const thing of this.#thingsOf(event, separation.ofWholePanel)) {
      firsts?.set(thing, [...(firsts.get(thing) ?? []), event]);
    }
  }

  #pairUp(separation: Separation, second: DomainEvent): void {
    for (const thing of this.#thingsOf(second)) {
      const firsts = this.#firsts.get(separation)?.get(thing) ?? [];
      for (const first of firsts) this.#pairs.push({ separation, thing, first, second });
    }
  }

  /** Projects, those of a panel or of a case among them, and what else has an id. */
  #thingsOf({ data }: DomainEvent, ofWholePanel?: true): readonly string[] {
    const { panelId, caseId, erasureId, proposalId, resetId, rotationId, decision } = data as Naming;
    const own = projectsIn(data as Naming);
    const ofPanel = panelId === undefined ? undefined : this.#ofPanel.get(panelId);
    const projects = ofPanel && (ofWholePanel || own.length === 0) ? ofPanel : own;
    const ofCase = caseId === undefined ? undefined : this.#ofCase.get(caseId);
    const ids = [
      caseId,
      erasureId,
      proposalId,
      resetId,
      rotationId,
      typeof decision === 'string' ? decision : undefined,
    ];
    return [...new Set([...projects, ...(ofCase ?? []), ...ids.filter(id => id !== undefined)])];
  }

  /** Acts of one person, once for each of his accounts. */
  breaches(): ReportRow<Column>[] {
    const found = new Map<string, [Pair, ...Pair[]]>();
    // Pairs are thousands, those who act are few.
    const byAccount = new Map<string, ReadonlySet<string>>();
    const accountsWith = (account: string): ReadonlySet<string> => {
      const own = byAccount.get(account) ?? new Set(accountsOf(this.persons, accountMark(account)));
      byAccount.set(account, own);
      return own;
    };
    for (const pair of this.#pairs) {
      const { separation, first, second } = pair;
      const [one, other] = [first.meta.actor.accountId, second.meta.actor.accountId];
      if (!accountsWith(one).has(other)) continue;
      const key = [separation.matter, one, second.id].join('/');
      const before = found.get(key);
      if (before) before.push(pair);
      else found.set(key, [pair]);
    }
    return [...found.values()].map(breachOf);
  }

  /** Whose identity was never stated: another account of the same person would not be seen. */
  unidentified(): ReportRow<Column>[] {
    return [...this.accounts]
      .filter(([id]) => !isIdentified(this.persons, accountMark(id)))
      .map(([id, event]) => ({
        fault: false,
        says: zh`账户 ${accountNamed(id)} 尚未登记持有人身份，应予补登`,
        cells: { matter: '身份未登记', thing: '', first: accountNamed(id), second: '', day: recordedOn(event) },
        rests: [reference(event)],
      }));
  }
}

function projectsIn({ projects, list, kept, removed, projectId }: Naming): readonly string[] {
  const named = [...(projects ?? []), ...(list ?? []), ...(kept ?? []), ...(removed ?? [])];
  if (named.length === 0) return projectId === undefined ? [] : [projectId];
  return named.map(each => (typeof each === 'string' ? each : each.projectId));
}

/** More things than a cell tells one by one. */
const TOLD_THINGS = 5;

function breachOf(pairs: readonly [Pair, ...Pair[]]): ReportRow<Column> {
  const [{ separation, first, second }] = pairs;
  const { accountId: one } = first.meta.actor;
  const things = [...new Set(pairs.map(({ thing }) => thing))];
  const more = things.length > TOLD_THINGS ? `等${things.length}项` : '';
  return {
    fault: true,
    says: zh`${act(second)}。问题：先办者为同一人（账户 ${accountNamed(one)}），${separation.matter}应由两人分办`,
    cells: {
      matter: separation.matter,
      thing: `${things.slice(0, TOLD_THINGS).join('、')}${more}`,
      first: accountNamed(one),
      second: accountNamed(second.meta.actor.accountId),
      day: recordedOn(second),
    },
    rests: [...new Set(pairs.map(pair => pair.first)), second].map(reference),
  };
}

const TYPES: ReadonlySet<string> = new Set<EventTypeName>([
  ...personEventTypes.map(({ type }) => type),
  'panel-formation.started',
  'fraud-case.opened',
]);

export const twoPersonsReport = declareReport({
  number: 16,
  name: 'ReportTwoPersons',
  title: '两人分办与身份登记',
  question:
    '应由两人分办的事项有没有同一人办理，哪些账户尚未登记身份 (Has one person done what two are to do, and whose identity is not stated?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters: z.strictObject({ year: yearParameter.optional() }),
  columns,
  begin({ year }, { hadHappened }) {
    const notebook = new Notebook();
    const isAsked = (event: DomainEvent) => year === undefined || isOfPersons(event) || yearOf(event) === year;
    return {
      wants: event => TYPES.has(event.type) || SEPARATIONS.some(({ first, second }) => first(event) || second(event)),
      take(event) {
        if (hadHappened(event) && isAsked(event)) notebook.take(event);
      },
      findings() {
        const breaches = notebook.breaches();
        const unidentified = notebook.unidentified();
        const faults = faultsAmong(breaches);
        return {
          verdict: zh`${faults > 0 ? `同一人办理了应由两人分办的事项${faults}项` : '没有同一人办理应由两人分办的事项'}；${unidentified.length}个账户尚未登记身份。`,
          rows: [...breaches, ...unidentified],
        };
      },
    };
  },
});
