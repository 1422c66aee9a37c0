/**
 * Signing in at the city's identity provider by a browser: OpenID Connect Core, the code flow, with PKCE (RFC 7636), state
 * and nonce, which the browser that began it keeps until it comes back.
 */
import { z } from 'zod';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { IdentityRefused } from './refused.ts';

export interface ProviderSignInOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** The claim that holds our account id, of the ID token or of the user info. */
  readonly accountClaim: string;
  /** Where the provider sends the browser back to; registered there. */
  readonly returnAddress: string;
}

/** What the browser keeps meanwhile: whoever comes back without it did not begin here. */
export const begunSchema = z.strictObject({
  state: z.string().min(20).max(200),
  nonce: z.string().min(20).max(200),
  verifier: z.string().min(43).max(128),
  to: z.string().max(2_000).optional(),
});
export type Begun = z.infer<typeof begunSchema>;

export interface ProviderSignIn {
  /** Where the browser is sent to, and what it keeps. Throws {@link StoreUnavailable}. */
  begin(): Promise<{ readonly address: URL; readonly begun: Begun }>;
  /**
   * Whose account it is, by what the provider sent back. Throws {@link IdentityRefused}: `provider-refused`, where it did not
   * let him in or the answer is not one to what was begun; and {@link StoreUnavailable}.
   */
  accountOf(returned: URLSearchParams, begun: Begun): Promise<AccountId>;
}

/** Where it comes back to, below the public address. */
export const PROVIDER_RETURN = '/sign-in/provider/return';

const TIMEOUT_SECONDS = 5;

/** The provider is asked about itself when it is first needed; the library is loaded then. */
export function createProviderSignIn(options: ProviderSignInOptions): ProviderSignIn {
  const { issuer, clientId, clientSecret, accountClaim, returnAddress } = options;
  let known: ReturnType<typeof discover> | undefined;

  async function discover() {
    const oidc = await import('openid-client');
    const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    const execute = [
      // The token comes from the provider itself; its signature is held against its keys all the same.
      oidc.enableNonRepudiationChecks,
      // Operators name the issuer: one without TLS is their own machine, or a network of theirs.
      ...(new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
    ];
    const metadata = { [oidc.clockTolerance]: TIMEOUT_SECONDS };
    const asked = { execute, timeout: TIMEOUT_SECONDS };
    const configuration = await oidc.discovery(new URL(issuer), clientId, metadata, authentication, asked);
    return { oidc, configuration };
  }

  async function provider() {
    known ??= discover();
    try {
      return await known;
    } catch (cause) {
      known = undefined;
      throw new StoreUnavailable('the identity provider cannot be reached', { cause });
    }
  }

  return {
    async begin() {
      const { oidc, configuration } = await provider();
      const verifier = oidc.randomPKCECodeVerifier();
      const begun = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
      const address = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: returnAddress,
        scope: 'openid profile',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: begun.state,
        nonce: begun.nonce,
      });
      return { address, begun };
    },

    async accountOf(returned, { state, nonce, verifier }) {
      const { oidc, configuration } = await provider();
      const address = new URL(returnAddress);
      address.search = returned.toString();
      try {
        const tokens = await oidc.authorizationCodeGrant(configuration, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        const told =
          claims?.[accountClaim] === undefined && claims !== undefined
            ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : claims;
        return accountIdSchema.parse(told?.[accountClaim]);
      } catch (error) {
        throw isOutage(error)
          ? new StoreUnavailable('the identity provider cannot be reached', { cause: error })
          : new IdentityRefused('provider-refused');
      }
    },
  };
}

/** A fetch that fails is a TypeError, wherever it stands among the causes; one that lasts too long has a code. */
function isOutage(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ((at instanceof TypeError && at.message === 'fetch failed') || ('code' in at && at.code === 'OAUTH_TIMEOUT'))
      return true;
  }
  return false;
}
