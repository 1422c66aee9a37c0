/** Traces as a collector gets them: a small OTLP/HTTP receiver stands in its place. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf } from '../infra/demo/identity.ts';
import { type RunningProcess, startProcess } from '../infra/main.ts';
import { temporaryDirectory } from './support/log.ts';

const attributesSchema = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .transform(list => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])));

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: attributesSchema,
  status: z.object({ code: z.number().optional() }).optional(),
});
type Span = z.infer<typeof spanSchema>;

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly spans: Span[];
  readonly resources: Record<string, unknown>[];
}

async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const resources: Record<string, unknown>[] = [];
  const server = createServer(async (req, res) => {
    expect([req.method, req.url]).toEqual(['POST', '/v1/traces']);
    for (const { resource, scopeSpans } of exportSchema.parse(await json(req)).resourceSpans) {
      resources.push(resource.attributes);
      spans.push(...scopeSpans.flatMap(scope => scope.spans));
    }
    res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resources,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const PASSWORD = '质量攻关 correct horse';
const DETAIL = '制作年度手册的细节';
const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

async function start(endpoint: string): Promise<RunningProcess> {
  const config = readConfig({
    GONGGUAN_DATA: directory.path,
    PORT: '0',
    LOG_LEVEL: 'silent',
    GONGGUAN_SECOND_FACTOR: 'optional',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  });
  const application = await startProcess(config);
  const account = { accountId: 'msr.chen', name: '陈某某', supervisor: false, identity: demoIdentityOf('msr.chen') };
  await registerFirstAccount(application.system, application.identity, account, PASSWORD);
  return application;
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ accountId: 'msr.chen', password: PASSWORD }),
  });
  return ((await answer.json()) as { token: string }).token;
}

function recordWork(url: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/v1/organising-work`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ kind: '宣传', detail: DETAIL }),
  });
}

describe('a command that was sent with a traceparent', () => {
  it('then request, command and append hang together under it, the projection batch stands apart, and none tells what was said', async () => {
    await using collector = await startCollector();
    const application = await start(collector.url);
    const token = await signIn(application.url);
    const traceparent = `00-${CALLER.trace}-${CALLER.span}-01`;
    const answer = await recordWork(application.url, token, { traceparent, 'X-Correlation-Id': 'case-17' });
    const { position } = (await answer.json()) as { position: never };
    expect(await application.system.projector.reached(position, 5_000)).toBe(true);
    await application.close();

    const own = collector.spans.filter(({ traceId }) => traceId === CALLER.trace);
    const [request, command, append, ...others] = chain(own, CALLER.span);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      name: 'POST /api/v1/organising-work',
      attributes: { 'http.response.status_code': 201, 'gongguan.correlation_id': 'case-17', 'gongguan.role': 'MSR' },
    });
    expect(command).toMatchObject({
      name: 'command RecordOtherOrganisingWork',
      attributes: { 'gongguan.outcome': 'recorded', 'gongguan.stream': 'rulebook' },
    });
    expect(append).toMatchObject({
      name: 'append',
      attributes: { 'gongguan.stream': 'rulebook', 'gongguan.expected_revision': -1 },
    });
    expect(collector.spans.some(({ name, parentSpanId }) => name === 'projection batch' && !parentSpanId)).toBe(true);
    expect(new Set(collector.resources.map(resource => resource['gongguan.part']))).toEqual(
      new Set(['all', 'projector thread']),
    );

    const told = JSON.stringify(collector.spans);
    for (const secret of [DETAIL, '宣传', '陈某某', PASSWORD, token]) expect(told).not.toContain(secret);
    expect(JSON.stringify(own)).not.toContain('msr.chen');
  });
});

/** The spans below one, each the only child of the one before. */
function chain(spans: readonly Span[], parent: string): Span[] {
  const [child, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === parent);
  expect(others).toEqual([]);
  return child ? [child, ...chain(spans, child.spanId)] : [];
}

describe('a refused command', () => {
  it('then its span names the refusal, and a health check leaves no span', async () => {
    await using collector = await startCollector();
    const application = await start(collector.url);
    const token = await signIn(application.url);
    expect((await recordWork(application.url, token, { 'Idempotency-Key': 'one' })).status).toBe(201);
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, 'Idempotency-Key': 'one' };
    const body = JSON.stringify({ kind: '宣传', detail: '另一内容' });
    const again = await fetch(`${application.url}/api/v1/organising-work`, { method: 'POST', headers, body });
    expect(again.status).toBe(422);
    await fetch(`${application.url}/livez`);
    await application.close();
    const outcomes = collector.spans.map(({ attributes }) => attributes['gongguan.code']);
    expect(outcomes).toContain('idempotency-key-reused');
    expect(collector.spans.some(({ name }) => name.includes('livez'))).toBe(false);
  });
});

describe('a collector that takes connections and never answers', () => {
  it('then commands are recorded as ever, and the process still closes', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const application = await start(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const token = await signIn(application.url);
    for (let n = 0; n < 20; n += 1) expect((await recordWork(application.url, token)).status).toBeLessThan(300);
    const startedAt = performance.now();
    await application.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    silent.closeAllConnections();
    silent.close();
  });
});
