/** Questions 1 and 2: who did what to a project, in order, with which evidence — now, and as known and valid on a day. */
import { z } from 'zod';
import { projectStream } from '../../events/application.ts';
import { basisLabel } from '../../events/basis-label.ts';
import { catalogue, type DomainEvent } from '../../events/catalogue.ts';
import {
  type Actor,
  type Evidence,
  type LegalBasis,
  RECOMMENDING_ROLES,
  type RecordedEvent,
  type Role,
} from '../../events/envelope.ts';
import { evaluationEventTypes } from '../../events/evaluation.ts';
import { type ProjectId, projectIdSchema } from '../../events/ids.ts';
import { panelEventTypes } from '../../events/panel.ts';
import { ARTICLE_IDS } from '../../events/statute.ts';
import { type CivilDate, dateSchema, shanghaiMinute } from '../../events/time.ts';
import { ROLE_WORDS } from '../../events/words.ts';
import { OVERSIGHT } from '../query.ts';
import {
  accountNamed,
  act,
  body,
  declareReport,
  type Findings,
  faultsAmong,
  type NameReference,
  projectNamed,
  type ReportRow,
  recordedOn,
  reference,
  unitNamed,
  zh,
} from './report.ts';
import { Roles } from './roles.ts';
import { StatedTimes, TIMES_REST_ON } from './stated-times.ts';
import { happeningOf, inOrderOfHappening, viewAt } from './valid-time.ts';

const parameters = z.strictObject({ project: projectIdSchema.meta({ description: '项目编号' }) });

