/** What all who wait for events do: wake up at an append, and go on only while they may. */
import type { EventLog } from '../../projections/ports.ts';
import type { AuthenticatedCaller, IdentityService } from '../identity/identity.ts';

/** Grants may have been revoked, or the session may have ended, since a reader began to wait. */
export async function mayContinue(
  caller: AuthenticatedCaller | undefined,
  identity: IdentityService,
): Promise<boolean> {
  if (!caller) return true;
  return (await identity.stands(caller)) && (await identity.holds(caller.actor));
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
