/** What the log shows of the second half: states folded as the program folds them, and what commands have to quote. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../events/canonical.ts';
import type { FraudEvent } from '../../events/enforcement.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type EvaluationEvent, evaluationStream } from '../../events/evaluation.ts';
import type { Position, ProjectId } from '../../events/ids.ts';
import { type PanelEvent, type PanelId, panelStream } from '../../events/panel.ts';
import type { ExcellentEntry, ExcellentListEvent } from '../../events/recognition.ts';
import { type PanelStanding, panelStanding } from '../../events/rules/panel.ts';
import { type Evaluation, evaluationState } from '../../services/evaluation/state.ts';
import { type Exclusions, exclusions } from '../../services/exclusion.ts';
import { type ExcellentList, excellentList, isRecognised } from '../../services/recognition/list.ts';
import type { HonourPlace } from './honours.ts';

type HonourEvent = PanelEvent | EvaluationEvent | ExcellentListEvent | FraudEvent;

/** How the streams are folded; a test can put a wrong fold in a place. */
export interface HonourFolds {
  readonly panel: typeof panelStanding;
  readonly evaluation: typeof evaluationState;
  readonly list: typeof excellentList;
}

export const HONOUR_FOLDS: HonourFolds = { panel: panelStanding, evaluation: evaluationState, list: excellentList };

interface Proposed {
  readonly listHash: string;
  readonly projects: readonly ProjectId[];
  readonly overtaken: boolean;
}

interface Published {
  readonly position: Position;
  readonly listHash: string;
  readonly projects: ReadonlySet<string>;
}

const OVERTAKING = new Set(['score-sheet.voided', 'scoring.reopened', 'scores.aggregated']);

export class HonoursLog {
  readonly panels = new Map<PanelId, PanelStanding>();
  readonly evaluations = new Map<PanelId, Evaluation>();
  readonly proposals = new Map<PanelId, Proposed>();
  /** The list that was drawn up last, by panel. */
  readonly drafts = new Map<PanelId, string>();
  /** The sheet that an expert gave last, by expert and project. */
  readonly sheets = new Map<string, string>();
  /** The last objection, by project. */
  readonly objections = new Map<string, string>();
  /** The commendation of the unit, by result. */
  readonly commendations = new Map<string, string>();
  list: ExcellentList;
  published: Published | undefined;
  readonly #folds: HonourFolds;
  #exclusions: Exclusions = exclusions.initial;
  readonly #recognised = new Map<string, ExcellentEntry>();
  /** Projects by the case in which they were revoked. */
  readonly #revoked = new Map<string, readonly string[]>();
  readonly #overturned = new Set<string>();

  constructor(folds: HonourFolds) {
    this.#folds = folds;
    this.list = folds.list.initial;
  }

  take(recorded: RecordedEvent): void {
    this.#exclusions = exclusions.evolve(this.#exclusions, recorded as never) ?? this.#exclusions;
    const event = recorded as HonourEvent;
    this.#fold(event);
    this.#quote(event);
  }

