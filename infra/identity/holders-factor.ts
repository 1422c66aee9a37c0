/** What a holder does with his second factor: shows it, sets it up, removes it. */
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Grants } from '../../events/rules/grants.ts';
import type { Attempts, SignInAttempt } from './attempts.ts';
import type { CredentialRecords, Occasion } from './records.ts';
import { IdentityRefused } from './refused.ts';
import type { Checked, Proof, SecondFactors } from './second-factor.ts';
import type { Sessions } from './sessions.ts';

/** What somebody does to the means by which he himself signs in. */
export interface OwnChange {
  readonly actor: Actor;
  readonly address: string;
  readonly occasion: Occasion;
}

interface HolderPorts extends Pick<Attempts, 'attempt' | 'confirmPassword' | 'failed'> {
  readonly factors: SecondFactors;
  readonly sessions: Sessions;
  readonly records: CredentialRecords;
  readonly accountGrantsOf: (accountId: AccountId) => Promise<Grants>;
}

/** All of it throws {@link IdentityRefused}. */
export function createHoldersFactor({
  factors,
  sessions,
  records,
  accountGrantsOf,
  attempt,
  confirmPassword,
  failed,
}: HolderPorts) {
  /** What there is to a proof; the log says whether there is a factor at all. */
  async function check(accountId: AccountId, proof: Proof): Promise<Checked> {
    if ((await accountGrantsOf(accountId)).secondFactorSince === undefined) return { is: 'none' };
    return factors.check(accountId, proof);
  }

  async function refuse(is: 'missing' | 'wrong', login: Pick<SignInAttempt, 'accountId' | 'address'>): Promise<never> {
    await failed(is === 'missing' ? 'second-factor-missing' : 'wrong-second-factor', login);
    throw new IdentityRefused(is === 'missing' ? 'second-factor-missing' : 'second-factor-wrong');
  }

  return {
    check,
    refuse,

    /** The secret of a new factor; not in force before it is confirmed. */
    async enrol({ actor, address, occasion, currentPassword }: OwnChange & { readonly currentPassword: string }) {
      const { accountId } = actor;
      await confirmPassword(accountId, address, currentPassword);
      // What the log knows nothing of was removed there, and this process did not see to it.
      if ((await accountGrantsOf(accountId)).secondFactorSince === undefined) await factors.remove(accountId);
      const enrolment = await factors.start(accountId);
      if (!enrolment) throw new IdentityRefused('second-factor-exists');
      await records.secondFactor('enrolled', actor, occasion);
      return enrolment;
    },

    /** Confirms it by its first code; ends the other sessions of the account. */
    async confirm(
      { sessionId }: { readonly sessionId: string },
      { actor, address, occasion, code }: OwnChange & { readonly code: string },
    ) {
      const { accountId } = actor;
      const confirmed = await factors.confirm(accountId, code, async () => {
        const outcome = await records.secondFactor('confirmed', actor, occasion);
        return !outcome.rejected;
      });
      if (!confirmed) return refuse('wrong', { accountId, address });
      const others = (await sessions.of(accountId)).filter(({ id }) => id !== sessionId);
      for (const { id } of others) await sessions.end(id);
      await sessions.complete(sessionId);
      return confirmed;
    },

    async removeOwn({ actor, address, occasion, code, recoveryCode }: OwnChange & Proof) {
      const { accountId } = actor;
      const { forgive } = await attempt({ accountId, address });
      const proof = await check(accountId, { code, recoveryCode });
      if (proof.is === 'missing' || proof.is === 'wrong') return refuse(proof.is, { accountId, address });
      if (proof.is === 'good' && !(await proof.spend())) return refuse('wrong', { accountId, address });
      await forgive();
      await records.secondFactor('removed', actor, occasion);
      await factors.remove(accountId);
    },

    /** Once two administrators have put that on the log. */
    async remove(accountId: AccountId) {
      await factors.remove(accountId);
      await sessions.endAllOf(accountId);
    },
  };
}
