/**
 * Traces by OpenTelemetry, sent over OTLP/HTTP. Nothing of it is loaded unless a collector is configured. Spans hold names
 * of code, streams and outcomes: never a body, a token, the name of a person or the message of an error.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attributes, Context, DiagLogger } from '@opentelemetry/api';

export interface TracingOptions {
  /** Base URL of the collector, e.g. `http://localhost:4318`. */
  readonly endpoint: string;
  readonly service: string;
  /** What this process does of the service. */
  readonly part: string;
  /** Told, at most once a minute, that spans could not be sent. */
  readonly warn: (message: string, details: object) => void;
  /** Milliseconds for which spans gather before they are sent together; 5 s. */
  readonly gatherMs?: number;
}

type Task<T> = () => Promise<T>;

export interface Tracing {
  /** Where another thread of this process sends its own spans. */
  readonly endpoint: string;
  /** Runs a task as a part of what runs around it. */
  traced<T>(name: string, attributes: Attributes, task: Task<T>): Promise<T>;
  /** Runs a task for a caller, as a part of what he does if his `traceparent` says so. */
  received<T>(name: string, attributes: Attributes, headers: IncomingHttpHeaders, task: Task<T>): Promise<T>;
  /** Runs a task that is nobody's part. */
  begun<T>(name: string, attributes: Attributes, task: Task<T>): Promise<T>;
  /** Says more of what runs; `error.type` marks it as failed. */
  annotate(attributes: Attributes): void;
  /** Sends what has gathered, if the collector takes it within two seconds. */
  close(): Promise<void>;
}

const FLUSH_MS = 2_000;
/** A collector that has not answered by then is not waited for; the spans are given up. */
const EXPORT_MS = 3_000;
const WARN_PAUSE_MS = 60_000;

/** Starts tracing for this process. A collector that cannot be reached costs memory for 2,048 spans, and no time. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { context, diag, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  diag.setLogger(diagnosisOf(options.warn), { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
  const url = `${options.endpoint.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS });
  const gathering = { scheduledDelayMillis: options.gatherMs ?? 5_000, exportTimeoutMillis: EXPORT_MS };
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service, 'gongguan.part': options.part }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, gathering)],
  });
  provider.register();
  const tracer = trace.getTracer(options.service);

  function annotate(attributes: Attributes): void {
    const span = trace.getActiveSpan();
    span?.setAttributes(attributes);
    if (attributes['error.type'] !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR });
  }

  function run<T>(name: string, attributes: Attributes, kind: number, parent: Context, task: Task<T>): Promise<T> {
    return tracer.startActiveSpan(name, { attributes, kind }, parent, async span => {
      try {
        return await task();
      } catch (error) {
        annotate({ 'error.type': error instanceof Error ? error.name : typeof error });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  return {
    endpoint: options.endpoint,
    traced: (name, attributes, task) => run(name, attributes, SpanKind.INTERNAL, context.active(), task),
    received: (name, attributes, headers, task) =>
      run(name, attributes, SpanKind.SERVER, propagation.extract(ROOT_CONTEXT, headers), task),
    begun: (name, attributes, task) => run(name, attributes, SpanKind.INTERNAL, ROOT_CONTEXT, task),
    annotate,
    async close() {
      await Promise.race([provider.shutdown().catch(() => undefined), pause(FLUSH_MS, undefined, { ref: false })]);
      for (const global of [trace, context, propagation, diag]) global.disable();
    },
  };
}

/** A collector that is away would be told of with every batch. */
function diagnosisOf(warn: TracingOptions['warn']): DiagLogger {
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (message: string) => {
    if (performance.now() - toldAt < WARN_PAUSE_MS) return;
    toldAt = performance.now();
    warn('traces cannot be sent', { reason: message.slice(0, 300) });
  };
  const ignore = () => undefined;
  return { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
}
