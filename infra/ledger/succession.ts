/**
 * Which key signs (README.md, section 3): the one that the log names. Another one that the installation is to sign with is
 * introduced there first, vouched for by itself and by the key before it.
 */

import { isOneOf } from '../../events/event-type.ts';
import type { Position } from '../../events/ids.ts';
import { comparePositions } from '../../events/ids.ts';
import { LEDGER_STREAM, ledgerKeyIntroduced, ledgerKeyRetired } from '../../events/ledger.ts';
import { type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { introduceLedgerKey } from '../../services/ledger/commands.ts';
import { isCarriedOut, keyInUse, type LedgerKey, ledgerKeys, type Rotation } from '../../services/ledger/state.ts';
import { type EventStore, NO_STREAM, readable } from '../../services/ports.ts';
import { type Keyring, publicKeyText, type Signer } from './signer.ts';
import type { Suite } from './suite.ts';

export interface SuccessionPorts {
  /** Names the log, and its keys. */
  readonly origin: string;
  /** Of the log, and of all its keys. */
  readonly suite: Suite;
  readonly log: Pick<EventStore, 'readStream'>;
  readonly handle: Handle;
  readonly keyring: Keyring;
  /** What two persons have agreed on, as far as it is known. */
  readonly confirmedRotations: () => Promise<readonly OrderedRotation[]>;
}

export type OrderedRotation = Pick<Rotation, 'rotationId' | 'reason' | 'publicKey'>;

/** The log and the installation do not agree on a key: nothing is signed until people have ended it. */
export class KeyRefused extends Error {
  constructor(zh: string, en: string) {
    super(`${zh} (${en})`);
    this.name = 'KeyRefused';
  }
}

const isOfKeys = isOneOf([ledgerKeyIntroduced, ledgerKeyRetired]);

/** The keys of a log, in the order of their introduction. Throws StoreUnavailable. */
export async function keysOfLog(log: SuccessionPorts['log']): Promise<readonly LedgerKey[]> {
  const events = readable(await log.readStream(LEDGER_STREAM, NO_STREAM));
  return events.filter(isOfKeys).reduce(ledgerKeys.evolve, ledgerKeys.initial);
}

/** Whether a key counts for a checkpoint whose last event stands at a position. */
export function countsAt({ introduced, retired }: LedgerKey, position: Position): boolean {
  return (
    comparePositions(introduced.position, position) <= 0 &&
    (retired === undefined || comparePositions(position, retired.position) < 0)
  );
}

/** What a key's introduction is signed over: by the key itself, and by the one that it follows. */
export function introductionText(key: {
  readonly name: string;
  readonly suite: string;
  readonly publicKey: string;
  readonly predecessor?: string | undefined;
}): string {
  return `gongguan.ledger-key/v1\n${key.name}\n${key.suite}\n${key.publicKey}\n${key.predecessor ?? ''}\n`;
}

/**
 * Who signs a checkpoint whose last event stands at a position; undefined while the introduction of the key is not within
 * it. Throws {@link KeyRefused} and StoreUnavailable.
 */
export async function signerFor(ports: SuccessionPorts, position: Position): Promise<Signer | undefined> {
  const found = await keyInPlace(ports);
  return found && countsAt(found.key, position) ? found.signer : undefined;
}

/**
 * The key in use with its signer; undefined when another had to be introduced first: the first of the log, one that is
 * configured anew, or one that two persons have ordered. Throws {@link KeyRefused} and StoreUnavailable.
 */
export async function keyInPlace(
  ports: SuccessionPorts,
): Promise<{ readonly key: LedgerKey; readonly signer: Signer } | undefined> {
  const keys = await keysOfLog(ports.log);
  const key = keyInUse(keys);
  if (key) checkName(key.name, ports.origin);
  // What tells of them may be behind the log: one that has been carried out would be carried out again, with yet another key.
  const rotations = (await ports.confirmedRotations()).filter(({ rotationId }) => !isCarriedOut(keys, rotationId));
  const isRenewed = rotations.some(({ publicKey }) => publicKey === undefined);
  const signer = await ports.keyring.wanted(keys.length, key?.publicKey, isRenewed);
  checkSuite(signer.suite, ports.suite);
  const publicKey = publicKeyText(signer);
  if (key?.publicKey === publicKey) return { key, signer };
  const ordered = rotations.find(rotation => (rotation.publicKey ?? publicKey) === publicKey);
  await introduce(ports, keys, signer, ordered);
  return undefined;
}

/** A log has one name, whatever is configured later: with another it would be another log to every verifier. */
function checkName(name: string, origin: string): void {
  if (name === origin) return;
  throw new KeyRefused(
    `账本名称配置为 ${origin}，台账上的名称为 ${name}，停止签名`,
    `the origin is configured as ${origin}, and the log is named ${name}: nothing is signed`,
  );
}

/** A tree is made with the hash that goes with its keys: a key of another suite would sign what no verifier takes. */
function checkSuite(suite: Suite, ofLog: Suite): void {
  if (suite === ofLog) return;
  throw new KeyRefused(
    `签名密钥的套件为 ${suite}，账本的套件为 ${ofLog}，停止签名`,
    `the key is of the suite ${suite}, and the ledger of ${ofLog}: nothing is signed`,
  );
}

async function introduce(
  { origin: name, handle, keyring }: SuccessionPorts,
  keys: readonly LedgerKey[],
  signer: Signer,
  ordered: OrderedRotation | undefined,
): Promise<void> {
  const before = keyInUse(keys);
  const key = { name, suite: signer.suite, publicKey: publicKeyText(signer) };
  const text = introductionText({ ...key, predecessor: before?.publicKey });
  const voucher = before && (await keyring.of(before.publicKey, keys.length));
  const input = {
    ...key,
    proof: await signed(signer, text),
    reason: ordered?.reason ?? CONFIGURED,
    ...(before && {
      predecessor: { publicKey: before.publicKey, ...(voucher && { proof: await signed(voucher, text) }) },
    }),
    ...(ordered && { rotationId: ordered.rotationId }),
  };
  const commandId = `ledger-key/${keys.length + 1}/${key.publicKey}`;
  const request = { actor: SYSTEM, commandId, requestDigest: digestOf(input), correlationId: commandId };
  const outcome = await handle(introduceLedgerKey, input, request);
  // Another process was first: what it has introduced is seen the next time.
  if (!outcome.rejected || outcome.code === 'other-predecessor') return;
  throw new KeyRefused(`密钥 ${key.publicKey} 未启用：${outcome.zh}`, `the key is not taken into use: ${outcome.en}`);
}

const CONFIGURED = '已配置新的账本签名密钥';

async function signed(signer: Signer, text: string): Promise<string> {
  return Buffer.from(await signer.sign(text)).toString('base64');
}
