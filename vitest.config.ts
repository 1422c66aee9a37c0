import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** Minutes each, the longest first: begun last, one of them would keep a single core busy while the other has no work. */
const LONG = [
  'test/pages/everywhere/everywhere.test.ts',
  'test/programme-year-on-servers.test.ts',
  'test/ledger/verify/flips.test.ts',
  'test/cli.test.ts',
  'test/demo.test.ts',
  'test/pages/year-in-browser.test.ts',
  'test/restore.test.ts',
  'test/outages/eventstoredb.test.ts',
  'test/model/honours.test.ts',
  'test/model/project.test.ts',
  'test/ledger/command-line.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const sorted = await super.sort(files);
    const long = LONG.flatMap(path => sorted.filter(({ moduleId }) => moduleId.endsWith(`/${path}`)));
    return [...long, ...sorted.filter(file => !long.includes(file))];
  }
}

/**
 * What these folders test is plain TypeScript: rules, decisions, folds, answers and words. Their files share processes, so that
 * the vocabulary and the schemas are loaded once a process and not once a file. A file that touches sockets, clocks, databases
 * or settings of its process has one of its own.
 */
const PLAIN = [
  'account',
  'application',
  'body',
  'calendar',
  'dashboard',
  'enforcement',
  'entrustment',
  'evaluation',
  'expert',
  'implementation',
  'panel',
  'persons',
  'programme',
  'projections',
  'recognition',
  'reminder',
  'report',
  'result',
  'rulebook',
  'rules',
  'statute',
  'training',
  'trail',
  'unit',
  'words',
].map(folder => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN, isolate: false } },
      {
        extends: true,
        test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...PLAIN] },
      },
    ],
    // For what never comes: nothing that is tested is a matter of how long a machine takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // On two cores one more than they are: tests of outages and leases mostly wait.
    maxWorkers: 3,
    // Runs that follow one another, and the processes of one, do not compile the same files again.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
  },
});