const columns = {
  effectiveAt: '发生时间',
  recordedAt: '记录时间',
  person: '人员',
  organisation: '行为单位',
  role: '角色',
  type: '行为',
  basis: '依据',
  evidence: '证据',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

/** An act on a project, with what is wrong about how it is recorded. */
interface Entry {
  readonly event: DomainEvent;
  readonly flaws: readonly string[];
}

/** What tells whether an event of a panel is about one project. */
interface OfPanel {
  readonly panelId?: string;
  readonly uscc?: string;
  readonly projectId?: string;
  readonly projects?: readonly unknown[];
}

/**
 * Everything that names the project, whatever stream it stands in, and what its panel did for it without naming it: the
 * draw, declarations and recusals about its unit, the constitution, signatures.
 */
class ActsOn {
  readonly entries: Entry[] = [];
  readonly #projectId: ProjectId;
  /** Ids that stand for the project, as JSON writes them: its own, and those of the cases that concern it. */
  readonly #quoted: Set<string>;
  /** Panels that its result was put before. */
  readonly #panels = new Set<string>();
  #uscc: string | undefined;
  readonly #roles = new Roles();
  readonly #times = new StatedTimes();
  #last: RecordedEvent | undefined;

  constructor(projectId: ProjectId) {
    this.#projectId = projectId;
    this.#quoted = new Set([JSON.stringify(projectId)]);
  }

  readonly wants = (event: RecordedEvent): boolean =>
    TIMES_REST_ON.has(event.type) || this.#names(event) || (this.#panels.size > 0 && PANEL_TYPES.has(event.type));

  take(event: DomainEvent): void {
    this.#roles.take(event);
    const untimely = this.#times.take(event);
    if (!this.#names(event) && !this.#isOfPanel(event)) return;
    if (event.type === 'application.started') this.#uscc = event.data.uscc;
    if (event.type === 'panel-formation.started') this.#panels.add(event.data.panelId);
    if ('caseId' in event.data) this.#quoted.add(JSON.stringify(event.data.caseId));
    this.entries.push({ event, flaws: [...this.#flawsOfEnvelope(event), ...this.#flawsOfOrder(event), ...untimely] });
  }

  #names({ dataText, metaText }: RecordedEvent): boolean {
    return [...this.#quoted].some(id => metaText.includes(id) || dataText.includes(id));
  }

  /** Acts of its panel, but for those about another unit or about other projects. */
  #isOfPanel({ data }: DomainEvent): boolean {
    const { panelId, uscc, projectId, projects } = data as OfPanel;
    if (panelId === undefined || !this.#panels.has(panelId)) return false;
    return projectId === undefined && projects === undefined && (uscc === undefined || uscc === this.#uscc);
  }

  #flawsOfEnvelope(event: RecordedEvent): string[] {
    const { actor, basis } = event.meta;
    const unheld = this.#roles.held(actor, recordedOn(event)) ? [] : [`账户当日不具有“${ROLE_WORDS[actor.role]}”角色`];
    const uncitable = basis.filter(each => !isCitable(each)).map(each => `所引依据不存在：${JSON.stringify(each)}`);
    return [...unheld, ...uncitable];
  }

  /** The project's own stream has no gap and no act that was recorded before the one that it follows. */
  #flawsOfOrder(event: RecordedEvent): string[] {
    if (event.streamId !== projectStream(this.#projectId)) return [];
    const before = this.#last;
    this.#last = event;
    const expected = before ? before.revision + 1 : 0;
    const gap = event.revision === expected ? [] : [`项目事件流缺少第${expected}至${event.revision - 1}号事件`];
    const backwards = before && event.meta.recordedAt < before.meta.recordedAt ? ['记录时间早于前一事件'] : [];
    return [...gap, ...backwards];
  }
}

/** Kinds that stand in a panel's stream or name one. */
const PANEL_TYPES: ReadonlySet<string> = new Set([...panelEventTypes, ...evaluationEventTypes].map(({ type }) => type));

/** The organisation an actor acts for, by name where one is known. */
function organisationOf({ role, orgId }: Actor): string | NameReference {
  if (role === 'UNIT') return unitNamed(orgId);
  if ((RECOMMENDING_ROLES as readonly Role[]).includes(role)) return body(orgId);
  return role === 'TPO' ? orgId : ROLE_WORDS[role];
}

function isCitable(basis: LegalBasis): boolean {
  return !('article' in basis) || (ARTICLE_IDS as readonly string[]).includes(basis.article);
}

/** Files and digests an act rests on, whether the envelope or the event itself carries them. */
function evidenceOf({ data, meta }: RecordedEvent): string {
  const { evidence, sha256, name, materialsRoot } = data as {
    readonly evidence?: readonly Evidence[];
    readonly sha256?: string;
    readonly name?: string;
    readonly materialsRoot?: string;
  };
  return [
    ...[...(meta.evidence ?? []), ...(evidence ?? [])].map(each => `${each.name}（${each.sha256}）`),
    ...(sha256 === undefined ? [] : [`${name ?? '文件'}（${sha256}）`]),
    ...(materialsRoot === undefined ? [] : [`材料摘要（${materialsRoot}）`]),
  ].join('；');
}

function rowOf({ event, flaws }: Entry): ReportRow<Column> {
  const { actor, basis, recordedAt } = event.meta;
  return {
    fault: flaws.length > 0,
    says: zh`${act(event)}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      effectiveAt: happeningOf(event),
      recordedAt: shanghaiMinute(recordedAt),
      person: accountNamed(actor.accountId),
      organisation: organisationOf(actor),
      role: ROLE_WORDS[actor.role],
      type: catalogue.get(event.type)?.title ?? event.type,
      basis: basis.map(basisLabel).join('、'),
      evidence: evidenceOf(event),
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}

export const actsOnProject = declareReport({
  number: 1,
  name: 'ReportActsOnProject',
  title: '项目全程行为',
  question:
    '谁对项目做了什么、次序、依据和证据 (Who did what to a project, in order, under which article, with which evidence?)',
  allow: OVERSIGHT,
  validTime: 'as-recorded',
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters,
  columns,
  begin({ project: projectId }, { hadHappened }) {
    const acts = new ActsOn(projectId);
    return {
      wants: acts.wants,
      take: event => acts.take(event),
      findings(): Findings<Column> {
        const rows = acts.entries.filter(({ event }) => hadHappened(event)).map(rowOf);
        if (rows.length === 0) return { verdict: zh`日志中没有关于项目 ${projectId} 的行为。`, rows };
        const faults = faultsAmong(rows);
        const sound = '身份、依据和次序均无问题';
        return {
          verdict: zh`关于《${projectNamed(projectId)}》共有${rows.length}项行为，${faults > 0 ? `其中${faults}项有问题` : sound}。`,
          rows,
        };
      },
    };
  },
});

/** Where an act leaves the project (domain 1.5). */
const STATES: Readonly<Partial<Record<DomainEvent['type'], string>>> = {
  'application.started': '填报中',
  'application.submitted': '已提交',
  'application.returned': '已退回',
  'application.withdrawn': '已撤回',
  'truthfulness.verified': '已核实',
  'project.recommended': '已推荐',
  'project.not-recommended': '不予推荐',
  'project.held': '暂缓立项',
  'held-project.decided': '暂缓后已决定',
  'project.approved': '已通过立项审核',
  'project.rejected': '未通过立项审核',
  'project.listed': '已列入项目计划',
  'implementation-plan.submitted': '实施中',
  'project.completed': '已完成',
  'project.terminated': '已终止',
  'results.submitted': '已提交成果',
  'results.withdrawn': '已撤回成果',
  'result.recommended': '成果已推荐',
  'result.not-recommended': '成果不予推荐',
  'technical-evaluation.completed': '已完成技术评定',
  'excellent-list.proposed': '已列入建议名单',
  'excellent-result.recognised': '已认定为优秀成果',
  'excellent-results.published': '已公布为优秀成果',
  'fraud-decision.taken': '已撤销认定',
  'revocation.overturned': '撤销决定已撤销',
};

/** What had happened on a day, in the order in which it happened. */
function happenedBy(day: CivilDate, entries: readonly Entry[]): readonly Entry[] {
  const { hadHappened } = viewAt(day);
  const byEvent = new Map(entries.map(entry => [entry.event, entry]));
  return inOrderOfHappening([...byEvent.keys()].filter(hadHappened)).flatMap(event => byEvent.get(event) ?? []);
}

export const projectOnDay = declareReport({
  number: 2,
  name: 'ReportProjectOnDay',
  title: '项目在某日的状况',
  question:
    '截至某日所知、某日有效的项目行为和状态 (What of a project is valid on a day, as known on another? `on` is valid time, `asOf` recorded time)',
  allow: OVERSIGHT,
  validTime: { none: '本题的有效时间由 on 指定 (its valid time is `on`)' },
  material: { none: '只说谁做了什么，不说材料写了什么 (acts, not what the material says)' },
  parameters: z.strictObject({
    ...parameters.shape,
    on: dateSchema.meta({ description: '有效日期：该日终了前发生的行为 (valid time)' }),
  }),
  columns,
  begin({ project: projectId, on }) {
    const acts = new ActsOn(projectId);
    return {
      wants: acts.wants,
      take: event => acts.take(event),
      findings(): Findings<Column> {
        const entries = happenedBy(on, acts.entries);
        const rows = entries.map(rowOf);
        if (rows.length === 0)
          return { verdict: zh`截至所查时点，没有 ${on} 前发生的关于项目 ${projectId} 的行为。`, rows };
        const state = entries.map(({ event }) => STATES[event.type]).findLast(each => each !== undefined) ?? '尚无状态';
        const learntLater = entries.filter(({ event }) => recordedOn(event) > on).length;
        return {
          verdict: zh`截至所查时点所知，《${projectNamed(projectId)}》在 ${on} 的状态为“${state}”，此前发生的行为${rows.length}项，其中${learntLater}项在该日之后才录入。`,
          rows,
        };
      },
    };
  },
});
