/** When a request is taken up: after those before it on its connection, and when this thread has time for it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pause } from '../time-slices.ts';

/**
 * Undefined when there is nothing to wait for. A client may send hundreds of requests at once on one connection: answers
 * that wait behind another would only be kept in memory.
 */
export function ownTurn(req: IncomingMessage, res: ServerResponse, pause: Pause): Promise<void> | undefined {
  return res.socket ? pause() : inFront(req, res).then(pause);
}

/** Resolves when the answer is the next on its connection, or the connection is closed. */
function inFront(req: IncomingMessage, res: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      res.off('socket', done);
      req.socket.off('close', done);
      resolve();
    };
    res.once('socket', done);
    req.socket.once('close', done);
  });
}
