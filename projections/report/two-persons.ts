/**
 * Question 16: has one person done what two are to do, and of whom is it not known who he is? Told by what the log knows of
 * persons at the cut: an identity that is stated later shows what nobody could see when the act was accepted (D-46).
 */
import { z } from 'zod';
import type { DomainEvent, EventType } from '../../events/catalogue.ts';
import {
  accountMark,
  isIdentified,
  isSamePerson,
  NOBODY,
  type PersonEvent,
  personFacts,
  personsAfter,
} from '../../events/rules/persons.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { account, act, faultsAmong, type Row, recordedOn, reference, report, yearOf, zh } from './report.ts';

const columns = {
  matter: '事项',
  thing: '对象',
  first: '先办账户',
  second: '后办账户',
  day: '后办日期',
} as const;
type Column = keyof typeof columns;

/** Two acts on one thing that two persons do. */
interface Split {
  readonly matter: string;
  readonly first: readonly EventType[];
  readonly second: readonly EventType[];
}

const VERIFYING: readonly EventType[] = [
  'completeness.verified',
  'completeness.failed',
  'truthfulness.verified',
  'truthfulness.failed',
  'project.recommended',
];
const SCORING: readonly EventType[] = ['score-sheet.submitted', 'score-sheet.superseded'];

/** What the house has two persons do; services refuse the second act to the person of the first. */
export const SPLITS: readonly Split[] = [
  {
    matter: '核实推荐与立项审核',
    first: VERIFYING,
    second: ['municipal-review.started', 'project.approved', 'project.rejected', 'held-project.decided'],
  },
  { matter: '暂缓与处理决定', first: ['project.held'], second: ['held-project.decided'] },
  { matter: '立项审核与公布', first: ['project.approved'], second: ['project-plan.published', 'project-plan.amended'] },
  {
    matter: '核实推荐审核与评分',
    first: [...VERIFYING, 'project.approved', 'result.recommended'],
    second: SCORING,
  },
  {
    matter: '推荐评分与认定',
    first: [...VERIFYING, 'result.recommended', ...SCORING],
    second: ['excellent-result.recognised'],
  },
  { matter: '认定与公布', first: ['excellent-result.recognised'], second: ['excellent-results.published'] },
  {
    matter: '骗取的认定与处理',
    first: ['fraud.established'],
    second: ['fraud-decision.taken', 'fraudulent-projects.stopped'],
  },
  { matter: '处理决定与撤销决定', first: ['fraud-decision.taken'], second: ['revocation.overturned'] },
  {
    matter: '提出删除与确认删除',
    first: ['personal-data.erasure-ordered'],
    second: ['personal-data.erasure-confirmed'],
  },
];

const FIRST: ReadonlySet<string> = new Set(SPLITS.flatMap(({ first }) => first));
const SECOND: ReadonlySet<string> = new Set(SPLITS.flatMap(({ second }) => second));
const OF_PERSONS: ReadonlySet<string> = new Set(personFacts.map(({ type }) => type));

const isOfPersons = (event: DomainEvent): event is DomainEvent & PersonEvent => OF_PERSONS.has(event.type);

/** The project, case or erasure of an act; for a publication the projects of its list. */
function thingsOf({ data }: DomainEvent): readonly string[] {
  const { projects, projectId, caseId, erasureId } = data as {
    readonly projects?: readonly string[];
    readonly projectId?: string;
    readonly caseId?: string;
    readonly erasureId?: string;
  };
  if (projects) return projects;
  return [caseId ?? erasureId ?? projectId].filter(id => id !== undefined);
}

class Notebook {
  persons = NOBODY;
  readonly accounts = new Map<string, DomainEvent>();
  readonly #firsts = new Map<string, DomainEvent[]>();
  readonly #pairs: {
    readonly split: Split;
    readonly thing: string;
    readonly first: DomainEvent;
    readonly second: DomainEvent;
  }[] = [];

  take(event: DomainEvent): void {
    if (isOfPersons(event)) this.persons = personsAfter(this.persons, event);
    if (event.type === 'account.registered') this.accounts.set(event.data.accountId, event);
    if (SECOND.has(event.type)) this.#pairUp(event);
    if (!FIRST.has(event.type)) return;
    for (const thing of thingsOf(event)) this.#firsts.set(thing, [...(this.#firsts.get(thing) ?? []), event]);
  }

  #pairUp(second: DomainEvent): void {
    for (const split of SPLITS.filter(each => each.second.includes(second.type))) {
      for (const thing of thingsOf(second)) {
        const firsts = (this.#firsts.get(thing) ?? []).filter(({ type }) => split.first.includes(type));
        for (const first of firsts) this.#pairs.push({ split, thing, first, second });
      }
    }
  }

  /** Acts of one person, once for each of his accounts. */
  breaches(): Row<Column>[] {
    const seen = new Set<string>();
    return this.#pairs.flatMap(({ split, thing, first, second }) => {
      const [one, other] = [first.meta.actor.accountId, second.meta.actor.accountId];
      const key = [split.matter, thing, one, second.id].join('/');
      if (!isSamePerson(this.persons, one, other) || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          fault: true,
          says: zh`${act(second)}。问题：先办者为同一人（账户 ${account(one)}），${split.matter}应由两人分办`,
          cells: {
            matter: split.matter,
            thing,
            first: account(one),
            second: account(other),
            day: recordedOn(second),
          },
          rests: [reference(first), reference(second)],
        },
      ];
    });
  }

  /** Whose identity was never stated: another account of the same person would not be seen. */
  unidentified(): Row<Column>[] {
    return [...this.accounts]
      .filter(([id]) => !isIdentified(this.persons, accountMark(id)))
      .map(([id, event]) => ({
        fault: false,
        says: zh`账户 ${account(id)} 尚未登记持有人身份，应予补登`,
        cells: { matter: '身份未登记', thing: '', first: account(id), second: '', day: recordedOn(event) },
        rests: [reference(event)],
      }));
  }
}

export const twoPersons = report({
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
      wants: ({ type }) => FIRST.has(type) || SECOND.has(type) || OF_PERSONS.has(type),
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
