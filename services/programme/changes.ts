/** What changed between two documents: JSON pointers (RFC 6901) with both values as JSON text. */
import { canonicalJson, type Json } from '../../events/canonical.ts';

export interface PlanChange {
  readonly pointer: string;
  /** Empty where the value is absent. */
  readonly from: string;
  readonly to: string;
}

/** The innermost values that differ, in document order. */
export function changesBetween(before: Json | undefined, after: Json | undefined, pointer = ''): readonly PlanChange[] {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const [old, renewed] = [before as Members, after as Members];
    const names = [...new Set([...Object.keys(old), ...Object.keys(renewed)])];
    return names.flatMap(name => changesBetween(old[name], renewed[name], `${pointer}/${escaped(name)}`));
  }
  const [from, to] = [textOf(before), textOf(after)];
  return from === to ? [] : [{ pointer, from, to }];
}

type Members = Readonly<Record<string, Json | undefined>>;

function isContainer(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

function textOf(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
