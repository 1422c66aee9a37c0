/** Progress on the terminal. */
import { SingleBar } from 'cli-progress';

/** Where no terminal shows a bar, a line now and then. */
const QUIET_ELSEWHERE = { noTTYOutput: true, notTTYSchedule: 5_000 };

/** A bar that appears with the first step it is told of. */
export class ProgressBar {
  readonly #bar: SingleBar;
  #started = false;

  /** `format` as cli-progress has it. */
  constructor(format: string) {
    this.#bar = new SingleBar({ format, ...QUIET_ELSEWHERE });
  }

  show(done: number, total: number): void {
    if (!this.#started) this.#bar.start(total, 0);
    this.#started = true;
    this.#bar.update(done);
  }

  stop(): void {
    if (this.#started) this.#bar.stop();
  }
}
