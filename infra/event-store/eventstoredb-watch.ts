/** Watches that the subscription speaks, and that the log keeps what it has promised. */
import { setTimeout as delay } from 'node:timers/promises';
import { comparePositions, type Position } from '../../events/ids.ts';
import type { NamespaceLog } from './eventstoredb-log.ts';
import type { Subscription } from './eventstoredb-subscription.ts';

export interface WatchPorts {
  readonly log: NamespaceLog;
  readonly subscription: Subscription;
  /** Between two checks, ms. */
  readonly checkMs: number;
  /** How long a subscription may be behind and deliver nothing, ms. */
  readonly silenceMs: number;
  /** Before a loss is believed, ms: the answer may have come from a node on its way out. */
  readonly doubtMs: number;
  /** The log no longer holds an event that it had acknowledged or delivered. Called once. */
  lost(promised: Position): void;
}

export class Watch {
  readonly #ports: WatchPorts;
  readonly #timer: NodeJS.Timeout;
  /** The last event that was acknowledged or delivered. */
  #promised: Position;
  #checking = false;
  /** Since when the subscription has been where it is, though the log goes on. */
  #stuck: { readonly at: Position; readonly since: number } | undefined;

  constructor(ports: WatchPorts, promised: Position) {
    this.#ports = ports;
    this.#promised = promised;
    this.#timer = setInterval(() => void this.#check(), ports.checkMs).unref();
  }

  /** The log must keep the event at this position. */
  promise(position: Position): void {
    if (comparePositions(position, this.#promised) > 0) this.#promised = position;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      if (await this.#keepsPromise()) this.#listen(await this.#ports.log.head());
    } catch {
      // An outage: whoever needs the log is told; the next check asks again.
    } finally {
      this.#checking = false;
    }
  }

  async #keepsPromise(): Promise<boolean> {
    const { log, doubtMs, lost } = this.#ports;
    const promised = this.#promised;
    if (await log.holds(promised)) return true;
    await delay(doubtMs);
    if (await log.holds(promised)) return true;
    this.stop();
    lost(promised);
    return false;
  }

  #listen(head: Position): void {
    const { subscription, silenceMs } = this.#ports;
    const at = subscription.position;
    const now = performance.now();
    if (comparePositions(at, head) >= 0) this.#stuck = undefined;
    else if (this.#stuck?.at !== at) this.#stuck = { at, since: now };
    else if (now - this.#stuck.since >= silenceMs) {
      this.#stuck = undefined;
      subscription.restart(`silent for ${Math.round(silenceMs / 1_000)} s while the log went on to ${head}`);
    }
  }
}
