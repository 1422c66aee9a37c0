/** The file with the tables lies where the operator has it, for the group that he gave the folder to. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { startProcess } from '../../infra/main.ts';
import { placeReporting } from '../../infra/read-store/reporting-place.ts';
import { openSqliteRows, REPORTING_FILE } from '../../infra/read-store/sqlite-files.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { projectsTable } from '../../projections/reporting/projects.ts';
import { temporaryDirectory } from '../support/log.ts';

/** Ids of nobody in particular. */
const [ANALYST, STRANGER, GROUP] = [65_501, 65_502, 65_503];
/** Of a file that has been opened once. */
const DESCRIBED = "SELECT iif(count(*) > 0, 'views', 'none') AS n FROM reporting_dictionary_v1";
const QUESTION = `SELECT count(*) AS n FROM ${projectsTable.view}`;
const isRoot = process.getuid?.() === 0;

let root: ReturnType<typeof temporaryDirectory>;
let data: string;
let folder: string;
let umask: number;
beforeEach(() => {
  umask = process.umask(0o077);
  root = temporaryDirectory();
  [data, folder] = [join(root.path, 'data'), join(root.path, 'bi')];
  mkdirSync(folder);
  chmodSync(folder, 0o2750);
});
afterEach(() => {
  process.umask(umask);
  root[Symbol.dispose]();
});

async function opened(place?: string): Promise<AsyncDisposable> {
  const places = place === undefined ? {} : { GONGGUAN_REPORTING_FILE: place };
  const config = readConfig({ GONGGUAN_DATA: data, PORT: '0', LOG_LEVEL: 'silent', ...places });
  const { system, close } = await startProcess(config, { scheduling: false, projecting: 'here' });
  expect(await system.projector.reached(await system.events.head(), 20_000)).toBe(true);
  return { [Symbol.asyncDispose]: close };
}

function asked(path: string, question = QUESTION): unknown {
  const database = openDatabase(path, { synchronous: 'NORMAL', readOnly: true });
  try {
    return database.prepare(question).get()?.n;
  } finally {
    database.close();
  }
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the file with the tables', () => {
  it('given no place, then it lies with the others, for the service alone', async () => {
    await using _system = await opened();
    expect(modeOf(join(data, REPORTING_FILE))).toBe(0o600);
  });

  it('given a place, then it lies there for its group to read, and nothing else is open to others', async () => {
    const place = join(folder, 'tables.db');
    await using _system = await opened(place);
    expect(asked(place)).toBe(0);
    const files = readdirSync(folder);
    expect(files).toContain('tables.db-wal');
    for (const name of files) expect([name, modeOf(join(folder, name))]).toEqual([name, 0o640]);
    const others = readdirSync(data).filter(name => name !== REPORTING_FILE);
    expect(others.filter(name => modeOf(join(data, name)) & 0o077)).toEqual([]);
  });

  it('given it is laid elsewhere, then no table that stands still is left behind, and it is made anew', () => {
    const [first, second] = [join(folder, 'first.db'), join(folder, 'second.db')];
    const own = join(data, REPORTING_FILE);
    mkdirSync(data);
    const openedAt = (place: string | undefined) => {
      placeReporting(data, place);
      openSqliteRows(data).close();
      return asked(place ?? own, DESCRIBED);
    };
    for (const place of [undefined, first, second, second]) expect([place, openedAt(place)]).toEqual([place, 'views']);
    expect([lstatSync(own).isSymbolicLink(), existsSync(first), modeOf(second)]).toEqual([true, false, 0o640]);
    expect(openedAt(undefined)).toBe('views');
    expect([lstatSync(own).isSymbolicLink(), readdirSync(folder)]).toEqual([false, []]);
  });

  it('given a folder that is not there, then the service does not start', async () => {
    await expect(opened(join(root.path, 'nowhere', 'tables.db'))).rejects.toThrow(/ENOENT|nowhere/);
  });

  it.runIf(isRoot)(
    'given another user of the machine, then he reads it in its group alone, and writes nothing',
    async () => {
      chmodSync(root.path, 0o755);
      chownSync(folder, process.getuid?.() ?? 0, GROUP);
      chmodSync(folder, 0o2750);
      const place = join(folder, 'tables.db');
      await using _system = await opened(place);
      const program = `
      const { DatabaseSync } = require('@photostructure/sqlite');
      const database = new DatabaseSync(process.argv[1], { readOnly: process.argv[2] === 'read' });
      console.log(JSON.stringify(database.prepare(process.argv[3]).all()));
    `;
      const as = (uid: number, gid: number, how: string, question: string) =>
        spawnSync(process.execPath, ['-e', program, place, how, question], { uid, gid, encoding: 'utf8' });
      expect(as(ANALYST, GROUP, 'read', QUESTION)).toMatchObject({ stdout: '[{"n":0}]\n', status: 0 });
      expect(as(STRANGER, STRANGER, 'read', QUESTION).status).not.toBe(0);
      expect(as(ANALYST, GROUP, 'write', 'DELETE FROM checkpoints').status).not.toBe(0);
      expect(execFileSync('ls', ['-ln', folder], { encoding: 'utf8' })).toMatch(
        new RegExp(`-rw-r----- 1 \\d+ ${GROUP}`),
      );
    },
  );
});
