/** Metrics and the request log. Neither ever holds a body, a token, a name or an id from a path. */
import type { Request } from 'express';
import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Endpoint } from '../http/endpoint.ts';
import { createFaultLog } from '../http/fault-log.ts';
import type { RequestContext } from '../http/request-context.ts';
import type { Tracing } from './tracing.ts';

/** A number somebody else keeps, read when metrics are asked for. */
export interface OperationalMetric {
  readonly name: string;
  readonly help: string;
  /** A counter only ever grows while the process runs; a gauge unless told. */
  readonly kind?: 'counter';
  /** The one label, if it is a number for each of its values. */
  readonly label?: string;
  read(): Promise<number | Readonly<Record<string, number>>>;
}

export interface TelemetryOptions {
  readonly logger: Logger;
  readonly metrics: readonly OperationalMetric[];
  readonly tracing?: Tracing | undefined;
}

type Served = Pick<Endpoint, 'method' | 'path' | 'quiet'>;

export interface Telemetry {
  readonly registry: Registry;
  /** Runs what answers a request. */
  serving(endpoint: Served, req: Request, answer: () => Promise<void>): Promise<void>;
  served(endpoint: Served, context: RequestContext, startedAt: number): void;
  failed(error: unknown, context: RequestContext): void;
  commandDecided(command: string, outcome: string, startedAt: number): void;
  /** Shows a number among the metrics. */
  show(metric: OperationalMetric): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** A store that has not answered by then is left out. */
const READING_MS = 2_000;

/**
 * A registry of metrics with the process’s own, and a request log. A metric that does not answer within {@link
 * READING_MS} is left out.
 */
export function createTelemetry({ logger, metrics, tracing }: TelemetryOptions): Telemetry {
  const registry = new Registry();
  const tell = createFaultLog(logger);
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const commands = new Histogram({
    name: 'gongguan_command_duration_seconds',
    help: 'Time from a command to its outcome; what was recorded is durable by then',
    labelNames: ['command', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  const inProgress = new Map<string, number>();
  const count = (path: string, change: number) => inProgress.set(path, (inProgress.get(path) ?? 0) + change);
  const open: OperationalMetric = {
    name: 'http_requests_in_progress',
    help: 'Requests that are being answered, by route; an event stream is one for as long as it is open',
    label: 'route',
    read: async () => Object.fromEntries(inProgress),
  };
  for (const metric of [open, ...metrics]) expose(metric, registry);

  return {
    registry,
    async serving({ method, path, quiet }, { headers }, answer) {
      count(path, 1);
      try {
        if (!tracing || quiet) return await answer();
        const attributes = { 'http.request.method': method, 'http.route': path };
        await tracing.received(`${method} ${path}`, attributes, headers, answer);
      } finally {
        count(path, -1);
      }
    },
    served({ method, path: route, quiet }, { res, correlationId, caller }, startedAt) {
      const ms = performance.now() - startedAt;
      const status = res.statusCode;
      const role = caller?.actor.role;
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, ms / 1000);
      tracing?.annotate({
        'http.response.status_code': status,
        'gongguan.correlation_id': correlationId,
        ...(role && { 'gongguan.role': role }),
        ...(status >= 500 && { 'error.type': String(status) }),
      });
      if (!quiet) logger.info({ method, route, status, ms: Math.round(ms), correlationId, role });
    },
    failed: (error, { correlationId }) => tell(error, correlationId),
    commandDecided: (command, outcome, startedAt) =>
      commands.observe({ command, outcome }, (performance.now() - startedAt) / 1000),
    show: metric => expose(metric, registry),
  };
}

/** A store that does not answer leaves its metrics out; the others are still worth having. */
function expose(metric: OperationalMetric, registry: Registry): void {
  const { name, help, label } = metric;
  const common = { name, help, labelNames: label ? [label] : [], registers: [registry] };
  const values = () => answerOf(metric);
  if (metric.kind === 'counter') {
    new Counter({
      ...common,
      async collect() {
        this.reset();
        for (const [labels, value] of await values()) this.inc(labels, value);
      },
    });
    return;
  }
  new Gauge({
    ...common,
    async collect() {
      this.reset();
      const answered = await values();
      // Of a gauge without labels, a reset leaves a zero that nobody has read.
      if (answered.length === 0 && !label) this.remove();
      for (const [labels, value] of answered) this.set(labels, value);
    },
  });
}

type Labelled = readonly [labels: Record<string, string>, value: number];

/** Nothing when the answer fails or does not come in time. */
async function answerOf({ label, read }: OperationalMetric): Promise<readonly Labelled[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), READING_MS);
  });
  const value = await Promise.race([read().catch(() => undefined), late]);
  clearTimeout(timer);
  if (value === undefined) return [];
  if (typeof value === 'number') return [[{}, value]];
  return Object.entries(value).map(([of, number]) => [{ [label as string]: of }, number]);
}
