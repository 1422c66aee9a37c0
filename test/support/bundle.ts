/** Bundles as a reader takes them apart, by code that shares nothing with what makes them. */
import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';

export interface Line {
  readonly index: number;
  readonly entry: string;
  readonly position?: string;
  readonly record?: string;
  readonly data?: string;
  readonly dataSalt?: string;
  readonly revision?: number;
  readonly meta?: string;
  readonly metaSalt?: string;
  readonly proof?: readonly string[];
}

export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Line);
}

export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The root that an entry and its proof lead to (RFC 9162, section 2.1.3.2). */
export function rootBy({ index, entry, proof = [] }: Line, size: number): Buffer {
  let hash = sha256(Buffer.of(0), Buffer.from(entry, 'hex'));
  let [node, last] = [index, size - 1];
  for (const encoded of proof) {
    const sibling = Buffer.from(encoded, 'base64');
    if (node % 2 === 1 || node === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error('the proof has another length');
  return hash;
}

/** Of entries, by the definition (RFC 6962, section 2.1). */
export function rootOf(entries: readonly Uint8Array[]): Buffer {
  const [only] = entries;
  if (!only) return sha256('');
  if (entries.length === 1) return sha256(Buffer.of(0), only);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(entries.slice(0, split)), rootOf(entries.slice(split)));
}

/** A log over events that stand at positions from 1 on; counts what is asked of it. */
export function logOver(events: readonly RecordedEvent[]) {
  const asked: number[] = [];
  return {
    asked,
    async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
      asked.push(limit);
      return events.slice(Number(after), Number(after) + limit);
    },
  };
}

/** The files of a bundle, read by another program's reader of zips. */
export async function filesOf(zip: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, Buffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zip) pieces.push(piece);
  return filesIn(Buffer.concat(pieces));
}

export function filesIn(zip: Uint8Array): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(unzipSync(zip)).map(([name, content]) => [name, Buffer.from(content)]));
}
