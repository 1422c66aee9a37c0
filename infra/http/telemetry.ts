/** Metrics and the request log. Neither ever holds a body, a token, a name or an id from a path. */
import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';

/** A number somebody else keeps, read when metrics are asked for. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  read(): number | Promise<number>;
}

export interface Telemetry {
  readonly registry: Registry;
  served(endpoint: Pick<Endpoint, 'method' | 'path' | 'quiet'>, exchange: Exchange, startedAt: number): void;
  failed(error: unknown, exchange: Exchange): void;
  commandDecided(command: string, outcome: string): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createTelemetry(logger: Logger, readings: readonly Reading[]): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const commands = new Counter({
    name: 'gongguan_commands_total',
    help: 'Commands by outcome',
    labelNames: ['command', 'outcome'],
    registers: [registry],
  });
  for (const reading of readings) expose(reading, registry);

  return {
    registry,
    served({ method, path: route, quiet }, { res, correlationId, caller }, startedAt) {
      const ms = performance.now() - startedAt;
      const status = res.statusCode;
      durations.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, ms / 1000);
      if (!quiet) logger.info({ method, route, status, ms: Math.round(ms), correlationId, role: caller?.actor.role });
    },
    failed: (error, { correlationId }) => logger.error({ err: error, correlationId }, 'request failed'),
    commandDecided: (command, outcome) => commands.inc({ command, outcome }),
  };
}

function expose({ name, help, read }: Reading, registry: Registry): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}
