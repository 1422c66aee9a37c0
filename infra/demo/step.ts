/** A step of the demo year: one command at an instant, by somebody. */
import { SHIPPED_NOTICES } from '../../events/calendar.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { isWorkingDay } from '../../events/rules/working-days.ts';
import { addDays, type CivilDate, type Instant, startOfDay } from '../../events/time.ts';
import { derivedId } from '../../services/identifiers.ts';
import { type Body, type DemoUnit, THIRD_PARTY } from './cast.ts';

export const YEAR = 2024;

/** What the year's later steps may look back at. */
export interface Memory {
  /** Events recorded by the step of this label. */
  eventsOf(label: string): readonly RecordedEvent[];
  head(): Promise<string>;
  /** Uploads a text file for the step's actor; gives its digest. */
  store(text: string): Promise<string>;
}

/** When an act took place that is entered later, and why it is. */
export interface Stated {
  readonly effectiveAt: Instant;
  readonly reason: string;
}

export interface DemoStep {
  readonly at: Instant;
  /** Unique; the command id derives from it. */
  readonly label: string;
  /** Steps of one thread run one after another. */
  readonly thread: string;
  readonly actor: Actor;
  readonly command: string;
  /** Of an act that took place outside and is entered later: when, and why so late. */
  readonly stated?: Stated;
  /** Undefined when the course of the year made the step unnecessary. */
  input(memory: Memory): object | undefined | Promise<object | undefined>;
}

/** An actor by account, role and organisation; nothing is checked. */
export const actor = (accountId: string, role: Role, orgId: string): Actor => ({
  accountId: accountId as AccountId,
  role,
  orgId,
});
export const DEMO_SYSTEM = actor('system', 'SYS', 'system');
export const office = actor('msr.office', 'MSR', 'msr');
export const publisher = actor('msr.publish', 'MSR', 'msr');
export const supervisor = actor('sup.office', 'SUP', 'sup');
export const thirdParty = actor(THIRD_PARTY.accountId, 'TPO', THIRD_PARTY.entrustmentId);
/** The officer who acts for a recommending body. */
export const officerOf = (body: Body): Actor => actor(body.accountId, body.role, body.bodyId);
/** The person who acts for a unit. */
export const applicantOf = (unit: DemoUnit): Actor => actor(unit.accountId, 'UNIT', unit.uscc);

/** The command id of a step: the same in every run, so that a load that was cut off goes on. */
export const commandIdOf = (label: string): string => `demo-${label}`;

/** The id that the command of a step gives to what it makes. */
export const idFrom = (label: string): string => derivedId(commandIdOf(label));

/** Where a document of the demo year is published. */
export const url = (name: string): string => `https://scjg.tj.gov.cn/zlgg/2024/${name}.html`;

/** Minutes after 09:00 Asia/Shanghai of a day. */
export function at(date: CivilDate, minutes: number, seconds = 0): Instant {
  return new Date(Date.parse(startOfDay(date)) + (9 * 60 + minutes) * 60_000 + seconds * 1_000).toISOString();
}

/** The working day `count` working days on. */
export function workday(date: CivilDate, count: number): CivilDate {
  let day = date;
  for (let left = count; left > 0 || !isWorkingDay(SHIPPED_NOTICES, day); ) {
    day = addDays(day, 1);
    if (isWorkingDay(SHIPPED_NOTICES, day)) left -= 1;
  }
  return day;
}

/** Steps of one thread as they are written down. */
export interface Script {
  readonly steps: readonly DemoStep[];
  /** `name` tells apart what one thread does twice. */
  add(
    when: Instant,
    who: Actor,
    command: string,
    input: object | DemoStep['input'],
    name?: string,
    stated?: Stated,
  ): void;
}

/** Steps of one thread; their labels are `<name>-<thread>`. */
export function script(thread: string): Script {
  const steps: DemoStep[] = [];
  return {
    steps,
    add(when, who, command, input, name = command, stated) {
      const given = typeof input === 'function' ? (input as DemoStep['input']) : () => input;
      steps.push({
        at: when,
        label: `${name}-${thread}`,
        thread,
        actor: who,
        command,
        input: given,
        ...(stated && { stated }),
      });
    },
  };
}
