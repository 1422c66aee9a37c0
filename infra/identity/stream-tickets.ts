/**
 * Tickets of streams: what a page of a browser names in the address of an `EventSource`, which can show nothing else. Each
 * opens one stream, once, within a minute, as the caller to whom it was given and with what he asked for. All of that stands
 * in it, encrypted; what is kept is that it was not used yet, so that a store which forgets lets nobody in.
 */
import { randomUUID } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { actorSchema, roleSchema } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { accountIdSchema } from '../../events/ids.ts';
import type { ApiKey } from '../../events/rules/api-keys.ts';
import type { Instant } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';
import type { AuthenticatedCaller } from './identity.ts';
import { IdentityRefused } from './refused.ts';
import type { SignInStore } from './sign-in-store.ts';

/** From when it was given. */
const TICKET_SECONDS = 60;
const AUDIENCE = 'gongguan-stream';

const claimsSchema = z.object({
  jti: z.string(),
  sub: accountIdSchema,
  role: roleSchema.exclude(['SYS']),
  org: actorSchema.shape.orgId,
  session: z.string(),
  /** When the session or the key ends; milliseconds since 1970. */
  until: z.int(),
  keyId: z.string().optional(),
  query: z.record(z.string(), z.string()),
});

/** What a stream is asked for, as it would stand in the query string. */
export type StreamQuery = Readonly<Record<string, string>>;

export interface StreamTicket {
  readonly ticket: string;
  readonly expiresAt: Instant;
}

export interface StreamTickets {
  issue(caller: AuthenticatedCaller, query: StreamQuery): Promise<StreamTicket>;
  /** The caller, with the {@link AuthenticatedCaller.stream} he may open. `spend` uses it up. Throws {@link IdentityRefused}. */
  callerOf(ticket: string, spend: boolean): Promise<AuthenticatedCaller>;
}

export interface StreamTicketPorts {
  /** 256 bits, under which tickets are encrypted. */
  readonly secret: Uint8Array;
  readonly marks: Pick<SignInStore, 'mark' | 'replaceMark'>;
  readonly clock: Clock;
  /** A key of the account that is still in force. */
  readonly keyInForce: (accountId: AccountId, keyId: string) => Promise<ApiKey | undefined>;
}

/** Encrypted JWTs (RFC 7516, `dir` with AES-256-GCM). */
export function createStreamTickets({ secret, marks, clock, keyInForce }: StreamTicketPorts): StreamTickets {
  const markOf = (id: string) => `stream-ticket ${id}`;

  async function claimsOf(ticket: string) {
    const currentDate = new Date(clock.now());
    const { payload } = await jwtDecrypt(ticket, secret, {
      audience: AUDIENCE,
      currentDate,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return claimsSchema.parse(payload);
  }

  return {
    async issue({ actor, sessionId, expiresAt, key }, query) {
      const [id, now] = [randomUUID(), Date.parse(clock.now())];
      const seconds = Math.floor(now / 1_000) + TICKET_SECONDS;
      const end = seconds * 1_000;
      await marks.replaceMark(markOf(id), undefined, { count: 1, since: now, until: end, expires: end });
      const { accountId, role, orgId: org } = actor;
      const claims = { role, org, session: sessionId, until: expiresAt, query, ...(key && { keyId: key.id }) };
      const ticket = await new EncryptJWT(claims)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(AUDIENCE)
        .setSubject(accountId)
        .setJti(id)
        .setExpirationTime(seconds)
        .encrypt(secret);
      return { ticket, expiresAt: new Date(end).toISOString() };
    },

    async callerOf(ticket, spend) {
      const claims = await claimsOf(ticket).catch(() => undefined);
      const unused = claims && (await marks.mark(markOf(claims.jti)));
      if (!unused) throw new IdentityRefused('ticket-refused');
      if (spend && !(await marks.replaceMark(markOf(claims.jti), unused, undefined))) {
        throw new IdentityRefused('ticket-refused');
      }
      const { sub: accountId, role, org: orgId, session: sessionId, until: expiresAt, keyId, query } = claims;
      const key = keyId === undefined ? undefined : await keyInForce(accountId, keyId);
      if (keyId !== undefined && !key) throw new IdentityRefused('token-expired');
      const actor = { accountId, orgId, role };
      return { actor, expiresAt, sessionId, limited: false, stream: query, ...(key && { key }) };
    },
  };
}
