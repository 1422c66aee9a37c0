/** The ledger of a running process, judged over HTTP by code that others wrote. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { parseNote } from '../../infra/ledger/note.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control } from '../support/controls.ts';
import { type Case, describeWithJudges } from './foreign/judges.ts';

/** When the samples happened: recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';
/** More than a full tile. */
const EVENTS = 300;

describeWithJudges(judge => {
  let site: Site;
  const address = () => `${site.url}/api/v1/ledger`;
  const text = async (path: string, accept = '*/*') =>
    (await fetch(`${address()}${path}`, { headers: { accept } })).text();
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  const json = async (path: string): Promise<any> => JSON.parse(await text(path, 'application/json'));
  const sizeNow = async () => parseCheckpoint(parseNote(await text('/checkpoint')).text).size;
  const keys = async () => (await json('/keys')).keys.map(({ vkey }: { vkey: string }) => vkey);

  beforeAll(async () => {
    site = await openSite({ now: NOW, signing: true });
    await site.append('published', [control('work-plan.published')]);
    for (let at = 1; at < EVENTS; at += 1) await site.append('fillers', [control('organising-work.recorded')]);
    await vi.waitFor(async () => expect(await sizeNow()).toBeGreaterThan(EVENTS), { timeout: 20_000, interval: 50 });
  });
  afterAll(() => site.close());

  const tree = async (note: string): Promise<Case> => ({ kind: 'tree', note, keys: await keys(), tiles: address() });
  const proof = async (): Promise<Case & { kind: 'proof' }> => {
    const { entry } = await json('/proofs?position=1');
    return {
      kind: 'proof',
      text: await text('/proofs?position=1', 'text/plain'),
      keys: await keys(),
      entry: Buffer.from(entry, 'hex').toString('base64'),
    };
  };
  const consistency = async (from: number, to: number): Promise<Case & { kind: 'consistency' }> => {
    const { fromRoot, toRoot, proof: hashes } = await json(`/consistency?from=${from}&to=${to}`);
    return { kind: 'consistency', oldSize: from, oldRoot: fromRoot, size: to, root: toRoot, proof: hashes };
  };

  it('given its checkpoint, tiles and proofs, then they are accepted', async () => {
    const size = await sizeNow();
    const sizes = [1, 255, 256, 257, size - 1];
    const proved = await Promise.all(sizes.map(from => consistency(from, size)));
    const cases = [await tree(await text('/checkpoint')), await proof(), ...proved];
    expect(await judge(cases)).toEqual(cases.map(() => 'accepted'));
  });

  it('given the checkpoint of a tree that it is not, or the proof of another entry, then they are refused', async () => {
    const note = await text('/checkpoint');
    const size = await sizeNow();
    const [sound, whole] = [await consistency(256, size), await proof()];
    const cases: readonly Case[] = [
      await tree(note.replace(`\n${size}\n`, `\n${size - 1}\n`)),
      { ...sound, oldSize: 255 },
      { ...whole, entry: Buffer.alloc(32).toString('base64') },
    ];
    const verdicts = await judge(cases);
    expect(verdicts.filter(verdict => !verdict.startsWith('refused: '))).toEqual([]);
    expect(verdicts).toHaveLength(cases.length);
  });
});
