/** Reports of the supervisor's pack, asked of the log: walked page by page up to a cut, then told with names. */
import type { z } from 'zod';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { RecordedEvent, Role } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { type MaterialKind, materialIn, type Owned } from '../../events/rules/material.ts';
import { projections } from '../index.ts';
import type { EventLog, Reader, TypedLog } from '../ports.ts';
import { handlersByType } from '../row-changes.ts';
import { type AsOf, asOfWanted, Horizon, isWithin, lastDayOf } from './as-of.ts';
import { calledIn } from './called.ts';
import type { Answered } from './export.ts';
import { reports } from './index.ts';
import { NamesOfLog, teller } from './names.ts';
import {
  type AnyReport,
  type asOfSchema,
  type Findings,
  faultsAmong,
  type LedgerVerdict,
  type NarratedText,
  type ReadModelAccount,
  type ReportRow,
  reference,
} from './report.ts';
import { inOrderOfHappening, type validAtSchema, viewAt } from './valid-time.ts';

/** Work goes on between two pieces; to be awaited. */
type Pause = () => Promise<void> | undefined;

export interface ReportPorts {
  readonly log: Pick<EventLog, 'readAll' | 'head'> & TypedLog;
  readonly reader: Pick<Reader, 'open' | 'checkpoints' | 'marks' | 'quarantine'>;
  /** What the verifier of bundles says of the whole log; undefined before the first checkpoint. */
  readonly judge?: () => Promise<LedgerVerdict | undefined>;
  /** Between pages of the log; the command line keeps nobody waiting. */
  readonly pause?: Pause;
}

/** Who asks; without accounts it is whoever runs the installation, at the command line. */
export interface Asker {
  readonly role: Role;
  /** All accounts of the person who asks. */
  readonly accounts?: ReadonlySet<string>;
  /** Is told what the answer shows of material, before it is given. */
  readonly opens?: (kind: MaterialKind, owned: Owned) => void;
}

export interface Asked {
  readonly parameters: object;
  readonly asOf?: z.infer<typeof asOfSchema> | undefined;
  readonly validAt?: z.infer<typeof validAtSchema> | undefined;
}

/** Events that are looked at, or rows that are told, without a pause: some milliseconds of work. */
const PAGE = 100;

/** To be awaited before each of many things: a pause after every {@link PAGE} of them. */
const pausing = (pause: Pause | undefined) => (at: number) => (at % PAGE === PAGE - 1 ? pause?.() : undefined);

/** A report by its number; undefined for one that is not there. */
export function reportNumbered(number: number): AnyReport | undefined {
  return reports.find(report => report.number === number);
}

/**
 * Walks the log once up to where is asked and tells the findings with names. Throws what the store throws; an event
 * that cannot be read is a finding.
 */
export async function answerReport(
  report: AnyReport,
  asked: Asked,
  asker: Asker,
  ports: ReportPorts,
): Promise<Answered> {
  const { reader } = ports;
  const { cut, findings, names } = await investigate(report, asked, { asker, ...ports });
  tellShown(report, findings, asker);
  const say = await teller(findings, names, reader);
  return {
    number: report.number,
    title: report.title,
    question: report.question,
    parameters: { ...asked.parameters },
    asOf: {
      position: cut.upTo,
      ...(cut.recordedBefore !== undefined && { recordedBefore: cut.recordedBefore }),
      ...(asked.validAt !== undefined && { validAt: asked.validAt }),
    },
    verdict: `${asked.validAt === undefined ? '' : `有效时间 ${asked.validAt}：`}${say(findings.verdict)}`,
    faults: faultsAmong(findings.rows),
    columns: { ...report.columns },
    rows: await told(findings.rows, say, ports.pause),
    called: await calledIn(findings.rows, names, reader),
  };
}

async function told(
  rows: readonly ReportRow[],
  say: (text: NarratedText) => string,
  pause: Pause | undefined,
): Promise<Answered['rows']> {
  const all: Answered['rows'] = [];
  for (const { fault, says, cells, rests } of rows) {
    if (all.length % PAGE === 0) await pause?.();
    all.push({
      fault,
      says: say(says),
      cells: Object.fromEntries(
        Object.entries(cells).map(([key, cell]) => [key, typeof cell === 'object' ? say([cell]) : cell]),
      ),
      rests: rests.map(each => ({ ...each })),
    });
  }
  await pause?.();
  return all;
}

function tellShown({ material }: AnyReport, { rows }: Findings, { opens }: Asker): void {
  if (!opens || !material || 'none' in material) return;
  for (const owned of rows.flatMap(({ shows = [] }) => shows)) opens(material.kind, owned);
}

