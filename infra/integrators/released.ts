/** Shapes and examples of events as they were released: a file a kind and version, written once (test/vocabulary). */
import { readdirSync, readFileSync } from 'node:fs';
import type { EventSchema } from '../../projections/redaction.ts';

const SCHEMAS = new URL('../../events/schemas/', import.meta.url);
const EXAMPLES = new URL('../../events/golden/', import.meta.url);

export interface ReleasedVersion {
  readonly version: number;
  /** JSON Schema of draft 2020-12, of `data`. */
  readonly schema: EventSchema;
  /** One `data`. */
  readonly example: unknown;
}

/** By kind, oldest version first. Reads some hundred small files. */
export function readReleased(): ReadonlyMap<string, readonly ReleasedVersion[]> {
  const released = new Map<string, ReleasedVersion[]>();
  for (const file of readdirSync(SCHEMAS)) {
    const [, type = '', version = ''] = /^(.+)@(\d+)\.json$/.exec(file) ?? [];
    const of = {
      version: Number(version),
      schema: jsonIn(file, SCHEMAS) as EventSchema,
      example: jsonIn(file, EXAMPLES),
    };
    released.set(
      type,
      [...(released.get(type) ?? []), of].toSorted((one, other) => one.version - other.version),
    );
  }
  return released;
}

function jsonIn(file: string, directory: URL): unknown {
  return JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
}
