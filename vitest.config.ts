import { defineConfig } from 'vitest/config';
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

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On two cores one more than they are: tests of outages and leases mostly wait.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
