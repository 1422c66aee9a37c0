/** Watches that the subscription speaks, and that the log keeps what it has promised. */
import { setTimeout as delay } from 'node:timers/promises';
import { comparePositions, type Position } from '../../events/ids.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { Lag } from './eventstoredb-lag.ts';
import type { NamespaceLog } from './eventstoredb-log.ts';
import type { Subscription } from './eventstoredb-subscription.ts';

export interface WatchPorts {
  readonly log: NamespaceLog;
  readonly subscription: Subscription;
  /** Between two checks, ms. */
  readonly checkMs: number;
  /** How long a subscription may be behind and say nothing, or not come nearer to the head, ms. */
  readonly silenceMs: number;
  /** Before a loss is believed, ms: the answer may have come from a node on its way out. */
  readonly doubtMs: number;
  /** Looks for the leader anew, so that the same node is not asked twice. */
  renew(): void;
  /** The log no longer holds an event that it had acknowledged or delivered. Called once. */
  lost(promised: Position): void;
  alarm(message: string, details: object): void;
}

/** An event that was acknowledged or delivered; where only its place is known, that. */
export interface Promised {
  readonly position: Position;
  readonly id?: string;
}

/** Seconds. */
export const RETRY_IN_DOUBT = 10;

export class Watch {
  readonly #ports: WatchPorts;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  readonly #lag: Lag;
  /** The last event that was acknowledged or delivered. */
  #promised: Promised;
  /** How often contact had been lost when the log was last found to hold it. */
  #assuredAt = 0;
  #assuring: Promise<void> | undefined;
  #checking = false;
  #doubts = false;
  /** For how many looks the subscription has said nothing, though it is not where the log is. */
  #stuck: { readonly heard: number; readonly looks: number } | undefined;

  constructor(ports: WatchPorts, head: Position) {
    this.#ports = ports;
    this.#promised = { position: head };
    this.#lag = new Lag(this.#patience);
    this.#timer = setInterval(() => void this.#check(), ports.checkMs).unref();
  }

  /** Whether the log may have lost an event, and is to be asked once more. */
  get doubts(): boolean {
    return this.#doubts;
  }

  /** The log must keep this event, at its position. */
  promise(event: Promised): void {
    if (comparePositions(event.position, this.#promised.position) > 0) this.#promised = event;
  }

  /** Whether contact was lost since the log was last asked: what stands there now may be an older one, or another. */
  get isUnsure(): boolean {
    return this.#ports.subscription.contactsLost !== this.#assuredAt;
  }

  /**
   * Asks whether the log still holds what it has promised. Throws {@link StoreUnavailable} when it does not, or cannot be
   * asked.
   */
  assure(): Promise<void> {
    this.#assuring ??= this.#assure().finally(() => {
      this.#assuring = undefined;
    });
    return this.#assuring;
  }

  async #assure(): Promise<void> {
    const { contactsLost } = this.#ports.subscription;
    const { position, id } = this.#promised;
    if (!(await this.#ports.log.holds(position, id))) {
      this.#doubts = true;
      void this.#check();
      throw new StoreUnavailable('the log may have lost events', { retryAfter: RETRY_IN_DOUBT });
    }
    this.#assuredAt = contactsLost;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      if (await this.#keepsPromise()) await this.#listen();
    } catch {
      // An outage: whoever needs the log is told; the next check asks again, and counts anew how long nothing was heard.
      this.#stuck = undefined;
      this.#lag.forget();
    } finally {
      this.#checking = false;
    }
  }

  async #keepsPromise(): Promise<boolean> {
    const { log, lost } = this.#ports;
    const promised = this.#promised;
    // A question that fails leaves the doubt as it is.
    const { position, id } = promised;
    if ((await log.holds(position, id)) || (await this.#holdsAfterDoubt(promised))) {
      this.#doubts = false;
      return true;
    }
    this.stop();
    lost(position);
    return false;
  }

  async #holdsAfterDoubt({ position, id }: Promised): Promise<boolean> {
    const { log, doubtMs, renew } = this.#ports;
    this.#doubts = true;
    await delay(doubtMs, undefined, { signal: this.#stopping.signal });
    renew();
    return log.holds(position, id);
  }

  /** A subscription belongs between our head and what was searched; beyond, the log has lost its end, if only others'. */
  async #listen(): Promise<void> {
    const { log, subscription, alarm } = this.#ports;
    const head = await log.head();
    const searched = await log.searched();
    const { position, heard } = subscription;
    const isBeyond = comparePositions(position, searched) > 0;
    if (comparePositions(position, head) >= 0 && !isBeyond) this.#stuck = undefined;
    else if (this.#stuck?.heard !== heard) this.#stuck = { heard, looks: 0 };
    else {
      this.#stuck = { heard, looks: this.#stuck.looks + 1 };
      if (this.#stuck.looks >= this.#patience) {
        this.#endSilence(isBeyond ? `the log ends before it, at ${searched}` : `the log went on to ${head}`);
      }
      return;
    }
    if (this.#lag.look(position, head)) alarm('event delivery lags, and does not catch up', { position, head });
  }

  #endSilence(where: string): void {
    const { subscription, silenceMs } = this.#ports;
    this.#stuck = undefined;
    this.#lag.forget();
    subscription.restart(`silent for ${Math.round(silenceMs / 1_000)} s, and ${where}`);
  }

  /** Looks that make up the time that silence may last. A process at work looks late, and listens late too. */
  get #patience(): number {
    return Math.ceil(this.#ports.silenceMs / this.#ports.checkMs);
  }
}
