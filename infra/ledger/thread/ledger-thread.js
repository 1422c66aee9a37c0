/** Starts the thread of the ledger, which takes over nothing of how its parent loads TypeScript. */
import '../../typescript.js';

await import('./following.ts');
