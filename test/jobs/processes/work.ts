/** A worker whose jobs block its event loop for as many milliseconds as their number says; prints what it does. */
import { openBullJobs } from '../../../infra/jobs/bullmq.ts';
import { recordingKind, SHORT_LOCKS } from '../kinds.ts';

const [url, namespace] = process.argv.slice(2) as [string, string];
const jobs = await openBullJobs({ address: { url: () => url }, namespace, timings: SHORT_LOCKS, alarm: console.error });
const blocking = recordingKind(({ n }, { id }) => {
  console.log(`begins ${id}`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, n);
  console.log(`ends ${id}`);
});
await jobs.work([blocking], { concurrency: 1 });
