#!/usr/bin/env node
/** Starts the command line; TypeScript is loaded as it is, from whatever folder it is called: pages need to know whose JSX they are. */
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
await import('./cli.ts');
