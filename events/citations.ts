/** No command takes a text that cites an article the regulation does not have (D-1): it would stand on record as law. */
import type { z } from 'zod';
import { citationFaultIn } from './statute.ts';

interface Cited {
  readonly path: readonly PropertyKey[];
  readonly fault: { readonly zh: string; readonly en: string };
}

function faultsIn(value: unknown, path: readonly PropertyKey[]): readonly Cited[] {
  if (typeof value === 'string') {
    const fault = citationFaultIn(value);
    return fault ? [{ path, fault }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, part]) => faultsIn(part, [...path, isList ? Number(key) : key]));
}

/** The schema of an input, with every citation in its texts one that can be made. */
export function citing<S extends z.ZodObject>(schema: S): S {
  return schema.superRefine((value, context) => {
    for (const { path, fault } of faultsIn(value, [])) {
      context.addIssue({ code: 'custom', message: `${fault.zh} (${fault.en})`, path: [...path] });
    }
  });
}
