/**
 * Signs checkpoints as the ledger grows. A checkpoint is kept durably before anybody is told of it, one for each size, and
 * none is signed over a log that denies what the ledger holds of it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Clock } from '../../services/ports.ts';
import type { Alarm } from '../observability/alarm.ts';
import { type Checkpoint, logCheckpointText } from './checkpoint.ts';
import { type CheckpointPolicy, dueIn, Milestones } from './checkpoints.ts';
import type { Ledger } from './ledger.ts';
import { isSignedBy, keyIdOf, noteText, SIGNATURE_TYPES } from './note.ts';
import type { Grown, LedgerKeeper } from './reader.ts';
import type { Signer } from './signer.ts';
import type { Frontier, KeptCheckpoint, LedgerStore } from './store.ts';

export interface SigningPorts {
  readonly ledger: Pick<Ledger, 'origin' | 'root' | 'checkpoint'>;
  readonly store: Pick<LedgerStore, 'frontier' | 'newest' | 'keep' | 'covering'>;
  readonly keeper: Pick<LedgerKeeper, 'onGrown' | 'state'>;
  readonly log: Pick<EventLog, 'readAll' | 'holds' | 'onAppend'>;
  /** Whose signature counts for a checkpoint whose last event stands at a position; undefined as long as it is yet to be introduced. */
  readonly signerFor: (position: Position) => Promise<Signer | undefined>;
  readonly policy: CheckpointPolicy;
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** Milliseconds of a clock that nobody sets; the system's unless told. */
  readonly elapsed?: () => number;
  /** Milliseconds before what failed is tried again; 2,000 unless told. */
  readonly retryMs?: number;
}

/** The log, the ledger and its checkpoints contradict each other: nothing is signed. */
export class Contradiction extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Contradiction';
  }
}

const RETRY_MS = 2_000;
const PAGE = 1_000;

export class CheckpointSigning {
  readonly #ports: SigningPorts;
  readonly #milestones = new Milestones();
  readonly #elapsed: () => number;
  readonly #unsubscribe: (() => void)[] = [];
  #grown: Grown | undefined;
  /** How much is signed for, and since when. */
  #signed = 0;
  #signedMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopped = false;
  #woken = false;
  #wake: () => void = () => undefined;

  constructor(ports: SigningPorts) {
    this.#ports = ports;
    this.#elapsed = ports.elapsed ?? (() => performance.now());
  }

  /** Signs for what is there, and then for what comes. */
  start(): void {
    const { log, keeper } = this.#ports;
    this.#unsubscribe.push(
      log.onAppend(events => this.#milestones.note(events)),
      keeper.onGrown(grown => {
        this.#grown = grown;
        this.#stir();
      }),
    );
    this.#running ??= this.#run();
  }

  /** Finishes the checkpoint in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const forget of this.#unsubscribe) forget();
    this.#stir();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#takeUp();
        while (!this.#stopped) await this.#next();
      } catch (error) {
        this.#ports.alarm('no checkpoint is signed', { error: String(error) });
        await this.#pause(this.#ports.retryMs ?? RETRY_MS);
      }
    }
  }

  /** Where an earlier run ended, with the milestones that it has left unsigned; those that come from now on are told. */
  async #takeUp(): Promise<void> {
    const { ledger, log, store } = this.#ports;
    const newest = await ledger.checkpoint();
    this.#signed = newest?.size ?? 0;
    for (let after: Position | undefined = newest?.position ?? START; after && !this.#stopped; ) {
      const events: readonly RecordedEvent[] = await log.readAll(after, PAGE);
      this.#milestones.note(events);
      after = events.at(-1)?.position;
      await turn();
    }
    this.#grown ??= await store.frontier();
  }

  /** Signs, or waits until it is time or something comes. */
  async #next(): Promise<void> {
    const wait = this.#dueIn();
    if (wait !== 0) await this.#pause(wait);
    else if (!(await this.#sign())) await this.#pause();
  }

  #dueIn(): number | undefined {
    if (!this.#grown) return undefined;
    const { size, position } = this.#grown;
    const milestone = this.#milestones.upTo(position) !== undefined;
    const sinceMs = this.#elapsed() - this.#signedMs;
    return dueIn({ events: size - this.#signed, milestone, sinceMs }, this.#ports.policy);
  }

  /** False where the key is not to be used before the ledger has grown. */
  async #sign(): Promise<boolean> {
    const { store, keeper, signerFor } = this.#ports;
    const frontier = await store.frontier();
    const newest = await store.newest();
    if (!frontier || keeper.state() === 'halted') return false;
    const { size, position } = frontier;
    // The tree is being made again: it is led through what was signed, or the keeper halts.
    if (newest && newest.size >= size) return false;
    await this.#checkAgainst(frontier, newest);
    const signer = await signerFor(position);
    if (!signer) return false;
    const milestone = this.#milestones.upTo(position);
    await this.#keep(frontier, signer, milestone);
    this.#milestones.covered(position);
    this.#signed = size;
    this.#signedMs = this.#elapsed();
    return true;
  }

  /** Throws {@link Contradiction} unless log, ledger and newest checkpoint are of one piece. */
  async #checkAgainst({ position, eventId }: Frontier, newest: KeptCheckpoint | undefined): Promise<void> {
    const { ledger, log } = this.#ports;
    if (!(await log.holds(position, eventId))) {
      throw new Contradiction(`the log holds no event ${eventId} at ${position}`);
    }
    if (!newest || Buffer.from(newest.root).equals(await ledger.root(newest.size))) return;
    throw new Contradiction(`the first ${newest.size} events are not those that were signed for`);
  }

  async #keep({ size, root }: Frontier, signer: Signer, milestone: string | undefined): Promise<void> {
    const { ledger, store, clock } = this.#ports;
    const note = await signedNote({ origin: ledger.origin, size, root }, signer);
    const signedAt = clock.now();
    if (await store.keep({ size, root, note, signedAt, ...(milestone && { milestone }) })) return;
    const kept = await store.covering(size);
    if (kept?.size === size && Buffer.from(kept.root).equals(root)) return;
    throw new Contradiction(`another root was signed for ${size} events`);
  }

  #stir(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Until something comes, or for some milliseconds at the most. */
  async #pause(ms?: number): Promise<void> {
    if (!this.#woken && !this.#stopped) {
      await new Promise<void>(resolve => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#woken = false;
  }
}

/** A checkpoint as a note with the log's signature. Throws {@link Contradiction} when what came from the signer is no signature. */
async function signedNote(checkpoint: Checkpoint, signer: Signer): Promise<string> {
  const text = logCheckpointText(checkpoint);
  const key = { name: checkpoint.origin, type: SIGNATURE_TYPES[signer.suite], publicKey: signer.publicKey };
  const signature = Buffer.from(await signer.sign(text));
  const note = { text, signatures: [{ name: key.name, keyId: keyIdOf(key), signature }] };
  if (!isSignedBy(key, note)) throw new Contradiction('what signs has given a signature of another key');
  return noteText(note);
}
