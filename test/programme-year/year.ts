/** A year under test: the application, its clock, and the people before it. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import type { OpenApplication, OpenedApplication } from './application.ts';
import { YearClock } from './application.ts';
import { OFFICE, REVIEWER, SECOND_SUPERVISOR, SUPERVISOR, type WORKS } from './cast.ts';
import { type Asking, type Caller, Client, PASSWORD } from './client.ts';
import { Deeds } from './deeds.ts';

export class Year {
  readonly clock = new YearClock();
  /** Project ids by what the projects are about. */
  readonly ids = {} as Record<keyof typeof WORKS, string>;
  app!: OpenedApplication;
  client!: Client;
  deeds!: Deeds;
  #counting: Promise<{ readonly count: number; readonly last: Position }> = Promise.resolve({ count: 0, last: START });

  /** An empty application with its four founders. */
  async open(openApplication: OpenApplication, on: string, asking: Asking = 'each'): Promise<void> {
    this.clock.set(on);
    this.app = await openApplication(this.clock);
    this.client = new Client(this.app.url, this.clock, () => this.#length(), asking);
    this.deeds = new Deeds(this.client);
    await this.app.bootstrap({ accountId: OFFICE, name: '王建国', role: 'MSR', password: PASSWORD });
    await this.app.bootstrap({ accountId: REVIEWER, name: '赵敏', role: 'MSR', password: PASSWORD });
    await this.app.bootstrap({ accountId: SUPERVISOR, name: '李正', role: 'SUP', password: PASSWORD });
    await this.app.bootstrap({ accountId: SECOND_SUPERVISOR, name: '何平', role: 'SUP', password: PASSWORD });
  }

  /** The whole log, oldest first. */
  log(): Promise<readonly RecordedEvent[]> {
    return this.app.events.readAll(START, 100_000);
  }

  /** How many events the log holds; none is read twice for it. */
  #length(): Promise<number> {
    this.#counting = this.#counting.then(async ({ count, last }) => {
      const newer = await this.app.events.readAll(last, 100_000);
      return { count: count + newer.length, last: newer.at(-1)?.position ?? last };
    });
    return this.#counting.then(({ count }) => count);
  }

  as(accountId: string): Caller {
    return this.client.as(accountId);
  }
}
