/**
 * The life of every project told again in the plainest way: one loop over the whole log, kept apart from the read models
 * on purpose.
 */
import type { eventTypes } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventOf } from '../../events/event-type.ts';

export type Log = readonly RecordedEvent[];
/** Any event of the catalogue, told apart by its type. */
type Known = EventOf<(typeof eventTypes)[number]>;

/** The log with what the schemas of its events promise. */
export function known(log: Log): readonly Known[] {
  return log as readonly Known[];
}

/** What acts on one project make of it. */
const OWN_ACTS: Readonly<Record<string, string>> = {
  'application.returned': 'returned',
  'application.withdrawn': 'withdrawn',
  'eligibility.confirmed': 'eligible',
  'project.held': 'held',
  'project.approved': 'approved',
  'project.rejected': 'rejected',
  'project.listed': 'listed',
  'project.carried-over': 'carried-over',
  'implementation-plan.submitted': 'implementing',
  'visit.recorded': 'visited',
  'project.completed': 'completed',
  'project.terminated': 'terminated',
  'results.withdrawn': 'completed',
  'result.recommended': 'results-recommended',
  'result.not-recommended': 'results-declined',
  'objection.upheld': 'removed',
  'excellent-result.recognised': 'recognised',
};
/** Acts that leave a project where it stands. */
const ON_THE_SIDE = ['eligible', 'visited', 'carried-over', 'results-recommended', 'commended'];
const OVER = ['withdrawn', 'declined', 'rejected', 'stopped', 'terminated'];

export interface Life {
  readonly id: string;
  readonly year: number;
  body: string;
  /** Where it stood, each with the time it came there; the last is where it stands. */
  readonly stays: { stage: string; from: string }[];
  /** The body behind the first time of each step. */
  readonly steps: Map<string, string>;
  /** When materials were handed in. */
  readonly submissions: string[];
  /** When a body first gave its opinion. */
  opinion?: { readonly at: string; readonly body: string };
  /** The version handed in last, and the versions that passed since, by check. */
  root?: string;
  passed: Record<string, string | undefined>;
  /** The panel that evaluated it, and the number of the event after which its next list tells. */
  panel?: { readonly id: string; readonly at: number };
}

function move(life: Life | undefined, step: string, event: RecordedEvent): void {
  if (!life) return;
  if (!life.steps.has(step)) life.steps.set(step, officeOf(event) ?? life.body);
  const stage = stageOf(life);
  if (!ON_THE_SIDE.includes(step) && stage !== step && !OVER.includes(stage)) {
    life.stays.push({ stage: step, from: event.meta.recordedAt });
  }
}

/** The lives of all projects, told from the first event to the last. */
export function livesIn(log: Log): Life[] {
  const lives = new Map<string, Life>();
  const lists = new Map<string, { readonly at: number; readonly on: string }>();
  const cases = new Map<string, readonly string[]>();
  for (const [at, event] of known(log).entries()) {
    const all = (ids: readonly string[], step: string) => {
      for (const id of ids) move(lives.get(id), step, event);
    };
    switch (event.type) {
      case 'application.started': {
        const { projectId: id, year, bodyId: body } = event.data;
        const stays = [{ stage: 'started', from: event.meta.recordedAt }];
        lives.set(id, { id, year, body, stays, steps: new Map([['started', body]]), submissions: [], passed: {} });
        break;
      }
      case 'held-project.decided':
        all([event.data.projectId], event.data.decision === 'proceed' ? 'recommended' : 'stopped');
        break;
      case 'result-batch.forwarded':
        all(idsOf(event.data.projects), 'results-forwarded');
        break;
      case 'technical-evaluation.completed':
      case 'excellent-list.returned':
        all(event.data.projects, 'evaluated');
        for (const id of event.data.projects) {
          const life = lives.get(id);
          if (life) life.panel = { id: event.data.panelId, at };
        }
        break;
      case 'excellent-list.proposed':
        all(idsOf(event.data.list), 'proposed');
        lists.set(event.data.panelId, { at, on: event.meta.recordedAt });
        break;
      case 'excellent-list.reviewed':
        all(idsOf(event.data.removed), 'removed');
        all(
          event.data.kept.filter(id => stageOf(lives.get(id)) === 'removed'),
          'proposed',
        );
        break;
      case 'excellent-results.published':
        all(event.data.projects, 'published');
        break;
      case 'commendation.issued':
        all([event.meta.about.projectId ?? ''], 'commended');
        break;
      case 'fraudulent-projects.stopped':
        all(event.data.projectIds, 'stopped');
        break;
      case 'fraud-decision.taken': {
        const revoked = event.data.revoked.flatMap(({ projectId }) => projectId ?? []);
        cases.set(event.data.caseId, revoked);
        all(revoked, 'revoked');
        break;
      }
      case 'revocation.overturned':
        all(cases.get(event.data.caseId) ?? [], 'overturned');
        break;
      default:
        if ('projectId' in event.data) tellOwn(lives.get(event.data.projectId ?? ''), event);
    }
  }
  for (const life of lives.values()) {
    const list = life.panel && lists.get(life.panel.id);
    if (list && life.panel && list.at > life.panel.at && stageOf(life) === 'evaluated') {
      life.steps.set('not-proposed', life.body);
      life.stays.push({ stage: 'not-proposed', from: list.on });
    }
  }
  return [...lives.values()];
}

/** An act on this project alone. */
function tellOwn(life: Life | undefined, event: Known): void {
  if (!life) return;
  switch (event.type) {
    case 'application.submitted':
    case 'application.supplemented':
      life.root = event.data.materialsRoot;
      life.passed = {};
      life.submissions.push(event.meta.recordedAt);
      move(life, 'submitted', event);
      break;
    case 'completeness.verified':
    case 'completeness.failed':
    case 'truthfulness.verified':
    case 'truthfulness.failed': {
      const [check = '', outcome] = event.type.split('.');
      life.passed[check] = outcome === 'verified' ? event.data.materialsRoot : undefined;
      const both = ['completeness', 'truthfulness'].every(each => life.passed[each] === life.root);
      if (['submitted', 'verified'].includes(stageOf(life))) move(life, both ? 'verified' : 'submitted', event);
      break;
    }
    case 'project.recommended':
    case 'project.not-recommended':
      move(life, event.type === 'project.recommended' ? 'recommended' : 'declined', event);
      life.opinion ??= { at: event.meta.recordedAt, body: officeOf(event) ?? life.body };
      break;
    case 'results.submitted':
    case 'results.supplemented':
      life.body = event.data.bodyId;
      move(life, 'results-submitted', event);
      break;
    default:
      if (event.type in OWN_ACTS) move(life, OWN_ACTS[event.type] as string, event);
  }
}

const idsOf = (items: readonly { readonly projectId: string }[]) => items.map(({ projectId }) => projectId);

/** The recommending body whose officer acted. */
export function officeOf({ meta: { actor } }: RecordedEvent): string | undefined {
  return actor.role.startsWith('REC-') ? actor.orgId : undefined;
}

export function stageOf(life: Life | undefined): string {
  return life?.stays.at(-1)?.stage ?? '';
}
