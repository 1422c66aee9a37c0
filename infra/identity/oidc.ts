/** Bearer tokens of the city's identity provider (OpenID Connect): it says who somebody is, the log says what he may do. */
import { hash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { z } from 'zod';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { type Clock, StoreUnavailable } from '../../services/ports.ts';

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds our account id. */
  readonly accountClaim: string;
}

export interface Oidc {
  /** Whether a token says it comes from this provider; says nothing about its being genuine. */
  claimsToIssue(token: string): boolean;
  /**
   * Throws for a token that the provider did not issue for us, or that has expired, and {@link StoreUnavailable} when
   * the provider's keys cannot be had.
   */
  verify(token: string): Promise<Vouched>;
}

/** What a token of the provider proves. */
export interface Vouched {
  readonly accountId: AccountId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Who somebody is to the provider, for good. */
  readonly issuer: string;
  readonly subject: string | undefined;
  /** One id for all tokens of a session, where the provider names it; else for this token. */
  readonly sessionId: string;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;
const DISCOVERY_TIMEOUT_MS = 5_000;

/** Accepts tokens of one issuer; its keys are fetched when they are first needed. */
export function createOidc(options: OidcOptions, clock: Clock): Oidc {
  const { issuer, audience, accountClaim } = options;
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  async function providerKeys() {
    keys ??= createRemoteJWKSet(await discoverKeys(issuer));
    return keys;
  }

  return {
    claimsToIssue(token) {
      try {
        return decodeJwt(token).iss === issuer;
      } catch {
        return false;
      }
    },
    async verify(token) {
      const { payload } = await jwtVerify(token, await providerKeys(), {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(clock.now()),
      }).catch(asOutage);
      return {
        accountId: accountIdSchema.parse(payload[accountClaim]),
        expiresAt: Number(payload.exp) * 1000,
        issuer,
        subject: payload.sub,
        sessionId: `provider-${hash('sha256', `${issuer}\n${payload.sid ?? payload.jti ?? token}`)}`,
      };
    },
  };
}

async function discoverKeys(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) });
    const found = z.object({ issuer: z.literal(issuer), jwks_uri: z.url() }).parse(await answer.json());
    return new URL(found.jwks_uri);
  } catch (cause) {
    throw unreachable(cause);
  }
}

/** A fetch that fails is a TypeError; an answer that is no key set has jose's general code. */
function asOutage(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const failed = error instanceof TypeError || code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC';
  throw failed ? unreachable(error) : error;
}

function unreachable(cause: unknown): StoreUnavailable {
  return new StoreUnavailable('the identity provider cannot be reached', { cause });
}
