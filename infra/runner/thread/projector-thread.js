/** Starts the projector thread, which takes over nothing of how its parent loads TypeScript. */
import '../../typescript.js';

await import('./projecting.ts');
