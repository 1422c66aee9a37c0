/** A checkpoint as stores keep it: JSON, with its roots as hex. */
import { type Roots, rootText } from '../../projections/event-sets.ts';
import type { Checkpoint } from '../../projections/ports.ts';

type Stored = Omit<Checkpoint, 'roots'> & { readonly roots?: Readonly<Record<keyof Roots, string>> };

export function checkpointText({ roots, ...checkpoint }: Checkpoint): string {
  return JSON.stringify(roots ? { ...checkpoint, roots: mapped(roots, rootText) } : checkpoint);
}

export function checkpointIn(text: string): Checkpoint {
  const { roots, ...checkpoint } = JSON.parse(text) as Stored;
  return roots ? { ...checkpoint, roots: mapped(roots, hex => BigInt(`0x${hex}`)) } : checkpoint;
}

function mapped<A, B>({ handled, ignored, unknown, quarantined }: Record<keyof Roots, A>, by: (value: A) => B) {
  return { handled: by(handled), ignored: by(ignored), unknown: by(unknown), quarantined: by(quarantined) };
}
