/** Starts the projector thread; TypeScript is loaded as it is, which a thread does not take over from its parent. */
import { register } from 'tsx/esm/api';

register();
await import('./projecting.ts');
