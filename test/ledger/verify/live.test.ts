/** The verifier of a live store on everything that an operator may do to it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStored } from '../../../infra/compose/stored.ts';
import { type LiveAsked, type StoredText, verifyLive } from '../../../infra/ledger/verify/live.ts';
import { keysOfLines } from '../../../infra/ledger/verify/node.js';
import { openDatabase } from '../../../infra/sqlite.ts';
import { gongguan } from '../../support/command-line.ts';
import { temporaryDirectory } from '../../support/log.ts';
import { checkpoint, keyPair, LOG_KEY, vkey, WITNESS, WITNESS_KEY } from './plain-bundle.ts';
import { copied, type House, rebuildAndSign, sign, storedHouse, tampered } from './stored-house.ts';

const SIZE = 600;
const alarm = () => undefined;
const root = temporaryDirectory();
let whole: House;
let copies = 0;

beforeAll(async () => {
  const directory = temporaryDirectory();
  whole = copied(await storedHouse(directory.path, { events: SIZE }), join(root.path, 'whole'));
  directory[Symbol.dispose]();
}, 60_000);
afterAll(() => root[Symbol.dispose]());

async function verdictOf({ directory }: House, asked: LiveAsked = {}) {
  const stored = await openStored({ dataDirectory: directory, engines: {}, namespace: 'gongguan' }, alarm);
  try {
    return await verifyLive(stored, asked);
  } finally {
    await stored.close();
  }
}

interface Tampering {
  readonly name: string;
  readonly does: string | ((house: House) => unknown);
  readonly asked?: (house: House) => LiveAsked;
  readonly outcome?: 'whole' | 'unfinished';
  readonly index?: number;
  readonly position?: string;
  readonly before?: number;
}

/** Positions from one on move up by one, so that there is room. */
const room = (position: number) =>
  `UPDATE events SET position = -position - 1 WHERE position >= ${position}; UPDATE events SET position = -position WHERE position < 0;`;
const closed = (position: number) =>
  `UPDATE events SET position = -position + 1 WHERE position > ${position}; UPDATE events SET position = -position WHERE position < 0;`;
const copy = (of: number, to: number, id = 'randomblob(16)', revision = '9000') =>
  `INSERT INTO events SELECT ${to}, stream, ${revision}, ${id}, type, data, meta FROM events WHERE position = ${of};`;
const swap = (one: number, other: number) =>
  `UPDATE events SET position = 9999 WHERE position = ${one}; UPDATE events SET position = ${one} WHERE position = ${other};
   UPDATE events SET position = ${other} WHERE position = 9999;`;

const ledgerSql = (sql: string) => (house: House) => {
  const database = openDatabase(join(house.directory, 'ledger.db'), { synchronous: 'FULL' });
  database.exec(sql);
  database.close();
};
const outside = (size: number) => (house: House) => ({ checkpoints: [Buffer.from(house.checkpoint(size))] });
const rebuilt = (sql: string) => async (house: House) => {
  tampered(house, sql);
  await rebuildAndSign(house);
};

const changed = "UPDATE events SET data = replace(data, '质量质量', '质数质量') WHERE position = 301";

