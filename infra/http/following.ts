/** What all who wait for events do: wake up at an append, and go on only while they may. */
import type { EventLog } from '../../projections/ports.ts';
import type { AuthenticatedCaller, IdentityService } from '../identity/identity.ts';

/** Why a stream ends: its connection closed, or what its reader has to do something about before he asks again. */
export type Ended = 'closed' | 'session-ended' | 'key-not-in-force' | 'role-not-held' | 'access-not-recorded';

/** Grants may have been revoked, or the session may have ended, since the stream was opened; undefined while it goes on. */
export async function whyEnded(
  caller: AuthenticatedCaller | undefined,
  identity: IdentityService,
): Promise<Ended | undefined> {
  if (!caller) return undefined;
  if (!(await identity.stands(caller))) return caller.key ? 'key-not-in-force' : 'session-ended';
  return (await identity.holds(caller.actor)) ? undefined : 'role-not-held';
}

/** Whether the reader may be told more. */
export async function mayContinue(
  caller: AuthenticatedCaller | undefined,
  identity: IdentityService,
): Promise<boolean> {
  return (await whyEnded(caller, identity)) === undefined;
}

/** Remembers appends between a read that found nothing and the wait that follows, so that none is slept through. */
export function appendSignal(log: EventLog, closed: AbortSignal) {
  let appended = false;
  let resume: () => void = () => undefined;
  const wake = () => {
    appended = true;
    resume();
  };
  const forget = log.onAppend(wake);
  closed.addEventListener('abort', () => resume(), { once: true });
  return {
    forget,
    /** As an append does. */
    wake,
    reset() {
      appended = false;
    },
    /** Whether something was appended within a time. */
    async within(ms: number): Promise<boolean> {
      if (!appended && !closed.aborted) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return appended;
    },
  };
}
