/**
 * The bench: `npm run bench -- [--quick] [--soak] [area ...]`. Measures ours beside the limit in the same run and prints
 * ratios; an absolute number does not travel. Exits with 1 when a must is missed.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { aggregate } from './aggregate.ts';
import { append, appendLarge } from './append.ts';
import type { Area, Bench } from './bench.ts';
import { commands } from './commands.ts';
import { delivery } from './delivery.ts';
import { eventStoreDb } from './eventstoredb.ts';
import { Lab } from './lab.ts';
import { lag } from './lag.ts';
import { ledger } from './ledger.ts';
import { livez } from './livez.ts';
import { memory, soak } from './memory.ts';
import { pagesArea } from './pages.ts';
import { queries } from './queries.ts';
import { rebuild } from './rebuild.ts';
import { rebuildMongoDb } from './rebuild-mongodb.ts';
import { Report } from './report.ts';
import { rows } from './rows.ts';
import { sameness } from './sameness.ts';
import { scale } from './scale.ts';
import { startUp } from './start-up.ts';
import { streams } from './streams.ts';
import { trail } from './trail.ts';
import { verification } from './verification.ts';

const AREAS: readonly Area[] = [
  append,
  aggregate,
  commands,
  queries,
  pagesArea,
  livez,
  streams,
  rows,
  lag,
  delivery,
  rebuild,
  rebuildMongoDb,
  eventStoreDb,
  startUp,
  sameness,
  verification,
  trail,
  ledger,
  scale,
  appendLarge,
  memory,
  soak,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, soak: { type: 'boolean', default: false } },
});
const { quick } = values;
const unknown = positionals.filter(name => !AREAS.some(area => area.name === name));
if (unknown.length > 0) {
  console.error(`no area ${unknown.join(', ')}; there are: ${AREAS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const wanted = (area: Area): boolean => {
  if (positionals.includes(area.name)) return true;
  if (area === soak) return values.soak;
  return positionals.length === 0 && !(quick && area.long);
};

const report = new Report();
const lab = new Lab();
const bench: Bench = {
  report,
  lab,
  rounds: 3,
  quick,
  seconds: (full, short) => (quick ? short : full),
  size: (full, small) => (quick ? small : full),
};
process.once('exit', () => lab.remove());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

console.log(
  `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}${quick ? ', quick: smaller sizes' : ''}`,
);
const startedAt = performance.now();
for (const area of AREAS.filter(wanted)) {
  console.error(`${area.name} (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
  await area.run(bench).catch(error => report.failed(area.name, error));
}
report.print();
console.log(`${Math.round((performance.now() - startedAt) / 1_000)} s`);
process.exit(report.passed ? 0 : 1);
