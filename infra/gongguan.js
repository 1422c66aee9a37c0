#!/usr/bin/env node
/** Starts the command line. */
import './typescript.js';

await import('./cli.ts');
