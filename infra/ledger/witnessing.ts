/** Has checkpoints cosigned by the witnesses, and keeps how each of them stands to the log. */
import type { Instant } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';
import type { Alarm } from '../observability/alarm.ts';
import type { Ledger } from './ledger.ts';
import { keyIdOf, type NoteKey, parseNote, signaturesBy } from './note.ts';
import type { KeptCheckpoint, LedgerStore, WitnessStanding } from './store.ts';
import { ask, type Reply, type WitnessAddress, WitnessUnavailable } from './witness-client.ts';

export interface WitnessingPorts {
  readonly ledger: Pick<Ledger, 'consistency'>;
  readonly store: Pick<LedgerStore, 'newest' | 'checkpoints' | 'cosign' | 'standings' | 'stand'>;
  readonly witnesses: readonly WitnessAddress[];
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** By which a standing is kept: a witness with another key is another. */
export function witnessIdOf(key: NoteKey): string {
  return `${key.name}+${keyIdOf(key).toString('hex')}`;
}

const MOST_PATIENCE_MS = 300_000;

/**
 * Sends each witness what he has not cosigned: the checkpoints of milestones and the newest, the smallest first. One that is
 * away or refuses is asked again later, ever more seldom; nobody waits for him.
 */
export async function haveCosigned(ports: WitnessingPorts, signal?: AbortSignal): Promise<void> {
  const kept = new Map((await ports.store.standings()).map(standing => [standing.witness, standing]));
  const now = ports.clock.now();
  const runs = ports.witnesses.map(witness => {
    const id = witnessIdOf(witness.key);
    const standing = kept.get(id) ?? { witness: id, state: 'unasked', size: 0, since: now, askedAt: now };
    return isDue(standing, now) ? new Asking(ports, { witness, standing, now, signal }).run() : undefined;
  });
  for (const run of await Promise.allSettled(runs)) if (run.status === 'rejected') throw run.reason;
}

/** After a failure, the time since the first one passes again before the next attempt. */
function isDue({ state, since, askedAt }: WitnessStanding, now: Instant): boolean {
  if (state === 'cosigning' || state === 'unasked') return true;
  const failingMs = Date.parse(askedAt) - Date.parse(since);
  return Date.parse(now) - Date.parse(askedAt) >= Math.min(MOST_PATIENCE_MS, failingMs);
}

/** Refusals of what the log holds, and of what the witness was told of it; the operator is told of each in words of its own. */
const ALARMS = {
  refusing: '见证人拒绝联署：账本与其所见不符 (a witness refuses: the log is not what he saw of it)',
  unacquainted: '见证人未登记此账本或其密钥 (a witness does not know this log or its key)',
  away: '见证人无法联系，将再试 (a witness cannot be reached, he is asked again)',
} as const;

interface Occasion {
  readonly witness: WitnessAddress;
  readonly standing: WitnessStanding;
  readonly now: Instant;
  readonly signal: AbortSignal | undefined;
}

/** One run for one witness. */
class Asking {
  readonly #ports: WitnessingPorts;
  readonly #occasion: Occasion;
  #standing: WitnessStanding;

  constructor(ports: WitnessingPorts, occasion: Occasion) {
    this.#ports = ports;
    this.#occasion = occasion;
    this.#standing = occasion.standing;
  }

  async run(): Promise<void> {
    const { store } = this.#ports;
    const { size } = this.#standing;
    const newest = await store.newest();
    if (!newest || newest.size <= size) return;
    const above = (await store.checkpoints()).filter(checkpoint => checkpoint.size > size);
    for (const checkpoint of above) if (!(await this.#goesOn(checkpoint, checkpoint === above.at(-1)))) return;
  }

  /** Whether to send him the next. */
  async #goesOn(checkpoint: KeptCheckpoint, isLast: boolean): Promise<boolean> {
    const reply = await this.#ask(checkpoint).catch(error => {
      if (error instanceof WitnessUnavailable) return error;
      throw error;
    });
    if (reply instanceof WitnessUnavailable) return this.#fails('away', reply.message);
    if (reply.kind === 'cosigned') return this.#keep(checkpoint, reply);
    if (reply.kind === 'refused')
      return this.#fails(reply.status === 422 ? 'refusing' : 'unacquainted', `${reply.status} ${reply.says}`);
    // He has seen more than this one: no harm, unless it is all there is.
    return isLast ? this.#fails('refusing', `409 ${reply.size} > ${checkpoint.size}`) : true;
  }

  /** Where he knows another size of the log, he is asked once more, from there. */
  async #ask(checkpoint: KeptCheckpoint): Promise<Reply> {
    const reply = await this.#askFrom(this.#standing.size, checkpoint);
    const isBehind = reply.kind === 'knows' && reply.size <= checkpoint.size;
    return isBehind ? this.#askFrom(reply.size, checkpoint) : reply;
  }

  async #askFrom(old: number, { size, note }: KeptCheckpoint): Promise<Reply> {
    const proof = await this.#ports.ledger.consistency(old, size);
    return ask(this.#occasion.witness, { old, proof, note }, this.#occasion.signal);
  }

  async #keep({ size, note }: KeptCheckpoint, { line, at }: Extract<Reply, { kind: 'cosigned' }>): Promise<true> {
    // By a run that ended before it could note it.
    const hasCosigned = signaturesBy(this.#occasion.witness.key, parseNote(note)).length > 0;
    if (!hasCosigned) await this.#ports.store.cosign(size, [line]);
    await this.#stand('cosigning', { size, cosignedAt: new Date(at * 1_000).toISOString() });
    return true;
  }

  async #fails(state: keyof typeof ALARMS, reason: string): Promise<false> {
    this.#ports.alarm(ALARMS[state], { witness: this.#standing.witness, error: reason });
    await this.#stand(state, { reason });
    return false;
  }

  async #stand(
    state: WitnessStanding['state'],
    told: Partial<Pick<WitnessStanding, 'size' | 'cosignedAt' | 'reason'>>,
  ): Promise<void> {
    const { reason: _reason, ...before } = this.#standing;
    const { now } = this.#occasion;
    const since = before.state === state ? before.since : now;
    this.#standing = { ...before, state, since, askedAt: now, ...told };
    await this.#ports.store.stand(this.#standing);
  }
}
