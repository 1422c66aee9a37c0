/** One message on its way to a receiver, and what came of it. */
import type { Clock, Vault } from '../../services/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { type Message, signedHeaders } from './message.ts';
import type { PostWebhook, WebhookAnswer } from './post.ts';
import type { WebhookState } from './store.ts';
import { TargetForbidden } from './target.ts';

export interface SendingOptions {
  readonly post: PostWebhook;
  readonly vault: Pick<Vault, 'open'>;
  readonly clock: Clock;
}

export interface SendingResult {
  /** `gone`: the receiver wants no more, ever; `refused`: its address may not be asked. */
  readonly outcome: 'delivered' | 'failed' | 'gone' | 'refused';
  readonly answer?: WebhookAnswer;
  readonly reason?: string;
}

const GONE = 410;

/** Sends a message signed now; whatever the receiver does is an outcome. Throws StoreUnavailable. */
export async function sendMessage(
  address: string,
  message: Message,
  state: Pick<WebhookState, 'secrets'>,
  { post, vault, clock }: SendingOptions,
): Promise<SendingResult> {
  try {
    const answer = await post(
      address,
      await signedHeaders(message, state, Date.parse(clock.now()), vault),
      message.body,
    );
    if (answer.status === GONE) return { outcome: 'gone', answer };
    return { outcome: answer.status >= 200 && answer.status < 300 ? 'delivered' : 'failed', answer };
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: error instanceof TargetForbidden ? 'refused' : 'failed', reason: reason.slice(0, 300) };
  }
}
