/**
 * Reminding as jobs. What is due follows from the read models and what was sent stands on the log, so the queue may forget
 * everything: it is filled again at the next derivation, and a reminder that is sent twice is recorded once.
 */
import { z } from 'zod';
import { type Reminder, reminderIdOf, reminderSchema } from '../../events/reminder.ts';
import type { Reader } from '../../projections/ports.ts';
import { isDueStill, remindersDue } from '../../projections/reminder/due.ts';
import { reminders } from '../../projections/reminder/reminders.ts';
import { type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import type { Clock } from '../../services/ports.ts';
import { sendReminder } from '../../services/reminder/commands.ts';
import type { JobKind, JobSpec, Jobs, Schedule } from '../jobs/jobs.ts';

export interface RemindingPorts {
  readonly handle: Handle;
  readonly reader: Reader;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;

const DERIVE = {
  name: 'derive-reminders',
  schema: z.strictObject({}),
  attempts: 3,
  backoff: { baseMs: 1_000, maxMs: MINUTE_MS },
} as const satisfies JobSpec<object>;

/** Tries for about a day: an outage ends within it, and what fails for longer needs a person. */
const SEND = {
  name: 'send-reminder',
  schema: reminderSchema,
  attempts: 150,
  backoff: { baseMs: 1_000, maxMs: 10 * MINUTE_MS },
} as const satisfies JobSpec<Reminder>;

/** Reminders are derived every ten minutes. */
export const reminderSchedule: Schedule = { name: DERIVE.name, cron: '*/10 * * * *', kind: DERIVE, data: {} };

/** Has reminders derived now. Throws StoreUnavailable. */
export function deriveReminders(jobs: Jobs, id: string): Promise<void> {
  return jobs.add(DERIVE, id, {});
}

/** The kinds of jobs that remind. */
export function reminderJobs(ports: RemindingPorts): readonly JobKind<unknown>[] {
  const derive: JobKind<object> = { ...DERIVE, run: () => addDue(ports) };
  const send: JobKind<Reminder> = { ...SEND, run: reminder => sendIfDue(ports, reminder) };
  return [derive, send];
}

async function addDue({ reader, jobs, clock }: RemindingPorts): Promise<void> {
  for await (const due of remindersDue(reader, clock.now())) {
    const sent = await reader.getMany(reminders, due.map(reminderIdOf));
    for (const reminder of due) {
      const id = reminderIdOf(reminder);
      if (!sent.has(id)) await jobs.add(SEND, id, reminder);
    }
  }
}

/** A job may have waited: nobody is reminded of what has been done or put off meanwhile. */
async function sendIfDue({ handle, reader, clock }: RemindingPorts, reminder: Reminder): Promise<void> {
  if (!(await isDueStill(reader, reminder, clock.now()))) return;
  const id = reminderIdOf(reminder);
  const outcome = await handle(sendReminder, reminder, {
    actor: SYSTEM,
    commandId: `remind/${id}`,
    // Of what makes the reminder this one: derived again under a later plan version, it is the same command.
    requestDigest: digestOf(id),
    correlationId: id,
  });
  if (outcome.rejected) throw new Error(`${id} was refused: ${outcome.code}`);
}
