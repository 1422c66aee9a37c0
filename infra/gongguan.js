#!/usr/bin/env node
/** Starts the command line; TypeScript is loaded as it is. */
import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