const TAMPERINGS: readonly Tampering[] = [
  { name: 'nothing', does: () => undefined, outcome: 'whole' },
  { name: 'nothing, beside a checkpoint from outside', does: () => undefined, asked: outside(500), outcome: 'whole' },
  { name: 'one character', does: changed, index: 300, position: '301' },
  {
    name: 'one character of metadata',
    does: "UPDATE events SET meta = replace(meta, '监督管理', '监督管埋') WHERE position = 301",
    index: 300,
    position: '301',
  },
  {
    name: 'a recorded time',
    does: 'UPDATE events SET meta = replace(meta, \'"recordedAt":"2\', \'"recordedAt":"1\') WHERE position = 301',
    index: 300,
    position: '301',
  },
  { name: 'an id', does: 'UPDATE events SET id = randomblob(16) WHERE position = 301', index: 300, position: '301' },
  { name: 'a revision', does: 'UPDATE events SET revision = 700 WHERE position = 301', index: 300, position: '301' },
  {
    name: 'the stream of one event',
    does: "INSERT INTO streams (id) VALUES ('other'); UPDATE events SET revision = 0, stream = (SELECT key FROM streams WHERE id = 'other') WHERE position = 301",
    index: 300,
    position: '301',
  },
  {
    name: 'the name of a type',
    does: "UPDATE types SET type = 'organising-work.reported' WHERE type = 'organising-work.recorded'",
    index: 1,
    position: '2',
  },
  {
    name: 'the version of a type',
    does: "UPDATE types SET version = 2 WHERE type = 'organising-work.recorded'",
    index: 1,
    position: '2',
  },
  {
    name: 'the name of a stream',
    does: "UPDATE streams SET id = 'work-x' WHERE id LIKE '%work-4'",
    index: 5,
    position: '6',
  },
  { name: 'a stream that leads nowhere', does: "DELETE FROM streams WHERE id LIKE '%work-4'", index: 5 },
  { name: 'a type that leads nowhere', does: "DELETE FROM types WHERE type = 'organising-work.recorded'", index: 1 },

  {
    name: 'the head of the file',
    does: house => {
      const path = join(house.directory, 'events.db');
      writeFileSync(path, Buffer.concat([Buffer.from('S'), readFileSync(path).subarray(1)]).fill('x', 1, 16));
    },
    index: 0,
  },
  { name: 'two events swapped', does: swap(301, 302), index: 300, position: '301' },
  { name: 'two events of one stream swapped', does: swap(301, 310), index: 300, position: '301' },
  { name: 'an event deleted', does: 'DELETE FROM events WHERE position = 301', index: 300, position: '302' },
  {
    name: 'an event deleted, the others moved up',
    does: `DELETE FROM events WHERE position = 301; ${closed(301)}`,
    index: 300,
    position: '301',
  },
  { name: 'an event inserted', does: room(301) + copy(200, 301), index: 300, position: '301' },
  { name: 'an event twice', does: room(301) + copy(300, 301), index: 300, position: '301' },
  { name: 'the last ten cut off', does: 'DELETE FROM events WHERE position > 590', index: 590 },
  {
    name: 'an event appended that the ledger has not entered',
    does: copy(
      600,
      601,
      'randomblob(16)',
      '(SELECT max(revision) + 1 FROM events AS e WHERE e.stream = events.stream)',
    ),
    outcome: 'whole',
  },

  {
    name: 'an entry of the ledger',
    does: ledgerSql('UPDATE tiles SET entries = zeroblob(length(entries)) WHERE level = 0 AND place = 1'),
    asked: outside(500),
  },
  {
    name: 'a tile of the ledger',
    does: ledgerSql('UPDATE tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND place = 1'),
    asked: outside(500),
  },
  {
    name: 'a checkpoint of the ledger',
    does: ledgerSql("UPDATE checkpoints SET note = replace(note, 'gongguan/', 'gongguan/0') WHERE size = 600"),
  },
  {
    name: 'the signature of a checkpoint',
    does: house => sign(house.directory, [[598, house.checkpoint(600).replace('\n600\n', '\n598\n')]]),
  },
  {
    name: 'a checkpoint that another key signed',
    does: house =>
      sign(house.directory, [
        [598, checkpoint(house.entries.slice(0, 598), { origin: house.origin, key: keyPair('stranger') })],
      ]),
  },
  {
    name: 'the checkpoint of another log',
    does: house =>
      sign(house.directory, [[598, checkpoint(house.entries.slice(0, 598), { origin: 'gongguan/ffffffffffffffff' })]]),
  },

  { name: 'one character, the ledger made anew and signed', does: rebuilt(changed), outcome: 'whole' },
  {
    name: 'one character, the ledger made anew and signed, beside a checkpoint from outside',
    does: rebuilt(changed),
    asked: outside(500),
    index: 0,
    before: 500,
  },
  {
    name: 'one character, the ledger made anew and signed, beside two from outside',
    does: rebuilt(changed),
    asked: house => ({ checkpoints: [Buffer.from(house.checkpoint(299)), Buffer.from(house.checkpoint(310))] }),
    index: 299,
    before: 310,
  },
  {
    name: 'the last ten cut off, the ledger made anew and signed',
    does: rebuilt('DELETE FROM events WHERE position > 590'),
    outcome: 'whole',
  },
  {
    name: 'the position of the last event',
    does: 'UPDATE events SET position = 900 WHERE position = 600',
    index: 599,
    position: '900',
  },
  {
    name: 'the last ten cut off, the ledger made anew and signed, beside a checkpoint from outside',
    does: rebuilt('DELETE FROM events WHERE position > 590'),
    asked: outside(600),
    index: 590,
  },
  {
    name: 'an event deleted, the ledger made anew and signed, beside a checkpoint from outside',
    does: rebuilt(`DELETE FROM events WHERE position = 600`),
    asked: outside(600),
    index: 599,
  },
  {
    name: 'nothing, beside a checkpoint of another log',
    does: () => undefined,
    asked: house => ({
      checkpoints: [Buffer.from(checkpoint(house.entries, { origin: 'gongguan/ffffffffffffffff' }))],
    }),
  },
  {
    name: 'nothing, beside a checkpoint that another key signed',
    does: () => undefined,
    asked: house => ({
      checkpoints: [Buffer.from(checkpoint(house.entries, { origin: house.origin, key: keyPair('stranger') }))],
    }),
  },
  {
    name: 'nothing, with another key from outside',
    does: () => undefined,
    asked: house => ({ keys: keysOfLines([vkey(house.origin, 1, keyPair('stranger').publicKey)], false) }),
  },
  {
    name: 'nothing, with the key and the witness from outside',
    does: () => undefined,
    asked: house => ({
      keys: keysOfLines([vkey(house.origin, 1, LOG_KEY.publicKey)], false),
      witnesses: keysOfLines([vkey(WITNESS, 4, WITNESS_KEY.publicKey)], true),
    }),
    outcome: 'whole',
  },
  {
    name: 'the ledger, which is not there',
    does: house => rmSync(join(house.directory, 'ledger.db')),
    outcome: 'unfinished',
  },
];

