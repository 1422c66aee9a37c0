/** What a holder does with his webhooks besides registering and ending them, which stands on the log. */
import { randomUUID } from 'node:crypto';
import type { Actor } from '../../events/envelope.ts';
import { type AccountId, START } from '../../events/ids.ts';
import type { Clock, Vault } from '../../services/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Cursor, FeedSource } from '../http/feed-sources.ts';
import { type DispatcherPorts, entryOf } from './dispatcher.ts';
import { newSecret, rotated, sealSecret } from './message.ts';
import type { PostWebhook } from './post.ts';
import { type SendingResult, sendMessage } from './sending.ts';
import type { DeliveryEntry, WebhookState, WebhookStore } from './store.ts';

export interface WebhooksPorts {
  readonly store: WebhookStore;
  readonly vault: Pick<Vault, 'open' | 'seal'>;
  readonly clock: Clock;
  readonly post: PostWebhook;
  readonly feedOf: (actor: Actor) => FeedSource;
  readonly registered: DispatcherPorts['registered'];
}

export interface Webhooks {
  /** Makes the state of a webhook that is on the log, and its secret, which is never shown again. */
  make(accountId: AccountId, id: string): Promise<string>;
  stateOf(id: string): Promise<WebhookState | undefined>;
  /** Sends a challenge; from the first right answer on, events are sent. Undefined where there is no such webhook. */
  challenge(accountId: AccountId, id: string): Promise<SendingResult | undefined>;
  /** Sends a message that is no event. Undefined where there is no such webhook. */
  test(accountId: AccountId, id: string): Promise<SendingResult | undefined>;
  /** A new secret; the one before signs for a day more. Undefined where there is no such webhook. */
  rotate(accountId: AccountId, id: string): Promise<string | undefined>;
  /** Goes on after a place of its feed. False where there is no such webhook. Throws NoSuchPosition. */
  replay(accountId: AccountId, id: string, after: Cursor): Promise<boolean>;
  entriesOf(id: string, before: number, limit: number): Promise<readonly DeliveryEntry[]>;
}

/** Others may change a state in between; so often it is tried again. */
const RACES = 20;

export function createWebhooks(ports: WebhooksPorts): Webhooks {
  const { store, vault, clock } = ports;
  const nowMs = () => Date.parse(clock.now());

  async function change(id: string, to: (state: WebhookState) => WebhookState): Promise<WebhookState | undefined> {
    for (let race = 0; race < RACES; race += 1) {
      const state = await store.get(id);
      if (!state) return undefined;
      const next = { ...to(state), version: state.version + 1 };
      if (await store.replace(next)) return next;
    }
    throw new StoreUnavailable('too many changes of one webhook at once', { retryAfter: 1 });
  }

  /** Sends something that is no event, and keeps in the delivery log what came of it. */
  async function send(accountId: AccountId, id: string, type: 'webhook.challenge' | 'webhook.test', data: object) {
    const registration = await ports.registered(accountId, id);
    const state = registration && (await change(id, at => ({ ...at, entries: at.entries + 1 })));
    if (!registration || !state) return undefined;
    const messageId = randomUUID();
    const message = { type, id: messageId, time: clock.now(), ...data };
    const result = await sendMessage(registration.url, { id: messageId, body: JSON.stringify(message) }, state, ports);
    await store.log({
      webhookId: id,
      number: state.entries,
      messageId,
      type,
      attempt: 1,
      at: clock.now(),
      ...entryOf(result),
    });
    return result;
  }

  return {
    async make(accountId, id) {
      const secret = newSecret();
      const fresh = await sealSecret(accountId, secret, vault);
      const made = await store.create({
        id,
        accountId,
        cursor: START,
        parked: [],
        secrets: [fresh],
        pausedUntil: 0,
        entries: 0,
        owner: '',
        ownedUntil: 0,
        version: 1,
      });
      if (!made) await change(id, state => ({ ...state, secrets: rotated(state.secrets, fresh, nowMs()) }));
      return secret;
    },

    stateOf: id => store.get(id),

    async challenge(accountId, id) {
      const challenge = randomUUID();
      const result = await send(accountId, id, 'webhook.challenge', { challenge });
      if (result?.outcome !== 'delivered') return result;
      if (!answers(result.answer?.body ?? '', challenge))
        return { ...result, outcome: 'failed', reason: 'wrong answer' };
      await change(id, state => ({ ...state, verifiedAt: state.verifiedAt ?? clock.now() }));
      return result;
    },

    test: (accountId, id) => send(accountId, id, 'webhook.test', {}),

    async rotate(accountId, id) {
      if (!(await ports.registered(accountId, id))) return undefined;
      return this.make(accountId, id);
    },

    async replay(accountId, id, after) {
      const registration = await ports.registered(accountId, id);
      if (!registration) return false;
      await ports.feedOf(registration.actor).after(after, 1);
      return (await change(id, state => ({ ...state, cursor: after, parked: [], pausedUntil: 0 }))) !== undefined;
    },

    entriesOf: (id, before, limit) => store.entriesOf(id, before, limit),
  };
}

/** `{"challenge": "<what was sent>"}`, or the text alone. */
function answers(body: string, challenge: string): boolean {
  if (body.trim() === challenge) return true;
  try {
    return (JSON.parse(body) as { readonly challenge?: unknown } | null)?.challenge === challenge;
  } catch {
    return false;
  }
}
