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
    return { outcome: error instanceof TargetForbidden ? 'refused' : 'failed', reason: reasonOf(error).slice(0, 300) };
  }
}

/** Why a connection came to nothing, by the codes of Node.js. */
const FAULTS: Readonly<Record<string, string>> = {
  ABORT_ERR: '在规定时间内没有回答',
  ECONNREFUSED: '对方拒绝连接',
  ECONNRESET: '连接中断',
  EPIPE: '连接中断',
  ETIMEDOUT: '连接超时',
  EHOSTUNREACH: '主机不可达',
  ENETUNREACH: '网络不可达',
  ENOTFOUND: '主机名不存在',
  EAI_AGAIN: '主机名暂时无法解析',
  EPROTO: '对方不以 TLS 应答',
  CERT_HAS_EXPIRED: '对方的证书已过期',
  DEPTH_ZERO_SELF_SIGNED_CERT: '对方的证书是自签的',
  SELF_SIGNED_CERT_IN_CHAIN: '对方的证书不可信',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: '对方的证书不可信',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: '对方的证书不可信',
  ERR_TLS_CERT_ALTNAME_INVALID: '对方的证书与主机名不符',
};

/** For people, in Chinese where we know what it is. A name with several addresses fails with a code and no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const said = error.message || code || error.name;
  const fault = code === undefined ? undefined : FAULTS[code];
  return fault === undefined ? said : `${fault} (${said})`;
}
