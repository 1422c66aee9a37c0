/** The import table of the house, as a function over source texts, so that it can be tried on planted faults. */
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
  events: ['zod'],
  services: ['zod', 'lru-cache', 'node:crypto', 'node:util'],
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

/** Every import that the table forbids, as `file imports target: why`. */
export function offendingImports(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) =>
    specifiersOf(text).flatMap(specifier => {
      const fault = faultOf(path, specifier);
      return fault ? [`${path} imports ${specifier}: ${fault}`] : [];
    }),
  );
}

function faultOf(path: string, specifier: string): string | undefined {
  const from = placeOf(path);
  if (!from.layer) return undefined;
  if (!specifier.startsWith('.')) return packageFault(from.layer, specifier);
  if (!/\.(ts|js|json)$/.test(specifier)) return 'relative imports carry their ending';
  const to = placeOf(posix.join(posix.dirname(path), specifier));
  if (!to.layer) return from.layer === 'infra' || from.layer === 'test' ? undefined : 'outside the layers';
  if (!MAY_IMPORT[from.layer].includes(to.layer)) return `${from.layer} may not import ${to.layer}`;
  const crossesNouns = to.layer === from.layer && to.noun !== undefined && to.noun !== from.noun;
  if (!crossesNouns || (from.layer !== 'services' && from.layer !== 'projections')) return undefined;
  if (from.noun === undefined) return LISTS.includes(from.file) ? undefined : 'only a list may import a noun';
  return `one noun may not import another (${from.noun} -> ${to.noun})`;
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

function specifiersOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const forms = [
    /^\s*(?:import|export)\s[^;'"`=]*\bfrom\s+'([^']+)'/gm,
    /^\s*import\s+'([^']+)'/gm,
    /\bimport\(\s*'([^']+)'/g,
  ];
  return forms.flatMap(form => [...code.matchAll(form)].map(([, specifier]) => specifier as string));
}
