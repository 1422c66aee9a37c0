/** How many connections there may be, and how long one may say nothing: whoever only holds them holds nobody else up. */
import type { Server } from 'node:http';
import type { OperationalMetric } from '../observability/telemetry.ts';
import { networkOfAddress } from './address.ts';

export interface ConnectionBounds {
  readonly all: number;
  /** From one network; all, where a reverse proxy stands before everybody. */
  readonly each: number;
}

export const CONNECTIONS: ConnectionBounds = { all: 4_000, each: 1_000 };

/** Milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Long enough for the largest file on a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Until the next request of a connection; longer than the 60 s of reverse proxies, so that none asks on one that has just been closed. */
const KEPT_MS = 65_000;
/** In which nothing is sent and nothing taken in; longer than any answer is in the making. */
const SILENT_MS = 180_000;
/** How often the server looks for those that took too long. */
export const CHECKED_EVERY_MS = 5_000;

/** Sets timeouts and bounds on a server: those beyond `each` of a network are closed at once, unanswered. */
export function boundConnections(server: Server, { all, each }: ConnectionBounds): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEPT_MS;
  server.timeout = SILENT_MS;
  server.maxConnections = all;
  const open = new Map<string, number>();
  server.on('connection', socket => {
    const network = networkOfAddress(socket.remoteAddress ?? 'unknown');
    const before = open.get(network) ?? 0;
    if (before >= each) {
      socket.destroy();
      return;
    }
    // Each of its requests that waits or works listens.
    socket.setMaxListeners(0);
    open.set(network, before + 1);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

/** How often a server that ends looks for connections whose last answer has been given. */
const ENDED_EVERY_MS = 50;

/** Takes no more connections, and ends each as soon as nothing is answered on it; resolves when none is left. */
export function endConnections(server: Server): Promise<void> {
  const ending = setInterval(() => server.closeIdleConnections(), ENDED_EVERY_MS);
  return new Promise<void>((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()));
  }).finally(() => clearInterval(ending));
}

/** Open connections, for the metrics. */
export function connectionsOf(server: Server): OperationalMetric {
  return {
    name: 'http_connections',
    help: 'Open connections of clients',
    read: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
  };
}
