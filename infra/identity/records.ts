/** Puts on the log what happens to passwords, ahead of the password itself: none is in force that the log does not know of. */
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import {
  recordSecondFactorConfirmation,
  recordSecondFactorEnrolment,
  recordSecondFactorRemoval,
} from '../../services/account/access.ts';
import {
  confirmBySecondFactor,
  recordFirstPassword,
  recordPasswordByCode,
  recordPasswordChange,
} from '../../services/account/credentials.ts';
import type { AnyCommand } from '../../services/command.ts';
import { type CommandOutcome, type CommandRequest, type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';

/** The request in which something happens. */
export interface Occasion {
  readonly requestId: string;
  readonly correlationId: string;
}

export interface CredentialRecords {
  /** The holder changed his own password. */
  changed(actor: Actor, occasion: Occasion): Promise<CommandOutcome>;
  /** The code of a reset was used; `established`: somebody could sign in to the account before. */
  setByCode(accountId: AccountId, resetId: string, established: boolean, occasion: Occasion): Promise<CommandOutcome>;
  /** An operator, or the demo, gave an account its first password. */
  first(accountId: AccountId, means: 'command-line' | 'demo'): Promise<CommandOutcome>;
  /** The holder was given the secret of a second factor, confirmed it, or removed it. */
  secondFactor(what: 'enrolled' | 'confirmed' | 'removed', actor: Actor, occasion: Occasion): Promise<CommandOutcome>;
  /** The holder's second factor, older than the reset, has proved that the password is his. */
  confirmedBySecondFactor(accountId: AccountId, occasion: Occasion): Promise<CommandOutcome>;
}

const SECOND_FACTOR = {
  enrolled: recordSecondFactorEnrolment,
  confirmed: recordSecondFactorConfirmation,
  removed: recordSecondFactorRemoval,
} as const;

/**
 * Puts what holders do with their credentials on the log, as commands of the system (D-45). Throws when one is
 * refused.
 */
export function createCredentialRecords(handle: Handle): CredentialRecords {
  const send = (command: AnyCommand, input: object, request: Omit<CommandRequest, 'requestDigest'>) =>
    handle(command, input, { ...request, requestDigest: digestOf(input) });

  return {
    changed: (actor, { requestId, correlationId }) =>
      send(recordPasswordChange, { accountId: actor.accountId }, { actor, commandId: requestId, correlationId }),
    setByCode: (accountId, resetId, established, { correlationId }) =>
      // Named by the reset: whoever is quicker with the code, it is set once.
      send(
        recordPasswordByCode,
        { accountId, resetId, established },
        { actor: SYSTEM, commandId: `password-${resetId}`, correlationId },
      ),
    first: (accountId, means) => {
      const commandId = `first-password-${accountId}`;
      return send(recordFirstPassword, { accountId, means }, { actor: SYSTEM, commandId, correlationId: commandId });
    },
    secondFactor: (what, actor, { requestId, correlationId }) =>
      send(
        SECOND_FACTOR[what],
        { accountId: actor.accountId },
        { actor, commandId: `${requestId}-${what}`, correlationId },
      ),
    confirmedBySecondFactor: (accountId, { requestId, correlationId }) =>
      send(confirmBySecondFactor, { accountId }, { actor: SYSTEM, commandId: `confirmed-${requestId}`, correlationId }),
  };
}
