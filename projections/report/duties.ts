/** Question 4: which duties (应, 负责) have no act in a year, organisation by organisation? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { yearOf } from '../../events/rules/years.ts';
import { articleLabel } from '../../events/statute.ts';
import { shanghaiDate } from '../../events/time.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { DUTIES, type Duty, type EventType, type Kind, type Occasion } from './duty-table.ts';
import { body, type Named, type Reference, type Row, reference, report, unit, zh } from './report.ts';

const columns = {
  organisation: '责任单位',
  id: '单位编号',
  kind: '单位类别',
  article: '条款',
  word: '用语',
  duty: '职责',
  last: '此前最近一次',
} as const;
type Column = keyof typeof columns;

const MUNICIPAL = 'msr';

interface Organisation {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  /** What it owes an act for in the year, with the event that made it so. */
  readonly occasions: Map<Occasion, Reference[]>;
}

/** How often an organisation has done a duty in the year, and the day of the last time before. */
interface Done {
  acts: number;
  before?: string;
}

export const dutiesWithoutAct = report({
  number: 4,
  name: 'ReportDutiesWithoutAct',
  title: '尚无行为的职责',
  question: '本年度哪些职责（应、负责）尚无行为，按单位 (Which duties have no act this year, per body?)',
  allow: OVERSIGHT,
  validTime: 'as-happened',
  material: { none: '只说有无行为 (whether there was an act)' },
  parameters: z.strictObject({
    year: yearParameter,
    organisation: z.string().max(64).optional().meta({ description: '单位编号：msr、推荐单位或统一社会信用代码' }),
  }),
  columns,
  begin({ year, organisation: asked }) {
    const ledger = new Ledger(year);
    return {
      wants: ({ type }) => TYPES.has(type),
      take: event => ledger.take(event),
      findings() {
        const owed = ledger.owed().filter(({ by }) => asked === undefined || by.id === asked);
        const rows = owed.filter(({ done }) => done.acts <= 0).map(rowOf);
        const organisations = new Set(rows.map(({ cells }) => cells.id)).size;
        return {
          verdict:
            rows.length === 0
              ? zh`${year}年度应履行的职责${owed.length}项，均有行为。`
              : zh`${year}年度应履行的职责${owed.length}项，尚无行为的${rows.length}项，涉及${organisations}个单位。`,
          rows,
        };
      },
    };
  },
});

interface Owed {
  readonly by: Organisation;
  readonly duty: Duty;
  readonly done: Done;
  readonly occasions: readonly Reference[];
}

