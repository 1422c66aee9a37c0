import { describe, expect, it } from 'vitest';
import type { Actor, RecordedEvent } from '../../../events/envelope.ts';
import type { AccountId } from '../../../events/ids.ts';
import { ledgerKeyRetired } from '../../../events/ledger.ts';
import { type BundleAsked, type BundlePorts, beginBundle, NoCheckpoint } from '../../../infra/ledger/bundle/bundle.ts';
import { readerFor } from '../../../infra/ledger/bundle/reader.ts';
import { parseCheckpoint } from '../../../infra/ledger/checkpoint.ts';
import { isSignedBy, parseNote } from '../../../infra/ledger/note.ts';
import { toldToAll } from '../../../projections/feed/told-events.ts';
import { filesOf, linesOf, logOver, rootOf, sha256 } from '../../support/bundle.ts';
import { control, factNames, samples } from '../../support/controls.ts';
import { MSR, NOW, recorded } from '../../support/given.ts';
import { confirmedGuesses, leaksIn } from '../../support/hidden.ts';
import { MemoryLedger, newLedgerKey } from '../../support/ledger.ts';

const SUP: Actor = { accountId: 'sup.li' as AccountId, orgId: 'sup', role: 'SUP' };
const MADE = '2030-06-01T00:00:00.000Z';
const personOf = async () => [];
const WITNESSES = ['witness.example+1a2b3c4d+BAAA'];

const { publicKey } = samples['ledger.key-introduced'];
const retired = ledgerKeyRetired.of({ publicKey, reason: '密钥保管人离任' });

/** One event of every kind there is. */
const EVENTS: readonly RecordedEvent[] = factNames.map((name, index) => ({
  ...recorded(name === 'ledger.key-retired' ? retired : control(name), index),
  streamId: `stream-of-${name}` as RecordedEvent['streamId'],
}));
const indexOf = (type: string) => EVENTS.findIndex(event => event.type === type);

interface Making extends Partial<BundleAsked> {
  readonly caller?: Actor;
  readonly events?: readonly RecordedEvent[];
  readonly ledger?: MemoryLedger;
}

async function make({ caller, events = EVENTS, ledger = new MemoryLedger(events), ...asked }: Making = {}) {
  if (!(await ledger.checkpoint())) await ledger.sign();
  const ports: BundlePorts = {
    log: logOver(events),
    ledger,
    clock: { now: () => MADE },
    witnessKeys: WITNESSES,
    personOf,
  };
  const reader = readerFor(caller, new Set(caller && [caller.accountId]));
  const zip = await beginBundle({ scope: { kind: 'log' }, reader, ...asked }, ports);
  const files = await filesOf(zip);
  const text = (name: string) => String(files.get(name));
  return { ledger, files, text, json: (name: string) => JSON.parse(text(name)) };
}

describe('a bundle', () => {
  it('given a log, then its manifest names every other file with its digest, and says for whom and up to where it is', async () => {
    const { files, json, ledger } = await make({ caller: SUP, scope: { kind: 'year', year: 2024 } });
    const manifest = json('manifest.json');
    expect(manifest).toMatchObject({
      format: 'gongguan.bundle/v1',
      origin: ledger.origin,
      suite: 'ed25519',
      size: EVENTS.length,
      scope: { kind: 'year', year: 2024 },
      reader: 'SUP',
      madeAt: MADE,
      signedAt: NOW,
    });
    expect(Object.keys(manifest.files)).toEqual([...files.keys()].filter(name => name !== 'manifest.json'));
    for (const [name, digest] of Object.entries(manifest.files)) {
      expect(sha256(files.get(name) as Buffer).toString('hex')).toBe(digest);
    }
  });

  it('given a ledger that has grown since its newest checkpoint, then what came later is left out, and said so', async () => {
    const ledger = new MemoryLedger(EVENTS);
    await ledger.sign({}, EVENTS.length - 3);
    const { json, text } = await make({ ledger });
    const lines = linesOf(text('events.ndjson'));
    expect(lines.map(({ index }) => index)).toEqual(EVENTS.slice(0, -3).map((_, index) => index));
    const { size, root } = parseCheckpoint(parseNote(text('checkpoint')).text);
    expect(size).toBe(lines.length);
    expect(rootOf(lines.map(({ entry }) => Buffer.from(entry, 'hex')))).toEqual(root);
    expect(json('manifest.json').leftOut.zh).toContain('不在本包内');
  });

  it('given no checkpoint, then there is nothing to prove', async () => {
    const asked = { scope: { kind: 'log' }, reader: undefined } as const;
    const ports = {
      log: logOver(EVENTS),
      ledger: new MemoryLedger(EVENTS),
      clock: { now: () => MADE },
      witnessKeys: [],
      personOf,
    };
    await expect(beginBundle(asked, ports)).rejects.toThrow(NoCheckpoint);
  });

  it('given checkpoints of milestones, then each with its signature, its proof and its time stamp', async () => {
    const ledger = new MemoryLedger(EVENTS);
    const stamp = Buffer.from('time');
    await ledger.sign({ milestone: 'project-plan.published', timestamp: stamp }, 20);
    await ledger.sign({ milestone: 'scoring.opened' }, 30);
    await ledger.sign();
    const { text, files } = await make({ ledger, caller: SUP });
    expect([...files.keys()].filter(name => /^(checkpoints|timestamps)/.test(name))).toEqual([
      'checkpoints/20',
      'checkpoints/20.consistency',
      'checkpoints/30',
      'checkpoints/30.consistency',
      'timestamps/20.tsr',
    ]);
    expect(files.get('timestamps/20.tsr')).toEqual(stamp);
    expect(isSignedBy(ledger.key, parseNote(text('checkpoints/20')))).toBe(true);
    const proof = (await ledger.consistency(20, EVENTS.length)).map(hash => Buffer.from(hash).toString('base64'));
    expect(text('checkpoints/20.consistency')).toBe(proof.map(hash => `${hash}\n`).join(''));
  });

  it('given a milestone that is not public, then the public is not told of its checkpoint', async () => {
    const ledger = new MemoryLedger(EVENTS);
    for (const [milestone, size] of [
      ['project-plan.published', 20],
      ['scoring.opened', 30],
    ] as const) {
      await ledger.sign({ milestone }, size);
    }
    await ledger.sign();
    const { files } = await make({ ledger });
    expect([...files.keys()].filter(name => /^checkpoints/.test(name))).toEqual([
      'checkpoints/20',
      'checkpoints/20.consistency',
    ]);
  });

  it('given keys on the log, then each from the index of its introduction to that of its retirement, and the witnesses', async () => {
    const { json } = await make();
    const { name, suite } = samples['ledger.key-introduced'];
    const introducedAt = indexOf('ledger.key-introduced');
    const retiredAt = indexOf('ledger.key-retired');
    expect(json('keys.json')).toEqual({
      keys: [{ name, publicKey, suite, introducedAt, retiredAt }],
      witnesses: WITNESSES,
    });
  });

  it.each([
    [{ kind: 'log' }, '一个不少'],
    [{ kind: 'year', year: 2024 }, '不证明列全'],
    [{ kind: 'project', projectId: '2024-7k3m9qwz' }, '不证明列全'],
  ] as const)(
    'given the scope %j, then its README says what is proved and what is not, in both languages',
    async (scope, said) => {
      const { text } = await make({ scope });
      expect(text('README.md')).toContain(said);
      for (const limit of ['记入的内容是否真实', '事情实际何时发生', '系统以外的事', '被截去的末尾'])
        expect(text('README.md')).toContain(`**${limit}。**`);
      for (const limit of ['a recorded fact is true', 'it really happened', 'was kept off the system', 'A cut tail'])
        expect(text('README.md')).toContain(limit);
    },
  );
});

