/** Starts the thread of the ledger; TypeScript is loaded as it is, which a thread does not take over from its parent. */
import { register } from 'tsx/esm/api';

register();
await import('./following.ts');