/** Lets the log pass by the report up to the cut, and takes down what the report has found and how all are named. */
async function investigate(
  report: AnyReport,
  { parameters, asOf, validAt }: Asked,
  { asker, ...ports }: ReportPorts & { readonly asker: Asker },
): Promise<{ readonly cut: AsOf; readonly findings: Findings; readonly names: NamesOfLog }> {
  const { log, reader } = ports;
  const newest = asOf === undefined ? await log.newest() : undefined;
  const cut = asOf === undefined ? { upTo: newest?.position ?? START } : await asOfWanted(asOf, log);
  const readModels = report.countsAll ? await accountsOf(ports) : [];
  const quarantine = report.countsAll ? await reader.quarantine() : [];
  const { day, ...view } = viewAt(validAt);
  const ledger = report.judgesLedger ? await ports.judge?.() : undefined;
  const inquiry = report.begin(parameters, { upTo: cut.upTo, ...view, readModels, quarantine, ledger });
  const names = new NamesOfLog(pausing(ports.pause));
  const horizon = new Horizon(cut);
  const logWalk = new LogWalk();
  let undeclared = false;
  /** Kept back where the past is to be told again as it happened. */
  const happened: DomainEvent[] | undefined =
    validAt !== undefined && report.validTime === 'as-happened' ? [] : undefined;
  const look = (event: DomainEvent) => {
    const isShown = () => report.countsAll || (isWithin(event, cut, horizon) && maySee(asker, event));
    if (!inquiry.wants(event) || !isShown()) return;
    if (!report.material && materialIn(event.type)) undeclared = true;
    if (!happened) inquiry.take(event);
    else if (view.hadHappened(event)) happened.push(event);
  };
  let last = newest;
  // What was known at an earlier moment is found by walking the whole log; of the log of now, what nobody wants is not read.
  const types = newest && inquiry.types ? [...inquiry.types, ...names.types] : undefined;
  await walk(ports, { until: report.countsAll ? await log.head() : cut.upTo, types }, event => {
    horizon.pass(event);
    inquiry.pass?.(event);
    if (asOf !== undefined && comparePositions(event.position, cut.upTo) <= 0) last = event;
    if (isWithin(event, cut, horizon)) names.take(event);
    // Counted by its place and kind alone.
    if (report.countsAll && !names.takes(event.type)) return logWalk.of(event, look);
    // Nothing else of the log is even looked at.
    if (!concerns(inquiry, event)) return;
    const fault = event.fault?.of === 'kind' ? undefined : event.fault;
    if (!fault) return logWalk.of(event, look);
    if (report.countsAll) inquiry.take(event as DomainEvent);
    if (isToldOf(asker, event, cut, horizon)) logWalk.setAside(event, fault.reason);
  });
  await ports.pause?.();
  for (const event of inOrderOfHappening(happened ?? [])) logWalk.of(event, each => inquiry.take(each));
  if (undeclared) throw new Error(`report ${report.number} does not say what of material it shows`);
  const findings = inquiry.findings(day ?? lastDayOf(cut, last));
  return { cut, findings: withUnreadable(findings, logWalk.unreadable), names };
}

/** An event that cannot be read neither stops a report nor goes unsaid. */
class LogWalk {
  readonly unreadable: ReportRow[] = [];

  setAside(event: RecordedEvent, reason: unknown): void {
    this.unreadable.push(unreadableRow(event, reason));
  }

  of(event: RecordedEvent, take: (event: DomainEvent) => void): void {
    try {
      take(event as DomainEvent);
    } catch (error) {
      this.setAside(event, error);
    }
  }
}

/** Whether a report looks at an event; one that it cannot tell of may be. */
function concerns(inquiry: ReturnType<AnyReport['begin']>, event: RecordedEvent): boolean {
  try {
    return inquiry.wants(event);
  } catch {
    return true;
  }
}

/** Without its surroundings nobody knows who may hear of an event: the supervisor alone does. */
function isToldOf(asker: Asker, event: RecordedEvent, cut: AsOf, horizon: Horizon): boolean {
  if (event.fault?.of !== 'meta') return isWithin(event, cut, horizon) && maySee(asker, event);
  return asker.role === 'SUP' && comparePositions(event.position, cut.upTo) <= 0;
}

interface Way {
  readonly until: Position;
  /** All unless told. */
  readonly types: readonly string[] | undefined;
}

async function walk(
  { log, pause }: ReportPorts,
  { until, types }: Way,
  look: (event: RecordedEvent) => void,
): Promise<void> {
  const pauseAt = pausing(pause);
  for (let after = START; comparePositions(after, until) < 0; ) {
    await pause?.();
    const { events, reached, isEnd } = types ? await log.readTypes(types, after) : await pageOfAll(log, after);
    for (const [at, event] of events.entries()) {
      await pauseAt(at);
      if (comparePositions(event.position, until) <= 0) look(event);
    }
    if (isEnd) return;
    after = reached;
  }
}

async function pageOfAll(log: ReportPorts['log'], after: Position): ReturnType<TypedLog['readTypes']> {
  const events = await log.readAll(after, PAGE);
  return { events, reached: events.at(-1)?.position ?? after, isEnd: events.length === 0 };
}

/** Cases about staff are for the supervising body alone, and there not for the person concerned (art-26). */
function maySee({ role, accounts }: Asker, { type, meta }: RecordedEvent): boolean {
  if (meta.visibility !== 'case-only') return true;
  if (role !== 'SUP') return false;
  return type === 'material.accessed' || !(meta.about.accountId && accounts?.has(meta.about.accountId));
}

async function accountsOf({ reader, pause }: ReportPorts): Promise<ReadModelAccount[]> {
  const accounts: ReadModelAccount[] = [];
  for (const checkpoint of await reader.checkpoints()) {
    const projection = projections.find(({ name }) => name === checkpoint.projection);
    const foldsOf = projection && handlersByType(projection);
    await pause?.();
    const marks = checkpoint.state === 'live' ? await reader.marks(checkpoint) : [];
    accounts.push({ checkpoint, takes: type => (foldsOf?.(type).length ?? 0) > 0, marks });
  }
  return accounts;
}

function unreadableRow(event: RecordedEvent, error: unknown): ReportRow {
  const says = [`位置 ${event.position} 的事件 ${event.type} 无法读取：${String(error)}`];
  return { fault: true, says, cells: {}, rests: [reference(event)] };
}

function withUnreadable({ verdict, rows }: Findings, unreadable: readonly ReportRow[]): Findings {
  if (unreadable.length === 0) return { verdict, rows };
  return { verdict: [...verdict, `另有${unreadable.length}个事件无法读取。`], rows: [...rows, ...unreadable] };
}
