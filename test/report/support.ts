/** Reports asked of a story: events as they would stand in the log, each in its own stream. */
import type { Actor, Meta, RecordedEvent, Role } from '../../events/envelope.ts';
import { type AccountId, comparePositions, type Position, START, type StreamId } from '../../events/ids.ts';
import type { Checkpoint, Quarantined } from '../../projections/ports.ts';
import { type Asker, answerReport, type ReportPorts, reportNumbered } from '../../projections/report/answer.ts';
import type { Answered } from '../../projections/report/export.ts';
import { askingSchema } from '../../projections/report/report.ts';
import { logOf, type Told, told } from '../support/fold.ts';

export const YEAR = 2024;
export const PROJECT = '2024-7k3m9qwz';
export const UNIT = '91350100M000100Y43';
export const BODY = 'district-binhai';

export const actorOf = (accountId: string, role: Role, orgId: string): Actor => ({
  accountId: accountId as AccountId,
  role,
  orgId,
});
const SYSTEM = actorOf('system', 'SYS', 'system');
export const OFFICER = actorOf('msr.chen', 'MSR', 'msr');
export const APPLICANT = actorOf('haihe.zhang', 'UNIT', UNIT);
export const VERIFIER = actorOf('binhai.liu', 'REC-D', BODY);
export const THIRD_PARTY = actorOf('tpo.wu', 'TPO', 'tpo-2024');

/** An account with one role, from before the story begins. */
export function holder({ accountId, role, orgId }: Actor): Told {
  const grant = { role, orgId, orgName: `单位${orgId}`, from: '2024-01-01' };
  const name = { subject: `account-${accountId}`, sealed: 'c2VhbGVkLXNlYWxlZC1zZWFsZWQtc2VhbGVkLXNlYWxlZA' };
  return told('account.registered', { accountId, name, grant } as never, { actor: SYSTEM });
}

/** Everybody who acts below. */
export const PEOPLE: readonly Told[] = [OFFICER, APPLICANT, VERIFIER, THIRD_PARTY].map(holder);

/** The story as a log: one event a day, revisions counted in each stream. */
export function story(...parts: readonly (Told | readonly Told[])[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  return logOf(parts.flat() as readonly Told[]).map(event => {
    const streamId = streamOf(event);
    const revision = (revisions.get(streamId) ?? -1) + 1;
    revisions.set(streamId, revision);
    return { ...event, streamId, revision };
  });
}

function streamOf({ type, data }: RecordedEvent): StreamId {
  const { projectId } = data as { readonly projectId?: string };
  return (projectId === undefined ? `about-${type}` : `project-${projectId}`) as StreamId;
}

/** The log with one envelope changed, as nobody could through the API. */
export function altered(
  log: readonly RecordedEvent[],
  type: string,
  change: Partial<Meta> & { readonly backdated?: true },
): RecordedEvent[] {
  if (!log.some(event => event.type === type)) throw new Error(`no ${type} in the story`);
  return log.map(event => {
    if (event.type !== type) return event;
    const meta = { ...event.meta, ...change };
    return { ...event, meta, metaText: JSON.stringify(meta) };
  });
}

export interface Asking {
  readonly asOf?: string;
  readonly validAt?: string;
  readonly asker?: Asker;
  /** Names by subject; a subject that is missing has been erased. */
  readonly names?: Readonly<Record<string, string>>;
  readonly checkpoints?: readonly Checkpoint[];
  readonly quarantine?: readonly Quarantined[];
}

export function portsOf(
  log: readonly RecordedEvent[],
  { names = {}, checkpoints = [], quarantine = [] }: Asking = {},
): ReportPorts {
  return {
    log: {
      head: async () => log.at(-1)?.position ?? START,
      newest: async () => log.at(-1),
      readAll: async (after: Position, limit: number) =>
        log.filter(({ position }) => comparePositions(position, after) > 0).slice(0, limit),
      readTypes: async (types: readonly string[], after: Position) => ({
        events: log.filter(({ position, type }) => types.includes(type) && comparePositions(position, after) > 0),
        reached: log.at(-1)?.position ?? after,
        isEnd: true,
      }),
    },
    reader: {
      open: async ({ subject }) => names[subject],
      checkpoints: async () => checkpoints,
      quarantine: async () => quarantine,
      marks: async () => [],
    },
  };
}

export async function ask(
  number: number,
  parameters: object,
  log: readonly RecordedEvent[],
  asking: Asking = {},
): Promise<Answered> {
  const report = reportNumbered(number);
  if (!report) throw new Error(`no report ${number}`);
  const { asOf, validAt } = asking;
  const { asOf: upTo, validAt: at, ...rest } = askingSchema(report).parse({ ...parameters, asOf, validAt });
  const asked = { parameters: rest, asOf: upTo, validAt: at };
  return answerReport(report, asked, asking.asker ?? { role: 'SUP' }, portsOf(log, asking));
}

/** The faults of an answer: what each says, and where in the log it rests. */
export function faultsOf({ rows }: Answered): { readonly says: string; readonly at: readonly number[] }[] {
  return rows
    .filter(({ fault }) => fault)
    .map(({ says, rests }) => ({ says, at: rests.map(({ position }) => Number(position)) }));
}

/** Where the log has an event of a kind for the nth time, from 1. */
export function placeOf(log: readonly RecordedEvent[], type: string, nth = 1): number {
  const event = log.filter(each => each.type === type)[nth - 1];
  if (!event) throw new Error(`no ${type} number ${nth}`);
  return Number(event.position);
}
