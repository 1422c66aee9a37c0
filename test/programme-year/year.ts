/** A year under test: the application, its clock, and the people before it. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { START } from '../../events/ids.ts';
import type { OpenApplication, OpenedApplication } from './application.ts';
import { YearClock } from './application.ts';
import { OFFICE, REVIEWER, SECOND_SUPERVISOR, SUPERVISOR, type WORKS } from './cast.ts';
import { type Caller, Client, PASSWORD } from './client.ts';
import { Deeds } from './deeds.ts';

export class Year {
  readonly clock = new YearClock();
  /** Project ids by what the projects are about. */
  readonly ids = {} as Record<keyof typeof WORKS, string>;
  app!: OpenedApplication;
  client!: Client;
  deeds!: Deeds;

  /** An empty application with its four founders. */
  async open(openApplication: OpenApplication, on: string): Promise<void> {
    this.clock.set(on);
    this.app = await openApplication(this.clock);
    this.client = new Client(this.app.url, this.clock, async () => (await this.log()).length);
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

  as(accountId: string): Caller {
    return this.client.as(accountId);
  }
}
