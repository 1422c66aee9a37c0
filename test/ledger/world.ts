/** A write path on disk whose log signs itself: officers, keyrings, and what they come to. */
import { generateKeyPairSync } from 'node:crypto';
import type { RecordedEvent } from '../../events/envelope.ts';
import { LEDGER_STREAM } from '../../events/ledger.ts';
import { configuredKeyring, type Keyring, keptKeyring } from '../../infra/ledger/signer.ts';
import { keyInPlace, type SuccessionPorts } from '../../infra/ledger/succession.ts';
import type { Suite } from '../../infra/ledger/suite.ts';
import { keyRotations } from '../../projections/ledger/rotations.ts';
import { all } from '../../projections/query.ts';
import { confirmLedgerKeyRotation, orderLedgerKeyRotation } from '../../services/ledger/commands.ts';
import type { Rotation } from '../../services/ledger/state.ts';
import { SUP, World } from '../privacy/world.ts';
import { readerOf } from '../support/fold.ts';

export const ORIGIN = 'gongguan/0123456789abcdef';
export const REASON = '密钥保管人离任';

/** A private key in PEM. */
export function newPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}

export class LedgerWorld {
  readonly world: World;
  readonly suite: Suite;
  keyring: Keyring;

  private constructor(world: World, suite: Suite) {
    this.world = world;
    this.suite = suite;
    this.keyring = keptKeyring(world.keyStore, suite);
  }

  /** With an officer of the authority and one of the supervising body, and a keyring that makes its keys. */
  static async open(suite: Suite = 'ed25519'): Promise<LedgerWorld> {
    return new LedgerWorld(await World.open(), suite);
  }

  /** These keys are configured, the first to sign with. */
  configured(...pems: readonly string[]): this {
    this.keyring = configuredKeyring(pems.join('\n'));
    return this;
  }

  get ports(): SuccessionPorts {
    const { suite, keyring } = this;
    const { store: log, handle } = this.world;
    return { origin: ORIGIN, suite, log, handle, keyring, confirmedRotations: () => this.confirmedRotations() };
  }

  async confirmedRotations(): Promise<readonly Rotation[]> {
    const reader = await readerOf([keyRotations], { events: await this.world.log() });
    return (await all(reader, keyRotations, { stage: 'confirmed' })) as unknown as readonly Rotation[];
  }

  /** Introduces what is to be introduced, until a key is in place; gives its public key. */
  async inPlace(ports: Partial<SuccessionPorts> = {}): Promise<string> {
    for (let tries = 0; tries < 3; tries += 1) {
      const found = await keyInPlace({ ...this.ports, ...ports });
      if (found) return found.key.publicKey;
    }
    throw new Error('no key is in place');
  }

  async ordered(order: { readonly publicKey?: string } = {}): Promise<string> {
    const { streamId } = await this.world.accepted(orderLedgerKeyRotation, { reason: REASON, ...order });
    return streamId.slice('rotation-'.length);
  }

  async confirmed(rotationId: string): Promise<void> {
    await this.world.accepted(confirmLedgerKeyRotation, { rotationId }, SUP);
  }

  keyEvents(): Promise<readonly RecordedEvent[]> {
    return this.world.store.readStream(LEDGER_STREAM, -1);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }
}
