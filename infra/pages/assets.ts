/** What pages load besides themselves, read once; an address changes with its content, so that it may be kept for good. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly name: 'style.css' | 'enhance.js';
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
  /** From the root, with a part of its hash. */
  readonly address: string;
}

const TYPES: Readonly<Record<Asset['name'], string>> = {
  'style.css': 'text/css; charset=utf-8',
  'enhance.js': 'text/javascript; charset=utf-8',
};

const read = new Map<Asset['name'], Asset>();

/** The style sheet or the script. */
export function asset(name: Asset['name']): Asset {
  const known = read.get(name);
  if (known) return known;
  const bytes = readFileSync(fileURLToPath(new URL(name, import.meta.url)));
  const address = `/${name}?v=${hash('sha256', bytes).slice(0, 12)}`;
  const found = { name, mediaType: TYPES[name], bytes, gzipped: gzipSync(bytes, { level: 9 }), address };
  read.set(name, found);
  return found;
}
