/** The store of files goes away while a form with a file is still coming in. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { RequestContext } from '../../infra/http/request-context.ts';
import { readTyped } from '../../infra/pages/act/reading.ts';
import { StoreUnavailable } from '../../services/ports.ts';

const BOUNDARY = 'between';
const part = (disposition: string, content: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;

it('given an outage before the end of the form, then it is told as an outage, and ends nothing else', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on('unhandledRejection', hear);
  let told: unknown;
  const put = () => Promise.reject(new StoreUnavailable('away'));
  const server = createServer(async (req, res) => {
    const context = { req, caller: { actor: { orgId: 'msr' } } } as unknown as RequestContext;
    told = await readTyped(context, { put }).catch(error => error);
    res.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sending = request({
    port: (server.address() as AddressInfo).port,
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
  });
  sending.write(part('name="evidence/0/sha256:file"; filename="a.pdf"', '%PDF-1.4'));
  await new Promise(resolve => setTimeout(resolve, 100));
  sending.end(`${part('name="reason"', '补充')}--${BOUNDARY}--\r\n`);
  await once(sending, 'response');
  process.off('unhandledRejection', hear);
  server.close();
  expect([told, unheard]).toEqual([expect.any(StoreUnavailable), []]);
});
