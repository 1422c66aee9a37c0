/** The ledger over HTTP: what a stranger needs to check it by himself, and proofs of what each may see. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { isSignedBy, parseNote, parseVerifierLine } from '../../infra/ledger/note.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control, type FactName } from '../support/controls.ts';
import { consistent, path, rootThrough, sha256, treeHash } from './rfc6962.ts';

/** When the samples happened: recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';
/** Enough for a full tile and some more. */
const FILLERS = 260;
const PUBLIC: FactName = 'work-plan.published';
const HIDDEN: FactName = 'scoring.closed';

let site: Site;
const tokens: Record<string, string> = {};
const ids = new Map<string, { readonly id: string; readonly position: string }>();

const BASE = '/api/v1/ledger';
const ask = (address: string, caller?: string, headers: Record<string, string> = {}) => {
  const token = caller && tokens[caller];
  return fetch(`${site.url}${BASE}${address}`, {
    headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
  });
};
const textOf = async (address: string, caller?: string) => (await ask(address, caller)).text();
// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
const jsonOf = async (address: string, caller?: string): Promise<any> => (await ask(address, caller)).json();
const bytesOf = async (address: string) => Buffer.from(await (await ask(address)).arrayBuffer());
const sizeNow = async () => parseCheckpoint(parseNote(await textOf('/checkpoint')).text).size;

async function happened(name: FactName): Promise<void> {
  await site.append(`of-${name}`, [control(name)]);
  const event = (await site.log()).at(-1);
  ids.set(name, { id: event?.id ?? '', position: event?.position ?? '' });
}

const signedUpTo = (size: number) =>
  vi.waitFor(async () => expect(await sizeNow()).toBeGreaterThanOrEqual(size), { timeout: 10_000, interval: 20 });

beforeAll(async () => {
  site = await openSite({ now: NOW, signing: true });
  for (const [account, role, orgId] of [
    ['sup', 'SUP', 'sup'],
    ['msr', 'MSR', 'msr'],
    ['unit', 'UNIT', '91350100M000100Y43'],
  ] as const) {
    tokens[account] = await site.signIn(`the-${account}`, { role, orgId });
  }
  await happened(PUBLIC);
  await signedUpTo(Number(ids.get(PUBLIC)?.position));
  for (let at = 0; at < FILLERS; at += 1) await site.append('fillers', [control('organising-work.recorded')]);
  await happened(HIDDEN);
  await happened('misconduct-case.opened');
  await site.settled();
  await signedUpTo((await site.log()).length);
});
afterAll(() => site.close());

const entriesNow = async (): Promise<readonly Buffer[]> => {
  const size = await sizeNow();
  const bundles = [await bytesOf('/tile/entries/000'), await bytesOf(`/tile/entries/001.p/${size - 256}`)];
  const bundle = Buffer.concat(bundles);
  expect(bundle.length).toBe(34 * size);
  return Array.from({ length: size }, (_, at) => {
    expect(bundle.readUInt16BE(34 * at)).toBe(32);
    return bundle.subarray(34 * at + 2, 34 * at + 34);
  });
};

