/** What every area is given. */
import type { Lab } from './lab.ts';
import type { Report } from './report.ts';

export interface Bench {
  readonly report: Report;
  readonly lab: Lab;
  /** Alternating rounds of each comparison. */
  readonly rounds: number;
  /** Seconds of one measured run: the first value, or the second in a quick bench. */
  seconds(full: number, quick: number): number;
  /** A size, which a quick bench takes smaller. */
  size(full: number, quick: number): number;
  readonly quick: boolean;
}

export interface Area {
  readonly name: string;
  /** Left out of a quick bench unless asked for by name. */
  readonly long?: true;
  run(bench: Bench): Promise<void>;
}
