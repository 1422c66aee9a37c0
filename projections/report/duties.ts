/** Question 4: which duties (应, 负责) have no act in a year, by organisation and, where one is owed for each, by project? */
import { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import { yearOf } from '../../events/rules/years.ts';
import { articleLabel } from '../../events/statute.ts';
import { shanghaiDate } from '../../events/time.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { DUTIES, type Duty, type DutyEventType, type DutyOccasion, type Kind } from './duty-table.ts';
import {
  body,
  declareReport,
  type NameReference,
  projectNamed,
  type Reference,
  type ReportRow,
  reference,
  unitNamed,
  zh,
} from './report.ts';

const columns = {
  organisation: '责任单位',
  id: '单位编号',
  kind: '单位类别',
  project: '项目',
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
  /** What made its standing duties so. */
  readonly since: readonly Reference[];
  /** The projects that it owes an act for in the year, with the event that made it so. */
  readonly projects: Map<ProjectOccasion, Map<string, Reference>>;
}

type ProjectOccasion = Exclude<DutyOccasion, 'always'>;

/** How often an organisation has done a duty in the year, and the day of the last time before. */
interface Done {
  acts: number;
  before?: string;
}

export const dutiesWithoutAct = declareReport({
  number: 4,
  name: 'ReportDutiesWithoutAct',
  title: '尚无行为的职责',
  question:
    '本年度哪些职责（应、负责）尚无行为，按单位和项目 (Which duties have no act this year, per body and project?)',
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
      types: TYPES,
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
  /** For which it is owed; absent for a standing duty. */
  readonly projectId?: string;
  readonly rests: readonly Reference[];
}

class Ledger {
  readonly #year: number;
  readonly #organisations = new Map<string, Organisation>([
    [MUNICIPAL, organisation(MUNICIPAL, 'municipal-authority', '市市场监督管理部门')],
  ]);
  readonly #done = new Map<string, Done>();
  /** The unit of each listed project. */
  readonly #unitOf = new Map<string, string>();

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
      DUTIES.filter(({ owedBy }) => owedBy.includes(by.kind)).flatMap((duty): Owed[] => {
        if (duty.occasion === 'always') return [{ by, duty, done: this.#doneFor(by.id, duty), rests: by.since }];
        return [...(by.projects.get(duty.occasion) ?? [])].map(([projectId, because]) => ({
          ...{ by, duty, projectId, rests: [because] },
          done: this.#doneFor(projectId, duty),
        }));
      }),
    );
  }

  /** Who there is, and what gives occasion to a duty. */
  #meet(event: DomainEvent): void {
    switch (event.type) {
      case 'programme.opened':
        if (event.data.year === this.#year) this.#add(MUNICIPAL, 'municipal-authority', '市市场监督管理部门', event);
        break;
      case 'recommending-body.registered': {
        const { bodyId: id, kind, name, from } = event.data;
        if (Number(from.slice(0, 4)) > this.#year) break;
        this.#add(id, kind, name, event);
        break;
      }
      case 'application.submitted':
        if (this.#isOfYear(event)) this.#owe(event.data.bodyId, 'application', event.data.projectId, event);
        break;
      case 'application.returned':
      case 'application.withdrawn':
        this.#release(event.data.projectId, 'application');
        break;
      case 'results.submitted':
        if (event.data.year === this.#year) this.#owe(event.data.bodyId, 'result', event.data.projectId, event);
        break;
      case 'results.withdrawn':
        this.#release(event.data.projectId, 'result');
        break;
      case 'project.listed': {
        const { projectId, uscc, unitName, bodyId } = event.data;
        if (event.data.year !== this.#year) break;
        if (!this.#organisations.has(uscc)) this.#organisations.set(uscc, organisation(uscc, 'project-unit', unitName));
        this.#unitOf.set(projectId, uscc);
        for (const id of [uscc, bodyId]) this.#owe(id, 'listing', projectId, event);
        break;
      }
      case 'project.completed': {
        const uscc = this.#unitOf.get(event.data.projectId);
        if (uscc !== undefined) this.#owe(uscc, 'completion', event.data.projectId, event);
        break;
      }
      case 'project.terminated':
        // It gives no more occasion to what is owed for being listed.
        this.#release(event.data.projectId, 'listing');
        break;
    }
  }

  #isOfYear(event: DomainEvent): boolean {
    return yearOf(event) === this.#year;
  }

  #add(id: string, kind: Kind, name: string, event: DomainEvent): void {
    this.#organisations.set(id, organisation(id, kind, name, [reference(event)]));
  }

  #owe(id: string, occasion: ProjectOccasion, projectId: string, event: DomainEvent): void {
    const projects = this.#organisations.get(id)?.projects;
    const owed = projects?.get(occasion) ?? new Map<string, Reference>();
    projects?.set(occasion, owed.set(projectId, reference(event)));
  }

  #release(projectId: string, occasion: ProjectOccasion): void {
    for (const { projects } of this.#organisations.values()) projects.get(occasion)?.delete(projectId);
  }

  #count(duty: Duty, event: DomainEvent, by: 1 | -1): void {
    for (const id of duty.occasion === 'always' ? this.#doersOf(event) : projectsOf(event)) {
      const done = this.#doneFor(id, duty);
      if (yearOf(event) === this.#year) done.acts += by;
      else if (yearOf(event) < this.#year && by === 1) done.before = shanghaiDate(event.meta.effectiveAt);
    }
  }

  /** Whoever acted, and in joint work all its parties, which the event names. */
  #doersOf(event: DomainEvent): readonly string[] {
    const { orgId, actedAs } = event.meta.actor;
    const own = actedAs === 'MSR' ? MUNICIPAL : orgId;
    if (event.type !== 'coordination-action.recorded') return [own];
    const names = new Set<string>(event.data.parties.map(({ name }) => name));
    const named = [...this.#organisations.values()].filter(({ name }) => names.has(name)).map(({ id }) => id);
    return [...new Set([own, ...named])];
  }

  /** What was done of a duty by an organisation, or for a project. */
  #doneFor(id: string, duty: Duty): Done {
    const key = `${id}/${DUTIES.indexOf(duty)}`;
    const done = this.#done.get(key) ?? { acts: 0 };
    this.#done.set(key, done);
    return done;
  }
}

function organisation(id: string, kind: Kind, name: string, since: readonly Reference[] = []): Organisation {
  return { id, kind, name, since, projects: new Map() };
}

/** The projects that an act is for; a batch is forwarded for all that it recommends or declines. */
function projectsOf(event: DomainEvent): readonly string[] {
  if (event.type !== 'result-batch.forwarded') return 'projectId' in event.data ? [String(event.data.projectId)] : [];
  const { projects, declined } = event.data;
  return [...projects, ...declined].map(({ projectId }) => projectId);
}

const TYPES: ReadonlySet<string> = new Set<DutyEventType>([
  'programme.opened',
  'recommending-body.registered',
  'application.submitted',
  'application.returned',
  'application.withdrawn',
  'results.submitted',
  'results.withdrawn',
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

function rowOf({ by, duty, done, projectId, rests }: Owed): ReportRow<Column> {
  const { article, item = '', word, title } = duty;
  const label = `${articleLabel(article)}${item}`;
  const name = nameOf(by);
  const about = projectId === undefined ? '' : zh`对《${projectNamed(projectId)}》`;
  return {
    fault: true,
    says: zh`${name}${about}尚无“${title}”的行为，依据${label}（${word}）${done.before === undefined ? '' : `；此前最近一次为 ${done.before}`}`,
    cells: {
      organisation: name,
      id: by.id,
      kind: KIND_LABELS[by.kind],
      project: projectId === undefined ? '' : projectNamed(projectId),
      article: label,
      word,
      duty: title,
      last: done.before ?? '',
    },
    rests,
  };
}

function nameOf({ id, kind, name }: Organisation): string | NameReference {
  if (kind === 'municipal-authority') return name;
  return kind === 'project-unit' ? unitNamed(id) : body(id);
}