describe('as tlog-tiles has it', () => {
  it('the checkpoint is a note in plain text, signed by the key that the log names, kept for a second', async () => {
    const answer = await ask('/checkpoint');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=1');
    const note = parseNote(await answer.text());
    const { origin, keys } = await jsonOf('/keys');
    expect(keys).toMatchObject([{ name: origin, suite: 'ed25519', introducedOn: NOW }]);
    expect(isSignedBy(parseVerifierLine(keys[0].vkey), note)).toBe(true);
    expect(keys[0].introducedAt).toBeLessThan(parseCheckpoint(note.text).size);
  });

  it('the entries make the root of the checkpoint, and the tiles hold what RFC 6962 says', async () => {
    const entries = await entriesNow();
    const leaves = Buffer.concat(entries.map(entry => sha256(Buffer.of(0), entry)));
    const { root } = parseCheckpoint(parseNote(await textOf('/checkpoint')).text);
    expect(treeHash(entries)).toEqual(Buffer.from(root));
    expect(await bytesOf('/tile/0/000')).toEqual(leaves.subarray(0, 8_192));
    expect(await bytesOf(`/tile/0/001.p/${entries.length - 256}`)).toEqual(leaves.subarray(8_192));
    expect(await bytesOf('/tile/1/000.p/1')).toEqual(treeHash(entries.slice(0, 256)));
    expect(await bytesOf('/tile/0/000.p/3')).toEqual(leaves.subarray(0, 96));
  });

  it.each(['/tile/0/000', '/tile/entries/000', '/tile/1/000.p/1'])(
    '%s is bytes that may be kept for good',
    async at => {
      const { status, headers } = await ask(at);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    },
  );

  it.each([
    ['a tile that is not full', '/tile/0/001'],
    ['a tile that is not there', '/tile/0/002.p/1'],
    ['entries that are not there', '/tile/entries/001'],
    ['a level that is not there', '/tile/2/000.p/1'],
    ['a level above the last', '/tile/64/000.p/1'],
    ['a level that is no number', '/tile/x/000'],
    ['a level with a zero before it', '/tile/00/000'],
    ['an index in two digits', '/tile/0/00'],
    ['an index with groups of zeroes', '/tile/0/x000/000'],
    ['groups without their mark', '/tile/0/000/000'],
    ['an index of a million tiles', '/tile/0/x001/x000/000'],
    ['a width of 0', '/tile/0/000.p/0'],
    ['a width of a full tile', '/tile/0/000.p/256'],
    ['a width with a zero before it', '/tile/0/000.p/03'],
    ['a width beyond the tree', '/tile/0/001.p/255'],
    ['something behind the width', '/tile/0/000.p/3/4'],
  ])('%s is 404', async (_what, address) => {
    expect((await ask(address)).status).toBe(404);
  });
});

describe('checkpoints of milestones', () => {
  const kinds = async (caller?: string) =>
    (await jsonOf('/checkpoints', caller)).items.map((each: { milestone?: string }) => each.milestone);

  it('stay, with the act that each was made for where the reader may see such acts', async () => {
    expect(await kinds('msr')).toEqual(expect.arrayContaining([PUBLIC, HIDDEN]));
    expect(await kinds()).toContain(PUBLIC);
    expect(await kinds()).not.toContain(HIDDEN);
    expect(await kinds('unit')).not.toContain(HIDDEN);
  });
});

describe('that the log only grew', () => {
  it('is proved between any two sizes that are signed for', async () => {
    const entries = await entriesNow();
    const size = entries.length;
    for (const from of [1, 2, 7, 128, 200, 256, 257, size]) {
      const { fromRoot, toRoot, proof, to } = await jsonOf(`/consistency?from=${from}`);
      expect(to).toBe(size);
      const hashes = proof.map((hash: string) => Buffer.from(hash, 'base64'));
      expect(fromRoot).toBe(treeHash(entries.slice(0, from)).toString('base64'));
      expect(consistent(from, size, hashes, entries)).toBe(true);
      expect(toRoot).toBe(treeHash(entries).toString('base64'));
    }
  });

  it.each([
    ['from=3&to=2', 422],
    ['to=2', 422],
    ['from=x', 422],
    ['from=1&to=100000', 404],
  ])('given %s, then %i', async (query, status) => {
    expect((await ask(`/consistency?${query}`)).status).toBe(status);
  });
});

