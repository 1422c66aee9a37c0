/** Starts a second thread that makes leaves, which takes over nothing of how its parent loads TypeScript. */
import '../../typescript.js';

await import('./making-leaves.ts');
