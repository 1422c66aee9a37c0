/** What operators and their machines ask: alive, ready, metrics, and who may do what. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { BASE, type Endpoint } from './endpoint.ts';
import { notThere, Problem } from './problem.ts';
import { type RequestContext, sendJson, sendText } from './request-context.ts';

export interface OperationPorts {
  /** Whether requests can be served now. */
  readonly ready: () => boolean | Promise<boolean>;
  /** What keeps this process from serving until people have ended it. */
  readonly trouble: (() => Error | undefined) | undefined;
  readonly registry: Registry;
  /** Who may read the metrics, which tell what is decided here and how often. */
  readonly metrics: MetricsAccess;
}

/** `open` where nobody but operators comes, or by a token; without one nobody. */
export type MetricsAccess = 'open' | { readonly token: string | undefined };

const statusSchema = z.object({ status: z.string() });
const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

/**
 * `/livez`, `/readyz` and `/metrics`, for machines: quiet in the log. `/readyz` is 503 while the process cannot do its
 * part.
 */
export function operationEndpoints({ ready, trouble, registry, metrics }: OperationPorts): readonly Endpoint[] {
  const forMachines = { kind: 'builtin', method: 'GET', access: 'public', quiet: true } as const;
  return [
    {
      ...forMachines,
      urgent: true,
      path: '/livez',
      name: 'ShowLiveness',
      title: '存活',
      summary: 'The process runs.',
      operation: { responses: { 200: { description: '在运行 (Alive)', content: json(statusSchema) } } },
      handle: context => sendJson(context, 200, '{"status":"alive"}'),
    },
    {
      ...forMachines,
      urgent: true,
      path: '/readyz',
      name: 'ShowReadiness',
      title: '就绪',
      summary: 'Requests can be served.',
      operation: { responses: { 200: { description: '就绪 (Ready)', content: json(statusSchema) } } },
      async handle(context) {
        const refusal = trouble?.();
        if (refusal) throw refusal;
        if (await ready()) return sendJson(context, 200, '{"status":"ready"}');
        throw new Problem(503, 'not-ready', '服务尚未就绪', 'The service is not ready', {
          headers: { 'Retry-After': '2' },
        });
      },
    },
    {
      ...forMachines,
      path: '/metrics',
      name: 'ShowMetrics',
      title: '运行指标',
      summary: 'Metrics in the format of Prometheus; beside the API for those alone who show METRICS_TOKEN.',
      unidentified: true,
      operation: {
        responses: { 200: { description: '运行指标 (Metrics)', content: { 'text/plain': { schema: z.string() } } } },
      },
      async handle(context) {
        checkOperator(context, metrics);
        sendText(context, 200, registry.contentType, await registry.metrics());
      },
    },
  ];
}

/** Throws Problem. Where no token is set there is nothing here, whoever asks. */
function checkOperator({ req }: RequestContext, metrics: MetricsAccess): void {
  if (metrics === 'open') return;
  if (metrics.token === undefined) throw notThere();
  const shown = digest(req.headers.authorization ?? '');
  if (timingSafeEqual(shown, digest(`Bearer ${metrics.token}`))) return;
  throw new Problem(401, 'metrics-token-needed', '须出示运行指标令牌', 'The token of the metrics is needed', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Who may call what, as a table for people. */
export function policiesEndpoint(policies: () => Promise<readonly object[]>): Endpoint {
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/policies`,
    name: 'ShowPolicies',
    title: '权限表',
    summary: 'Every endpoint with those who may use it.',
    access: ['MSR', 'SUP'],
    operation: { responses: { 200: { description: '权限 (Policies)', content: json(z.array(z.unknown())) } } },
    handle: async context => sendJson(context, 200, JSON.stringify(await policies())),
  };
}
