/** The application as the programme year needs it, whatever engines it runs on. */
import type { EventLog } from '../../projections/ports.ts';
import type { Clock } from '../../services/ports.ts';

export interface OpenedApplication {
  readonly url: string;
  /** Registers one of the founders, as an operator does at the machine. */
  bootstrap(first: {
    readonly accountId: string;
    readonly name: string;
    readonly role: 'MSR' | 'SUP';
    readonly password: string;
  }): Promise<void>;
  readonly events: EventLog;
  /** All rows of each read model, once they are at the head of the log. */
  readModels(): Promise<ReadonlyMap<string, string>>;
  /** Derives the reminders that are due by the application's clock and waits until all are sent. */
  remind(): Promise<void>;
  /** Looks for what must be withdrawn after revocations and waits until it is. */
  withdraw(): Promise<void>;
  /** Destroys the keys of those whose erasure is confirmed and waits until it is done. */
  erase(): Promise<void>;
  /** Takes the key into use that is to sign the ledger and waits until it is on the log. */
  rotate(): Promise<void>;
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
