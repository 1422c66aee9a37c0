/** One project from the first draft to the project plan: the fold over its life line, up to the listing or a termination. */
import type {
  ApplicationContent,
  ApplicationEvent,
  applicationStarted,
  documentAttached,
} from '../../events/application.ts';
import type { Evidence } from '../../events/envelope.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import type { projectTerminated } from '../../events/implementation.ts';
import { isVerifying } from '../../events/rules/separation-of-duties.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** Where a project stands (domain 1.5, up to the listing). */
export type ApplicationStage =
  | 'draft'
  | 'submitted'
  | 'returned'
  | 'recommended'
  | 'not-recommended'
  | 'approved'
  | 'listed'
  | 'terminated'
  | 'rejected'
  | 'withdrawn';

type Origin = EventOf<typeof applicationStarted>['data'];
type Document = Omit<EventOf<typeof documentAttached>['data'], 'projectId'>;

export interface ApplicationSubmission {
  readonly version: number;
  readonly content: ApplicationContent;
  readonly materialsRoot: string;
}

/** One of the two checks of art-12, on exactly the materials it names. */
export interface Check {
  readonly passed: boolean;
  readonly materialsRoot: string;
  readonly findings: string;
  readonly method?: string | undefined;
  readonly evidence: readonly Evidence[];
}

export interface Similarity {
  /** Of the works compared with. */
  readonly corpusHash: string;
  /** How they were compared. */
  readonly algorithmVersion: string;
  readonly threshold: number;
  /** Highest score found; 0 without hits. */
  readonly score: number;
  readonly adjudication: { readonly verdict: 'same' | 'different'; readonly reason: string } | undefined;
}

interface Eligibility {
  /** The conditions of art-08 that are not met; none when eligibility is confirmed. */
  readonly unmet: readonly string[];
  readonly materialsRoot: string | undefined;
}

/** What has been assessed about the current materials (art-03, art-08); a new version starts afresh. */
export interface Assessment {
  readonly similarity: Similarity | undefined;
  readonly definition: { readonly conforms: boolean; readonly reason: string } | undefined;
  readonly effect: { readonly marked: boolean; readonly reason: string } | undefined;
  readonly eligibility: Eligibility | undefined;
}

/** A ban that began after submission stops the project at the next gate until a person decides (D-33). */
export interface Hold {
  readonly banFrom: CivilDate;
  readonly heldBy: string;
  readonly decision: 'proceed' | 'stop' | undefined;
}

/** Who signed, by the subject of his sealed name, and in which position. */
interface Signature {
  readonly subject: string;
  readonly position: string;
}

export interface ApplicationState extends Origin {
  readonly stage: ApplicationStage;
  readonly documents: readonly Document[];
  /** Since the start or the last return. */
  readonly undertakingSigned: Signature | undefined;
  readonly acceptedLate: { readonly until: CivilDate; readonly reason: string } | undefined;
  /** Why the unit withdrew it. */
  readonly withdrawnFor: string | undefined;
  readonly submission: ApplicationSubmission | undefined;
  readonly verificationStarted: boolean;
  /** The supplement asked for and not yet given. */
  readonly supplement: { readonly dueOn: CivilDate } | undefined;
  readonly completeness: Check | undefined;
  readonly truthfulness: Check | undefined;
  /** Accounts that verified or recommended: they do not decide at the municipal authority. */
  readonly verifiedBy: readonly string[];
  readonly assessment: Assessment;
  readonly reviewer: string | undefined;
  readonly hold: Hold | undefined;
  readonly carriedOver: { readonly toYear: number; readonly reason: string } | undefined;
}

const UNASSESSED: Assessment = {
  similarity: undefined,
  definition: undefined,
  effect: undefined,
  eligibility: undefined,
};

const UNVERIFIED = {
  verificationStarted: false,
  supplement: undefined,
  completeness: undefined,
  truthfulness: undefined,
};

function started(origin: Origin): ApplicationState {
  return {
    ...origin,
    ...UNVERIFIED,
    stage: 'draft',
    documents: [],
    undertakingSigned: undefined,
    acceptedLate: undefined,
    withdrawnFor: undefined,
    submission: undefined,
    verifiedBy: [],
    assessment: UNASSESSED,
    reviewer: undefined,
    hold: undefined,
    carriedOver: undefined,
  };
}

type LifeEvent = ApplicationEvent | EventOf<typeof projectTerminated>;

/** Undefined until the application is started. */
export const application: Fold<ApplicationState | undefined, LifeEvent> = {
  name: 'application',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'application.started') return started(event.data);
    if (!state) return state;
    const after = evolve(state, event);
    return isVerifying(event) ? { ...after, verifiedBy: withActor(state, event) } : after;
  },
};

