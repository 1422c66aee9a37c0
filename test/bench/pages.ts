/** Pages as a browser asks for them: each beside the JSON of the query it asks, and what a browser has to take in. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BASE } from '../../infra/http/endpoint.ts';
import type { Area } from './bench.ts';
import { type Started, startingTime } from './children.ts';
import { inTurn, ms, secondsOf } from './measure.ts';
import { withServers } from './servers.ts';

/** A page of each kind, with the query that gives it most of what it shows. */
const PAIRS: readonly (readonly [page: string, json: string])[] = [
  ['/supervision/trail', `${BASE}/trail`],
  ['/projects', `${BASE}/projects`],
  ['/supervision/deviations', `${BASE}/deviations`],
  ['/bodies', `${BASE}/bodies`],
];

/** What the pages have brought with them. */
const BROUGHT = ['preact', 'preact-render-to-string', 'openid-client', 'oauth4webapi'];

const KILOBYTE = 1_000;

export const pagesArea: Area = {
  name: 'pages',
  async run({ lab, report, ...bench }) {
    const times = bench.size(200, 40);
    await withServers(lab, async ({ application: { url, token = '' } }) => {
      const page = (path: string) => fetch(`${url}${path}`, { headers: { cookie: `gongguan=${token}` } });
      const json = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const sizes: number[] = [];
      const parts: number[] = [];
      for (const [path, query] of PAIRS) {
        const [pages, queries] = await p95InTurns(
          times,
          () => took(page, path),
          () => took(json, query),
        );
        report.ratioOf(
          {
            area: `${path}: p95 to that of its query`,
            values: [pages / queries],
            must: { atMost: 1.6 },
            limit: ms(queries),
          },
          ms(pages),
        );
        const html = await (await page(path)).text();
        sizes.push(gzipSync(html).length / KILOBYTE);
        parts.push(1 + [...html.matchAll(/<(?:link rel="stylesheet"|script|img)\b/g)].length);
      }
      report.figure({ area: 'largest page, gzipped', values: [Math.max(...sizes)], unit: 'kB', must: { atMost: 60 } });
      report.figure({ area: 'most requests of a page', values: [Math.max(...parts)], unit: '', must: { atMost: 4 } });
    });
    const { directory } = await lab.projectedHouse((await lab.year()).length);
    const starts = await inTurn(bench.rounds, {
      pages: () => startingTime({ directory, pages: true }),
      none: () => startingTime({ directory, pages: false }),
    });
    const added = starts.pages.map(({ seconds }, at) => seconds - (starts.none[at] as Started).seconds);
    const limit = `without: ${Math.min(...starts.none.map(({ seconds }) => seconds)).toFixed(2)} s`;
    report.figure({ area: 'start, processor time of pages', values: added, unit: 's', must: { atMost: 0.15 }, limit });
    const first = starts.pages.map(({ firstPage }) => firstPage);
    report.figure({ area: 'first page after the start, processor time', values: first, unit: 's' });
    const installed = BROUGHT.reduce((sum, name) => sum + sizeOf(join('node_modules', name)), 0) / KILOBYTE / KILOBYTE;
    report.figure({ area: 'installed for the pages', values: [installed], unit: 'MB', must: { atMost: 25 } });
  },
};

/** The p95 of each, asked in turns so that both have the same machine. */
async function p95InTurns(
  times: number,
  ...asked: readonly (() => Promise<number>)[]
): Promise<readonly [number, number]> {
  const taken = asked.map((): number[] => []);
  for (let time = 0; time < times; time += 1) {
    for (const [at, ask] of asked.entries()) taken[at]?.push(await ask());
  }
  const [one = [], other = []] = taken;
  return [p95(one), p95(other)];
}

const p95 = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] as number;

/** Milliseconds. Throws where it was not answered. */
async function took(ask: (path: string) => Promise<Response>, path: string): Promise<number> {
  const seconds = await secondsOf(async () => {
    const answer = await ask(path);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    await answer.arrayBuffer();
  });
  return seconds * 1_000;
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
