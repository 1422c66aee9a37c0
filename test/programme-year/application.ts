/** The application as the programme year needs it, whatever engines it runs on. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Clock } from '../../services/ports.ts';

export interface OpenedApplication {
  readonly url: string;
  /** Registers one of the first two accounts, as an operator does at the machine. */
  bootstrap(first: {
    readonly accountId: string;
    readonly name: string;
    readonly role: 'MSR' | 'SUP';
    readonly password: string;
  }): Promise<void>;
  /** The whole log, oldest first. */
  log(): Promise<readonly RecordedEvent[]>;
  close(): Promise<void>;
}

/** Opens an empty application. */
export type OpenApplication = (clock: Clock) => Promise<OpenedApplication>;

/** The year's own clock: it stands still until it is set. */
export class YearClock implements Clock {
  #now = '';

  now(): string {
    return this.#now;
  }

  /** To a minute of a day in Asia/Shanghai. */
  set(date: string, minute = '09:00'): void {
    this.#now = new Date(`${date}T${minute}:00.000+08:00`).toISOString();
  }
}
