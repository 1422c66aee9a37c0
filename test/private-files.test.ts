/** What an installation keeps is its owner's alone, also what an earlier program left open to others. */
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSystem } from '../infra/compose/system.ts';
import { gongguan } from './support/command-line.ts';
import { temporaryDirectory } from './support/log.ts';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n');

let umask: number;
beforeEach(() => {
  umask = process.umask(0o022);
});
afterEach(() => {
  process.umask(umask);
});

/** All that others than the owner may do something with. */
function openToOthers(directory: string): readonly string[] {
  const inside = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => join(directory, name));
  return [directory, ...inside].filter(path => statSync(path).mode & 0o077);
}

async function* chunks() {
  yield PDF;
}

const open = (dataDirectory: string) =>
  openSystem({ dataDirectory, engines: {}, namespace: 'test' }, { alarm: () => undefined });

describe('nothing of an installation is open to others', () => {
  it('given a new data directory, when the system is in use, then no file and no folder of it', async () => {
    using root = temporaryDirectory();
    const data = join(root.path, 'data');
    const system = await open(data);
    await system.blobs.put(chunks(), 'msr');
    expect(readdirSync(data)).toEqual(expect.arrayContaining(['events.db', 'vault.db', 'rows.db', 'jobs.db', 'files']));
    expect(openToOthers(data)).toEqual([]);
    await system.close();
  });

  it('given one that an earlier program left open, when the system opens, then it is mended', async () => {
    using root = temporaryDirectory();
    const data = join(root.path, 'data');
    await (await open(data)).close();
    mkdirSync(join(data, 'files', 'ab'), { mode: 0o755, recursive: true });
    writeFileSync(join(data, 'files', 'ab', 'upload'), 'secret', { mode: 0o644 });
    for (const name of ['vault.db', 'events.db']) chmodSync(join(data, name), 0o644);
    chmodSync(data, 0o755);
    expect(openToOthers(data).length).toBeGreaterThan(4);
    const system = await open(data);
    expect(openToOthers(data)).toEqual([]);
    await system.close();
  });

  it('given a backup, then no file and no folder of it', async () => {
    using root = temporaryDirectory();
    const [data, copy] = [join(root.path, 'data'), join(root.path, 'copy')];
    await (await open(data)).close();
    expect((await gongguan(['backup', copy], { data })).code).toBe(0);
    expect(openToOthers(copy)).toEqual([]);
  });
});
