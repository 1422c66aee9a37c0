/** The sample that keeps a copy of the published lists, beside a service over HTTP; all that may be wrong with either is told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../../events/canonical.ts';
import { ListCopy } from '../../infra/integrators/copy/list-copy.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { keyPair, vkey } from '../ledger/verify/plain-bundle.ts';
import { filesIn } from '../support/bundle.ts';
import { control } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';

/** Recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';

const entryOf = (at: number) => ({
  projectId: `2024-copied0${at}`,
  title: `提高第${at}道工序一次合格率`,
  unitName: '天津某某制造有限公司',
  bodyName: '河西区市场监督管理局',
});

/** Lists projects and publishes the plan of all so far. */
async function publish({ append, head, settled }: Site, version: number, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, at) => entryOf(at));
  const last = entries.at(-1) as (typeof entries)[number];
  await append(`project-${last.projectId}`, [control('project.listed', last as never)]);
  const kind = version === 1 ? 'project-plan.published' : 'project-plan.amended';
  const published = {
    version,
    position: await head(),
    projects: entries.map(({ projectId }) => projectId),
    count,
    listHash: hash('sha256', canonicalJson(entries)),
    ...(version > 1 && { added: [last.projectId], removed: [] }),
  };
  await append('project-plan-2024', [control(kind, published as never)]);
  await settled();
}

let site: Site;
const directory = temporaryDirectory();
beforeAll(async () => {
  site = await openSite({ now: NOW, signing: true });
  await publish(site, 1, 1);
  await publish(site, 2, 2);
});
afterAll(async () => {
  await site.close();
  directory[Symbol.dispose]();
});

const WITHIN = { timeout: 30_000, interval: 50 };

let copies = 0;
/** A directory for a copy of its own. */
function place(): string {
  copies += 1;
  const path = join(directory.path, `copy-${copies}`);
  mkdirSync(path);
  return path;
}

/** What a copy in a directory is found to be, by evidence as the service gives it or as somebody made it. */
async function faultsOf(path: string, evidence?: (bytes: Uint8Array) => Uint8Array, key?: string): Promise<string[]> {
  const copy = await ListCopy.open({ address: site.url, directory: path, ...(key !== undefined && { key }) });
  const { fetch } = globalThis;
  if (evidence) {
    vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
      const answer = await fetch(...asked);
      if (!String(asked[0]).includes('/bundles/')) return answer;
      return new Response(new Blob([evidence(new Uint8Array(await answer.arrayBuffer())).slice()]));
    });
  }
  try {
    return (await copy.prove()).map(({ en }) => en);
  } finally {
    vi.unstubAllGlobals();
    await copy.close();
  }
}

async function copied(): Promise<string> {
  const path = place();
  const copy = await ListCopy.open({ address: site.url, directory: path });
  await copy.catchUp();
  expect(copy.size).toBe(2);
  await copy.close();
  return path;
}

const linesIn = (path: string) => readFileSync(join(path, 'lists.ndjson'), 'utf8').split('\n').slice(0, -1);
const writeLines = (path: string, lines: readonly string[]) =>
  writeFileSync(join(path, 'lists.ndjson'), lines.map(line => `${line}\n`).join(''));

/** Evidence with a file changed, and a manifest that says it was always so: nobody signs that. */
function changed(evidence: Uint8Array, name: string, edit: (text: string) => string): Uint8Array {
  const files = new Map(filesIn(evidence));
  const before = String(files.get(name));
  const after = edit(before);
  expect(after).not.toBe(before);
  files.set(name, Buffer.from(after));
  const manifest = JSON.parse(String(files.get('manifest.json')));
  manifest.files[name] = createHash('sha256').update(after).digest('hex');
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return zipSync(Object.fromEntries(files));
}

const ofPlan = (line: string) => line.includes('project-plan.published');
const flipped = (digits: string) => digits.replace(/^./, digit => (digit === '0' ? '1' : '0'));

