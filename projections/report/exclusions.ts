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
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { comparePositions, creditCodeSchema } from '../../events/ids.ts';
import { excellentResultRecognised } from '../../events/recognition.ts';
import { type CivilDate, dateSchema } from '../../events/time.ts';
import { applicationBanImposed, applicationBanLifted, unitSuccessorRecorded } from '../../events/unit.ts';
import { OVERSIGHT } from '../query.ts';
import { act, among, faultsAmong, type Reference, type Row, reference, report, type Text, unit, zh } from './report.ts';

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

interface Ban {
  readonly uscc: string;
  readonly decision: string;
  /** What lifts it: the decision's number, or the case it was taken in. */
  readonly origin: string;
  readonly from: CivilDate;
  readonly lastDay: CivilDate;
  readonly rests: Reference[];
  liftedFrom?: CivilDate;
}

/** The exclusions and the lineage of units (D-32), as far as the log has been read. */
class Exclusions {
  readonly bans: Ban[] = [];
  readonly #predecessors: { readonly uscc: string; readonly of: string; readonly from: CivilDate }[] = [];

  take(event: DomainEvent): void {
    switch (event.type) {
      case 'unit.application-ban-imposed': {
        const { uscc, decision, from, lastDay } = event.data;
        this.bans.push({ uscc, decision, origin: decision, from, lastDay, rests: [reference(event)] });
        break;
      }
      case 'fraud-decision.taken': {
        const { uscc, caseId, circulation, ban } = event.data;
        this.bans.push({
          uscc,
          decision: circulation.document,
          origin: caseId,
          ...ban,
          rests: [reference(event)],
        });
        break;
      }
      case 'unit.application-ban-lifted':
        this.#lift(event.data.uscc, event.data.decision, event.data.from, event);
        break;
      case 'revocation.overturned':
        this.#lift(event.data.uscc, event.data.caseId, event.data.from, event);
        break;
      case 'unit.successor-recorded': {
        const { uscc, predecessor, effectiveOn } = event.data;
        this.#predecessors.push({ uscc: predecessor, of: uscc, from: effectiveOn });
        break;
      }
    }
  }

  /** The ban that holds for a unit on a day, its own or one of a unit that it succeeds to. */
  on(uscc: string, day: CivilDate): Ban | undefined {
    const line = new Set([uscc]);
    for (const each of line) {
      for (const predecessor of this.#predecessors) {
        if (predecessor.of === each && predecessor.from <= day) line.add(predecessor.uscc);
      }
    }
    return this.bans.find(ban => line.has(ban.uscc) && holds(ban, day));
  }

  #lift(uscc: string, origin: string, from: CivilDate, event: DomainEvent): void {
    for (const ban of this.bans) {
      if (ban.uscc !== uscc || ban.origin !== origin) continue;
      ban.liftedFrom = from;
      ban.rests.push(reference(event));
    }
  }
}

function holds({ from, lastDay, liftedFrom }: Ban, day: CivilDate): boolean {
  return from <= day && day <= lastDay && !(liftedFrom !== undefined && liftedFrom <= day);
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

/** A gate that was passed, with what was known of an exclusion at that moment. */
interface Passage {
  readonly event: DomainEvent;
  readonly uscc: string;
  readonly projectId: string;
  readonly day: CivilDate;
  readonly ban: Ban | undefined;
  /** Why the gate could be passed in spite of the ban, if there is a reason. */
  readonly because: string | undefined;
}

export const exclusionsAndGates = report({
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
      wants: among([
        ...GATES,
        heldProjectDecided,
        applicationBanImposed,
        applicationBanLifted,
        fraudDecisionTaken,
        revocationOverturned,
        unitSuccessorRecorded,
      ]),
      take(event) {
        if (event.type === 'application.started') units.set(event.data.projectId, event.data.uscc);
        if (event.type === 'held-project.decided' && event.data.decision === 'proceed') {
          proceeding.add(event.data.projectId);
        }
        exclusions.take(event);
        if (isGate(event)) pass(event);
      },
      findings(today) {
        const day = on ?? today;
        const held = exclusions.bans.filter(ban => asked === undefined || isOfLine(exclusions, asked, ban, day));
        const rows = [
          ...held.map(ban => banRow(ban, day)),
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

function isOfLine(exclusions: Exclusions, uscc: string, ban: Ban, day: CivilDate | undefined): boolean {
  return ban.uscc === uscc || (day !== undefined && exclusions.on(uscc, day) === ban);
}

function banRow(ban: Ban, day: CivilDate | undefined): Row<Column> {
  const holding = day !== undefined && holds(ban, day);
  return {
    fault: false,
    says: zh`${unit(ban.uscc)}依${ban.decision}自${ban.from}起至${ban.lastDay}不接受申报${ban.liftedFrom === undefined ? '' : `，自${ban.liftedFrom}起解除`}；${day ?? '所问日期'}${holding ? '处于' : '不处于'}该期间`,
    cells: {
      kind: '不接受申报',
      unit: ban.uscc,
      project: '',
      day: day ?? '',
      decision: ban.decision,
      from: ban.from,
      lastDay: ban.lastDay,
      liftedFrom: ban.liftedFrom ?? '',
    },
    rests: ban.rests,
  };
}

/** Told as it happened, a ban may come before a gate that was passed when nobody had recorded it yet. */
function isKnownTo(event: DomainEvent, { rests: [imposed] }: Ban): boolean {
  return imposed !== undefined && comparePositions(imposed.position, event.position) < 0;
}

/** A ban that was recorded after the gate, but held by then, is no fault of the gate, and yet to be seen. */
function passageRows(passage: Passage, exclusions: Exclusions): Row<Column>[] {
  const { event, uscc, projectId, day, because } = passage;
  const ban = passage.ban ?? exclusions.on(uscc, day);
  if (!ban) return [];
  const remark = passage.ban && isKnownTo(event, ban) ? because : '办理时处理决定尚未登记';
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
        liftedFrom: ban.liftedFrom ?? '',
      },
      rests: [reference(event), ...ban.rests],
    },
  ];
}

function verdictOf(
  asked: string | undefined,
  day: CivilDate | undefined,
  exclusions: Exclusions,
  faults: number,
): Text {
  const passed = faults > 0 ? `有${faults}个环节在该期间内仍予通过` : '没有环节在该期间内违规通过';
  if (day === undefined) return zh`日志中没有相关记录；${passed}。`;
  if (asked === undefined) {
    const banned = new Set(exclusions.bans.filter(ban => holds(ban, day)).map(({ uscc }) => uscc)).size;
    return zh`${day} 处于不接受申报期间的单位${banned}家；${passed}。`;
  }
  const ban = exclusions.on(asked, day);
  const state = ban ? `处于不接受申报期间（${ban.decision}，${ban.from}至${ban.lastDay}）` : '不处于不接受申报期间';
  return zh`${unit(asked)}于 ${day} ${state}；${passed}。`;
}
