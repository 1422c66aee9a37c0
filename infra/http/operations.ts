/** What operators and their machines ask: alive, ready, metrics, and who may do what. */

import type { Registry } from 'prom-client';
import { z } from 'zod';
import { BASE, type Endpoint } from './endpoint.ts';
import { sendJson, sendText } from './exchange.ts';
import { Problem } from './problem.ts';

export interface OperationPorts {
  /** Whether requests can be served now. */
  readonly ready: () => boolean | Promise<boolean>;
  /** Why nothing may be written or served. */
  readonly fault: (() => Error | undefined) | undefined;
  readonly registry: Registry;
}

const statusSchema = z.object({ status: z.string() });
const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

export function operationEndpoints({ ready, fault, registry }: OperationPorts): readonly Endpoint[] {
  const forMachines = { kind: 'builtin', method: 'GET', access: 'public', quiet: true } as const;
  return [
    {
      ...forMachines,
      urgent: true,
      path: '/livez',
      name: 'ShowLiveness',
      title: '存活',
      summary: 'The process runs.',
      operation: { responses: { 200: { description: 'Alive', content: json(statusSchema) } } },
      handle: exchange => sendJson(exchange, 200, '{"status":"alive"}'),
    },
    {
      ...forMachines,
      urgent: true,
      path: '/readyz',
      name: 'ShowReadiness',
      title: '就绪',
      summary: 'Requests can be served.',
      operation: { responses: { 200: { description: 'Ready', content: json(statusSchema) } } },
      async handle(exchange) {
        const refusal = fault?.();
        if (refusal) throw refusal;
        if (await ready()) return sendJson(exchange, 200, '{"status":"ready"}');
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
      summary: 'Metrics in the format of Prometheus.',
      operation: { responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } } },
      handle: async exchange => sendText(exchange, 200, registry.contentType, await registry.metrics()),
    },
  ];
}

export function policiesEndpoint(policies: () => readonly object[]): Endpoint {
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/policies`,
    name: 'ShowPolicies',
    title: '权限表',
    summary: 'Every endpoint with those who may use it.',
    access: ['MSR', 'SUP'],
    operation: { responses: { 200: { description: 'Policies', content: json(z.array(z.unknown())) } } },
    handle: exchange => sendJson(exchange, 200, JSON.stringify(policies())),
  };
}
