/** The field for what an authenticator shows, or for a recovery code in its place. */
import type { Proof } from '../../identity/second-factor.ts';

export function CodeField({ hint, isNeeded }: { readonly hint: string; readonly isNeeded?: true }) {
  return (
    <label>
      动态口令 <small>{hint}</small>
      <input name="code" inputmode="text" autocomplete="one-time-code" required={isNeeded} />
    </label>
  );
}

/** Six digits are a code of now, however the authenticator sets them apart; anything else is a recovery code. */
export function proofOf(typed: string | undefined): Proof {
  if (typed === undefined) return {};
  const code = typed.normalize('NFKC').replaceAll(/\s/g, '');
  return /^\d{6}$/.test(code) ? { code } : { recoveryCode: code };
}
