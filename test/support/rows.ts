/** All rows of all read models, in a form that can be compared byte by byte. */
import { canonicalJson } from '../../events/canonical.ts';
import { projections } from '../../projections/index.ts';
import type { CollectionSpec, NamedProjection, ReadStore } from '../../projections/ports.ts';

/** For each read model, a line a row: its id and its canonical JSON. */
export async function dumpOf(
  rows: ReadStore,
  specOf: (projection: NamedProjection) => CollectionSpec,
): Promise<ReadonlyMap<string, string>> {
  const dump = new Map<string, string>();
  for (const projection of projections) {
    const lines: string[] = [];
    for await (const [id, text] of rows.scan(specOf(projection)))
      lines.push(`${id}\t${canonicalJson(JSON.parse(text))}`);
    dump.set(projection.name, lines.join('\n'));
  }
  return dump;
}
