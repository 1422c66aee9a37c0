/** How a webhook stands, in one word for people and programs; pure. */
import type { Webhook } from '../../events/rules/webhooks.ts';
import type { Instant } from '../../events/time.ts';
import type { WebhookState } from './store.ts';

/**
 * `unverified`: its address has yet to answer the challenge; `retrying`: some events were not taken and are sent again;
 * `paused`: the receiver has asked to be left alone; `suspended`: its holder does not have the role it was registered in now.
 */
export const WEBHOOK_STANDINGS = ['working', 'retrying', 'paused', 'unverified', 'suspended', 'ended'] as const;

export interface WebhookStanding {
  readonly standing: (typeof WEBHOOK_STANDINGS)[number];
  /** Since when some event was not taken. */
  readonly since?: Instant;
  /** When one that was not taken is sent again, or the pause is over. */
  readonly nextAt?: Instant;
}

interface Stands {
  readonly ended: Webhook['ended'] | undefined;
  /** Whether its holder may be sent anything now. */
  readonly receives: boolean;
  readonly state: WebhookState | undefined;
}

/** `now` in milliseconds since 1970. */
export function webhookStanding({ ended, receives, state }: Stands, now: number): WebhookStanding {
  if (ended) return { standing: 'ended' };
  if (!receives) return { standing: 'suspended' };
  if (state?.verifiedAt === undefined) return { standing: 'unverified' };
  const { parked, pausedUntil } = state;
  const failed = parked.filter(({ attempts }) => attempts > 0);
  const isPaused = pausedUntil > now;
  if (failed.length === 0)
    return isPaused ? { standing: 'paused', nextAt: instant(pausedUntil) } : { standing: 'working' };
  return {
    standing: isPaused ? 'paused' : 'retrying',
    since: instant(Math.min(...failed.map(({ since }) => since))),
    nextAt: instant(Math.max(pausedUntil, Math.min(...failed.map(({ dueAt }) => dueAt)))),
  };
}

const instant = (ms: number): Instant => new Date(ms).toISOString();
