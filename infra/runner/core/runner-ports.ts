/** What projecting needs from outside, and what it tells. */
import type { Position } from '../../../events/ids.ts';
import type { EventLog, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';

export interface RunnerPorts {
  readonly log: EventLog;
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  now(): string;
  /** A poison event was set aside, projecting failed and will be tried again, or the log lost events. */
  alarm(message: string, details: object): void;
  /** The slowest live generation stands here now. */
  moved?(position: Position): void;
  /** Another generation has gone live. */
  swapped?(): void;
  /** Another projector has taken the projection over. */
  ousted?(projection: string): void;
  /**
   * Milliseconds after which the store knows how far a generation is that only ignores events, for other processes to read.
   * Unless told, it learns that every thousand events.
   */
  readonly saveWithinMs?: number;
  /** Milliseconds for which a generation is still read after a swap by processes that have not heard of it; 0 unless told. */
  readonly swapHeardWithinMs?: number;
  /** Milliseconds between the two times the log is asked whether it has lost an event; 1,000 unless told. */
  readonly recheckMs?: number;
}

/** The runner was stopped before a generation was complete; the build resumes with the next start. */
export class RunnerStopped extends Error {
  constructor(projection: string) {
    super(`stopped while building ${projection}; it resumes with the next start`);
    this.name = 'RunnerStopped';
  }
}

/** The log denies an event that read models have taken: it lost what it had acknowledged. */
export class LogRegressed extends Error {
  readonly positions: readonly Position[];
  constructor(positions: readonly Position[]) {
    super(`the log holds no event at ${positions.join(', ')}`);
    this.name = 'LogRegressed';
    this.positions = positions;
  }
}
