/** The load: as many connections as asked for, each sending its next request when it has its answer. */
import autocannon from 'autocannon';
import { answer, argument } from './children.ts';
import { type Load, requests } from './requests.ts';

const load = argument<Load>();
const run = { units: load.units ?? [], run: Date.now() };
const make = requests[load.requests];
let sent = 0;

const result = await autocannon({
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
});
if (result.non2xx > 0 || result.errors > 0) {
  throw new Error(`${load.requests}: ${result.non2xx} answers were no success, ${result.errors} requests failed`);
}
answer({ rate: result['2xx'] / result.duration, p50: result.latency.p50, p99: result.latency.p99 });
process.disconnect?.();
