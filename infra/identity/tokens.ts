/** Bearer tokens of local sessions, and what a device shows that has signed in before: JWTs signed with a secret of ours. */
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Actor, actorSchema, roleSchema } from '../../events/envelope.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';

const ISSUER = 'gongguan';
const DEVICE_AUDIENCE = 'gongguan-device';
const ALGORITHM = 'HS256';
export const SESSION_SECONDS = 12 * 3600;
export const DEVICE_SECONDS = 180 * 24 * 3600;

const claimsSchema = z.object({
  jti: z.string(),
  sub: accountIdSchema,
  role: roleSchema.exclude(['SYS']),
  org: actorSchema.shape.orgId,
  exp: z.int(),
});

/** A session that a token proves, unless it was ended. */
export interface Session {
  readonly id: string;
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Tokens {
  /** Good for {@link SESSION_SECONDS}, and no longer than until `latest` where that is said. */
  issue(id: string, actor: Actor, latest?: Instant): Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Throws for a token that was not issued here, was changed or has expired. */
  verify(token: string): Promise<Session>;
  /** What a device keeps to be known by; good for one account, and for nothing but to be known. */
  issueDevice(id: string, accountId: AccountId): Promise<string>;
  /** The id of a device that the account has signed in with, or undefined. */
  deviceOf(token: string, accountId: AccountId): Promise<string | undefined>;
}

/** Signs and checks tokens (JWT, HS256) with one key of the installation; sessions last 12 hours, devices 180 days. */
export function createTokens(key: Uint8Array, clock: Clock): Tokens {
  const now = () => Math.floor(Date.parse(clock.now()) / 1000);

  const sign = (claims: JWTPayload, id: string, accountId: AccountId, audience: string, from: number, until: number) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(accountId)
      .setJti(id)
      .setIssuedAt(from)
      .setExpirationTime(until)
      .sign(key);

  const verified = async (token: string, audience: string) => {
    const currentDate = new Date(clock.now());
    return (await jwtVerify(token, key, { algorithms: [ALGORITHM], issuer: ISSUER, audience, currentDate })).payload;
  };

  return {
    async issue(id, { accountId, role, orgId }, latest) {
      const from = now();
      const longest = from + SESSION_SECONDS;
      const until = latest === undefined ? longest : Math.min(longest, Math.floor(Date.parse(latest) / 1000));
      const token = await sign({ role, org: orgId }, id, accountId, ISSUER, from, until);
      return { token, expiresAt: new Date(until * 1000).toISOString() };
    },
    async verify(token) {
      const { jti, sub, role, org, exp } = claimsSchema.parse(await verified(token, ISSUER));
      return { id: jti, actor: { accountId: sub, orgId: org, role }, expiresAt: exp * 1000 };
    },
    issueDevice: (id, accountId) => sign({}, id, accountId, DEVICE_AUDIENCE, now(), now() + DEVICE_SECONDS),
    async deviceOf(token, accountId) {
      const { sub, jti } = await verified(token, DEVICE_AUDIENCE).catch((): JWTPayload => ({}));
      return sub === accountId ? jti : undefined;
    },
  };
}
