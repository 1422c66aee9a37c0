/** What every read store promises. An adapter's test opens one and runs this suite on it. */

import { find } from 'mingo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import {
  BadCursor,
  type Checkpoint,
  type CollectionSpec,
  type Condition,
  type Quarantined,
  type Query,
  type ReadStore,
  type Row,
  type RowWrite,
  StaleTerm,
} from '../../projections/ports.ts';
import fc from '../support/properties.ts';

export type ClosableReadStore = ReadStore & { close(): void | Promise<void> };

const people: CollectionSpec = {
  name: 'people_v1_g1',
  indexes: [
    { fields: ['city', 'age'] },
    { fields: ['age'] },
    { fields: ['home.floor'] },
    { each: 'tags', orderedBy: 'seq' },
  ],
};
const diary: CollectionSpec = {
  name: 'diary_v1_g1',
  indexes: [{ each: 'tags', orderedBy: 'seq' }],
  appendOnly: true,
};

const checkpoint: Checkpoint = {
  projection: 'people',
  version: 1,
  generation: 1,
  state: 'live',
  position: '12' as never,
  handled: 7,
  ignored: 3,
  unknown: 1,
  quarantined: 1,
  updatedAt: '2024-03-20T02:00:00.000Z',
  term: 1,
};
const setAside: Quarantined = {
  projection: 'people',
  generation: 1,
  position: '9' as never,
  eventId: '018e5b6a-0000-7000-8000-000000000001',
  type: 'organising-work.recorded',
  reason: 'Error: planted',
};

/** Rows as the event at a position left them. */
export function written(rows: Readonly<Record<string, Row | null>>, position = 1): Map<string, RowWrite> {
  const at = String(position) as Position;
  return new Map(Object.entries(rows).map(([id, row]) => [id, { row, position: at }]));
}

export interface ReadStoreTraits {
  /**
   * Whether a row by itself refuses what is older than it. A store that writes rows and checkpoint as one has no rows
   * ahead of their checkpoint, and need not know.
   */
  readonly guardsRows: boolean;
}

