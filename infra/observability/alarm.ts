/**
 * What operators are told. A trouble that shows itself a thousand times is told once, when it begins, and once more with
 * its count when it is over: whoever makes a server fail again and again must not fill its disk with it.
 */

/** Tells the operator what nobody else mends. */
export type Alarm = (message: string, details: object) => void;

/** Of one kind, from its beginning until nothing of it was seen for a while. */
export interface Episode {
  readonly times: number;
  /** From the first to the last. */
  readonly seconds: number;
}

interface Running {
  times: number;
  readonly from: number;
  last: number;
  over(episode: Episode): void;
}

/** Milliseconds without another of its kind, after which a trouble is over. */
const QUIET_MS = 30_000;
/** Kinds that are told apart at a time. */
const KINDS = 500;

export class Episodes {
  readonly #quietMs: number;
  readonly #running = new Map<string, Running>();

  constructor(quietMs = QUIET_MS) {
    this.#quietMs = quietMs;
  }

  /** `first` is called at once where this is the first of its kind, `over` when the episode has ended. */
  seen(kind: string, first: () => void, over: (episode: Episode) => void): void {
    const now = performance.now();
    const running = this.#running.get(kind);
    if (running) {
      running.times += 1;
      running.last = now;
      return;
    }
    const [oldest] = this.#running.keys();
    if (oldest !== undefined && this.#running.size >= KINDS) this.#end(oldest);
    this.#running.set(kind, { times: 1, from: now, last: now, over });
    this.#lookIn(kind, this.#quietMs);
    first();
  }

  #lookIn(kind: string, ms: number): void {
    setTimeout(() => {
      const running = this.#running.get(kind);
      if (!running) return;
      const left = running.last + this.#quietMs - performance.now();
      if (left > 0) this.#lookIn(kind, left);
      else this.#end(kind);
    }, ms).unref();
  }

  #end(kind: string): void {
    const { times, from, last, over } = this.#running.get(kind) as Running;
    this.#running.delete(kind);
    over({ times, seconds: Math.ceil((last - from) / 1_000) });
  }
}

/** Numbers and ids, which differ from one trouble to the next of its kind. */
const PARTICULAR = /[0-9a-f]{8,}|\d+/g;
/** Of what a trouble says, enough to know it again. */
const KNOWN_BY = 200;

/** What troubles of one kind have in common of what they say. */
export function kindOf(says: string): string {
  return says.slice(0, KNOWN_BY).replaceAll(PARTICULAR, '#');
}

/** The same alarm, told once for each {@link Episode}. Of its details, only what it is about and why tell kinds apart. */
export function oncePerEpisode(alarm: Alarm, quietMs?: number): Alarm {
  const episodes = new Episodes(quietMs);
  return (message, details) => {
    const { error, reason, kind, projection } = details as Readonly<Record<string, unknown>>;
    const about = [message, kind, projection, error ?? reason].filter(part => part !== undefined);
    const over = ({ times, seconds }: Episode) => {
      if (times > 1) alarm(`已停止 (over): ${message}`, { times, seconds });
    };
    episodes.seen(kindOf(about.map(String).join(' ')), () => alarm(message, details), over);
  };
}
