/** What each third party is entrusted with, and may read for it today (art-05 （二）, D-51). */
import { entrustmentFacts } from '../events/entrustment.ts';
import { isInTerm, type Mandate, mandate, mayReadFor } from '../events/rules/mandate.ts';
import type { MaterialKind } from '../events/rules/material.ts';
import { shanghaiDate } from '../events/time.ts';
import type { Caller, Reader } from './ports.ts';
import { projection, when } from './projection.ts';
import { load } from './query.ts';

export const mandates = projection<Mandate>({
  name: 'mandates',
  version: 1,
  question: '第三方机构受托办理什么、到哪一天 (What is each third party entrusted with, and until when?)',
  indexes: [],
  handlers: [
    when(
      entrustmentFacts,
      ({ data }) => data.entrustmentId,
      (row = mandate.initial, event) => mandate.evolve(row, event),
    ),
  ],
});

async function mandateOf(reader: Reader, caller: Caller): Promise<Mandate | undefined> {
  return caller?.role === 'TPO' ? load(reader, mandates, caller.orgId) : undefined;
}

/** Whether the caller is a third party that has to read material of a kind for what it is entrusted with today. */
export async function readsForMandate(reader: Reader, caller: Caller, kind: MaterialKind): Promise<boolean> {
  const held = await mandateOf(reader, caller);
  return held !== undefined && mayReadFor(held, kind, shanghaiDate(reader.now));
}

/** Whether the caller is a third party whose term runs today. */
export async function isEntrusted(reader: Reader, caller: Caller): Promise<boolean> {
  const held = await mandateOf(reader, caller);
  return held !== undefined && isInTerm(held, shanghaiDate(reader.now));
}
