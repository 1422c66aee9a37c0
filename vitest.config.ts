import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/**
 * The longest first: begun last, one of them would keep a single core busy, or none where it waits, when others have no work. The
 * first few need nothing of the machine that may still be on its way.
 */
const LONG = [
  'test/cli.test.ts',
  'test/programme-year.test.ts',
  'test/ledger/verify/flips.test.ts',
  'test/erasure/no-trace.test.ts',
  'test/demo.test.ts',
  'test/programme-year-on-servers.test.ts',
  'test/pages/year-in-browser.test.ts',
  'test/outages/eventstoredb.test.ts',
  'test/webhooks/killed.test.ts',
  'test/read-store/mongodb.test.ts',
  'test/outages/redis.test.ts',
  'test/runner/distance.test.ts',
  'test/openapi/schemathesis.test.ts',
  'test/runner/shared.test.ts',
  'test/log-check-eventstoredb.test.ts',
  'test/openapi/generated.test.ts',
  'test/integrators/consumers.test.ts',
  'test/outages/mongodb.test.ts',
  'test/mongodb-stuck.test.ts',
  'test/identity/mongodb-sign-ins.test.ts',
  'test/event-store/eventstoredb.test.ts',
  'test/model/project.test.ts',
  'test/model/honours.test.ts',
  'test/model/faults.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const sorted = await super.sort(files);
    const long = LONG.flatMap(path => sorted.filter(({ moduleId }) => moduleId.endsWith(`/${path}`)));
    return [...long, ...sorted.filter(file => !long.includes(file))];
  }
}

/**
 * The files of these folders share processes, so that the vocabulary, the schemas and the pages are loaded once a process and not
 * once a file: what they open they close, and what they need of their process they give themselves. A file has one of its own
 * that starves or measures its process, puts stores in trouble that others use too, or keeps a browser busy for long.
 */
const SHARING = [
  'account',
  'application',
  'articles',
  'blobs',
  'body',
  'calendar',
  'client',
  'contract',
  'dashboard',
  'drafts',
  'enforcement',
  'entrustment',
  'erasure',
  'evaluation',
  'event-store',
  'expert',
  'http',
  'identity',
  'implementation',
  'integrators',
  'jobs',
  'ledger',
  'model',
  'openapi',
  'pages',
  'panel',
  'persons',
  'privacy',
  'programme',
  'projections',
  'read-store',
  'recognition',
  'reminder',
  'report',
  'reporting',
  'result',
  'rulebook',
  'rules',
  'runner',
  'statute',
  'training',
  'trail',
  'unit',
  'vault',
  'vocabulary',
  'webhooks',
  'witness',
  'words',
  'worker',
  'write-path',
].map(folder => `test/${folder}/**/!(*-in-browser|flips|killed).test.ts`);

/** Files beside the folders that do so too. */
const SHARING_BESIDE = [
  'alarm',
  'architecture',
  'architecture-folds',
  'bootstrap',
  'calendar',
  'citations',
  'demo-people',
  'deployment',
  'lockfile',
  'log-check',
  'log-check-eventstoredb',
  'migrate',
  'migrate-webhooks',
  'names',
  'pace',
  'readme',
  'restore',
  'scale',
  'sizes',
  'statute',
  'unknown-kinds',
  'unreadable',
].map(name => `test/${name}.test.ts`);

const sharing = [...SHARING, ...SHARING_BESIDE];

// What processes of tests load of others is compiled once, where Node can keep it, as the program does for itself.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/gongguan', import.meta.url));

/** Where Node reads types by itself, `infra/typescript.js` loads tests as it loads the program: nothing is compiled for them alone. */
const readsTypes = Number.parseInt(process.versions.node, 10) >= 26;
const loadedByNode = {
  execArgv: ['--import', fileURLToPath(new URL('infra/typescript.js', import.meta.url))],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, isolate: false } },
      {
        extends: true,
        test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...sharing] },
      },
    ],
    // For what never comes: nothing that is tested is a matter of how long a machine takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // On two cores twice as many: tests of outages and leases mostly wait, and both cores stay busy.
    maxWorkers: 4,
    ...(readsTypes
      ? loadedByNode
      : // Runs that follow one another, and the processes of one, do not compile the same files again.
        { experimental: { fsModuleCache: true } }),
    sequence: { sequencer: LongestFirst },
  },
});
