/** How large read models are as MongoDB documents, before any compression: what WiredTiger makes of them needs a server. */
import { BSON } from 'mongodb';
import { START } from '../../events/ids.ts';
import { operationsOf, type RowDocument } from '../../infra/read-store/mongodb-rows.ts';
import type { CollectionSpec, ReadStore } from '../../projections/ports.ts';

/** Bytes. */
export interface Sizes {
  readonly documents: number;
  readonly keys: number;
}

/** Of all rows of a collection. */
export async function sizesOf(store: ReadStore, collection: CollectionSpec): Promise<Sizes> {
  let [documents, keys] = [0, 0];
  for await (const [id, text] of store.scan(collection)) {
    const write = { row: JSON.parse(text), position: START };
    for (const operation of operationsOf({ collection, rows: new Map([[id, write]]) })) {
      const document = documentOf(operation);
      documents += BSON.calculateObjectSize(document);
      keys += keyBytes(document, collection);
    }
  }
  return { documents, keys };
}

function documentOf(operation: ReturnType<typeof operationsOf>[number]): RowDocument {
  if ('insertOne' in operation) return operation.insertOne.document as RowDocument;
  if (!('replaceOne' in operation)) throw new TypeError('a row is inserted or replaced');
  const { filter, replacement } = operation.replaceOne;
  return { ...(replacement as Omit<RowDocument, '_id'>), _id: filter._id as string };
}

/** Of a record number, a number and a text with its end, as an index holds them. */
const RECORD_BYTES = 8;
const sizeOf = (value: unknown) => (typeof value === 'string' ? Buffer.byteLength(value) + 2 : 9);

/** Every index of {@link RowDocument}s ends with the id; `_id` has one of its own. */
function keyBytes({ _id, fields = {}, elements = [] }: RowDocument, { indexes }: CollectionSpec): number {
  const entry = (values: readonly unknown[]) =>
    values.reduce<number>((sum, value) => sum + sizeOf(value), RECORD_BYTES);
  const field = (name: string) => fields[name.replaceAll('.', '/')];
  return indexes.reduce(
    (sum, index) => {
      if (!('each' in index)) return sum + entry([...index.fields.map(field), _id]);
      return sum + elements.reduce((inner, element) => inner + entry([element, field(index.orderedBy), _id]), 0);
    },
    entry([_id]),
  );
}
