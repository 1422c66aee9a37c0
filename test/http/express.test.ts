import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { constructorsFor, createApp } from '../../infra/http/express.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Whether requests and responses had the app's prototypes before the app saw them, and what it answered. */
async function serve(node: string) {
  const app = createApp();
  let born: readonly boolean[] = [];
  app.post('/echo/:name', (req, res) => {
    res.set('X-Query', JSON.stringify(req.query)).status(201).json({ name: req.params.name, host: req.hostname });
  });
  server = createServer(constructorsFor(app, node), (req, res) => {
    born = [Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response];
    app(req, res);
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/echo/a?b=c`, { method: 'POST', body: 'x' });
  return { born, status: answer.status, query: answer.headers.get('x-query'), body: await answer.json() };
}

const answered = { status: 201, query: '{"b":"c"}', body: { name: 'a', host: '127.0.0.1' } };

describe('requests and responses', () => {
  it.each(['20.19.0', '22.12.0'])(
    'given Node %s, then they are born with the prototypes Express gives them',
    async node => {
      expect(await serve(node)).toEqual({ born: [true, true], ...answered });
    },
  );

  it.each(['24.0.0', '26.1.0'])(
    'given Node %s, then they are the engine’s own, and all else is the same',
    async node => {
      expect(await serve(node)).toEqual({ born: [false, false], ...answered });
    },
  );
});
