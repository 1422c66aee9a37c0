/** For receivers of webhooks: whether a message is from the service, and the event in it. */
import { Webhook } from 'standardwebhooks';
import type { CloudEvent } from '../integrators/cloud-event.ts';

/**
 * The event of a message by Standard Webhooks. `secret` is the `whsec_…` that the registration showed once; `body` is the
 * text as it came, before anything parsed it. Throws where it is not signed with the secret or is older than five minutes.
 */
export function eventOfWebhook(secret: string, headers: Readonly<Record<string, string>>, body: string): CloudEvent {
  return new Webhook(secret).verify(body, { ...headers }) as CloudEvent;
}
