/**
 * Request bodies, read and parsed within bounds. Depth and keys are counted without recursion before any other code
 * sees the value, so that no nesting can exhaust the stack and no key can reach a prototype.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { requests } from '../time-slices.ts';
import { Problem } from './problem.ts';

export const BODY_LIMIT = 256 * 1024;
export const MAX_DEPTH = 20;
export const MAX_KEYS = 5_000;
/** What is still taken in, and dropped, of a body that is too large, so that the answer can be read. */
const DRAINED_BYTES = 32 * 1024 * 1024;

/** The JSON value of the body; an empty object when there is no body. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const { headers } = req;
  if (!hasBody(headers)) return {};
  requireJson(headers);
  const bytes = await readBytes(req, BODY_LIMIT);
  await requests.pause();
  return parseJson(bytes);
}

function hasBody(headers: IncomingMessage['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

function requireJson(headers: IncomingMessage['headers']): void {
  const type = headers['content-type'];
  if (type !== 'application/json' && !JSON_TYPE.test(type ?? '')) {
    throw new Problem(415, 'json-needed', '请求体应为 application/json', 'The body must be application/json');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem(415, 'encoding-not-accepted', '不接受压缩的请求体', 'Compressed bodies are not accepted');
  }
}

function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(req.headers['content-length']) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      req.off('data', onData);
      reject(tooLarge());
    };
    req.on('data', onData);
    req.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    req.once('error', () => reject(malformed('body-incomplete', '请求体不完整', 'The body is incomplete')));
  });
}

/** Takes in and drops what is left of a body, up to a limit. */
export function drain(req: IncomingMessage): void {
  let dropped = 0;
  req.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > DRAINED_BYTES) req.destroy();
  });
  req.on('error', () => undefined);
  req.resume();
}

function tooLarge(): Problem {
  return new Problem(413, 'body-too-large', '请求体过大', `The body is larger than ${BODY_LIMIT} bytes`);
}

function malformed(code: string, zh: string, en: string): Problem {
  return new Problem(400, code, zh, en);
}

/** A JSON value within the bounds, after a byte order mark or none (RFC 8259, 8.1); throws a {@link Problem} for anything else. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('not-utf8', '请求体不是有效的 UTF-8', 'The body is not valid UTF-8');
  const text = bytes.toString('utf8', bytes.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('malformed-json', '请求体不是有效的 JSON', 'The body is not valid JSON');
  }
  checkBounds(value);
  if (ESCAPED_SURROGATE.test(text)) checkCharacters(value);
  return value;
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

function checkBounds(root: unknown): void {
  let level: object[] = isObject(root) ? [root] : [];
  let keys = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw malformed('too-deep', '请求体嵌套过深', `The body nests deeper than ${MAX_DEPTH}`);
    const next: object[] = [];
    for (const holder of level) {
      keys += membersOf(holder, next);
      if (keys > MAX_KEYS)
        throw malformed('too-many-keys', '请求体字段过多', `The body has more than ${MAX_KEYS} keys`);
    }
    level = next;
  }
}

/** Counts the members of an array or object and collects those that have members themselves. */
function membersOf(holder: object, nested: object[]): number {
  if (Array.isArray(holder)) {
    for (const item of holder) if (isObject(item)) nested.push(item);
    return holder.length;
  }
  const names = Object.keys(holder);
  for (const name of names) {
    if (name === '__proto__' || name === 'constructor') {
      throw malformed('key-not-allowed', `不允许的字段名：${name}`, `The key ${name} is not allowed`);
    }
    const item = (holder as Record<string, unknown>)[name];
    if (isObject(item)) nested.push(item);
  }
  return names.length;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Half a surrogate pair has no UTF-8 form: it could not be stored as it came. */
function checkCharacters(root: unknown): void {
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    const texts = typeof value === 'string' ? [value] : isObject(value) ? Object.keys(value) : [];
    if (texts.some(text => LONE_SURROGATE.test(text))) {
      throw malformed('not-unicode', '请求体含有不完整的字符', 'The body has half a surrogate pair');
    }
    if (isObject(value)) waiting.push(...Object.values(value));
  }
}
