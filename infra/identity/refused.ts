/** That somebody is not let in, and why. */
import type { Grant } from '../../events/account.ts';
import type { PasswordFault } from './password-rules.ts';

/** Why somebody is not let in. */
export type IdentityFault =
  | 'token-invalid'
  | 'token-expired'
  | 'ticket-refused'
  | 'provider-refused'
  | 'login-failed'
  | 'reset-code-needed'
  | 'reset-code-refused'
  | PasswordFault
  | 'second-factor-missing'
  | 'second-factor-wrong'
  | 'second-factor-exists'
  | 'second-factor-to-be-enrolled'
  | 'no-role-held'
  | 'role-not-held'
  | 'role-ambiguous'
  | 'key-scope'
  | 'key-quota-used-up'
  | 'too-many-attempts';

export class IdentityRefused extends Error {
  readonly fault: IdentityFault;
  /** The grants to choose from, for `role-ambiguous`. */
  readonly grants: readonly Grant[];
  /** Seconds, for `too-many-attempts` and `key-quota-used-up`. */
  readonly retryAfter: number;
  /** Of a key, for `key-quota-used-up`. */
  readonly requestsPerMinute: number;
  constructor(
    fault: IdentityFault,
    more: { grants?: readonly Grant[]; retryAfter?: number; requestsPerMinute?: number } = {},
  ) {
    super(fault);
    this.name = 'IdentityRefused';
    this.fault = fault;
    this.grants = more.grants ?? [];
    this.retryAfter = more.retryAfter ?? 0;
    this.requestsPerMinute = more.requestsPerMinute ?? 0;
  }
}
