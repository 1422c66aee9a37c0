/** Bearer tokens of local sessions: JWTs signed with a secret of the installation. */
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Actor, actorSchema, roleSchema } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import type { Clock } from '../../services/ports.ts';

const ISSUER = 'gongguan';
const ALGORITHM = 'HS256';
const LIFETIME_SECONDS = 12 * 3600;

const claimsSchema = z.object({
  sub: accountIdSchema,
  role: roleSchema.exclude(['SYS']),
  org: actorSchema.shape.orgId,
  epoch: z.int(),
  exp: z.int(),
});

/** A session that a token proves. */
export interface Session {
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The password epoch under which it was opened. */
  readonly epoch: number;
}

export interface Tokens {
  issue(actor: Actor, epoch: number): Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Throws for a token that was not issued here, was changed or has expired. */
  verify(token: string): Promise<Session>;
}

export function createTokens(key: Uint8Array, clock: Clock): Tokens {
  return {
    async issue(actor, epoch) {
      const now = Math.floor(Date.parse(clock.now()) / 1000);
      const token = await new SignJWT({ role: actor.role, org: actor.orgId, epoch })
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(actor.accountId)
        .setIssuedAt(now)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(key);
      return { token, expiresAt: new Date((now + LIFETIME_SECONDS) * 1000).toISOString() };
    },
    async verify(token) {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: ISSUER,
        currentDate: new Date(clock.now()),
      });
      const { sub, role, org, epoch, exp } = claimsSchema.parse(payload);
      return { actor: { accountId: sub, orgId: org, role }, expiresAt: exp * 1000, epoch };
    },
  };
}
