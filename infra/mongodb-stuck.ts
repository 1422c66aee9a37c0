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
 */
export function whenStuck(clients: readonly MongoClient[], stuck: () => void): () => void {
  const ends = new Map<string, number>();
  for (const [index, client] of clients.entries()) noteWaits(client, `${index}`, ends);
  const look = setInterval(() => {
    const now = performance.now();
    if (![...ends.values()].some(end => end < now)) return;
    clearInterval(look);
    stuck();
  }, LOOK_MS).unref();
  return () => clearInterval(look);
}

/** Keeps when each wait of a client must have ended, while it lasts. */
function noteWaits(client: MongoClient, of: string, ends: Map<string, number>): void {
  const begun = (what: string, ms: number) => ends.set(`${of} ${what}`, performance.now() + ms);
  const ended = (what: string) => ends.delete(`${of} ${what}`);
  client.on('serverHeartbeatStarted', ({ connectionId }) => begun(connectionId, WATCH_MS));
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => ended(connectionId));
  client.on('serverHeartbeatFailed', ({ connectionId }) => ended(connectionId));
  client.on('serverClosed', ({ address }) => ended(address));
  client.on('connectionCheckedOut', ({ address, connectionId }) => begun(`${address} ${connectionId}`, HANDED_OUT_MS));
  client.on('connectionCheckedIn', ({ address, connectionId }) => ended(`${address} ${connectionId}`));
}
