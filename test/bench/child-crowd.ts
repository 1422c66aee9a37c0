/** Opens streams from the start of the log, exports of the trail and reports at once; ends when all have what they asked for. */
import { get } from 'node:http';
import { BASE } from '../../infra/http/endpoint.ts';
import { answer, argument, type Crowd } from './children.ts';

const CAUGHT_UP = 'event: caught-up';
/** Reports that need no parameter but the year. */
const REPORTS = ['3', '4?year=2024', '10', '15', '12?year=2024'];

const { url, token, streams, exports, reports } = argument<Crowd>();

/** Takes in an answer up to its end, or up to a word. */
function take(path: string, until?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}${BASE}${path}`, { agent: false, headers }, response => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      let end = '';
      response.on('data', (piece: Buffer) => {
        end = `${end}${piece}`.slice(-200);
        if (until === undefined || !end.includes(until)) return;
        request.destroy();
        resolve();
      });
      response.once('end', resolve);
    });
    request.once('error', reject);
  });
}

const many = (count: number, ask: (at: number) => Promise<void>) => Array.from({ length: count }, (_, at) => ask(at));
await Promise.all([
  ...many(streams, () => take('/events/stream?after=0', CAUGHT_UP)),
  ...many(exports, at => take(`/trail/export?format=${at % 2 === 0 ? 'csv' : 'ndjson'}`)),
  ...many(reports, at => take(`/reports/${REPORTS[at % REPORTS.length]}`)),
]);
answer({});
process.disconnect?.();
