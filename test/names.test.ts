import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Source } from './support/import-table.ts';

const LAYERS = ['events', 'services', 'projections', 'infra'];

/** Names that several files may declare, each with its reason. */
const SHARED: Readonly<Record<string, string>> = {
  routes: 'the list of what a noun offers over HTTP, one a noun',
  batchRoot: 'the same digest on the write side and the read side: events/ holds its text and computes no digests',
  Part: 'what of the system a process is, and one hash of a proof',
  Checkpoint: 'where a read model is on the log, and the tlog-checkpoint of the specification, which calls it so',
  Salts: 'verifiers share no code with the ledger',
  entryOf: 'what the trail shows of an event, and the entry of the Merkle log, which the specification calls so',
};

const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const enum|enum|const|let) ([\w$]+)/gm;

/** Names that are declared and exported by more than one file, with those files; names that are passed on count once. */
function declaredTwice(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const { path, text } of sources) {
    for (const [, name = ''] of text.matchAll(DECLARED)) files.set(name, (files.get(name) ?? new Set()).add(path));
  }
  return new Map([...files].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, [...paths]]));
}

function sources(): readonly Source[] {
  return LAYERS.flatMap(layer =>
    readdirSync(layer, { recursive: true, encoding: 'utf8' })
      .filter(file => /\.tsx?$/.test(file))
      .map(file => ({ path: `${layer}/${file}`, text: readFileSync(`${layer}/${file}`, 'utf8') })),
  );
}

describe('an exported name', () => {
  const twice = declaredTwice(sources());

  it('has one meaning: no two files declare it', () => {
    expect([...twice].filter(([name]) => !Object.hasOwn(SHARED, name))).toEqual([]);
  });

  it('is an exception only as long as it needs to be', () => {
    expect(Object.keys(SHARED).filter(name => !twice.has(name))).toEqual([]);
  });

  it.each([
    ['export interface Progress {', 'export type Progress = string;'],
    ['export async function answer() {', 'export const answer = 1;'],
    ['export class Queue<T> {', 'export function* Queue() {'],
  ])('is found when it is planted twice: %s and %s', (one, other) => {
    const planted = [
      { path: 'events/one.ts', text: one },
      { path: 'infra/other.ts', text: `/** Another. */\n${other}` },
    ];
    expect([...declaredTwice(planted).values()]).toEqual([['events/one.ts', 'infra/other.ts']]);
  });

  it('is not declared by whoever imports or passes it on', () => {
    const passed =
      "import { Progress } from './one.ts';\nexport type { Progress } from './one.ts';\n// export type Progress";
    const planted = [
      { path: 'events/one.ts', text: 'export interface Progress {}' },
      { path: 'infra/other.ts', text: passed },
    ];
    expect(declaredTwice(planted).size).toBe(0);
  });
});