  #fold(event: HonourEvent): void {
    if (event.streamId.startsWith('excellent-list-')) {
      this.list = this.#folds.list.evolve(this.list, event as ExcellentListEvent) ?? this.list;
    }
    if (!('panelId' in event.data)) return;
    const panelId = event.data.panelId as PanelId;
    if (event.streamId === panelStream(panelId)) {
      const state = this.#folds.panel.evolve(this.panels.get(panelId), event as PanelEvent);
      if (state) this.panels.set(panelId, state);
    } else if (event.streamId === evaluationStream(panelId)) {
      const state = this.#folds.evaluation.evolve(this.evaluationOf(panelId), event as EvaluationEvent);
      this.evaluations.set(panelId, state);
      const proposal = this.proposals.get(panelId);
      if (proposal && OVERTAKING.has(event.type)) this.proposals.set(panelId, { ...proposal, overtaken: true });
    }
  }

  #quote(event: HonourEvent): void {
    switch (event.type) {
      case 'score-sheet.submitted':
      case 'score-sheet.superseded':
        this.sheets.set(`${event.data.expertId} ${event.data.projectId}`, event.data.sheetId);
        break;
      case 'excellent-list.drafted':
        this.drafts.set(event.data.panelId, event.data.listHash);
        break;
      case 'excellent-list.proposed': {
        const { panelId, listHash, list } = event.data;
        this.proposals.set(panelId, { listHash, projects: list.map(each => each.projectId), overtaken: false });
        break;
      }
      case 'objection.raised':
        this.objections.set(event.data.projectId, event.data.objectionId);
        break;
      case 'excellent-result.recognised': {
        const { projectId, resultId, title, unitName, bodyId } = event.data;
        this.#recognised.set(projectId, { projectId, resultId, title, unitName, bodyId });
        break;
      }
      case 'excellent-results.published': {
        const { position, listHash, projects } = event.data;
        this.published = { position, listHash, projects: new Set(projects) };
        break;
      }
      case 'commendation.issued':
        if (event.data.recipientType === '单位') {
          this.commendations.set(event.data.resultId, event.data.commendationId);
        }
        break;
      case 'fraud-decision.taken':
        this.#revoked.set(
          event.data.caseId,
          event.data.revoked.map(({ projectId }) => String(projectId)),
        );
        break;
      case 'revocation.overturned':
        for (const projectId of this.#revoked.get(event.data.caseId) ?? []) this.#overturned.add(projectId);
        this.#revoked.delete(event.data.caseId);
        break;
    }
  }

  evaluationOf(panelId: PanelId): Evaluation {
    return this.evaluations.get(panelId) ?? this.#folds.evaluation.initial;
  }

  /** The panel that a project is or was before last. */
  panelOf(projectId: ProjectId): PanelStanding | undefined {
    return [...this.panels.values()].findLast(({ projects }) => projects.some(each => each.projectId === projectId));
  }

  /** The hash of what is recognised and not revoked now, as a reader would compute it. */
  recognisedHash(): string {
    const live = [...this.#recognised.values()].filter(({ projectId }) => !this.#isRevoked(projectId));
    return hash('sha256', canonicalJson(live.sort((one, other) => (one.projectId < other.projectId ? -1 : 1))));
  }

  #isRevoked(projectId: string): boolean {
    return [...this.#revoked.values()].some(projects => projects.includes(projectId));
  }

  sightOf(projectId: ProjectId): HonourPlace {
    if (isRecognised(this.list, projectId)) {
      if (this.#isRevoked(projectId)) return 'revoked';
      if (this.#overturned.has(projectId)) return 'overturned';
      return this.published?.projects.has(projectId) ? 'published' : 'recognised';
    }
    if (this.#exclusions.stopped[projectId] !== undefined) return 'stopped';
    if (Object.values(this.#exclusions.openCases).some(projects => projects.includes(projectId))) return 'suspended';
    const panel = this.panelOf(projectId);
    return panel && panel.status !== 'dissolved' ? this.#beforePanel(panel, projectId) : 'results-forwarded';
  }

  #beforePanel({ panelId, status }: PanelStanding, projectId: ProjectId): HonourPlace {
    const proposal = this.proposals.get(panelId);
    if (proposal && !proposal.overtaken) return this.#onList(panelId, proposal, projectId);
    const { opening, openFor, aggregation, completedRound } = this.evaluationOf(panelId);
    if (aggregation && completedRound === aggregation.round) return 'evaluated';
    if (opening) return openFor.length > 0 ? 'scoring' : 'scored';
    return status === 'constituted' ? 'panel-constituted' : 'panel-forming';
  }

  #onList(panelId: PanelId, { listHash, projects }: Proposed, projectId: ProjectId): HonourPlace {
    if (!projects.includes(projectId)) return 'not-proposed';
    const review = this.list.reviews[panelId];
    if (review?.listHash !== listHash) return 'proposed';
    if (!review.kept.includes(projectId)) return 'removed';
    const isNoticed = this.list.notices.some(notice => !notice.closed && notice.projects.includes(projectId));
    return isNoticed ? 'under-notice' : 'kept';
  }
}
