/**
 * Finds clients of MongoDB that will never go on. The driver waits for a socket to take what it wrote, and is told of no end
 * when the socket had ended in the same turn: its watch of the server then stands still, so that the server is never seen again
 * though it is back, and a connection that is handed out is never given back.
 */
import type { MongoClient } from 'mongodb';

/** Milliseconds. Connecting and the first answer, or two answers of a watched server, are over by the driver's own limits. */
const WATCH_MS = 8_000;
/** Milliseconds. Whoever asked has been answered long before. */
const HANDED_OUT_MS = 20_000;
const LOOK_MS = 1_000;

/**
 * Calls `stuck` once, when one of the clients has waited for longer than the driver ever should. The returned function ends the
 * search.
 *
 * @param now milliseconds
 */
export function whenStuck(
  clients: readonly MongoClient[],
  stuck: () => void,
  now = () => performance.now(),
): () => void {
  const waits = new Waits(now);
  for (const [index, client] of clients.entries()) waits.note(client, `${index}`);
  let looked = now();
  const look = setInterval(() => {
    // A process that stood still itself lets the driver hear first what came meanwhile.
    const stoodStill = now() - looked > 3 * LOOK_MS;
    looked = now();
    if (stoodStill || !waits.isTooLong) return;
    clearInterval(look);
    stuck();
  }, LOOK_MS).unref();
  return () => clearInterval(look);
}

/** What clients wait for, and when each of it must have ended. */
class Waits {
  readonly #now: () => number;
  readonly #ends = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether one of them lasts for too long. */
  get isTooLong(): boolean {
    const now = this.#now();
    return [...this.#ends.values()].some(end => end < now);
  }

  note(client: MongoClient, of: string): void {
    const begun = (what: string, ms: number) => this.#ends.set(`${of} ${what}`, this.#now() + ms);
    const ended = (what: string) => this.#ends.delete(`${of} ${what}`);
    client.on('serverHeartbeatStarted', ({ connectionId }) => begun(connectionId, WATCH_MS));
    client.on('serverHeartbeatSucceeded', ({ connectionId }) => ended(connectionId));
    client.on('serverHeartbeatFailed', ({ connectionId }) => ended(connectionId));
    client.on('serverClosed', ({ address }) => ended(address));
    client.on('connectionCheckedOut', ({ address, connectionId: id }) => begun(`${address} ${id}`, HANDED_OUT_MS));
    client.on('connectionCheckedIn', ({ address, connectionId: id }) => ended(`${address} ${id}`));
  }
}