describe('a live store is verified', () => {
  it.each(TAMPERINGS)('given $name was changed, then it is found, and index $index is named', async tampering => {
    const { does, asked, outcome = 'violated', index, position, before } = tampering;
    copies += 1;
    const house = copied(whole, join(root.path, String(copies)));
    if (typeof does === 'string') tampered(house, does);
    else await does(house);
    const { outcome: found, first } = await verdictOf(house, asked?.(house));
    expect({ found, index: first?.index, before: first?.before }).toEqual({ found: outcome, index, before });
    if (position !== undefined) expect(first?.position).toBe(position);
  });

  it('given a damaged log that leads back to where it was read before, then the event is named, and the check ends', async () => {
    const stored = await openStored({ dataDirectory: whole.directory, engines: {}, namespace: 'gongguan' }, alarm);
    let reads = 0;
    const readAll = async (after: string): Promise<readonly StoredText[]> => {
      reads += 1;
      if (reads > 2 * SIZE) throw new RangeError('there is no end');
      const events = await stored.log.readAll(after, 1);
      return events.map(event => (event.position === '301' ? { ...event, position: '11' } : event));
    };
    const { outcome, first } = await verifyLive({
      ...stored,
      isDamage: error => !(error instanceof RangeError),
      log: { readAll },
    });
    await stored.close();
    expect([outcome, first?.index, reads]).toEqual(['violated', 300, 301]);
  });

  it('given an old copy was restored, then a checkpoint from outside tells what is missing', async () => {
    const directory = join(root.path, 'old');
    const old = temporaryDirectory();
    const before = copied(await storedHouse(old.path, { events: 400, signedAt: [256] }), directory);
    old[Symbol.dispose]();
    expect((await verdictOf(before)).outcome).toBe('whole');
    const later = [...before.entries, ...whole.entries.slice(400)];
    const note = Buffer.from(checkpoint(later, { origin: before.origin }));
    const { outcome, first } = await verdictOf(before, { checkpoints: [note] });
    expect([outcome, first?.index]).toEqual(['violated', 400]);
  });
});

describe('gongguan verify', () => {
  const run = (house: House, ...args: string[]) => gongguan(['verify', ...args], { data: house.directory });

  it('given a whole store, then it says so and exits with 0', async () => {
    const { code, stdout } = await run(whole);
    expect(code).toBe(0);
    expect(stdout).toContain('核验结论 Verdict：完好');
  });

  it('given one character was changed, then it names the event by its position and exits with 3', async () => {
    const house = copied(whole, join(root.path, 'changed'));
    tampered(house, changed);
    const { code, stdout } = await run(house);
    expect(code).toBe(3);
    expect(stdout.split('\n')[0]).toContain('序号是 300（位置 301）');
  });

  it('given all was signed anew, then a checkpoint from outside decides', async () => {
    const house = copied(whole, join(root.path, 'anew'));
    await rebuilt(changed)(house);
    const note = join(root.path, 'outside');
    writeFileSync(note, house.checkpoint(500));
    expect((await run(house)).code).toBe(0);
    const { code, stdout } = await run(house, '--checkpoint', note);
    expect(code).toBe(3);
    expect(stdout).toContain('坏事件在序号 0 至 499 之间');
  });

  it.each([[['--nothing']], [['absent.zip']], [['--checkpoint', 'absent']], [['--key', 'x']], [['a', 'b']]])(
    'given %j, then it says what is wrong and exits with 2',
    async args => {
      const { code, stderr } = await run(whole, ...args);
      expect(code).toBe(2);
      expect(stderr).not.toBe('');
    },
  );

  it('given a directory without a log, then it says so and exits with 2', async () => {
    const { code, stderr } = await run({ ...whole, directory: join(root.path, 'nowhere') });
    expect(code).toBe(2);
    expect(stderr).toContain('没有日志');
  });
});
