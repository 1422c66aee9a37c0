import { describe, expect, it } from 'vitest';
import { closeInTurn, thenEnd } from '../infra/compose/closing.ts';
import { closeDatabase, openDatabase, transaction } from '../infra/sqlite.ts';
import { temporaryDirectory } from './support/log.ts';

const failing = (message: string) => () => {
  throw new Error(message);
};

describe('of two errors the first is told', () => {
  it('given several things to close, when one cannot be closed, then the others are, and its error is told', async () => {
    const closed: string[] = [];
    const closings = [() => closed.push('a'), failing('first'), failing('second'), () => closed.push('b')];
    await expect(closeInTurn(closings)).rejects.toThrow('first');
    expect(closed).toEqual(['a', 'b']);
  });

  it('given a task that fails, when its end fails too, then the task is told', async () => {
    await expect(thenEnd(failing('first'), failing('second'))).rejects.toThrow('first');
    await expect(thenEnd(() => 1, failing('second'))).rejects.toThrow('second');
    expect(
      await thenEnd(
        () => 1,
        () => undefined,
      ),
    ).toBe(1);
  });

  it('given a transaction that fails, when it cannot be rolled back either, then what failed first is told', () => {
    using directory = temporaryDirectory();
    const database = openDatabase(`${directory.path}/any.db`, { synchronous: 'FULL' });
    const work = () => {
      database.close();
      failing('first')();
    };
    expect(() => transaction(database, work)).toThrow('first');
  });

  it('given a transaction that fails, then nothing of it is there, and the next one is taken', () => {
    using directory = temporaryDirectory();
    const database = openDatabase(`${directory.path}/any.db`, { synchronous: 'FULL' });
    database.exec('CREATE TABLE t (x)');
    const insert = () => database.exec('INSERT INTO t VALUES (1)');
    const work = () => {
      insert();
      failing('first')();
    };
    expect(() => transaction(database, work)).toThrow('first');
    transaction(database, insert);
    expect(database.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
    closeDatabase(database);
  });
});
