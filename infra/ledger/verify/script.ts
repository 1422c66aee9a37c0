/**
 * The verifier as one file that needs nothing: its modules in the order in which they need one another, each in a scope of its
 * own. `verify.mjs` runs on bare Node, `verify.html` in a browser.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const IMPORT = /^import (\{[^}]*\}) from '\.\/([a-z0-9]+)\.js';\n/gm;
const EXPORT = /^export (?:async )?(?:const|function\*?|class) (\w+)|^export async function\* (\w+)/gm;

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** The modules that a module needs and itself, each after those that it needs. */
function modulesOf(name: string, found = new Map<string, string>()): Map<string, string> {
  const text = read(`${name}.js`);
  for (const [, , needed = ''] of text.matchAll(IMPORT)) if (!found.has(needed)) modulesOf(needed, found);
  return found.set(name, text);
}

/** Without imports and exports. */
function bodyOf(text: string): string {
  return text
    .replaceAll(IMPORT, (_, names: string, needed: string) => `const ${names} = $${needed};\n`)
    .replaceAll(/^export /gm, '')
    .replace('// @ts-check\n', '');
}

function scoped(name: string, text: string): string {
  const exported = [...text.matchAll(EXPORT)].map(([, one, other]) => one ?? other);
  return `const $${name} = (() => {\n${bodyOf(text)}\nreturn { ${exported.join(', ')} };\n})();\n`;
}

function joined(entry: string): string {
  const modules = modulesOf(entry);
  const own = modules.get(entry) as string;
  modules.delete(entry);
  return `${[...modules].map(([name, text]) => scoped(name, text)).join('\n')}\n${bodyOf(own)}`;
}

/** The script for bare Node: `node verify.mjs bundle.zip`. */
export function verifierScript(): string {
  return joined('node');
}

/** Of an inline script or style in a Content-Security-Policy. */
function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page that verifies a bundle in a browser, from disk and without network. It may do nothing but run its own script. */
export function verifierPage(): string {
  const [style, script] = [read('page.css'), joined('page')];
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return read('page.html')
    .replace("default-src 'none'", () => policy)
    .replace('</style>', () => `${style}</style>`)
    .replace('</script>', () => `${script}</script>`);
}
