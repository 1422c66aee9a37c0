/** A process of the durability test: appends so many events, one after another or all together. Arguments: directory, count, `together`. */
import { SqliteEventStore } from '../../../infra/event-store/sqlite.ts';
import { NO_STREAM } from '../../../services/ports.ts';
import { newEvent, stream } from '../../support/log.ts';

const [directory = '', count = '', manner = ''] = process.argv.slice(2);
const store = new SqliteEventStore({ path: `${directory}/events.db` });
if (manner === 'together') {
  const writers = Array.from({ length: Number(count) }, (_, at) => stream(`writer-${at}`));
  await Promise.all(writers.map((writer, at) => store.append(writer, NO_STREAM, [newEvent(`together-${at}`)])));
} else {
  for (let at = 0; at < Number(count); at += 1) {
    await store.append(stream('sequential'), NO_STREAM + at, [newEvent(`sequential-${at}`)]);
  }
}
console.log(await store.head());
// Ends without closing: only the syncs of the appends themselves are to be counted.
process.exit();
