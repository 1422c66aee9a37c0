/**
 * Loads TypeScript as it is, in the process or thread that imports this first: whichever folder it is called from, pages know
 * whose JSX they are. Node 26 reads types by itself and keeps what it has compiled, so that a process and its threads start in
 * half the time; an older one has tsx do it, and so has every file with JSX.
 */
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });

if (Number.parseInt(process.versions.node, 10) >= 26) {
  // Beside the code and never where others of the machine may write: what is kept here is run. Where this process may not
  // write either, nothing is kept.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/gongguan', import.meta.url)));
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!isOurs(specifier)) return next(specifier, context);
      return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true };
    },
    load(url, context, next) {
      if (context.format !== 'module-typescript') return next(url, context);
      return { format: 'module-typescript', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
    },
  });
}

/** @param {string} specifier */
function isOurs(specifier) {
  return specifier.startsWith('.') && specifier.endsWith('.ts');
}
