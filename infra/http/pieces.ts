/** Answers sent piece by piece, at the pace of the reader: no more is made than he takes in. */
import type { ServerResponse } from 'node:http';

/** A reader who takes nothing in for so long is cut off. */
const STALLED_MS = 30_000;

/** Sends a piece, and waits while the reader is behind. What is sent after `closed` is dropped. */
export async function sendPiece(res: ServerResponse, piece: string | Uint8Array, closed: AbortSignal): Promise<void> {
  if (closed.aborted || res.write(piece)) return;
  await new Promise<void>(resolve => {
    const done = () => {
      clearTimeout(timer);
      res.off('drain', done);
      closed.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(() => {
      res.req.socket.destroy();
      done();
    }, STALLED_MS);
    res.on('drain', done);
    closed.addEventListener('abort', done);
  });
}
