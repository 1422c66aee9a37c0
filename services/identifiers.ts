/** Ids derived from a command id: the same command makes the same things and the same events. */
import { hash } from 'node:crypto';
import type { Instant } from '../events/time.ts';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** Twelve base-32 symbols (60 bits) of the command id's digest. */
export function derivedId(commandId: string): string {
  const digest = hash('sha256', commandId, 'buffer');
  let id = '';
  for (let index = 0; index < 12; index += 1) id += BASE32[(digest[index] as number) & 31];
  return id;
}

/**
 * UUIDv7-like id of the index-th event of a command: 48 bits of time, so that index pages stay hot, then the digest of
 * the command id and index.
 */
export function eventId(commandId: string, index: number, at: Instant): string {
  const time = Date.parse(at).toString(16).padStart(12, '0');
  const tail = hash('sha256', `${commandId}#${index}`, 'hex');
  const variant = ((Number.parseInt(tail.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`;
}

/** First 16 hex digits of the SHA-256 of a request body. */
export function digestOf(body: unknown): string {
  return hash('sha256', JSON.stringify(body) ?? '', 'hex').slice(0, 16);
}
