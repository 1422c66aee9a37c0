/** Files of a form: which fields are digests of one, and what is known of a file that has been stored. */
import type { StoredBlob } from '../../../services/ports.ts';
import type { Field } from './fields.ts';
import type { Typed } from './typed.ts';

/** Digests of a file that is stored here; others are of lists and texts that the ledger has made. */
const OF_FILES = new Set(['sha256', 'contractHash', 'textHash']);

/** Whether a digest is that of a file which the form takes. */
export function isOfFile({ at }: Pick<Field, 'at'>): boolean {
  return OF_FILES.has(at.slice(at.lastIndexOf('/') + 1));
}

interface StoredFile {
  readonly sha256: string;
  /** Name, size and kind. */
  readonly told: string;
  /** As the form carries it on. */
  readonly entries: readonly (readonly [name: string, value: string])[];
}

/** The file that stands in a field; undefined where none has been taken in. */
export function storedAt(typed: Typed, at: string): StoredFile | undefined {
  const sha256 = typed.get(at);
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  const entries = [at, `${at}:name`, `${at}:size`, `${at}:type`].flatMap(name => {
    const value = typed.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const [, name = '文件', size, type] = entries.map(([, value]) => value);
  const told = [name, size && sizeOf(Number(size)), type].filter(Boolean).join('，');
  return { sha256, told, entries };
}

/** Puts a file that was stored into its field, and its name beside it where that was left open. */
export function putStored(typed: Typed, at: string, name: string, { sha256, size, mediaType }: StoredBlob): void {
  typed.set(at, sha256);
  typed.set(`${at}:name`, name);
  typed.set(`${at}:size`, String(size));
  typed.set(`${at}:type`, mediaType);
  const beside = at.replace(/[^/]+$/, 'name');
  if (typed.get(beside)?.trim() === '') typed.set(beside, name);
}

function sizeOf(bytes: number): string {
  if (!(bytes >= 0)) return '';
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
