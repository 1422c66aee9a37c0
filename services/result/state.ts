/** A listed project from its completion to the hand-over of its results (art-17a): a fold over its life line. */
import type { ApplicationEvent } from '../../events/application.ts';
import type { Jurisdiction } from '../../events/body.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import type { BodyId, CreditCode, ProjectId } from '../../events/ids.ts';
import type { projectCompleted, projectTerminated } from '../../events/implementation.ts';
import type { ResultEvent, resultDocumentAttached } from '../../events/result.ts';
import type { Fold } from '../command.ts';

type Document = Pick<EventOf<typeof resultDocumentAttached>['data'], 'kind' | 'name' | 'sha256' | 'classification'>;

export interface ResultSubmission {
  readonly year: number;
  readonly version: number;
  readonly materialsRoot: string;
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
}

/** Who signed, by the subject of his sealed name, and in which position. */
interface Signature {
  readonly subject: string;
  readonly position: string;
}

export interface ProjectOfResult {
  readonly projectId: ProjectId;
  /** The programme year its result belongs to: that of the listing, unless it was carried over (D-4). */
  readonly year: number;
  readonly uscc: CreditCode;
  readonly industry: string;
  /** Under which it was addressed; early applications did not say. */
  readonly jurisdiction?: Jurisdiction | undefined;
  /** The body that recommended the project. */
  readonly bodyId: BodyId;
  readonly stage: 'application' | 'implementing' | 'completed' | 'terminated';
  readonly documents: readonly Document[];
  /** Since the last submission or withdrawal. */
  readonly undertakingSigned: Signature | undefined;
  /** The materials handed in and not withdrawn. */
  readonly submission: ResultSubmission | undefined;
  /** Versions handed in so far. */
  readonly versions: number;
}

type LifeEvent =
  | Extract<ApplicationEvent, { type: 'application.started' | 'project.listed' | 'project.carried-over' }>
  | EventOf<typeof projectCompleted>
  | EventOf<typeof projectTerminated>
  | ResultEvent;

/** Undefined until the application is started. */
export const projectOfResult: Fold<ProjectOfResult | undefined, LifeEvent> = {
  name: 'result/project',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'application.started') {
      const { projectId, year, uscc, industry, bodyId, jurisdiction } = event.data;
      return { projectId, year, uscc, industry, bodyId, jurisdiction, ...NOT_HANDED_IN };
    }
    return state && evolve(state, event);
  },
};

const NOT_HANDED_IN = {
  stage: 'application',
  documents: [],
  undertakingSigned: undefined,
  submission: undefined,
  versions: 0,
} as const;

function evolve(state: ProjectOfResult, event: LifeEvent): ProjectOfResult {
  switch (event.type) {
    case 'project.listed':
      return { ...state, stage: 'implementing', bodyId: event.data.bodyId };
    case 'project.carried-over':
      return { ...state, year: event.data.toYear };
    case 'project.completed':
      return { ...state, stage: 'completed' };
    case 'project.terminated':
      return { ...state, stage: 'terminated' };
    case 'result-document.attached': {
      const { kind, name, sha256, classification } = event.data;
      return { ...state, documents: [...state.documents, { kind, name, sha256, classification }] };
    }
    case 'result-undertaking.signed': {
      const { signatory, position } = event.data;
      return { ...state, undertakingSigned: { subject: signatory.subject, position } };
    }
    case 'results.submitted':
    case 'results.supplemented': {
      const { year, version, materialsRoot, bodyId, jurisdiction } = event.data;
      const submission = { year, version, materialsRoot, bodyId, jurisdiction };
      return { ...state, submission, versions: version, undertakingSigned: undefined };
    }
    case 'results.withdrawn':
      return { ...state, submission: undefined, undertakingSigned: undefined };
    case 'application.started':
    case 'results.compiled':
    case 'result.recommended':
    case 'result.not-recommended':
    case 'result-batch.forwarded':
      return state;
    default:
      // The life line holds the events of other nouns too.
      return untouched(state, event);
  }
}
