/** The import table of the system, as a function over source texts, so that it can be tried on planted faults. */
import { posix } from 'node:path';

export interface Source {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

const LAYERS = ['events', 'services', 'projections', 'infra', 'test'] as const;
type Layer = (typeof LAYERS)[number];

const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  events: ['events'],
  services: ['events', 'services'],
  projections: ['events', 'projections'],
  infra: ['events', 'services', 'projections', 'infra'],
  test: LAYERS,
};

/** Layers that decide and derive stay pure: a package they import is named here. */
const PACKAGES: Partial<Record<Layer, readonly string[]>> = {
  events: ['zod', 'immutable'],
  services: ['zod', 'immutable', 'lru-cache', 'node:crypto', 'node:util'],
  projections: ['zod', 'node:crypto', 'csv-stringify/sync'],
};

/** Root files that list what the nouns offer. */
const LISTS = ['index.ts', 'routes.ts'];

interface Place {
  readonly layer: Layer | undefined;
  /** The folder below the layer; undefined for a root file. */
  readonly noun: string | undefined;
  readonly file: string;
}

/** What a noun of the read side takes of another besides its projections, row types and schemas: by folder, with the reason. */
const TOLD_ALIKE: readonly (readonly [from: string, to: string, why: string])[] = [
  ['report', 'trail/entries.ts', 'a report says an act as the trail says it'],
  ['report', 'trail/sentence.ts', 'in the same sentence'],
];

/** Every import that the table forbids, as `file imports target: why`. */
export function offendingImports(sources: readonly Source[]): readonly string[] {
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  return sources.flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ specifier, values }) => {
      const fault = faultOf(path, specifier, values, texts);
      return fault ? [`${path} imports ${specifier}: ${fault}`] : [];
    }),
  );
}

function faultOf(
  path: string,
  specifier: string,
  values: readonly string[] | 'all',
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const from = placeOf(path);
  if (!from.layer) return undefined;
  if (!specifier.startsWith('.')) return packageFault(from.layer, specifier);
  if (!/\.(tsx?|js|json)$/.test(specifier)) return 'relative imports carry their ending';
  const target = posix.join(posix.dirname(path), specifier);
  const to = placeOf(target);
  if (!to.layer) return from.layer === 'infra' || from.layer === 'test' ? undefined : 'outside the layers';
  if (!MAY_IMPORT[from.layer].includes(to.layer)) return `${from.layer} may not import ${to.layer}`;
  const crossesNouns = to.layer === from.layer && to.noun !== undefined && to.noun !== from.noun;
  if (!crossesNouns || (from.layer !== 'services' && from.layer !== 'projections')) return undefined;
  if (from.noun === undefined && LISTS.includes(from.file)) return undefined;
  if (from.layer === 'projections') return readModelFault(from, target, values, texts.get(target) ?? '');
  if (from.noun === undefined) return 'only a list may import a noun';
  return `one noun may not import another (${from.noun} -> ${to.noun})`;
}

/** Of another noun's read side a projection, a schema and types may be taken; its queries are its own. */
function readModelFault(
  { noun }: Place,
  target: string,
  values: readonly string[] | 'all',
  text: string,
): string | undefined {
  if (target.endsWith('/http.ts') || values === 'all') return 'of another noun only projections and row types';
  if (TOLD_ALIKE.some(([from, to]) => from === noun && target === `projections/${to}`)) return undefined;
  const isRead = (name: string) =>
    name.endsWith('Schema') || new RegExp(`export const ${name} = projection<`).test(text);
  const stray = values.filter(name => !isRead(name));
  return stray.length > 0 ? `of another noun only projections and row types, not ${stray.join(', ')}` : undefined;
}

function packageFault(layer: Layer, specifier: string): string | undefined {
  const allowed = PACKAGES[layer];
  return !allowed || allowed.includes(specifier) ? undefined : `${layer} may not import ${specifier}`;
}

function placeOf(path: string): Place {
  const [first = '', ...rest] = path.split('/');
  return {
    layer: LAYERS.find(layer => layer === first),
    noun: rest.length > 1 ? rest[0] : undefined,
    file: rest.at(-1) ?? '',
  };
}

interface Import {
  readonly specifier: string;
  /** Names of what is imported besides types; `all` where none are told. */
  readonly values: readonly string[] | 'all';
}

function importsOf(text: string): readonly Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const named = [...code.matchAll(/^\s*(?:import|export)\s([^;'"`=]*)\bfrom\s+'([^']+)'/gm)].map(
    ([, clause = '', specifier = '']) => ({ specifier, values: valuesIn(clause) }),
  );
  const whole = [/^\s*import\s+'([^']+)'/gm, /\bimport\(\s*'([^']+)'/g].flatMap(form =>
    [...code.matchAll(form)].map(([, specifier = '']) => ({ specifier, values: 'all' as const })),
  );
  return [...named, ...whole];
}

function valuesIn(clause: string): Import['values'] {
  if (/^type\s/.test(clause)) return [];
  const list = /^\{([^}]*)\}\s*$/.exec(clause)?.[1];
  if (list === undefined) return 'all';
  const names = list.split(',').map(name => name.trim().replace(/\s+as\s.*$/, ''));
  return names.filter(name => name !== '' && !name.startsWith('type '));
}