describe('what stays hidden in a public bundle', () => {
  const hidden = EVENTS.filter(event => !toldToAll(event));
  const bytesOf = (files: ReadonlyMap<string, Buffer>) => Buffer.concat([...files.values()]);
  const leaks = async (content: Uint8Array) => {
    // What every bundle says, whatever it holds.
    const { text } = await make({ events: EVENTS.slice(0, 1) });
    const known = text('README.md') + text('verify.html') + text('verify.mjs');
    return leaksIn(content, EVENTS, { known, sealed: ['李四'] });
  };

  it('given one event of every kind, then no byte of it tells what the public feed does not', async () => {
    const { files } = await make();
    expect(await leaks(bytesOf(files))).toEqual([]);
  });

  it('given a bundle that tells more, then the scan finds it', async () => {
    const { files } = await make({ caller: MSR });
    const found = await leaks(bytesOf(files));
    expect(found).toContain('score-sheet.submitted');
    expect(found).toContain('stream-of-expert.recused');
    const { files: own } = await make();
    for (const planted of ['misconduct.reported', 'haihe.zhang', control('objection.raised').type])
      expect(await leaks(Buffer.concat([bytesOf(own), Buffer.from(planted)]))).toEqual([planted]);
    expect(await leaks(Buffer.from('由李四经办'))).toEqual(['李四']);
  });

  it('given every score there is, then no hash in it confirms a guess of what is hidden', async () => {
    const { files } = await make();
    expect(confirmedGuesses(bytesOf(files).toString(), hidden)).toEqual([]);
  });

  it('given a hash without a salt, or a salt that is known, then a guess finds it', async () => {
    const sheet = EVENTS[indexOf('score-sheet.submitted')] as RecordedEvent;
    for (const planted of [sha256(sheet.dataText), sha256(Buffer.of(2), Buffer.alloc(32), sheet.dataText)])
      expect(confirmedGuesses(planted.toString('hex'), [sheet])).toEqual([sheet.dataText]);
    const salted = sha256(Buffer.of(2), Buffer.alloc(32, 9), sheet.dataText);
    const line = JSON.stringify({ dataSalt: '09'.repeat(32), entry: salted.toString('hex') });
    expect(confirmedGuesses(line, [sheet])).toEqual([sheet.dataText]);
    expect(confirmedGuesses(JSON.stringify({ entry: salted.toString('hex') }), [sheet])).toEqual([]);
  });

  it('given a hidden event with another content, then order, names and sizes of what is handed out stay as they were', async () => {
    const pem = newLedgerKey();
    const shape = async (events: readonly RecordedEvent[]) => {
      const { files } = await make({ events, ledger: new MemoryLedger(events, { pem }) });
      return [...files].map(([name, content]) => [name, content.length]);
    };
    const others = EVENTS.map(event =>
      toldToAll(event) ? event : { ...event, dataText: JSON.stringify({ detail: '长'.repeat(event.revision) }) },
    );
    expect(await shape(others)).toEqual(await shape(EVENTS));
  });
});