function evolve(state: ApplicationState, event: LifeEvent): ApplicationState {
  switch (event.type) {
    case 'document.attached': {
      const { projectId: _own, ...document } = event.data;
      return { ...state, documents: [...state.documents, document] };
    }
    case 'undertaking.signed': {
      const { signatory, position } = event.data;
      return { ...state, undertakingSigned: { subject: signatory.subject, position } };
    }
    case 'late-submission.accepted':
      return { ...state, acceptedLate: { until: event.data.until, reason: event.data.reason } };
    case 'application.submitted':
      return { ...state, ...UNVERIFIED, stage: 'submitted', ...newVersion(event.data) };
    case 'application.supplemented':
      return { ...state, ...UNVERIFIED, verificationStarted: state.verificationStarted, ...newVersion(event.data) };
    case 'application.withdrawn':
      return { ...state, stage: 'withdrawn', withdrawnFor: event.data.reason };
    case 'verification.started':
      return { ...state, verificationStarted: true };
    case 'supplement.requested':
      return { ...state, supplement: { dueOn: event.data.dueOn } };
    case 'completeness.verified':
    case 'completeness.failed': {
      const completeness = { ...checkOf(event.data), passed: event.type === 'completeness.verified' };
      return { ...state, completeness };
    }
    case 'truthfulness.verified':
    case 'truthfulness.failed': {
      const truthfulness = { ...checkOf(event.data), passed: event.type === 'truthfulness.verified' };
      return { ...state, truthfulness };
    }
    case 'application.returned':
      return { ...state, ...UNVERIFIED, stage: 'returned', undertakingSigned: undefined };
    case 'project.recommended':
      return { ...state, stage: 'recommended' };
    case 'project.not-recommended':
      return { ...state, stage: 'not-recommended' };
    case 'similarity.checked': {
      const { corpusHash, algorithmVersion, threshold, hits } = event.data;
      const score = Math.max(0, ...hits.map(hit => hit.score));
      return reassess(state, {
        similarity: { corpusHash, algorithmVersion, threshold, score, adjudication: undefined },
      });
    }
    case 'similarity.adjudicated': {
      const { similarity } = state.assessment;
      const { verdict, reason } = event.data;
      return similarity ? reassess(state, { similarity: { ...similarity, adjudication: { verdict, reason } } }) : state;
    }
    case 'definition-conformity.assessed': {
      const { conforms, reason } = event.data;
      return { ...state, assessment: { ...state.assessment, definition: { conforms, reason } } };
    }
    case 'expected-effect.assessed':
      return reassess(state, { effect: { marked: event.data.marked, reason: event.data.reason } });
    case 'eligibility.confirmed':
      return reassess(state, { eligibility: { unmet: [], materialsRoot: event.data.materialsRoot } });
    case 'eligibility.denied':
      return reassess(state, {
        eligibility: { unmet: event.data.items, materialsRoot: state.submission?.materialsRoot },
      });
    case 'municipal-review.started':
      return { ...state, reviewer: event.data.reviewer };
    case 'project.held':
      return {
        ...state,
        hold: { banFrom: event.data.banFrom, heldBy: event.meta.actor.accountId, decision: undefined },
      };
    case 'held-project.decided':
      return state.hold ? { ...state, hold: { ...state.hold, decision: event.data.decision } } : state;
    case 'project.approved':
      return { ...state, stage: 'approved' };
    case 'project.rejected':
      return { ...state, stage: 'rejected' };
    case 'project.listed':
      return { ...state, stage: 'listed' };
    case 'project.terminated':
      return { ...state, stage: 'terminated' };
    case 'project.carried-over':
      return { ...state, carriedOver: { toYear: event.data.toYear, reason: event.data.reason } };
    case 'application.started':
      return state;
    default:
      // The life line goes on after the listing, with the events of later nouns.
      return untouched(state, event);
  }
}

function newVersion({ version, content, materialsRoot }: ApplicationSubmission): Partial<ApplicationState> {
  return { submission: { version, content, materialsRoot }, assessment: UNASSESSED };
}

function checkOf({ materialsRoot, findings, method, evidence }: Omit<Check, 'passed'>): Omit<Check, 'passed'> {
  return { materialsRoot, findings, method, evidence };
}

/** A finding on art-08 changes; what was concluded from the earlier ones no longer stands. */
function reassess(state: ApplicationState, change: Partial<Assessment>): ApplicationState {
  return { ...state, assessment: { ...state.assessment, eligibility: undefined, ...change } };
}

function withActor(state: ApplicationState, event: LifeEvent): readonly string[] {
  const { accountId } = event.meta.actor;
  return state.verifiedBy.includes(accountId) ? state.verifiedBy : [...state.verifiedBy, accountId];
}

/** Whether art-08 is confirmed for exactly the materials under consideration. */
export function isEligible({ assessment, submission }: ApplicationState): boolean {
  const { eligibility } = assessment;
  return eligibility?.unmet.length === 0 && eligibility.materialsRoot === submission?.materialsRoot;
}

/** Ended for good: the title is free for another application (art-10). */
export function isDead(state: ApplicationState): boolean {
  return state.stage === 'withdrawn' || state.stage === 'rejected' || state.stage === 'not-recommended';
}

/** Whether a hit at or above the threshold still needs, or has got, a person's word. */
export function needsAdjudication(similarity: Similarity): boolean {
  return similarity.score >= similarity.threshold;
}
