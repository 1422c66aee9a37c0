import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly name?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packagesIn = (path: string) =>
  (JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> }).packages;
const packages = packagesIn('package-lock.json');

describe('the lock file', () => {
  it.each(['package-lock.json', 'test/openapi/foreign/node/package-lock.json'])('%s names no registry', path => {
    expect(Object.entries(packagesIn(path)).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('holds the optional packages of every platform, or npm ci refuses it', () => {
    const installed = new Set(Object.keys(packages).map(path => path.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap(entry => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter(name => !installed.has(name))).toEqual([]);
  });

  it('runs install scripts of a few packages alone, each known to work without its script', () => {
    const scripted = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript);
    expect(scripted.map(([path]) => path.split('node_modules/').at(-1)).sort()).toEqual([
      '@photostructure/sqlite',
      'esbuild',
      'msgpackr-extract',
      'protobufjs',
    ]);
  });

  it('has nothing that reports installs to a third party: in its place stands a package that does nothing', () => {
    const reporters = Object.entries(packages).filter(([path]) => /scarf|opencollective-postinstall/.test(path));
    expect(reporters.map(([, entry]) => entry.name)).toEqual(['noop-package']);
  });
});
