/** Source texts cut into their top-level declarations. Formatted code is cut safely. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One top-level declaration. */
export interface Declaration {
  readonly file: string;
  readonly name: string;
  /** Without comments. */
  readonly text: string;
}

export interface Sources {
  readonly declarations: readonly Declaration[];
  /** The declaration an identifier stands for in a file, be it local or imported. */
  resolve(file: string, identifier: string): Declaration | undefined;
}

export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => posix.join(folder, file))
    .sort();
}

/** What a file exports, by name: how it is loaded says nothing of the order. */
export async function exportsOf(file: string): Promise<readonly (readonly [name: string, value: unknown])[]> {
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  return Object.entries(exported).sort(([one], [other]) => (one < other ? -1 : 1));
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const START = /^(?:export )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/;
const IMPORT = /^import (?!type)[^;]*?from '(\.[^']+)';$/gm;

export function readSources(folders: readonly string[]): Sources {
  const texts = folders
    .flatMap(filesOf)
    .map(file => [file, readFileSync(file, 'utf8').replaceAll(COMMENT, '')] as const);
  const declarations = texts.flatMap(([file, text]) => declarationsOf(file, text));
  const byPlace = new Map(declarations.map(declaration => [placeOf(declaration.file, declaration.name), declaration]));
  const imports = new Map(texts.map(([file, text]) => [file, importsOf(file, text)]));

  function resolve(file: string, identifier: string): Declaration | undefined {
    return byPlace.get(imports.get(file)?.get(identifier) ?? placeOf(file, identifier));
  }
  return { declarations, resolve };
}

const placeOf = (file: string, name: string) => `${file}#${name}`;

function declarationsOf(file: string, text: string): Declaration[] {
  const found: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const name = START.exec(line)?.[1];
    if (name !== undefined) found.push({ name, lines: [] });
    found.at(-1)?.lines.push(line);
  }
  return found.map(({ name, lines }) => ({ file, name, text: lines.join('\n') }));
}

/** Places by local name. */
function importsOf(file: string, text: string): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [statement, from = ''] of text.matchAll(IMPORT)) {
    const target = posix.join(posix.dirname(file), from);
    const names = /\{([^}]*)\}/.exec(statement)?.[1] ?? '';
    for (const [, original = '', local = original] of names.matchAll(/(?<!type )\b(?!type )(\w+)(?: as (\w+))?/g)) {
      places.set(local, placeOf(target, original));
    }
  }
  return places;
}
