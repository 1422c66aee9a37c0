/**
 * The reader that a query is handed: it takes down what the query reads of material, so that the record of access is
 * derived from what was read and no query can forget it (art-26).
 */
import { projections } from '../../projections/index.ts';
import type { NamedProjection, Reader } from '../../projections/ports.ts';
import { type MaterialDeclaration, undeclaredMaterial } from '../../projections/projection.ts';
import type { QueryRoute } from '../../projections/route.ts';
import { Openings } from '../compose/access.ts';

const undeclared = undeclaredMaterial(projections);
if (undeclared.length > 0) throw new Error(`what of material they hold is not declared: ${undeclared.join(', ')}`);

const HOLDINGS = new Map(
  projections.flatMap(({ name, material }) => (material && 'kind' in material ? [[name, material] as const] : [])),
);

export interface OpeningReader {
  readonly reader: Reader;
  readonly openings: Openings;
}

/** Counts tell nothing of what is in the rows, and are not taken down. */
export function openingReader(reader: Reader, { withholds = {} }: Pick<QueryRoute, 'withholds'>): OpeningReader {
  const openings = new Openings();
  const note = (projection: NamedProjection, text: string | undefined, id?: string) => {
    const holding: Extract<MaterialDeclaration, { kind: string }> | undefined = HOLDINGS.get(projection.name);
    if (!holding || text === undefined || projection.name in withholds) return;
    for (const owned of holding.of(JSON.parse(text), id)) openings.add(holding.kind, owned);
  };
  const watched: Pick<Reader, 'get' | 'getMany' | 'find'> = {
    async get(projection, id) {
      const text = await reader.get(projection, id);
      note(projection, text, id);
      return text;
    },
    async getMany(projection, ids) {
      const texts = await reader.getMany(projection, ids);
      for (const [id, text] of texts) note(projection, text, id);
      return texts;
    },
    async find(projection, query) {
      const page = await reader.find(projection, query);
      for (const text of page.rows) note(projection, text);
      return page;
    },
  };
  return { reader: Object.assign(Object.create(reader) as Reader, watched), openings };
}
