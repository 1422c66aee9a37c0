/** Bundles as they are handed out by the running product, read by a verifier that shares no code with it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyBundle } from '../../../infra/ledger/verify/bundle.js';
import { undertaking } from '../../http/authorisation-parties.ts';
import { type Held, openSite, type Site } from '../../http/authorisation-site.ts';
import { filesIn, linesOf } from '../../support/bundle.ts';
import { control } from '../../support/controls.ts';

/** When the samples happened: recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';
const projectId = '2024-7k3m9qwz';
const BASE = '/api/v1/bundles';
const PEOPLE = {
  sup: { role: 'SUP', orgId: 'sup' },
  msr: { role: 'MSR', orgId: 'msr' },
  unbound: { role: 'MSR', orgId: 'msr' },
  unit: { role: 'UNIT', orgId: '91350100M000100Y43' },
} as const satisfies Record<string, Held>;
type Person = keyof typeof PEOPLE;

let site: Site;
const tokens: Partial<Record<Person, string>> = {};

const ask = (address: string, who?: Person, method = 'GET') => {
  const token = who && tokens[who];
  return fetch(`${site.url}${BASE}${address}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }) },
  });
};
const bytesOf = async (address: string, who?: Person) => Buffer.from(await (await ask(address, who)).arrayBuffer());

async function bundleOf(address: string, who?: Person) {
  const bytes = await bytesOf(address, who);
  const files = filesIn(bytes);
  const source = {
    size: bytes.length,
    bytes: async (start: number, end: number) => bytes.subarray(start, end),
    stream: (start: number, end: number) => new Blob([bytes.subarray(start, end)]).stream(),
  };
  return {
    lines: linesOf(String(files.get('events.ndjson'))),
    manifest: JSON.parse(String(files.get('manifest.json'))),
    verdict: await verifyBundle(source),
  };
}

const aboutProject = { about: { projectId, year: 2024 } };

beforeAll(async () => {
  site = await openSite({ now: NOW, signing: true });
  for (const [account, held] of Object.entries(PEOPLE))
    tokens[account as Person] = await site.signIn(`the-${account}`, held);
  await site.append(...undertaking(PEOPLE.msr, 'the-msr'));
  await site.append('programme-2024', [control('work-plan.published')]);
  await site.append('application-one', [{ ...control('application.submitted'), ...aboutProject }]);
  await site.append('sheet-one', [{ ...control('score-sheet.submitted'), ...aboutProject }]);
  await site.append('listed-one', [{ ...control('project.listed'), ...aboutProject }]);
  await site.append('case-one', [control('misconduct-case.opened')]);
  await site.settled();
  const size = (await site.log()).length;
  await vi.waitFor(async () => expect((await bundleOf('/log')).manifest.size).toBeGreaterThanOrEqual(size), {
    timeout: 20_000,
    interval: 200,
  });
});
afterAll(() => site.close());

describe('GET /bundles', () => {
  it.each(['/log', '/years/2024', `/projects/${projectId}`])('%s is for everybody, and verifies', async address => {
    for (const who of [undefined, 'unit', 'msr', 'sup'] as const) {
      const { verdict, manifest } = await bundleOf(address, who);
      expect(verdict.violations).toEqual([]);
      expect(manifest.reader).toBe(who === 'msr' ? 'MSR' : who === 'sup' ? 'SUP' : 'public');
    }
  });

  it('the same to a unit as to everybody: what is public', async () => {
    const of = async (who?: Person) => (await bundleOf(`/projects/${projectId}`, who)).lines.map(({ index }) => index);
    expect(await of('unit')).toEqual(await of());
    expect((await of('sup')).length).toBeGreaterThan((await of()).length);
  });

  it('a person’s is for those who read the supervision trail', async () => {
    const address = '/persons/msr.chen';
    expect((await ask(address)).status).toBe(401);
    expect((await ask(address, 'unit')).status).toBe(403);
    const { verdict, lines } = await bundleOf(address, 'sup');
    expect(verdict.violations).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('a project that is not there is answered as one that is hidden', async () => {
    for (const unknown of ['2024-nothing1', '2031-nothing1'])
      expect((await bundleOf(`/projects/${unknown}`)).lines).toEqual([]);
    expect((await ask('/projects/x')).status).toBe(422);
    expect((await ask('/years/1999')).status).toBe(422);
    expect((await ask('/log?x=1')).status).toBe(422);
  });

  it('is a zip with a name, stored by nobody', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { headers, status } = await ask('/years/2024', undefined, method);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/zip');
      expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''gongguan-year-2024.zip");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('material in a bundle', () => {
  const accesses = async () =>
    (await site.log()).filter(({ type }) => type === 'material.accessed').map(({ data }) => data);

  it('is opened after the undertaking of secrecy alone, and by everybody else not at all', async () => {
    for (const method of ['GET', 'HEAD']) expect((await ask('/log', 'unbound', method)).status).toBe(403);
    const before = (await accesses()).length;
    await bytesOf('/log');
    expect(await accesses()).toHaveLength(before);
  });

  it('is put on record: who opened whose, through which door', async () => {
    await bytesOf('/log', 'msr');
    expect(await accesses()).toContainEqual(
      expect.objectContaining({ accountId: 'the-msr', via: 'ExportLogBundle', kind: 'case-file' }),
    );
  });
});
