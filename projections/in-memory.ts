/** Read models folded in memory, as a runner folds them into a store: for reports, for the names in them, and for tests. */
import type { RecordedEvent } from '../events/envelope.ts';
import type { Reader } from './ports.ts';
import type { Projection } from './projection.ts';
import { handlersByType, rowChangesOf, rowsAfter, type VersionedRow } from './row-changes.ts';

export interface InMemory extends Pick<Reader, 'get' | 'getMany'> {
  /** Whether any of the projections takes events of this type. */
  takes(type: string): boolean;
  /** In the order of the log. Throws what a fold throws at an event; of that projection no row has changed then. */
  take(event: RecordedEvent): void;
  row<Row>(projection: Projection<Row>, id: string): Row | undefined;
  /** In the order in which they came to be. */
  rows<Row>(projection: Projection<Row>): ReadonlyMap<string, Row>;
}

/** The rows of projections, none so far; they follow the events that are taken. Ask only for those given here. */
export function projectInMemory(projections: readonly Projection[]): InMemory {
  const tables = projections.map(projection => ({
    name: projection.name,
    foldsOf: handlersByType(projection),
    rows: new Map<string, VersionedRow>(),
  }));
  const byName = new Map(tables.map(table => [table.name, table.rows]));
  const textOf = (name: string, id: string): string | undefined => JSON.stringify(byName.get(name)?.get(id)?.row);
  return {
    takes: type => tables.some(({ foldsOf }) => foldsOf(type).length > 0),
    take(event) {
      for (const { foldsOf, rows } of tables) {
        const handlers = foldsOf(event.type);
        if (handlers.length === 0) continue;
        const { position } = event;
        for (const [key, row] of rowsAfter(rowChangesOf(event, handlers), rows)) rows.set(key, { row, position });
      }
    },
    row: <Row>({ name }: Projection<Row>, id: string) => byName.get(name)?.get(id)?.row as Row | undefined,
    rows<Row>({ name }: Projection<Row>) {
      const all = new Map<string, Row>();
      for (const [id, { row }] of byName.get(name) ?? []) if (row !== undefined) all.set(id, row as Row);
      return all;
    },
    get: async ({ name }, id) => textOf(name, id),
    async getMany({ name }, ids) {
      const texts = new Map<string, string>();
      for (const id of ids) {
        const text = textOf(name, id);
        if (text !== undefined) texts.set(id, text);
      }
      return texts;
    },
  };
}
