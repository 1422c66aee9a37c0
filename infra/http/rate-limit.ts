/**
 * RateLimit headers (draft-ietf-httpapi-ratelimit-headers-11): what a caller may use, and what is left of it. An answer may
 * tell of several policies, each a member of both lists.
 */
import type { ServerResponse } from 'node:http';
import type { AuthenticatedCaller } from '../identity/identity.ts';

/** Requests at a time have no window, and nothing that is reset. */
export function tellPlaces(
  res: ServerResponse,
  policy: string,
  { each, left }: { readonly each: number; readonly left: number },
): void {
  res.appendHeader('RateLimit-Policy', `"${policy}";q=${each};qu="concurrent-requests"`);
  res.appendHeader('RateLimit', `"${policy}";r=${left}`);
}

/** Of a key, whose requests are counted by the minute. */
export function tellKeyQuota(res: ServerResponse, { key, quotaLeft }: AuthenticatedCaller): void {
  if (!key || !quotaLeft) return;
  res.appendHeader('RateLimit-Policy', keyPolicy(key.requestsPerMinute));
  res.appendHeader('RateLimit', `"key";r=${quotaLeft.requests};t=${quotaLeft.seconds}`);
}

export function keyPolicy(requestsPerMinute: number): string {
  return `"key";q=${requestsPerMinute};w=60`;
}
