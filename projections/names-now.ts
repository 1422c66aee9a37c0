/** What organisations are called today, beside the name that a list was published with. */
import { z } from 'zod';
import { Names, nameKey } from './names.ts';
import type { Reader } from './ports.ts';

/** Absent while the name is the one of the list. */
export const nameNowSchema = z
  .string()
  .optional()
  .meta({ description: '现名 (the name of today, where it is another)' });

/** Each entry with the present name of its unit and, where the list names it, of its body, if that is another one. */
export async function withNamesNow<
  Entry extends {
    readonly uscc?: string | undefined;
    readonly unitName: string;
    readonly bodyId?: string | undefined;
    readonly bodyName?: string | undefined;
  },
>(reader: Reader, entries: readonly Entry[]): Promise<(Entry & { unitNameNow?: string; bodyNameNow?: string })[]> {
  const keys = entries.flatMap(({ uscc, bodyId }) => [
    ...(uscc === undefined ? [] : [nameKey('unit', uscc)]),
    ...(bodyId === undefined ? [] : [nameKey('body', bodyId)]),
  ]);
  const names = await Names.of(keys, [], reader);
  return entries.map(entry => {
    const { uscc, unitName, bodyId, bodyName } = entry;
    const unit = uscc && names.renamedTo('unit', uscc);
    const body = bodyId && names.renamedTo('body', bodyId);
    return {
      ...entry,
      ...(unit && unit !== unitName && { unitNameNow: unit }),
      ...(body && bodyName !== undefined && body !== bodyName && { bodyNameNow: body }),
    };
  });
}
