/** The state of the ledger in words and numbers: the last checkpoint, who has confirmed it, and since when time is proved. */
import type { SignedCheckpoint } from './ledger.ts';
import { parseNote } from './note.ts';
import { timestampOf } from './verify/timestamps.js';

/** By whom and when a checkpoint was cosigned, as its note says: whoever relies on it checks the signature. */
export interface Cosignature {
  readonly witness: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
}

export interface LedgerState {
  readonly origin: string;
  /** The newest; undefined before the first. */
  readonly checkpoint: SignedCheckpoint | undefined;
  readonly cosignatures: readonly Cosignature[];
  /** The largest checkpoint with a time stamp: how many events it covers, and the time that is claimed. */
  readonly stamped: { readonly size: number; readonly at: string } | undefined;
}

/** Of a cosignature (C2SP tlog-cosignature): seconds since 1970, then the signature itself. */
const TIME_BYTES = 8;
const COSIGNATURE_BYTES = TIME_BYTES + 64;

export async function ledgerState(ledger: {
  readonly origin: string;
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  checkpoints(): Promise<readonly SignedCheckpoint[]>;
}): Promise<LedgerState> {
  const checkpoint = await ledger.checkpoint();
  const stamped = (await ledger.checkpoints()).flatMap(({ size, timestamp }) => {
    const at = timestamp && timestampOf(timestamp)?.time;
    return at === undefined ? [] : [{ size, at }];
  });
  return {
    origin: ledger.origin,
    checkpoint,
    cosignatures: checkpoint ? cosignaturesIn(checkpoint.note) : [],
    stamped: stamped.at(-1),
  };
}

/** As a note says; whoever relies on one checks the signature. */
export function cosignaturesIn(note: string): readonly Cosignature[] {
  return parseNote(note).signatures.flatMap(({ name, signature }) => {
    if (signature.length !== COSIGNATURE_BYTES) return [];
    const seconds = Number(signature.readBigUInt64BE());
    return [{ witness: name, at: new Date(seconds * 1_000).toISOString() }];
  });
}

/** For people, in Chinese. */
export function saidOf({ checkpoint, cosignatures, stamped }: LedgerState): string {
  if (!checkpoint) return '账本尚无检查点，存证从首个检查点签署起可供核验。';
  const { size, signedAt } = checkpoint;
  const witnesses =
    cosignatures.length === 0 ? '尚无见证人联署' : `${cosignatures.map(({ witness }) => witness).join('、')}已联署`;
  const time = stamped ? `至第${stamped.size}个事件有可信时间戳（${stamped.at}）` : '尚无可信时间戳';
  return `最近的检查点签署于 ${signedAt}，含${size}个事件；${witnesses}；${time}。`;
}
