/** Which webhooks an account has (制度 数据接口). */
import type { Actor } from '../envelope.ts';
import type { EventOf } from '../event-type.ts';
import type { Instant } from '../time.ts';
import type { webhookEnded, webhookRegistered } from '../webhook.ts';

export interface Webhook {
  readonly id: string;
  readonly system: string;
  readonly url: string;
  readonly types?: readonly string[];
  /** The role in which its holder registered it: what is sent is what he sees in that one. */
  readonly role: Actor['role'];
  readonly orgId: string;
  readonly registeredAt: Instant;
  readonly ended?: Pick<EventOf<typeof webhookEnded>['data'], 'cause' | 'reason'> & { readonly at: Instant };
}

/** The webhooks of an account, in the order in which they were registered. */
export function webhooksAfter(
  webhooks: readonly Webhook[],
  event: EventOf<typeof webhookRegistered> | EventOf<typeof webhookEnded>,
): readonly Webhook[] {
  const { actor, recordedAt } = event.meta;
  if (event.type === 'account.webhook-ended') {
    const { webhookId, cause, reason } = event.data;
    const ended = { cause, reason, at: recordedAt };
    return webhooks.map(webhook => (webhook.id === webhookId ? { ...webhook, ended } : webhook));
  }
  const { webhookId: id, system, url, types } = event.data;
  const { role, orgId } = actor;
  return [...webhooks, { id, system, url, ...(types && { types }), role, orgId, registeredAt: recordedAt }];
}
