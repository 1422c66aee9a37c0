/** The limit of HTTP on this engine: `node:http` alone. POSTs are parsed and checked by hand, and nothing is stored. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { argument, serving } from './children.ts';
import { ruleRows } from './limit-rows.ts';

const { directory } = argument<{ directory: string }>();
const rules = ruleRows(directory);

function send(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
}

function check(text: string): boolean {
  const body = JSON.parse(text) as Record<string, unknown>;
  return (
    typeof body.source === 'string' &&
    body.source.length > 0 &&
    body.source.length <= 200 &&
    typeof body.verifiedOn === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(body.verifiedOn) &&
    typeof body.inTianjin === 'boolean' &&
    Array.isArray(body.evidence)
  );
}

function post(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on('data', chunk => chunks.push(chunk));
  req.on('end', () => {
    if (check(Buffer.concat(chunks).toString())) send(res, 200, '{"id":"unit","revision":1,"position":"1"}');
    else send(res, 422, '{}');
  });
}

const server = createServer((req, res) => {
  if (req.method === 'POST') return post(req, res);
  const text = rules.get((req.url ?? '').split('/').at(-1) ?? '');
  send(res, text === undefined ? 404 : 200, text ?? '{}');
});
server.listen(0, '127.0.0.1', () => {
  serving({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, () => rules.close());
});
