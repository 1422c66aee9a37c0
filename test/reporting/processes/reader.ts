/** A BI tool in a process of its own: it reads a table again and again over one connection until its input ends. */
import { openDatabase } from '../../../infra/sqlite.ts';

const [path = '', question = ''] = process.argv.slice(2);
const database = openDatabase(path, { synchronous: 'NORMAL', readOnly: true });
const seen: Record<string, number> = {};
let reads = 0;
let ended = false;
process.stdin.on('end', () => (ended = true)).resume();

while (!ended) {
  let answer: string;
  try {
    answer = JSON.stringify(database.prepare(question).all());
  } catch (error) {
    answer = String(error);
  }
  seen[answer] = (seen[answer] ?? 0) + 1;
  reads += 1;
  if (reads === 1) console.log('reading');
  await new Promise(resolve => setImmediate(resolve));
}
console.log(JSON.stringify(seen));
