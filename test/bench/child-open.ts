/** Opens a house in a fresh process and tells how long it took until every read model was at the head. */
import { answer, argument } from './children.ts';
import { openBenchHouse } from './house.ts';

const { directory } = argument<{ directory: string }>();
const startedAt = performance.now();
const house = await openBenchHouse(directory);
answer({ ms: performance.now() - startedAt });
await house.close();
process.exit();
