/**
 * What never becomes a request for the API: it breaks the rules of HTTP, or is not sent in time. It is told so as everything
 * else is, in RFC 9457 details; in Chinese, since nobody has said which language he reads.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Request } from 'express';
import { Problem, problemBody } from './problem.ts';
import { newRequestId } from './request-context.ts';

const malformed = () => new Problem(400, 'malformed-http', '不是有效的 HTTP 请求', 'This is no valid HTTP request');

/** By the code of the fault that Node's parser tells; all others are {@link malformed}. */
const FAULTS: Readonly<Record<string, () => Problem>> = {
  HPE_HEADER_OVERFLOW: () =>
    new Problem(431, 'headers-too-large', '请求头过大', 'The header fields of the request are too large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new Problem(413, 'chunk-extensions-too-large', '分块扩展过大', 'The chunk extensions are too large'),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Problem(408, 'request-timeout', '请求未在规定时间内发完', 'The request was not sent in time'),
};

/** Answers what the parser of a server refuses, unless another answer is on its way already, and closes the connection. */
export function tellParserFaults(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (req: IncomingMessage, res: ServerResponse) => answers.set(req.socket, res));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    const isAnswering = answer?.headersSent && !answer.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) socket.destroy();
    else socket.end(answerOf((FAULTS[error.code ?? ''] ?? malformed)()), () => socket.destroy());
  });
}

function answerOf(problem: Problem): string {
  const traceId = newRequestId();
  const body = problemBody(problem, 'zh', traceId);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Correlation-Id: ${traceId}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** Why a request that the parser lets pass is none for this server all the same; undefined for all others. */
export function faultOfHead({ httpVersion, headers }: Pick<Request, 'httpVersion' | 'headers'>): Problem | undefined {
  if (httpVersion === '1.1' && headers.host === undefined) {
    return new Problem(400, 'host-missing', '请求缺少 Host', 'The request names no Host');
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return new Problem(417, 'expectation-not-met', '不支持 Expect 所要求的', 'What Expect asks for is not offered');
  }
  return undefined;
}
