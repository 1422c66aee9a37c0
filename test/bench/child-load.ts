/**
 * The load: as many connections as asked for, each sending its next request when it has its answer. What comes first, while this
 * process itself begins, is not counted, as of what is repeated in a process that runs.
 */
import autocannon from 'autocannon';
import { answer, argument } from './children.ts';
import { type Load, requests } from './requests.ts';

const load = argument<Load>();
const run = { units: load.units ?? [], run: Date.now() };
const make = requests[load.requests];
let sent = 0;

const options: autocannon.Options = {
  url: load.url,
  connections: load.connections,
  duration: load.seconds,
  ...(load.rate !== undefined && { overallRate: load.rate }),
  requests: [
    {
      ...make(run, 0),
      headers: {
        'content-type': 'application/json',
        ...(load.token && { authorization: `Bearer ${load.token}` }),
      },
      // A request that is always the same is made once.
      ...(make(run, 0).method === 'POST' && {
        setupRequest: request => {
          sent += 1;
          return { ...request, ...make(run, sent) };
        },
      }),
    },
  ],
};
const begun = await autocannon({ ...options, duration: load.seconds / 4 });
const result = await autocannon(options);
const [refused, failed] = [begun.non2xx + result.non2xx, begun.errors + result.errors];
if (refused > 0 || failed > 0) {
  throw new Error(`${load.requests}: ${refused} answers were no success, ${failed} requests failed`);
}
const { p50, p99 } = result.latency;
answer({ rate: result['2xx'] / result.duration, p50, p99, done: begun['2xx'] + result['2xx'] });
process.disconnect?.();
