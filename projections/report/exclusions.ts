/** Question 11: was unit U excluded on a day, and did any gate pass in spite of it (art-25, DL-3)? */
import { z } from 'zod';
import {
  applicationStarted,
  applicationSubmitted,
  eligibilityConfirmed,
  heldProjectDecided,
  projectApproved,
  projectListed,
  projectRecommended,
} from '../../events/application.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { comparePositions, creditCodeSchema } from '../../events/ids.ts';
import { excellentResultRecognised } from '../../events/recognition.ts';
import {
  type BanEvent,
  type Bans,
  banEventTypes,
  banOn,
  bansAfter,
  bansOf,
  type HeldBan,
  holdsOn,
} from '../../events/rules/bans.ts';
import { type CivilDate, dateSchema } from '../../events/time.ts';
import { OVERSIGHT } from '../query.ts';
import {
  act,
  among,
  declareReport,
  faultsAmong,
  type NarratedText,
  only,
  type Reference,
  type ReportRow,
  reference,
  unitNamed,
  zh,
} from './report.ts';

const columns = {
  kind: '类别',
  unit: '单位',
  project: '项目编号',
  day: '日期',
  decision: '处理决定',
  from: '起',
  lastDay: '止',
  liftedFrom: '解除自',
} as const;
type Column = keyof typeof columns;

/** The exclusions and the lineage of units (D-32), as far as the log has been read, with the events they rest on. */
class Exclusions {
  #bans: Bans = {};
  /** By {@link keyOf}, in the order in which the bans were imposed. */
  readonly #rests = new Map<string, Reference[]>();

  take(event: BanEvent & DomainEvent): void {
    const { uscc } = event.data;
    const before = this.#bans[uscc]?.bans ?? [];
    this.#bans = bansAfter(this.#bans, event);
    for (const ban of this.#bans[uscc]?.bans ?? []) {
      if (before.includes(ban)) continue;
      const key = keyOf({ ...ban, uscc });
      this.#rests.set(key, [...(this.#rests.get(key) ?? []), reference(event)]);
    }
  }

