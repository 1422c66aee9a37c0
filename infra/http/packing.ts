/** Answers sent in fewer bytes to whoever takes them so (RFC 9110, 8.4): of text alone, and of more than a packet. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request } from 'express';

export type Coding = 'br' | 'gzip';

/** Bytes. What is smaller fits a packet as it is. */
const PACKED_FROM = 1_024;
const TEXT = /^(?:text\/|application\/(?:[a-z-]+\+)?json\b)/;

/** Whether what is sent depends on `Accept-Encoding`. */
export function isPackable(mediaType: string, size: number): boolean {
  return size >= PACKED_FROM && TEXT.test(mediaType);
}

/** The coding that the caller likes best of those offered; undefined for none. Brotli goes before gzip. */
export function codingFor(req: Request): Coding | undefined {
  if (req.headers['accept-encoding'] === undefined) return undefined;
  const taken = req.acceptsEncodings();
  if (taken[0] === 'identity') return undefined;
  return (['br', 'gzip'] as const).find(coding => taken.includes(coding));
}

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];
/** Of 0 to 11: about as dense as gzip and faster. */
const QUALITY = 4;

/** Done beside this thread. */
export function packed(content: Uint8Array, coding: Coding): Promise<Buffer> {
  if (coding === 'gzip') return zip(content);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotli(content, { params: { [BROTLI_PARAM_QUALITY]: QUALITY, [BROTLI_PARAM_SIZE_HINT]: content.length } });
}