/** `open` gives an empty store. */
export function readStoreContract(
  name: string,
  open: () => Promise<ClosableReadStore>,
  { guardsRows }: ReadStoreTraits,
): void {
  describe(`read store: ${name}`, () => {
    let store: ClosableReadStore;

    beforeEach(async () => {
      store = await open();
      await store.ensure(people);
      await store.ensure(diary);
    });
    afterEach(() => store.close());

    let position = 0;
    const next = (rows: Record<string, Row | null>) => {
      position += 1;
      return written(rows, position);
    };
    const write = (rows: Record<string, Row | null>, collection = people) =>
      store.commit([{ collection, rows: next(rows) }], [], []);
    const idsOf = async (query: Omit<Query, 'limit'>, collection = people) =>
      (await store.find(collection, { ...query, limit: 1_000 })).rows.map(text => (JSON.parse(text) as Row).id);
    const scanned = async (collection = people) => {
      const rows: [string, unknown][] = [];
      for await (const [id, text] of store.scan(collection)) rows.push([id, JSON.parse(text)]);
      return rows;
    };

    describe('rows', () => {
      it('are read back as they were written, by id', async () => {
        const row = { id: 'a', text: '质量 𠮷 "\\', nested: { list: [1, null, { x: true }] }, amount: '1e400' };
        await write({ a: row, b: { id: 'b' } });
        const found = await store.getMany(people, ['b', 'a', 'none', 'a']);
        expect([...found.keys()].sort()).toEqual(['a', 'b']);
        expect(JSON.parse(found.get('a') as string)).toEqual(row);
        expect(await store.getMany(people, [])).toEqual(new Map());
      });

      it('are replaced and removed; removing what is not there changes nothing', async () => {
        await write({ a: { id: 'a', age: 1 }, b: { id: 'b', age: 1 } });
        await write({ a: { id: 'a', age: 2 }, b: null, c: null });
        expect(await scanned()).toEqual([['a', { id: 'a', age: 2 }]]);
        expect(await idsOf({ where: { age: 1 } })).toEqual([]);
        expect(await store.count(people)).toBe(1);
      });

      it('are scanned in the order of their ids, more than one page of them', async () => {
        const ids = Array.from({ length: 1_203 }, (_, at) => `row-${String((at * 7) % 1_203).padStart(5, '0')}`);
        await write(Object.fromEntries(ids.map(id => [id, { id }])));
        expect((await scanned()).map(([id]) => id)).toEqual(ids.toSorted());
      });

      it('are loaded for a projector to go on from, with the position of the last event they took', async () => {
        await store.commit([{ collection: people, rows: written({ a: { id: 'a' }, b: { id: 'b' } }, 7) }], [], []);
        await store.commit([{ collection: people, rows: written({ b: { id: 'b', age: 2 } }, 12) }], [], []);
        const loaded = await store.load(people, ['a', 'b', 'none']);
        const at = (position: string) => (guardsRows ? position : START);
        expect(loaded).toEqual(
          new Map([
            ['a', { text: '{"id":"a"}', position: at('7') }],
            ['b', { text: '{"id":"b","age":2}', position: at('12') }],
          ]),
        );
        expect(await store.load(people, [])).toEqual(new Map());
      });

      it('that were removed are in no answer', async () => {
        await write({ a: { id: 'a', age: 1, tags: ['x'], seq: 1 }, b: { id: 'b', age: 1, tags: ['x'], seq: 1 } });
        await write({ a: null });
        expect([...(await store.getMany(people, ['a', 'b'])).keys()]).toEqual(['b']);
        expect(await idsOf({})).toEqual(['b']);
        expect(await idsOf({ order: { by: ['age'], direction: 'asc' } })).toEqual(['b']);
        expect(await idsOf({ where: { age: { $lt: 9 } } })).toEqual(['b']);
        expect(await idsOf({ where: { tags: 'x' } })).toEqual(['b']);
        expect((await scanned()).map(([id]) => id)).toEqual(['b']);
        expect(await store.count(people)).toBe(1);
        expect(await store.count(people, { age: 1 })).toBe(1);
        expect((await store.load(people, ['a'])).get('a')?.text ?? null).toBeNull();
      });

      it('keep every text to the byte, whatever stands in it', async () => {
        const hostile = {
          'a.b': { $set: 1, '': '\0', '\0': '\ud800' },
          10: 'ten',
          9: -0,
          big: 1.2345678901234567e300,
          small: 5e-324,
          ['__proto__']: { constructor: null },
          id: 'z',
        };
        const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`);
        await write({ 'z.$\0质𠮷': { ...hostile, deep } });
        const text = JSON.stringify({ ...hostile, deep });
        expect(await store.getMany(people, ['z.$\0质𠮷'])).toEqual(new Map([['z.$\0质𠮷', text]]));
        expect((await store.find(people, { limit: 1 })).rows).toEqual([text]);
      });

      it('of different collections stay apart', async () => {
        await write({ a: { id: 'a', tags: ['x'], seq: 1 } });
        await write({ a: { id: 'a', other: true, tags: ['x'], seq: 1 } }, diary);
        expect(await scanned()).toEqual([['a', { id: 'a', tags: ['x'], seq: 1 }]]);
        expect(await store.count(diary, { tags: 'x' })).toBe(1);
      });
    });

    describe('a commit', () => {
      it('keeps checkpoints and what was set aside, the newest of each', async () => {
        await store.commit([], [checkpoint], [setAside]);
        const later: Checkpoint = { ...checkpoint, position: '13' as never, handled: 8 };
        const second: Checkpoint = { ...checkpoint, generation: 2, state: 'building' };
        await store.commit([], [later, second], [setAside]);
        expect(await store.checkpoints()).toEqual([later, second]);
        expect(await store.quarantine()).toEqual([setAside]);
      });

      it('of a term that is over leaves the checkpoint as it is; the same term and a later one go on', async () => {
        const inTerm = (term: number, handled: number): Checkpoint => ({ ...checkpoint, term, handled });
        await store.commit([], [inTerm(3, 10)], []);
        await expect(store.commit([], [inTerm(2, 11)], [])).rejects.toBeInstanceOf(StaleTerm);
        expect(await store.checkpoints()).toEqual([inTerm(3, 10)]);
        await store.commit([], [inTerm(3, 12)], []);
        await store.commit([], [inTerm(4, 13)], []);
        expect(await store.checkpoints()).toEqual([inTerm(4, 13)]);
      });

      it('of a term that is over swaps no generations, in whichever order they come', async () => {
        const second: Checkpoint = { ...checkpoint, generation: 2, state: 'building', term: 1 };
        await store.commit([], [second], []);
        await store.commit([], [{ ...checkpoint, term: 2 }], []);
        const swap: readonly Checkpoint[] = [
          { ...second, state: 'live' },
          { ...checkpoint, state: 'retired' },
        ];
        await expect(store.commit([], swap, [])).rejects.toBeInstanceOf(StaleTerm);
        await expect(store.commit([], swap.toReversed(), [])).rejects.toBeInstanceOf(StaleTerm);
        expect(await store.checkpoints()).toEqual([{ ...checkpoint, term: 2 }, second]);
      });

      it('that fails leaves nothing: no row, no checkpoint, nothing set aside', async () => {
        const circular: Record<string, unknown> = { id: 'bad' };
        circular.self = circular;
        const failing = store.commit(
          [
            { collection: diary, rows: written({ d: { id: 'd', tags: ['never'], seq: 1 } }) },
            { collection: { ...people, name: 'new_v1_g1' }, rows: written({ n: { id: 'n' } }) },
            {
              collection: people,
              rows: written({ a: { id: 'a', tags: ['never'], seq: 1 }, bad: circular }),
            },
          ],
          [checkpoint],
          [setAside],
          [checkpoint],
        );
        await expect(failing).rejects.toThrow();
        expect(await scanned()).toEqual([]);
        expect(await scanned(diary)).toEqual([]);
        expect(await store.count({ ...people, name: 'new_v1_g1' })).toBe(0);
        expect(await store.checkpoints()).toEqual([]);
        expect(await store.quarantine()).toEqual([]);
        expect(await store.marks(checkpoint)).toEqual([]);
        await write({ a: { id: 'a', tags: ['never'], seq: 1 } });
        expect(await idsOf({ where: { tags: 'never' } })).toEqual(['a']);
      });

      it('keeps the checkpoints that mark the way, beside the newest, until their generation is dropped', async () => {
        const roots = { handled: 2n ** 256n - 1n, ignored: 1n, unknown: 0n, quarantined: 2n ** 64n };
        const later: Checkpoint = { ...checkpoint, position: '1000' as never, handled: 900, roots };
        const last: Checkpoint = { ...later, position: '1001' as never, handled: 901 };
        await store.commit([], [later], [], [later]);
        await store.commit([], [checkpoint], [], [checkpoint, { ...checkpoint, generation: 2 }]);
        await store.commit([], [last], []);
        expect(await store.marks(checkpoint)).toEqual([checkpoint, later]);
        expect(await store.checkpoints()).toEqual([last]);
        await store.drop(people, checkpoint);
        expect(await store.marks(checkpoint)).toEqual([]);
        expect(await store.marks({ ...checkpoint, generation: 2 })).toHaveLength(1);
      });

      it('of a dropped generation goes with its rows, and the next generation starts empty', async () => {
        await store.commit(
          [{ collection: people, rows: written({ a: { id: 'a', tags: ['x'], seq: 1 } }) }],
          [checkpoint, { ...checkpoint, generation: 2 }],
          [setAside, { ...setAside, generation: 2 }],
        );
        await store.drop(people, checkpoint);
        expect((await store.checkpoints()).map(({ generation }) => generation)).toEqual([2]);
        expect((await store.quarantine()).map(({ generation }) => generation)).toEqual([2]);
        await store.ensure(people);
        expect(await scanned()).toEqual([]);
        expect(await idsOf({ where: { tags: 'x' } })).toEqual([]);
      });
    });

    it('a generation that never had a row or an index can be dropped, and dropped again', async () => {
      const bare: CollectionSpec = { name: 'bare_v1_g1', indexes: [] };
      await store.ensure(bare);
      await store.commit([], [checkpoint], []);
      await store.drop(bare, checkpoint);
      await store.drop(bare, checkpoint);
      expect(await store.checkpoints()).toEqual([]);
    });

    describe.runIf(guardsRows)('a row that has taken a later event', () => {
      const at = (position: number, row: Row | null, collection = people) =>
        store.commit([{ collection, rows: written({ a: row }, position) }], [], []);
      const standing = async (collection = people) => (await store.load(collection, ['a'])).get('a');

      it('stays as it is when an earlier one arrives', async () => {
        await at(10, { id: 'a', age: 10 });
        await at(9, { id: 'a', age: 9 });
        await at(10, { id: 'a', age: -10 });
        expect(await standing()).toEqual({ text: '{"id":"a","age":10}', position: '10' });
        await at(11, { id: 'a', age: 11 });
        expect(await standing()).toEqual({ text: '{"id":"a","age":11}', position: '11' });
      });

      it('is compared by the number of the position, not by its text', async () => {
        await at(9, { id: 'a', age: 9 });
        await at(10, { id: 'a', age: 10 });
        expect((await standing())?.position).toBe('10');
      });

      it('does not come back when that event removed it', async () => {
        await at(5, { id: 'a' });
        await at(8, null);
        await at(7, { id: 'a', age: 7 });
        expect(await standing()).toEqual({ text: null, position: '8' });
        expect(await scanned()).toEqual([]);
        await at(9, { id: 'a', age: 9 });
        expect(await standing()).toEqual({ text: '{"id":"a","age":9}', position: '9' });
      });

      it('was never there, and is not made by an earlier one, when that event removed it', async () => {
        await at(8, null);
        await at(7, { id: 'a' });
        expect(await standing()).toEqual({ text: null, position: '8' });
      });

      it('does not keep its neighbours in the same commit back', async () => {
        await at(10, { id: 'a', age: 10 });
        const rows = written({ a: { id: 'a', age: 4 }, b: { id: 'b', age: 4 } }, 4);
        await store.commit([{ collection: people, rows }], [], []);
        expect(await scanned()).toEqual([
          ['a', { id: 'a', age: 10 }],
          ['b', { id: 'b', age: 4 }],
        ]);
      });
    });

    describe('cursors', () => {
      const rows = Object.fromEntries(
        Array.from({ length: 53 }, (_, at) => {
          const id = `p${String((at * 17) % 53).padStart(2, '0')}`;
          const tags = ['all', at % 2 ? 'odd' : 'even'];
          return [id, { id, ...(at % 4 && { age: at % 5 }), city: `c${at % 3}`, tags, seq: at % 7 }];
        }),
      );
      const pagesOf = async (query: Omit<Query, 'limit'>) => {
        const seen: unknown[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.find(people, { ...query, limit: 5, ...(cursor !== undefined && { cursor }) });
          expect(page.rows.length).toBeLessThanOrEqual(5);
          seen.push(...page.rows.map(text => (JSON.parse(text) as Row).id));
          cursor = page.next;
        } while (cursor !== undefined);
        return seen;
      };

      it.each([
        ['by id alone', {}],
        ['by a field with many ties, absent in some rows', { order: { by: ['age'], direction: 'asc' } }],
        ['the same, downwards', { order: { by: ['age'], direction: 'desc' } }],
        ['by two fields', { order: { by: ['city', 'age'], direction: 'asc' } }],
        ['by two fields, downwards', { order: { by: ['city', 'age'], direction: 'desc' } }],
        ['by element', { where: { tags: 'all' }, order: { by: ['seq'], direction: 'desc' } }],
        ['by two elements', { where: { tags: { $all: ['even', 'all'] } }, order: { by: ['seq'], direction: 'asc' } }],
        ['filtered', { where: { age: { $gte: 2 } }, order: { by: ['city'], direction: 'desc' } }],
      ] as [string, Omit<Query, 'limit'>][])('lead through every row exactly once: %s', async (_how, query) => {
        await write(rows);
        const once = await idsOf(query);
        expect(once.length).toBeGreaterThan(5);
        expect(await pagesOf(query)).toEqual(once);
      });

      it('stay good while rows before them come and go', async () => {
        await write(rows);
        const order = { by: ['seq'], direction: 'asc' } as const;
        const first = await store.find(people, { order, limit: 10 });
        const gone = (JSON.parse(first.rows[3] as string) as Row).id as string;
        await write({ [gone]: null, new: { id: 'new', seq: -1 } });
        const rest = await store.find(people, { order, limit: 100, cursor: first.next as string });
        expect(first.rows.length + rest.rows.length).toBe(53);
      });

      it('the last page has none, even when it is full', async () => {
        await write({ a: { id: 'a' }, b: { id: 'b' } });
        expect((await store.find(people, { limit: 2 })).next).toBeUndefined();
        expect((await store.find(people, { limit: 1 })).next).toBeDefined();
      });

      const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      it.each([
        ['empty', ''],
        ['no cursor at all', '质量!!'],
        ['no list', forged({ 0: 1, 1: 'a' })],
        ['too short', forged(['a'])],
        ['too long', forged([1, 2, 'a'])],
        ['of the wrong types', forged([{ $gt: 1 }, 'a'])],
        ['without an id', forged([1, 2])],
        ['truth values', forged([true, 'a'])],
      ])('that no page gave are refused: %s', async (_what, cursor) => {
        await write(rows);
        const query: Query = { order: { by: ['age'], direction: 'asc' }, limit: 5, cursor };
        await expect(store.find(people, query)).rejects.toBeInstanceOf(BadCursor);
      });
    });

    describe('element index', () => {
      it('finds rows that have all of several values, in order', async () => {
        await write({
          a: { id: 'a', tags: ['x', 'y', 'x'], seq: 3 },
          b: { id: 'b', tags: ['x'], seq: 1 },
          c: { id: 'c', tags: ['y', 'x', 'z'], seq: 2 },
          d: { id: 'd', seq: 0 },
        });
        const order = { by: ['seq'], direction: 'asc' } as const;
        expect(await idsOf({ where: { tags: 'x' }, order })).toEqual(['b', 'c', 'a']);
        expect(await idsOf({ where: { tags: { $all: ['x', 'y'] } }, order })).toEqual(['c', 'a']);
        expect(await idsOf({ where: { tags: { $all: ['x', 'y', 'z'] } }, order })).toEqual(['c']);
        expect(await idsOf({ where: { tags: { $all: ['x', 'nowhere'] } }, order })).toEqual([]);
        expect(await idsOf({ where: { tags: { $all: [] } }, order })).toEqual([]);
        expect(await store.count(people, { tags: { $all: ['x', 'y'] } })).toBe(2);
      });

      it('finds rows by each of many elements, however many a row has and whether or not another has had them', async () => {
        const tags = Array.from({ length: 40 }, (_, at) => `t${at}`);
        const some = tags.map((_, at) => tags.slice(0, at));
        await write(Object.fromEntries(some.map((own, seq) => [`r${seq}`, { id: `r${seq}`, tags: own, seq }])));
        const has = async (tag: string) => (await store.count(people, { tags: tag })) as number;
        expect(await Promise.all(tags.map(has))).toEqual(tags.map((_, at) => 39 - at));
      });

      it('follows rows whose elements or order change, and rows that go', async () => {
        await write({ a: { id: 'a', tags: ['x', 'y'], seq: 1 }, b: { id: 'b', tags: ['x'], seq: 2 } });
        await write({ a: { id: 'a', tags: ['y', 'z'], seq: 5 } });
        expect(await idsOf({ where: { tags: 'x' } })).toEqual(['b']);
        expect(await idsOf({ where: { tags: { $all: ['y', 'z'] } } })).toEqual(['a']);
        await write({ a: { id: 'a', tags: ['x'], seq: 9 }, b: { id: 'b', tags: ['x'], seq: 2 } });
        const order = { by: ['seq'], direction: 'desc' } as const;
        expect(await idsOf({ where: { tags: 'x' }, order })).toEqual(['a', 'b']);
        await write({ b: null });
        expect(await idsOf({ where: { tags: 'x' } })).toEqual(['a']);
      });

      it('rows written once keep their first text when they are delivered again', async () => {
        const first = { id: 'e1', tags: ['x'], seq: 1 };
        await write({ e1: first }, diary);
        await write({ e1: { id: 'e1', tags: ['x', 'again'], seq: 1 }, e2: { id: 'e2', tags: ['x'], seq: 2 } }, diary);
        expect(await scanned(diary)).toEqual([
          ['e1', first],
          ['e2', { id: 'e2', tags: ['x'], seq: 2 }],
        ]);
        expect(await idsOf({ where: { tags: 'x' }, order: { by: ['seq'], direction: 'asc' } }, diary)).toEqual([
          'e1',
          'e2',
        ]);
        expect(await idsOf({ where: { tags: 'again' } }, diary)).toEqual([]);
      });
    });

    it('a query on a field without an index is a fault of the program', async () => {
      await expect(store.find(people, { where: { shoe: 40 }, limit: 1 })).rejects.toThrow('no index on shoe');
    });

    it('any portable query gives what MongoDB’s language says, page by page', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(document, { maxLength: 25 }), anyQuery, async (documents, query) => {
          const before = Object.fromEntries((await scanned()).map(([id]) => [id, null]));
          const rows: Row[] = documents.map((fields, at) => ({ id: `r${String(at).padStart(2, '0')}`, ...fields }));
          await write({ ...before, ...Object.fromEntries(rows.map(row => [row.id, row])) });
          const expected = oracle(rows, query);
          const seen: unknown[] = [];
          let cursor: string | undefined;
          do {
            const page = await store.find(people, { ...query, ...(cursor !== undefined && { cursor }) });
            seen.push(...page.rows.map(text => JSON.parse(text)));
            cursor = page.next;
          } while (cursor !== undefined);
          expect(seen).toEqual(expected);
          expect(await store.count(people, query.where)).toBe(expected.length);
        }),
        { numRuns: 400, seed: 20_231_229 },
      );
    }, 120_000);
  });
}

/** Few values, so that they meet. */
const texts = fc.constantFrom('', 'a', 'b', 'B', 'ab', '河', '津', '2024-03-20');
const numbers = fc.constantFrom(-3, 0, 1, 1.5, 2, 10);
const scalars = fc.oneof(texts, numbers);
const tags = fc.constantFrom('x', 'y', 'z', '质');

const document = fc.record(
  {
    city: scalars,
    age: scalars,
    home: fc.record({ floor: fc.oneof(numbers, fc.boolean()) }, { requiredKeys: [] }),
    tags: fc.array(tags, { maxLength: 4 }),
    seq: numbers,
  },
  { requiredKeys: ['tags', 'seq'] },
);

function rangeOf(values: fc.Arbitrary<string | number>): fc.Arbitrary<Condition> {
  const lower = fc.record({ $gt: values, $gte: values }, { requiredKeys: [] });
  const upper = fc.record({ $lt: values, $lte: values }, { requiredKeys: [] });
  return fc
    .tuple(lower, upper)
    .map(bounds => Object.assign({}, ...bounds) as Condition)
    .filter(range => Object.keys(range).length > 0);
}

const condition: fc.Arbitrary<Condition> = fc.oneof(
  scalars,
  rangeOf(texts),
  rangeOf(numbers),
  fc.record({ $in: fc.array(scalars, { maxLength: 3 }) }),
);
const elementCondition: fc.Arbitrary<Condition> = fc.oneof(tags, fc.record({ $all: fc.array(tags, { maxLength: 3 }) }));

/** One or two conditions, so that most queries find something. */
const where = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom('city', 'age', 'home.floor', 'seq'), condition),
      fc.tuple(fc.constant('tags'), elementCondition),
    ),
    { maxLength: 2 },
  )
  .map(conditions => Object.fromEntries(conditions));

const anyQuery: fc.Arbitrary<Query> = fc.record(
  {
    where,
    order: fc.record({
      by: fc.uniqueArray(fc.constantFrom('city', 'age', 'seq'), { minLength: 1, maxLength: 2 }),
      direction: fc.constantFrom('asc', 'desc'),
    }),
    limit: fc.integer({ min: 1, max: 10 }),
  },
  { requiredKeys: ['limit'] },
);

/** The same question put to mingo, all pages at once. */
function oracle(rows: readonly Row[], { where = {}, order }: Query): unknown[] {
  const sign = order?.direction === 'desc' ? -1 : 1;
  const sort = Object.fromEntries([...(order?.by ?? []), 'id'].map(field => [field, sign]));
  return find<Row>([...rows], where)
    .sort(sort)
    .all();
}