  /** All, in the order in which they were imposed. */
  all(): readonly HeldBan[] {
    const order = [...this.#rests.keys()];
    return Object.entries(this.#bans)
      .flatMap(([uscc, { bans }]) => bans.map(ban => ({ ...ban, uscc })))
      .sort((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b)));
  }

  /** The bans of a unit itself, and those of its line that hold on a day. */
  of(uscc: string, day: CivilDate): readonly HeldBan[] {
    return bansOf(this.#bans, uscc, day).filter(ban => ban.uscc === uscc || holdsOn(ban, day));
  }

  /** The ban that holds for a unit on a day, its own or one of a unit that it succeeds to. */
  on(uscc: string, day: CivilDate): HeldBan | undefined {
    return banOn(this.#bans, uscc, day);
  }

  restsOf(ban: HeldBan): readonly Reference[] {
    return this.#rests.get(keyOf(ban)) ?? [];
  }

  /** What is known of a ban by now: it may have been lifted since. */
  now(ban: HeldBan): HeldBan {
    return { ...ban, ...this.#bans[ban.uscc]?.bans.find(each => keyOf({ ...each, uscc: ban.uscc }) === keyOf(ban)) };
  }
}

/** Tells a ban from all others: whose it is, by which decision, from which day. */
function keyOf({ uscc, caseId, decision, from }: HeldBan): string {
  return `${uscc} ${from} ${caseId ?? decision}`;
}

const GATES = [
  applicationStarted,
  applicationSubmitted,
  projectRecommended,
  eligibilityConfirmed,
  projectApproved,
  projectListed,
  excellentResultRecognised,
] as const;
const isGate = among(GATES);
const isBan = among(banEventTypes);

/** A gate that was passed, with what was known of an exclusion at that moment. */
interface Passage {
  readonly event: DomainEvent;
  readonly uscc: string;
  readonly projectId: string;
  readonly day: CivilDate;
  readonly ban: HeldBan | undefined;
  /** Why the gate could be passed in spite of the ban, if there is a reason. */
  readonly because: string | undefined;
}

export const exclusionsAndGates = declareReport({
  number: 11,
  name: 'ReportExclusions',
  title: '不接受申报期间与各环节',
  question:
    '单位在某日是否处于不接受申报期间、有无环节仍予通过 (Was the unit banned on a day; did any gate pass in spite of it?)',
  allow: OVERSIGHT,
  validTime: 'as-happened',
  material: { none: '只说限制期内的办理 (acts within an exclusion)' },
  parameters: z.strictObject({
    unit: creditCodeSchema.optional().meta({ description: '统一社会信用代码；缺省为全部单位' }),
    on: dateSchema.optional().meta({ description: '所问日期；缺省为截至时点的当日' }),
  }),
  columns,
  begin({ unit: asked, on }, { dayOf }) {
    const exclusions = new Exclusions();
    const units = new Map<string, string>();
    const proceeding = new Set<string>();
    const passages: Passage[] = [];

    function pass(event: DomainEvent): void {
      const { projectId } = event.data as { readonly projectId: string };
      const uscc = units.get(projectId) ?? event.meta.about.uscc;
      if (uscc === undefined || (asked !== undefined && uscc !== asked)) return;
      const day = dayOf(event);
      const ban = exclusions.on(uscc, day);
      passages.push({ event, uscc, projectId, day, ban, because: ban && excuseOf(event, projectId, proceeding) });
    }

    return {
      ...only([...GATES, heldProjectDecided, ...banEventTypes]),
      take(event) {
        if (event.type === 'application.started') units.set(event.data.projectId, event.data.uscc);
        if (event.type === 'held-project.decided' && event.data.decision === 'proceed') {
          proceeding.add(event.data.projectId);
        }
        if (isBan(event)) exclusions.take(event as BanEvent & DomainEvent);
        if (isGate(event)) pass(event);
      },
      findings(today) {
        const day = on ?? today;
        const held = asked === undefined ? exclusions.all() : exclusions.of(asked, day ?? '');
        const rows = [
          ...held.map(ban => banRow(ban, day, exclusions.restsOf(ban))),
          ...passages.flatMap(passage => passageRows(passage, exclusions)),
        ];
        return { verdict: verdictOf(asked, day, exclusions, faultsAmong(rows)), rows };
      },
    };
  },
});

/** art-25 bars new applications; what was under way goes on when a person has decided so (D-33), or is flagged (art-21). */
function excuseOf(event: DomainEvent, projectId: string, proceeding: ReadonlySet<string>): string | undefined {
  if (event.type === 'excellent-result.recognised') return event.meta.deviations?.length ? '已标注偏离' : undefined;
  if (event.type === 'application.started' || event.type === 'application.submitted') return undefined;
  return proceeding.has(projectId) ? '暂缓后经决定继续' : undefined;
}

function banRow(ban: HeldBan, day: CivilDate | undefined, rests: readonly Reference[]): ReportRow<Column> {
  const holding = day !== undefined && holdsOn(ban, day);
  return {
    fault: false,
    says: zh`${unitNamed(ban.uscc)}依${ban.decision}自${ban.from}起至${ban.lastDay}不接受申报${ban.lifted ? `，自${ban.lifted.from}起解除` : ''}；${day ?? '所问日期'}${holding ? '处于' : '不处于'}该期间`,
    cells: {
      kind: '不接受申报',
      unit: ban.uscc,
      project: '',
      day: day ?? '',
      decision: ban.decision,
      from: ban.from,
      lastDay: ban.lastDay,
      liftedFrom: ban.lifted?.from ?? '',
    },
    rests,
  };
}

/** Told as it happened, a ban may come before a gate that was passed when nobody had recorded it yet. */
function isKnownTo(event: DomainEvent, [imposed]: readonly Reference[]): boolean {
  return imposed !== undefined && comparePositions(imposed.position, event.position) < 0;
}

/** A ban that was recorded after the gate, but held by then, is no fault of the gate, and yet to be seen. */
function passageRows(passage: Passage, exclusions: Exclusions): ReportRow<Column>[] {
  const { event, uscc, projectId, day, because } = passage;
  const held = passage.ban ?? exclusions.on(uscc, day);
  if (!held) return [];
  const [ban, basis] = [exclusions.now(held), exclusions.restsOf(held)];
  const remark = passage.ban && isKnownTo(event, basis) ? because : '办理时处理决定尚未登记';
  return [
    {
      fault: remark === undefined,
      says: zh`${act(event)}。当日该单位处于不接受申报期间（${ban.decision}），${remark ?? '仍予通过'}`,
      cells: {
        kind: remark ?? '期间内仍予通过',
        unit: uscc,
        project: projectId,
        day,
        decision: ban.decision,
        from: ban.from,
        lastDay: ban.lastDay,
        liftedFrom: ban.lifted?.from ?? '',
      },
      rests: [reference(event), ...basis],
    },
  ];
}

function verdictOf(
  asked: string | undefined,
  day: CivilDate | undefined,
  exclusions: Exclusions,
  faults: number,
): NarratedText {
  const passed = faults > 0 ? `有${faults}个环节在该期间内仍予通过` : '没有环节在该期间内违规通过';
  if (day === undefined) return zh`日志中没有相关记录；${passed}。`;
  if (asked === undefined) {
    const banned = new Set(
      exclusions
        .all()
        .filter(ban => holdsOn(ban, day))
        .map(({ uscc }) => uscc),
    ).size;
    return zh`${day} 处于不接受申报期间的单位${banned}家；${passed}。`;
  }
  const ban = exclusions.on(asked, day);
  const state = ban ? `处于不接受申报期间（${ban.decision}，${ban.from}至${ban.lastDay}）` : '不处于不接受申报期间';
  return zh`${unitNamed(asked)}于 ${day} ${state}；${passed}。`;
}
