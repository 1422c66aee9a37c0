/** The signing of the ledger over the stores of an installation. */
import { keyRotations } from '../../projections/ledger/rotations.ts';
import { all } from '../../projections/query.ts';
import type { Config } from '../config.ts';
import { configuredKeyring, keptKeyring } from '../ledger/signer.ts';
import { CheckpointSigning } from '../ledger/signing.ts';
import { type OrderedRotation, type SuccessionPorts, signerFor } from '../ledger/succession.ts';
import { suiteOfHash } from '../ledger/suite.ts';
import type { Alarm } from '../observability/alarm.ts';
import type { System } from './system.ts';

type SigningConfig = Pick<Config, 'checkpoints' | 'ledgerKey'>;

/** How a key comes into use here: one that is configured, else one that the house keeps. */
export function successionOf(
  { ledger: { origin, hash }, events: log, handle, keyStore, reader }: System,
  { ledgerKey }: SigningConfig,
): SuccessionPorts {
  const suite = suiteOfHash(hash);
  return {
    origin,
    suite,
    log,
    handle,
    keyring: ledgerKey === undefined ? keptKeyring(keyStore, suite) : configuredKeyring(ledgerKey),
    confirmedRotations: async () =>
      (await all(reader, keyRotations, { stage: 'confirmed' })) as unknown as readonly OrderedRotation[],
  };
}

/** Signs as the ledger grows; undefined where another process keeps it. */
export function signingOf(system: System, config: SigningConfig, alarm: Alarm): CheckpointSigning | undefined {
  const { ledger, ledgerStore: store, ledgerKeeper: keeper, events: log, clock } = system;
  if (!keeper) return undefined;
  const succession = successionOf(system, config);
  return new CheckpointSigning({
    ledger,
    store,
    keeper,
    log,
    signerFor: position => signerFor(succession, position),
    policy: config.checkpoints,
    clock,
    alarm,
  });
}
