/** Opens a system in a fresh process and tells how long it took until every read model was at the head. */
import { answer, argument } from './children.ts';
import { openBenchSystem } from './system.ts';

const { directory } = argument<{ directory: string }>();
const startedAt = performance.now();
const system = await openBenchSystem(directory);
answer({ ms: performance.now() - startedAt });
await system.close();
process.exit();