describe('a copy of the published lists', () => {
  it('given what was published, then it is proved to be equal, and again from the checkpoint before', async () => {
    const path = await copied();
    expect(await faultsOf(path)).toEqual([]);
    const { checkpoint } = JSON.parse(readFileSync(join(path, 'proven.json'), 'utf8'));
    expect(checkpoint).toMatch(/^gongguan\/[0-9a-f]{16}\n\d+\n/);
    expect(await faultsOf(path)).toEqual([]);
  });

  it('given a line of a list that was altered in the copy, then it is told', async () => {
    const path = await copied();
    writeLines(
      path,
      linesIn(path).map(line => line.replace('提高第0道工序', '提高第9道工序')),
    );
    const faults = await faultsOf(path);
    expect(faults).toContain('项目计划 2024 v1: the list is not of the hash that was published');
    expect(faults).toContain('项目计划 2024 v1: the ledger has 2024-copied00 listed otherwise');
  });

  it('given a list and its hash that were altered in the copy together, then the ledger has it otherwise', async () => {
    const path = await copied();
    const lines = linesIn(path).map(line => {
      const kept = JSON.parse(line);
      kept.list[0].title = '提高他人工序合格率';
      kept.event.data.listHash = hash('sha256', canonicalJson(kept.list));
      return JSON.stringify(kept);
    });
    writeLines(path, lines);
    expect(await faultsOf(path)).toContain('项目计划 2024 v2: the ledger has 2024-copied00 listed otherwise');
  });

  it('given a publication whose time was altered in the copy, then the ledger has another record of it', async () => {
    const path = await copied();
    writeLines(
      path,
      linesIn(path).map(line => line.replace(/"recordedtime":"2024/, '"recordedtime":"2023')),
    );
    expect(await faultsOf(path)).toContain('项目计划 2024 v1: the ledger has another record of its publication');
  });

  it('given a publication that the copy lost, then it is missing; given one too many, then the ledger has no such', async () => {
    const path = await copied();
    const lines = linesIn(path);
    // The place in the feed stays behind it: nothing brings the lost one back.
    writeLines(path, lines.slice(1));
    expect((await faultsOf(path)).join()).toMatch(/^the copy lacks a publication: project-plan\.published /);
    const made = JSON.parse(lines[0] as string);
    made.event.id = '00000000-0000-7000-8000-000000000000';
    writeLines(path, [JSON.stringify(made), ...lines]);
    expect(await faultsOf(path)).toEqual(['项目计划 2024 v1: the ledger has no such publication']);
  });

  it('given evidence with another leaf, without an event, or with another root, then it does not hold', async () => {
    const path = await copied();
    const edited = (name: string, edit: (text: string) => string) =>
      faultsOf(path, evidence => changed(evidence, name, edit));
    const lineWise = (edit: (line: string) => string) => (text: string) => text.split('\n').map(edit).join('\n');
    const leaf = lineWise(line =>
      ofPlan(line) ? line.replace(/"entry":"(\w+)"/, (_all, hex: string) => `"entry":"${flipped(hex)}"`) : line,
    );
    expect((await edited('events.ndjson', leaf))[0]).toMatch(/^the evidence does not hold: /);
    const proof = lineWise(line => (ofPlan(line) ? line.replace(/"proof":\[/, '"proof":["AAAA",') : line));
    expect((await edited('events.ndjson', proof))[0]).toMatch(/^the evidence does not hold: /);
    const without = (text: string) =>
      text
        .split('\n')
        .filter(line => !ofPlan(line))
        .join('\n');
    expect(await edited('events.ndjson', without)).toEqual(['项目计划 2024 v1: the ledger has no such publication']);
    const root = (note: string) => note.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`);
    expect((await edited('checkpoint', root))[0]).toMatch(/^the evidence does not hold: /);
  });

  it('given a checkpoint that another key has signed, then it is forged, whatever key the evidence comes with', async () => {
    const path = await copied();
    const { key } = JSON.parse(readFileSync(join(path, 'proven.json'), 'utf8'));
    const stranger = vkey(key.split('+')[0], 1, keyPair('stranger').publicKey);
    expect((await faultsOf(path, undefined, stranger))[0]).toMatch(/^the evidence does not hold: /);
  });

  it('given a ledger that does not go on from the checkpoint before, then it is told', async () => {
    const path = await copied();
    expect(await faultsOf(path)).toEqual([]);
    const kept = JSON.parse(readFileSync(join(path, 'proven.json'), 'utf8'));
    const before = kept.checkpoint.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`);
    writeFileSync(join(path, 'proven.json'), JSON.stringify({ ...kept, checkpoint: before }));
    expect(await faultsOf(path)).toEqual(['the checkpoint does not continue the one that was verified before']);
  });
});

describe('the sample as a program', () => {
  function started(path: string): { readonly child: ChildProcess; readonly said: () => string } {
    const args = ['--import', 'tsx', 'infra/integrators/copy/main.ts', site.url, path];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let written = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    return { child, said: () => written };
  }
  const until = (said: () => string, text: string) => vi.waitFor(() => expect(said()).toContain(text), WITHIN);
  const killed = async ({ child }: { readonly child: ChildProcess }) => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };

  it('given it is killed, also while it writes a line, then it goes on where its file ends, and is equal', async () => {
    const path = place();
    const first = started(path);
    await until(first.said, '2 份名单与公布的一致');
    await publish(site, 3, 3);
    await until(first.said, '3 份名单与公布的一致');
    await killed(first);
    const kept = linesIn(path);
    appendFileSync(join(path, 'lists.ndjson'), kept[0]?.slice(0, 100) as string);
    await publish(site, 4, 4);
    const second = started(path);
    await until(second.said, '4 份名单与公布的一致');
    await killed(second);
    expect(linesIn(path).slice(0, 3)).toEqual(kept);
    expect(new Set(linesIn(path)).size).toBe(4);
  }, 60_000);
});

describe('a key that is rotated', () => {
  /** As two persons of two bodies agree on it; resolves once the new key signs. */
  async function rotate(): Promise<string> {
    const asked = async (token: string, path: string, body: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${site.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([answer.status, path]).toEqual([expect.toSatisfy(status => status < 300), path]);
      return (await answer.json()) as { readonly id: string };
    };
    rotations += 1;
    const [msr, sup] = [`msr.rotates${rotations}`, `sup.rotates${rotations}`];
    const orders = await site.signIn(msr, { role: 'MSR', orgId: 'msr' });
    const confirms = await site.signIn(sup, { role: 'SUP', orgId: 'sup' });
    const before = (await keys()).length;
    const { id } = await asked(orders, '/ledger/rotations', { reason: '例行更换' });
    await asked(confirms, `/ledger/rotations/${id}/confirmation`, {});
    await vi.waitFor(async () => expect((await keys()).length).toBe(before + 1), WITHIN);
    return (await keys()).at(-1)?.vkey as string;
  }
  let rotations = 0;
  const keys = async () => {
    const answer = await fetch(`${site.url}/api/v1/ledger/keys`);
    return ((await answer.json()) as { keys: { vkey: string }[] }).keys;
  };
  const trusted = (path: string): string => JSON.parse(readFileSync(join(path, 'proven.json'), 'utf8')).key;

  /** What a copy that takes what came since is found to be. */
  async function provedAgain(path: string): Promise<string> {
    const copy = await ListCopy.open({ address: site.url, directory: path });
    await copy.catchUp();
    const faults = await copy.prove();
    await copy.close();
    return faults.map(({ en }) => en).join('; ');
  }

  it('given one that follows, then it is trusted on the word of the one before, and from then on alone', async () => {
    const path = place();
    expect(await provedAgain(path)).toBe('');
    const first = trusted(path);
    const second = await rotate();
    await publish(site, 5, 5);
    // Until a checkpoint of the key that follows covers the list, the one before still vouches for it.
    await vi.waitFor(async () => {
      expect(await provedAgain(path)).toBe('');
      expect([first === second, trusted(path)]).toEqual([false, second]);
    }, WITHIN);
  }, 60_000);

  it('given one whose voucher was altered on the way, then it is not followed', async () => {
    const path = place();
    expect(await provedAgain(path)).toBe('');
    const before = trusted(path);
    await rotate();
    await publish(site, 6, 6);
    const { fetch } = globalThis;
    vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
      const answer = await fetch(...asked);
      if (!String(asked[0]).includes('ledger.key-introduced')) return answer;
      const told = (await answer.text()).replaceAll(/("proof":")[^"]{4}/g, '$1AAAA');
      return new Response(told, { headers: answer.headers });
    });
    const said = await provedAgain(path).finally(() => vi.unstubAllGlobals());
    expect(said).toContain('the evidence does not hold');
    expect(trusted(path)).toBe(before);
  }, 60_000);
});
