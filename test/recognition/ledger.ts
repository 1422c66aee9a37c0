/** A small log before the decisions on excellent results: what stands in each stream, and commands sent to it. */
import { projectStream } from '../../events/application.ts';
import { bodiesStream } from '../../events/body.ts';
import type { Actor, Role } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type AccountId, projectIdSchema, type StreamId, streamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { excellentListStream } from '../../events/recognition.ts';
import type { Instant } from '../../events/time.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import { isRejection } from '../../services/rejection.ts';
import { control, type FactName } from '../support/controls.ts';
import { MSR } from '../support/given.ts';
import { PastLog, type Sent, sealedText, subjectOf } from '../support/past-log.ts';

export const YEAR = 2024;
export const PANEL = '2024-equipment';
export const LIST_HASH = '0'.repeat(64);
export const BODY = 'district-binhai';
export const URL = 'https://scjg.tj.gov.cn/yxcg/2024.html';
export const USCC = '91350100M000100Y43';

export const projectId = (number: string) => projectIdSchema.parse(`${YEAR}-${number}`);
export const resultId = (number: string) => `result-${projectId(number)}`;
export const KEPT = projectId('aaaa');
export const ALSO_KEPT = projectId('bbbb');
export const REMOVED = projectId('cccc');

export const personOf = (role: Role, orgId: string): Actor => ({
  accountId: `someone.${orgId.toLowerCase()}` as AccountId,
  orgId,
  role,
});
export const OFFICER = personOf('REC-D', BODY);

/** Afternoon of a day in Tianjin. */
export const on = (date: string): Instant => `${date}T06:00:00.000Z`;
export const NOW = on('2024-12-06');

export class Ledger extends PastLog {
  /** Appends a fact that somebody decided earlier. */
  add(stream: StreamId, draft: DecidedEvent, { actor = MSR, now = NOW }: Sent = {}): this {
    this.append(stream, { draft, actor, at: now });
    return this;
  }

  /** What a command decides; nothing is recorded. */
  async ask(command: AnyCommand, asked: unknown, sent: Sent = {}): Promise<Decision> {
    return (await this.decide(command, asked, { now: NOW, ...sent })).decision;
  }

  /** Sends a command that must be accepted, and records what it decides. */
  async send(command: AnyCommand, asked: unknown, sent: Sent = {}): Promise<readonly DecidedEvent[]> {
    const { decision, stream } = await this.decide(command, asked, { now: NOW, ...sent });
    if (isRejection(decision)) throw new Error(`refused: ${decision.code} ${decision.en}`);
    for (const draft of decision) this.add(stream, draft, sent);
    return decision;
  }
}

type Options = { publicNotice?: { workingDays: number }; certificates?: boolean };

export interface Beginning {
  readonly options?: Options;
  readonly resultsPublication?: string;
}

/** The year up to the panel's proposal: three results, forwarded, evaluated and proposed. */
export function proposed({ options = {}, resultsPublication }: Beginning = {}): Ledger {
  const ledger = new Ledger();
  const { plan } = control('work-plan.published').data as { plan: { options: object; deadlines: object } };
  const inForce = {
    ...plan,
    options: { requiredDocuments: [], similarityThreshold: 0.5, ...options },
    deadlines: { ...plan.deadlines, ...(resultsPublication && { resultsPublication }) },
  };
  ledger.add(programmeStream(YEAR), control('programme.opened'));
  ledger.add(programmeStream(YEAR), control('work-plan.published', { plan: inForce as never }));
  ledger.add(bodiesStream, control('recommending-body.registered'));
  ledger.add(bodiesStream, control('jurisdiction.assigned'));
  const ids = [KEPT, ALSO_KEPT, REMOVED];
  for (const id of ids) submitted(ledger, id);
  const root = (control('results.submitted').data as { materialsRoot: string }).materialsRoot;
  const projects = ids.map(id => ({ projectId: id, version: 1, materialsRoot: root }));
  ledger.add(streamId('batch'), control('result-batch.forwarded', { projects }));
  return propose(ledger, ids);
}

/** A result whose materials are handed in. */
export function submitted(ledger: Ledger, id: ReturnType<typeof projectId>): void {
  const { content } = control('results.submitted').data as { content: { participants: object[] } };
  const name = { subject: subjectOf(USCC, '张伟'), sealed: sealedText('张伟') };
  const participants = [{ name, duty: '项目负责人' }];
  ledger.add(projectStream(id), control('application.started', { projectId: id }));
  ledger.add(
    projectStream(id),
    control('results.submitted', {
      projectId: id,
      content: { ...content, title: `攻关 ${id}`, participants } as never,
    }),
  );
}

/** The panel completes its evaluation and proposes a list. */
export function propose(ledger: Ledger, ids: readonly string[], listHash = LIST_HASH): Ledger {
  const stream = streamId(`evaluation-${PANEL}`);
  ledger.add(stream, control('technical-evaluation.completed', { projects: [...ids] }));
  const list = ids.map((id, at) => ({ projectId: id, rank: at + 1, score: '86.5000' }));
  return ledger.add(stream, control('excellent-list.proposed', { list, listHash }));
}

/** A fact on the list of the year. */
export function onTheList<Name extends FactName>(
  ledger: Ledger,
  name: Name,
  change: Parameters<typeof control<Name>>[1] = {},
  sent: Sent = {},
): Ledger {
  return ledger.add(excellentListStream(YEAR), control(name, change), sent);
}

export const review = { year: YEAR, panelId: PANEL, listHash: LIST_HASH };
export const judgement = {
  ...review,
  kept: [KEPT, ALSO_KEPT],
  removed: [{ projectId: REMOVED, reason: '成效不突出' }],
};

/** The year up to the review. */
export function reviewed(beginning: Beginning = {}): Ledger {
  return onTheList(proposed(beginning), 'excellent-list.reviewed', judgement);
}

/** The year with one result recognised, by the first of the authority's two people. */
export function recognised(beginning: Beginning = {}): Ledger {
  return onTheList(reviewed(beginning), 'excellent-result.recognised', {
    projectId: KEPT,
    resultId: resultId('aaaa'),
    title: `攻关 ${KEPT}`,
  });
}

/** Revoked for fraud; the case is `case-2024-01`. */
export function revoked(ledger: Ledger): Ledger {
  const revocation = { resultId: resultId('aaaa'), projectId: KEPT, title: `攻关 ${KEPT}`, year: YEAR };
  return ledger.add(streamId('case-2024-01'), control('fraud-decision.taken', { revoked: [revocation] }));
}

/** The data of the one fact that is looked at. */
export function dataOf<Data>([fact]: readonly { readonly data: unknown }[]): Data {
  if (!fact) throw new Error('no fact was decided');
  return fact.data as Data;
}
