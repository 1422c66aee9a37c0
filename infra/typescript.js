/**
 * Loads TypeScript as it is, in the process or thread that imports this first: whichever folder it is called from, pages know
 * whose JSX they are. Node 26 reads types by itself and keeps what it has compiled, so that a process and its threads start in
 * half the time; tsx is brought in by the first file with JSX, and on an older Node for everything.
 */
import { readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const tsconfig = fileURLToPath(new URL('../tsconfig.json', import.meta.url));

let hasTsx = false;

/** Hooks that are registered later are asked earlier: tsx must not be asked about what has no JSX. */
function bringInTsx() {
  hasTsx = true;
  own.deregister();
  // Whoever asks for the file waits for it.
  createRequire(import.meta.url)('tsx/esm/api').register({ tsconfig });
  own = registerOwn();
}

function registerOwn() {
  return module.registerHooks({
    resolve(specifier, context, next) {
      const format = formatOf(specifier);
      if (!format) return next(specifier, context);
      if (format === 'module' && !hasTsx) bringInTsx();
      return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true };
    },
    load(url, context, next) {
      if (context.format !== 'module-typescript') return next(url, context);
      return { format: 'module-typescript', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
    },
  });
}

/** @param {string} specifier */
function formatOf(specifier) {
  if (!specifier.startsWith('.')) return;
  if (specifier.endsWith('.ts')) return 'module-typescript';
  if (specifier.endsWith('.tsx')) return 'module';
}

/** @type {import('node:module').ModuleHooks} */
let own;

if (Number.parseInt(process.versions.node, 10) >= 26) {
  // Beside the code and never where others of the machine may write: what is kept here is run. Where this process may not
  // write either, nothing is kept.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/gongguan', import.meta.url)));
  own = registerOwn();
} else {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig });
}
