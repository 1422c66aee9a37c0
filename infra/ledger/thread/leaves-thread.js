/** Starts a second thread that makes leaves; TypeScript is loaded as it is, which a thread does not take over from its parent. */
import { register } from 'tsx/esm/api';

register();
await import('./making-leaves.ts');