describe('that an event is on the log', () => {
  const idOf = (name: string) => ids.get(name)?.id ?? '';
  const positionOf = (name: string) => ids.get(name)?.position ?? '';

  it('is proved to everybody for what is public', async () => {
    const { index, entry, record, proof, size, root, checkpoint } = await jsonOf(`/proofs?event=${idOf(PUBLIC)}`);
    expect(record.split('\n')).toMatchObject(['gongguan.event/v1', idOf(PUBLIC), '1', NOW, {}, {}, PUBLIC, {}, '']);
    expect(sha256(record).toString('hex')).toBe(entry);
    const hashes = proof.map((hash: string) => Buffer.from(hash, 'base64'));
    const signed = parseCheckpoint(parseNote(checkpoint).text);
    expect(signed.size).toBe(size);
    expect(Buffer.from(root, 'base64')).toEqual(Buffer.from(signed.root));
    expect(rootThrough(sha256(record), index, size, hashes)).toEqual(Buffer.from(signed.root));
  });

  it('by the smallest checkpoint that covers it', async () => {
    const { index, size } = await jsonOf(`/proofs?event=${idOf(PUBLIC)}`);
    expect(size).toBe(index + 1);
  });

  it('is a tlog-proof where plain text is preferred, with the record in its extra line', async () => {
    const answer = await ask(`/proofs?event=${idOf(PUBLIC)}`, undefined, { accept: 'text/plain' });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const json = await jsonOf(`/proofs?event=${idOf(PUBLIC)}`);
    const extra = Buffer.from(json.record).toString('base64');
    const lines = ['c2sp.org/tlog-proof@v1', `extra ${extra}`, `index ${json.index}`, ...json.proof, '', ''];
    expect(await answer.text()).toBe(lines.join('\n').replace(/\n$/, '\n') + json.checkpoint);
  });

  it('is found by its position as well, by those who see positions and for what is theirs to see', async () => {
    for (const name of [PUBLIC, HIDDEN]) {
      const byId = await jsonOf(`/proofs?event=${idOf(name)}`, 'msr');
      expect(byId.record).toContain(idOf(name));
      expect(await jsonOf(`/proofs?position=${positionOf(name)}`, 'msr')).toEqual(byId);
    }
  });

  const problem = async (address: string, caller?: string) => {
    const answer = await ask(address, caller);
    const { traceId: _own, ...body } = (await answer.json()) as { traceId: string };
    return { status: answer.status, ...body };
  };

  it.each([
    ['everybody', undefined, HIDDEN],
    ['a unit', 'unit', HIDDEN],
    ['everybody', undefined, 'misconduct-case.opened'],
    ['the authority', 'msr', 'misconduct-case.opened'],
  ])('to %s an event that is not his is not there', async (_who, caller, name) => {
    const nowhere = await problem('/proofs?event=01890a5d-ac96-774b-bcce-b302099a8057', caller);
    expect(nowhere.status).toBe(404);
    expect(await problem(`/proofs?event=${idOf(name)}`, caller)).toEqual(nowhere);
    expect(await problem(`/proofs?position=${positionOf(name)}`, caller)).toEqual(nowhere);
    expect(await problem('/proofs?position=999999', caller)).toEqual(nowhere);
  });

  it('to the supervising body a case of staff is', async () => {
    expect((await ask(`/proofs?event=${idOf('misconduct-case.opened')}`, 'sup')).status).toBe(200);
  });

  it.each(['', '?event=x', '?position=-1', `?event=01890a5d-ac96-774b-bcce-b302099a8057&position=1`, '?other=1'])(
    'given “%s”, then 422',
    async query => {
      expect((await ask(`/proofs${query}`)).status).toBe(422);
    },
  );
});

describe('an event that no checkpoint covers yet', () => {
  it('is proved later: 503, and when to ask again', async () => {
    const slow = await openSite({ now: NOW, signing: true, environment: { GONGGUAN_CHECKPOINT_SECONDS: '86400' } });
    try {
      await slow.append('first', [control('work-plan.published')]);
      const newest = () => fetch(`${slow.url}${BASE}/checkpoint`).then(answer => answer.status);
      await vi.waitFor(async () => expect(await newest()).toBe(200), { timeout: 10_000, interval: 20 });
      await slow.append('second', [control('programme-rule.issued')]);
      const event = (await slow.log()).at(-1);
      const answer = await fetch(`${slow.url}${BASE}/proofs?event=${event?.id}`);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({ code: 'not-covered-yet' });
    } finally {
      await slow.close();
    }
  });
});

it('a tree of the test itself is proved as the page says', () => {
  const entries = Array.from({ length: 11 }, (_, at) => Buffer.alloc(32, at));
  entries.forEach((entry, at) => {
    expect(rootThrough(entry, at, 11, path(at, entries))).toEqual(treeHash(entries));
  });
  expect(rootThrough(Buffer.alloc(32, 99), 3, 11, path(3, entries))).not.toEqual(treeHash(entries));
});
