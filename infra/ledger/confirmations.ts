/** What others have confirmed of the ledger, for those who watch: witnesses and time stamps. */
import type { OperationalMetric } from '../observability/telemetry.ts';
import { verifierLine } from './note.ts';
import type { LedgerStore, WitnessStanding } from './store.ts';
import { unstamped } from './timestamping.ts';
import type { WitnessAddress } from './witness-client.ts';
import { witnessIdOf } from './witnessing.ts';

export interface ConfirmationPorts {
  readonly witnesses: readonly WitnessAddress[];
  readonly timestampUrl?: string;
  readonly store: Pick<LedgerStore, 'standings' | 'checkpoints'>;
}

/** A witness as anybody may know him; where he is reached is not told. */
export interface WitnessView extends Partial<Pick<WitnessStanding, 'cosignedAt' | 'since' | 'reason'>> {
  readonly name: string;
  /** Verifier line, by which his cosignatures are checked. */
  readonly key: string;
  readonly state: WitnessStanding['state'];
  /** The largest checkpoint that he cosigned; 0 before the first. */
  readonly size: number;
}

/** Those who are configured, in that order. */
export async function viewsOfWitnesses({ witnesses, store }: ConfirmationPorts): Promise<readonly WitnessView[]> {
  const standings = new Map((await store.standings()).map(standing => [standing.witness, standing]));
  return witnesses.map(({ key }) =>
    viewOf({ name: key.name, key: verifierLine(key) }, standings.get(witnessIdOf(key))),
  );
}

function viewOf(who: Pick<WitnessView, 'name' | 'key'>, standing: WitnessStanding | undefined): WitnessView {
  if (!standing) return { ...who, state: 'unasked', size: 0 };
  const { state, size, since, cosignedAt, reason } = standing;
  // What he said is his own; why he could not be reached tells of the network here.
  const hasSaid = reason !== undefined && state !== 'away';
  return { ...who, state, size, since, ...(cosignedAt && { cosignedAt }), ...(hasSaid && { reason }) };
}

/** Numbers by which operators and supervisors are called. */
export function confirmationMetrics(ports: ConfirmationPorts): readonly OperationalMetric[] {
  const byWitness = async (value: (view: WitnessView) => number) =>
    Object.fromEntries((await viewsOfWitnesses(ports)).map(view => [view.name, value(view)]));
  return [
    {
      name: 'gongguan_witness_size',
      help: 'Events in the largest checkpoint that a witness has cosigned',
      label: 'witness',
      read: () => byWitness(({ size }) => size),
    },
    {
      name: 'gongguan_witness_refuses',
      help: '1 while a witness refuses to cosign: the log is not what he saw of it, or he does not know its key',
      label: 'witness',
      read: () => byWitness(({ state }) => Number(state === 'refusing' || state === 'unacquainted')),
    },
    {
      name: 'gongguan_milestones_without_timestamp',
      help: 'Checkpoints of milestones that are to be time-stamped',
      read: async () => (ports.timestampUrl === undefined ? 0 : (await unstamped(ports.store)).length),
    },
  ];
}