class Ledger {
  readonly #year: number;
  readonly #organisations = new Map<string, Organisation>([
    [MUNICIPAL, { id: MUNICIPAL, kind: 'municipal-authority', name: '市市场监督管理部门', occasions: new Map() }],
  ]);
  readonly #done = new Map<string, Done>();
  /** Unit and body of each listed project. */
  readonly #listed = new Map<string, readonly string[]>();

  constructor(year: number) {
    this.#year = year;
  }

  take(event: DomainEvent): void {
    this.#meet(event);
    for (const duty of DUTIES) {
      if (duty.acts.includes(event.type)) this.#count(duty, event, 1);
      if (duty.undone?.includes(event.type)) this.#count(duty, event, -1);
    }
  }

  owed(): readonly Owed[] {
    return [...this.#organisations.values()].flatMap(by =>
      DUTIES.filter(({ owedBy }) => owedBy.includes(by.kind)).flatMap(duty => {
        const occasions = by.occasions.get(duty.occasion) ?? [];
        if (duty.occasion !== 'always' && occasions.length === 0) return [];
        return [{ by, duty, done: this.#doneBy(by.id, duty), occasions }];
      }),
    );
  }

  /** Who there is, and what gives occasion to a duty. */
  #meet(event: DomainEvent): void {
    switch (event.type) {
      case 'programme.opened':
        if (event.data.year === this.#year) this.#occasion(MUNICIPAL, 'always', event);
        break;
      case 'recommending-body.registered': {
        const { bodyId: id, kind, name, from } = event.data;
        if (Number(from.slice(0, 4)) > this.#year) break;
        this.#organisations.set(id, { id, kind, name, occasions: new Map([['always', [reference(event)]]]) });
        break;
      }
      case 'application.submitted':
        if (this.#isOfYear(event)) this.#occasion(event.data.bodyId, 'application', event);
        break;
      case 'results.submitted':
        if (event.data.year === this.#year) this.#occasion(event.data.bodyId, 'result', event);
        break;
      case 'project.listed': {
        const { projectId, uscc, unitName, bodyId } = event.data;
        if (event.data.year !== this.#year) break;
        this.#organisation(uscc, 'project-unit', unitName);
        this.#listed.set(projectId, [uscc, bodyId]);
        for (const id of [uscc, bodyId]) this.#occasion(id, 'listing', event);
        break;
      }
      case 'project.completed': {
        const [uscc] = this.#listed.get(event.data.projectId) ?? [];
        if (uscc !== undefined) this.#occasion(uscc, 'completion', event);
        break;
      }
      case 'project.terminated':
        this.#withdraw(event.data.projectId);
        break;
    }
  }

  #isOfYear(event: DomainEvent): boolean {
    return yearOf(event) === this.#year;
  }

  #organisation(id: string, kind: Kind, name: string): void {
    if (!this.#organisations.has(id)) this.#organisations.set(id, { id, kind, name, occasions: new Map() });
  }

  #occasion(id: string, occasion: Occasion, event: DomainEvent): void {
    const occasions = this.#organisations.get(id)?.occasions;
    occasions?.set(occasion, [...(occasions.get(occasion) ?? []), reference(event)]);
  }

  /** A project that was terminated gives no more occasion to what is owed for being listed. */
  #withdraw(projectId: string): void {
    const owners = this.#listed.get(projectId) ?? [];
    this.#listed.delete(projectId);
    const others = new Set([...this.#listed.values()].flat());
    for (const id of owners) if (!others.has(id)) this.#organisations.get(id)?.occasions.delete('listing');
  }

  #count(duty: Duty, event: DomainEvent, by: 1 | -1): void {
    for (const id of this.#doersOf(event)) {
      const done = this.#doneBy(id, duty);
      if (yearOf(event) === this.#year) done.acts += by;
      else if (yearOf(event) < this.#year && by === 1) done.before = shanghaiDate(event.meta.effectiveAt);
    }
  }

  /** Whoever acted, and in joint work all its parties, which the fact names. */
  #doersOf(event: DomainEvent): readonly string[] {
    const { orgId, actedAs } = event.meta.actor;
    const own = actedAs === 'MSR' ? MUNICIPAL : orgId;
    if (event.type !== 'coordination-action.recorded') return [own];
    const names = new Set<string>(event.data.parties.map(({ name }) => name));
    const named = [...this.#organisations.values()].filter(({ name }) => names.has(name)).map(({ id }) => id);
    return [...new Set([own, ...named])];
  }

  #doneBy(id: string, duty: Duty): Done {
    const key = `${id}/${DUTIES.indexOf(duty)}`;
    const done = this.#done.get(key) ?? { acts: 0 };
    this.#done.set(key, done);
    return done;
  }
}

const TYPES: ReadonlySet<string> = new Set<EventType>([
  'programme.opened',
  'recommending-body.registered',
  'application.submitted',
  'results.submitted',
  'project.listed',
  'project.completed',
  'project.terminated',
  ...DUTIES.flatMap(({ acts, undone = [] }) => [...acts, ...undone]),
]);

const KIND_LABELS: Readonly<Record<Kind, string>> = {
  'municipal-authority': '市市场监督管理部门',
  'industry-authority': '市级行业主管部门',
  association: '行业协会',
  'district-bureau': '区市场监督管理部门',
  'project-unit': '项目单位',
};

function rowOf({ by, duty, done, occasions }: Owed): Row<Column> {
  const { article, item = '', word, title } = duty;
  const label = `${articleLabel(article)}${item}`;
  const name = nameOf(by);
  return {
    fault: true,
    says: zh`${name}尚无“${title}”的行为，依据${label}（${word}）${done.before === undefined ? '' : `；此前最近一次为 ${done.before}`}`,
    cells: {
      organisation: name,
      id: by.id,
      kind: KIND_LABELS[by.kind],
      article: label,
      word,
      duty: title,
      last: done.before ?? '',
    },
    rests: occasions,
  };
}

function nameOf({ id, kind, name }: Organisation): string | Named {
  if (kind === 'municipal-authority') return name;
  return kind === 'project-unit' ? unit(id) : body(id);
}
