/** What a bulk write must do again, by the errors that the driver makes of a server's answers. */
import { type Collection, MongoBulkWriteError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Operation, writeUnordered } from '../../infra/read-store/mongodb-bulk.ts';
import { StoreUnavailable } from '../../services/ports.ts';

interface Doc {
  readonly _id: string;
}

const DUPLICATE = { index: 0, code: 11_000, errmsg: 'E11000 duplicate key' };
const NOT_PRIMARY = 10_107;

const inserting = (id: string): Operation<Doc> => ({
  replaceOne: { filter: { _id: id }, replacement: {}, upsert: true },
});
const idOf = (operation: Operation<Doc>) => ('replaceOne' in operation ? operation.replaceOne.filter._id : undefined);

/** What the driver keeps of the parts that were sent. */
function resultWith(writeErrors: readonly object[], writeConcernError?: object) {
  return {
    getWriteErrors: () => writeErrors,
    getWriteConcernError: () => writeConcernError,
  };
}

/** Answers each call with the next error, and succeeds after the last. */
function answering(...errors: readonly Error[]): { collection: Collection<Doc>; sent: unknown[][] } {
  const left = [...errors];
  const sent: unknown[][] = [];
  const collection = {
    async bulkWrite(operations: readonly Operation<Doc>[]) {
      sent.push(operations.map(idOf));
      const error = left.shift();
      if (error) throw error;
    },
  };
  return { collection: collection as unknown as Collection<Doc>, sent };
}

const bulkError = (cause: object, result: object) => new MongoBulkWriteError(cause as never, result as never);

const operations = ['a', 'b', 'c'].map(inserting);

describe('a bulk write', () => {
  it('whose every part was sent repeats only what was refused', async () => {
    const { collection, sent } = answering(
      bulkError({ message: DUPLICATE.errmsg, code: DUPLICATE.code, writeErrors: [DUPLICATE] }, resultWith([DUPLICATE])),
    );
    expect(await writeUnordered({ collection, operations })).toEqual([]);
    expect(sent).toEqual([['a', 'b', 'c'], ['a']]);
  });

  it('of which a later part failed as a whole repeats everything, whatever the earlier parts were refused', async () => {
    const cause = new MongoServerError({ message: 'not primary', code: NOT_PRIMARY });
    const { collection, sent } = answering(bulkError(cause, resultWith([DUPLICATE])));
    expect(await writeUnordered({ collection, operations })).toEqual([]);
    expect(sent).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it('that was not replicated in time repeats everything', async () => {
    const late = { code: 64, errmsg: 'waiting for replication timed out' };
    const { collection, sent } = answering(
      bulkError({ message: late.errmsg, code: late.code }, resultWith([DUPLICATE], late)),
    );
    expect(await writeUnordered({ collection, operations })).toEqual([]);
    expect(sent[1]).toEqual(['a', 'b', 'c']);
  });

  it('that is refused again and again ends as an outage', async () => {
    const cause = new MongoServerError({ message: 'not primary', code: NOT_PRIMARY });
    const error = bulkError(cause, resultWith([]));
    const { collection } = answering(...Array.from({ length: 50 }, () => error));
    await expect(writeUnordered({ collection, operations })).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('with a fault in it is not repeated', async () => {
    const fault = { index: 1, code: 66, errmsg: 'the id is immutable' };
    const { collection, sent } = answering(
      bulkError({ message: fault.errmsg, code: fault.code, writeErrors: [fault] }, resultWith([fault])),
    );
    await expect(writeUnordered({ collection, operations })).rejects.toThrow('immutable');
    expect(sent).toHaveLength(1);
  });
});
