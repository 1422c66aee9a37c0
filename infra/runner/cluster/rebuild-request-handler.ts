/** Carries out the requests for the projections this process owns. */
import { StaleTerm } from '../../../projections/ports.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import type { OnProgress } from '../core/projector.ts';
import type { ProjectionRunner } from '../core/runner.ts';
import { RunnerStopped } from '../core/runner-ports.ts';
import type { RebuildOutcome, RebuildRequest, RebuildRequestStore } from './rebuild-requests.ts';

/** Milliseconds between two notes of progress. */
const NOTE_MS = 100;

export interface RebuildRequestHandlerOptions {
  readonly requests: RebuildRequestStore;
  readonly runner: ProjectionRunner;
  alarm(message: string, details: object): void;
}

export class RebuildRequestHandler {
  readonly #options: RebuildRequestHandlerOptions;
  #working: Promise<void> | undefined;
  #silent = false;

  constructor(options: RebuildRequestHandlerOptions) {
    this.#options = options;
  }

  /** Looks for requests, unless some are in hand. */
  look(): void {
    this.#working ??= this.#work()
      .then(
        () => {
          this.#silent = false;
        },
        error => {
          if (!this.#silent) this.#options.alarm('orders cannot be carried out now', { error: String(error) });
          this.#silent = true;
        },
      )
      .finally(() => {
        this.#working = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    const { requests, runner } = this.#options;
    const own = (await requests.open()).filter(({ projection }) => runner.liveGenerations.has(projection));
    const rebuilds = new Map<string, RebuildRequest>();
    for (const request of own) if (request.kind === 'rebuild') rebuilds.set(request.projection, request);
    if (rebuilds.size > 0) await this.#rebuild([...rebuilds.values()]);
    for (const request of own) if (request.kind === 'rollback') await this.#rollback(request);
  }

  /** Those that are asked for at the same time are built in one pass over the log. */
  async #rebuild(asked: readonly RebuildRequest[]): Promise<void> {
    const { requests, runner } = this.#options;
    const open = new Map(asked.map(request => [request.projection, request]));
    try {
      await runner.rebuildAll([...open.keys()], this.#notes(asked), async report => {
        const request = open.get(report.projection) as RebuildRequest;
        await requests.update(request.id, { outcome: { done: true, report } });
        open.delete(report.projection);
      });
    } catch (error) {
      for (const request of open.values()) await this.#failed(request, error);
    }
  }

  async #rollback(request: RebuildRequest): Promise<void> {
    const { requests, runner } = this.#options;
    const from = request.from ?? runner.liveGenerations.get(request.projection)?.checkpoint.generation;
    if (from === undefined) return;
    try {
      if (request.from === undefined) await requests.update(request.id, { from });
      await runner.rollback(request.projection, from);
      await requests.update(request.id, { outcome: { done: true } });
    } catch (error) {
      await this.#failed(request, error);
    }
  }

  /** What another owner, or this one a little later, can still do stays open. */
  async #failed(request: RebuildRequest, error: unknown): Promise<void> {
    if ([RunnerStopped, StaleTerm, StoreUnavailable].some(kind => error instanceof kind)) return;
    const message = error instanceof Error ? error.message : String(error);
    const outcome: RebuildOutcome = { done: false, refused: error instanceof RangeError, message };
    await this.#options.requests.update(request.id, { outcome });
  }

  #notes(asked: readonly RebuildRequest[]): OnProgress {
    const { requests } = this.#options;
    let notedAt = 0;
    return progress => {
      if (performance.now() - notedAt < NOTE_MS) return;
      notedAt = performance.now();
      // A note that is lost is replaced by the next.
      for (const { id, projection } of asked)
        requests.update(id, { progress: { ...progress, projection } }).catch(() => undefined);
    };
  }
}
