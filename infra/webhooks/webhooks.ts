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
  /** Whether anything may be sent to it now: it has not ended, and its holder has the role it was registered in. */
  receives(accountId: AccountId, id: string): Promise<boolean>;
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

interface Sent {
  readonly type: 'webhook.challenge' | 'webhook.test';
  readonly data: object;
  readonly judge: (result: SendingResult) => SendingResult;
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

  /** Sends something that is no event, and keeps in the delivery log what came of it, as it is judged. */
  async function send(accountId: AccountId, id: string, { type, data, judge }: Sent) {
    const registration = await ports.registered(accountId, id);
    const state = registration && (await change(id, at => ({ ...at, entries: at.entries + 1 })));
    if (!registration || !state) return undefined;
    const messageId = randomUUID();
    const message = { type, id: messageId, time: clock.now(), ...data };
    const result = judge(
      await sendMessage(registration.url, { id: messageId, body: JSON.stringify(message) }, state, ports),
    );
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
    receives: async (accountId, id) => (await ports.registered(accountId, id)) !== undefined,

    async challenge(accountId, id) {
      const challenge = randomUUID();
      const judge = (result: SendingResult) => judged(result, challenge);
      const result = await send(accountId, id, { type: 'webhook.challenge', data: { challenge }, judge });
      if (result?.outcome !== 'delivered') return result;
      await change(id, state => ({ ...state, verifiedAt: state.verifiedAt ?? clock.now() }));
      return result;
    },

    test: (accountId, id) => send(accountId, id, { type: 'webhook.test', data: {}, judge: result => result }),

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

/** Whoever takes a challenge without answering it may not know of it. */
function judged(result: SendingResult, challenge: string): SendingResult {
  if (result.outcome !== 'delivered' || answers(result.answer?.body ?? '', challenge)) return result;
  return { ...result, outcome: 'failed', reason: '没有照样回答验证消息 (it did not answer the challenge)' };
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
