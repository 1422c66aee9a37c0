/** Who is a third party at work today, and what it may read for it (art-05 （二）, D-51). */
import { type ClericalCommand, covers, isInTerm, type Mandate, mayReadFor } from '../events/rules/mandate.ts';
import type { MaterialKind } from '../events/rules/material.ts';
import { shanghaiDate } from '../events/time.ts';
import type { Caller, Reader } from './ports.ts';
import { load } from './query.ts';
import { type EntrustmentRow, entrustments } from './registry/entrustments.ts';

/** An entrustment that was ended before its term lasts to the day that the ending named. */
function mandateOf({ from, lastDay, terminated, scopes }: EntrustmentRow): Mandate {
  if (from === undefined || lastDay === undefined) return { scopes };
  return { from, lastDay: terminated?.lastDay ?? lastDay, scopes };
}

async function mandateHeld(reader: Reader, caller: Caller): Promise<Mandate | undefined> {
  const row = caller?.role === 'TPO' ? await load(reader, entrustments, caller.orgId) : undefined;
  return row && mandateOf(row);
}

/** Whether the caller is a third party that has to read material of a kind for what it is entrusted with today. */
export async function readsForMandate(reader: Reader, caller: Caller, kind: MaterialKind): Promise<boolean> {
  const held = await mandateHeld(reader, caller);
  return held !== undefined && mayReadFor(held, kind, shanghaiDate(reader.now));
}

/** Whether the caller is a third party that is entrusted with one of some commands today. */
export async function isEntrustedWith(
  reader: Reader,
  caller: Caller,
  commands: readonly ClericalCommand[],
): Promise<boolean> {
  const held = await mandateHeld(reader, caller);
  return held !== undefined && commands.some(name => covers(held, name, shanghaiDate(reader.now)));
}

/** Whether the caller is a third party whose term runs today. */
export async function isEntrusted(reader: Reader, caller: Caller): Promise<boolean> {
  const held = await mandateHeld(reader, caller);
  return held !== undefined && isInTerm(held, shanghaiDate(reader.now));
}
