/** The proof of one event as a text of its own (C2SP tlog-proof). */
import { base64 } from './bundle/lines.ts';

export interface InclusionProof {
  readonly index: number;
  /** From the sibling of the leaf up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note of the checkpoint that it leads to. */
  readonly checkpoint: string;
  /** Where the reader may see it: from it the leaf is made. */
  readonly record?: string | undefined;
}

/** As C2SP writes it; `extra` is the record. */
export function tlogProof({ index, hashes, checkpoint, record }: InclusionProof): string {
  const extra = record === undefined ? '' : `extra ${base64(Buffer.from(record))}\n`;
  const lines = hashes.map(hash => `${base64(hash)}\n`).join('');
  return `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${lines}\n${checkpoint}`;
}
