/** A witness: his key, what he keeps, and his answers to logs. */
import { hash } from 'node:crypto';
import { MalformedNote, type Note, noteText, signatureLine } from '../ledger/note.ts';
import { judge } from './judge.ts';
import type { WitnessKey } from './key.ts';
import { type AddCheckpoint, parseRequest } from './request.ts';
import type { WitnessStore } from './store.ts';

export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface WitnessPorts {
  readonly key: WitnessKey;
  readonly store: WitnessStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const TEXT = 'text/plain; charset=utf-8';
const SIZE = 'text/x.tlog.size';

const REFUSALS = {
  400: '请求格式有误，或声称的旧账本比检查点还大 (malformed, or the old size is larger than the checkpoint)',
  403: '没有已认可密钥的有效签名 (no valid signature by a key that is trusted for this log)',
  404: '未登记此账本 (this log is not known here)',
  422: '拒绝联署：检查点不接在上次联署的检查点之后 (refused: not consistent with what was cosigned before)',
} as const;

const refused = (status: keyof typeof REFUSALS): WitnessAnswer => ({
  status,
  type: TEXT,
  body: `${REFUSALS[status]}\n`,
});

export class Witness {
  readonly #ports: WitnessPorts;

  constructor(ports: WitnessPorts) {
    this.#ports = ports;
  }

  /** The answer to `add-checkpoint`. What it says is on disk when this returns: checked and kept in one transaction. */
  addCheckpoint(body: Uint8Array): WitnessAnswer {
    let request: AddCheckpoint;
    try {
      request = parseRequest(body);
    } catch (error) {
      if (error instanceof MalformedNote) return refused(400);
      throw error;
    }
    return this.#ports.store.atomically(() => this.#decide(request, body));
  }

  #decide(request: AddCheckpoint, body: Uint8Array): WitnessAnswer {
    const { store, now } = this.#ports;
    const { origin, size, root } = request.checkpoint;
    const log = store.log(origin);
    const verdict = judge(log, request);
    const at = new Date(now()).toISOString();
    if (verdict.status === 200) return this.#cosign(request, verdict.signed, at);
    if (verdict.misconduct) store.accuse({ origin, misconduct: verdict.misconduct, size, root, request: body, at });
    if (verdict.status === 409) return { status: 409, type: SIZE, body: `${log?.latest.size}\n` };
    return refused(verdict.status);
  }

  #cosign({ checkpoint: { origin, size, root } }: AddCheckpoint, signed: Note, at: string): WitnessAnswer {
    const cosignature = this.#ports.key.cosign(signed.text, Math.floor(Date.parse(at) / 1_000));
    const note = noteText({ text: signed.text, signatures: [...signed.signatures, cosignature] });
    this.#ports.store.cosign(origin, { size, root, note, at });
    return { status: 200, type: TEXT, body: signatureLine(cosignature) };
  }

  /** The last checkpoint that was cosigned of the log whose origin has this hash (SHA-256, hex). */
  checkpointOf(originHash: string): WitnessAnswer {
    const { store } = this.#ports;
    const origin = store.origins().find(name => hash('sha256', name, 'hex') === originHash);
    const latest = origin === undefined ? undefined : store.latest(origin);
    return latest ? { status: 200, type: TEXT, body: latest.note } : refused(404);
  }
}
