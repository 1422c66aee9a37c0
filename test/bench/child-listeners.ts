/**
 * Clients of the event stream, each on a connection of its own, so many from each of the loopback addresses: nobody has
 * signed in. They catch up from the start, or stay and time what they are told until they are told to stop.
 */
import { type ClientRequest, get } from 'node:http';
import { BASE } from '../../infra/http/endpoint.ts';
import { answer, argument, type Heard, type Listening } from './children.ts';
import { percentilesOf } from './measure.ts';

const CAUGHT_UP = 'event: caught-up';
const FROM_ONE_ADDRESS = 50;
/** Connections that are being made at a time. */
const OPENING = 50;

const { url, clients, after } = argument<Listening>();
const lags: number[] = [];
const open: ClientRequest[] = [];
let timed = false;

/** Resolves when the client has been sent all there was. */
function listen(at: number): Promise<void> {
  const localAddress = `127.0.1.${1 + Math.floor(at / FROM_ONE_ADDRESS)}`;
  return new Promise((resolve, reject) => {
    const request = get(`${url}${BASE}/events/stream?after=${after}`, { agent: false, localAddress }, response => {
      if (response.statusCode !== 200) return reject(new Error(`${at}: ${response.statusCode}`));
      let end = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        if (timed) time(piece);
        else if (`${end}${piece}`.includes(CAUGHT_UP)) resolve();
        end = piece.slice(-CAUGHT_UP.length);
      });
    });
    request.once('error', reject);
    open.push(request);
  });
}

/** From when an event was recorded until it is here; one that a piece cuts in two is left out. */
function time(piece: string): void {
  const now = Date.now();
  for (const [, at] of piece.matchAll(/"recordedtime":"([^"]+)"/g)) lags.push(now - Date.parse(at as string));
}

for (let from = 0; from < clients; from += OPENING) {
  const some = Array.from({ length: Math.min(OPENING, clients - from) }, (_, at) => listen(from + at));
  await Promise.all(some);
}
answer({});
timed = true;
process.once('message', () => {
  for (const request of open) request.destroy();
  const { p50, p99 } = percentilesOf(lags);
  answer({ events: lags.length, p50, p99 } satisfies Heard);
  process.disconnect?.();
});
