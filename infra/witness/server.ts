/** A witness over HTTP (C2SP tlog-witness): submissions and what was cosigned last, under one prefix. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { boundConnections } from '../http/connections.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

/** Far more than 63 hashes and a checkpoint with a signature of each of a hundred keys. */
const MOST_BYTES = 65_536;
const CHECKPOINT = /^\/([0-9a-f]{64})\/checkpoint$/;
const BOUNDS = { all: 400, each: 100 };

const plain = (status: number, body: string): WitnessAnswer => ({ status, type: 'text/plain; charset=utf-8', body });

const TOO_LONG = plain(413, `请求超过 ${MOST_BYTES} 字节 (more than ${MOST_BYTES} bytes)\n`);

/** `answered` is called after each submission, `failed` with what went wrong within: it is told to nobody outside. */
export function createWitnessServer(
  witness: Witness,
  { answered, failed }: { readonly answered: () => void; readonly failed: (error: unknown) => void },
): Server {
  const server = createServer(async (req, res) => {
    const { status, type, body } = await answerTo(witness, req, answered).catch(error => {
      failed(error);
      return plain(500, '见证人内部错误，未联署 (the witness failed, nothing was cosigned)\n');
    });
    res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    res.end(body);
  });
  boundConnections(server, BOUNDS);
  return server;
}

async function answerTo(witness: Witness, req: IncomingMessage, answered: () => void): Promise<WitnessAnswer> {
  const { method = '', url = '' } = req;
  const [, originHash] = CHECKPOINT.exec(url) ?? [];
  if (originHash !== undefined && (method === 'GET' || method === 'HEAD')) return witness.checkpointOf(originHash);
  if (url !== '/add-checkpoint') return plain(404, '此处没有内容 (nothing here)\n');
  if (method !== 'POST') return plain(405, '须用 POST (POST it)\n');
  if (Number(req.headers['content-length']) > MOST_BYTES) return TOO_LONG;
  const body = await bodyOf(req);
  if (!body) return TOO_LONG;
  const answer = witness.addCheckpoint(body);
  answered();
  return answer;
}

/** Undefined for one that is too long, and for one that was broken off: nobody is there to be answered. */
async function bodyOf(req: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
