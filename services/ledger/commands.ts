/**
 * Taking another key into use for the checkpoints of the ledger, by two people of two bodies: the municipal authority
 * orders, the supervising body confirms. It is the supervisor's own proof that hangs on the key, and his witness must know
 * the next one.
 */
import { z } from 'zod';
import {
  LEDGER_STREAM,
  ledgerKeyIntroduced,
  ledgerKeyRetired,
  ledgerKeyRotationConfirmed,
  ledgerKeyRotationOrdered,
  type RotationId,
  rotationIdSchema,
  rotationStream,
} from '../../events/ledger.ts';
import { isSamePerson } from '../../events/rules/persons.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given, known, stateOf } from '../command.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { notFound, type Rejection, refuseByHouse } from '../rejection.ts';
import { isCarriedOut, keyInUse, type LedgerKey, ledgerKeys, type Rotation, rotation } from './state.ts';

const idOf = (given: Given) => rotationIdSchema.parse(given.newId);

export const orderLedgerKeyRotation = command({
  name: 'OrderLedgerKeyRotation',
  title: '提出更换账本签名密钥',
  records: [ledgerKeyRotationOrdered],
  summary:
    'Orders that another key sign the checkpoints of the ledger; somebody of the supervising body confirms it. Where the key in use is lost, the one that is to follow is named.',
  allow: ['MSR'],
  input: z.strictObject(ledgerKeyRotationOrdered.schema.pick({ reason: true, publicKey: true }).shape),
  fold: rotation,
  stream: (_input, given) => rotationStream(idOf(given)),
  about: () => ({}),
  reads: () => ({ keys: stateOf(ledgerKeys, LEDGER_STREAM) }),
  decide(state, input, given, { keys }) {
    if (state) return [];
    return (
      unusedFault(keys, input.publicKey) ?? [
        ledgerKeyRotationOrdered.of({ ...input, rotationId: idOf(given) }, { reason: input.reason }),
      ]
    );
  },
});

/** A key that was retired may be in other hands by now. */
function unusedFault(keys: readonly LedgerKey[], publicKey: string | undefined): Rejection | undefined {
  if (!keys.some(key => key.publicKey === publicKey)) return undefined;
  return refuseByHouse(
    'ledger',
    'key-used-before',
    '该密钥已启用过，不得再次启用',
    'the key was in use before, and is not taken into use again',
  );
}

export const confirmLedgerKeyRotation = command({
  name: 'ConfirmLedgerKeyRotation',
  title: '确认更换账本签名密钥',
  records: [ledgerKeyRotationConfirmed],
  summary: 'Confirms a change of the key that somebody else ordered: the next key is introduced within seconds.',
  allow: ['SUP'],
  input: z.strictObject({ rotationId: rotationIdSchema }),
  fold: rotation,
  stream: ({ rotationId }) => rotationStream(rotationId),
  about: () => ({}),
  reads: () => ({ persons: personsNow }),
  gate(state, { actor }, { persons }) {
    if (!state) return notFound();
    if (state.stage !== 'ordered') return state;
    if (isSamePerson(persons, state.orderedBy, actor.accountId)) {
      return twoPersonsFault(
        'same-person',
        '提出更换密钥的人员不得自行确认',
        'whoever ordered the change of the key cannot confirm it',
      );
    }
    return state;
  },
  done: ({ stage }) => stage !== 'ordered',
  decide: ({ stage }, { rotationId }) => (stage === 'ordered' ? [ledgerKeyRotationConfirmed.of({ rotationId })] : []),
});

/** The system's own, with signatures that it has made: over no route. */
export const introduceLedgerKey = command({
  name: 'IntroduceLedgerKey',
  title: '启用账本签名密钥',
  records: [ledgerKeyIntroduced, ledgerKeyRetired],
  summary: 'Records the key that signs from now on, vouched for by the one before it, which is retired.',
  allow: ['SYS'],
  hidden: true,
  input: ledgerKeyIntroduced.schema.extend({ reason: paragraphSchema }),
  fold: ledgerKeys,
  stream: () => LEDGER_STREAM,
  about: () => ({}),
  reads: ({ rotationId }) => ({
    ordered: rotationId ? stateOf(rotation, rotationStream(rotationId as RotationId)) : known(undefined),
  }),
  decide(keys, { reason, ...key }, _given, { ordered }) {
    const before = keyInUse(keys);
    if (before?.publicKey === key.publicKey) return [];
    const fault =
      unusedFault(keys, key.publicKey) ??
      successionFault(keys, key) ??
      suiteFault(before, key.suite) ??
      vouchingFault(key, before, ordered);
    if (fault) return fault;
    const introduced = ledgerKeyIntroduced.of(key);
    return before
      ? [introduced, ledgerKeyRetired.of({ publicKey: before.publicKey, reason }, { reason })]
      : [introduced];
  },
});

interface Introduced {
  readonly publicKey: string;
  readonly predecessor?: { readonly publicKey: string; readonly proof?: string | undefined } | undefined;
  readonly rotationId?: RotationId | undefined;
}

/** Somebody else was first with another key; an order of two persons is for one. */
function successionFault(keys: readonly LedgerKey[], { predecessor, rotationId }: Introduced): Rejection | undefined {
  const isDone = rotationId !== undefined && isCarriedOut(keys, rotationId);
  if (!isDone && keyInUse(keys)?.publicKey === predecessor?.publicKey) return undefined;
  return refuseByHouse('ledger', 'other-predecessor', '在用的密钥已是另一个', 'the key in use is another one by now');
}

/** The tree of a ledger goes on with the hash that it began with. */
function suiteFault(before: LedgerKey | undefined, suite: LedgerKey['suite']): Rejection | undefined {
  if (!before || before.suite === suite) return undefined;
  return refuseByHouse(
    'ledger',
    'other-suite',
    `账本的密钥须为同一套算法：${before.suite}`,
    `all keys of the ledger are of one suite: ${before.suite}`,
  );
}

/** A key follows another by that one's signature; without it only where two persons have named it. */
function vouchingFault(
  { publicKey, predecessor, rotationId }: Introduced,
  before: LedgerKey | undefined,
  ordered: Rotation | undefined,
): Rejection | undefined {
  if (rotationId && ordered?.stage !== 'confirmed') return notFound();
  if (ordered?.publicKey && ordered.publicKey !== publicKey) {
    return refuseByHouse(
      'ledger',
      'other-key-ordered',
      '经两人确认的是另一个密钥',
      'two persons have named another key',
    );
  }
  if (!before || predecessor?.proof || ordered?.publicKey) return undefined;
  return refuseByHouse(
    'ledger',
    'key-not-vouched-for',
    '新密钥须由在用密钥签名；在用密钥已遗失的，须经两人指明新密钥',
    'the key in use signs for the next one; where it is lost, two persons name the next one',
  );
}
