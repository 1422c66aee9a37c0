/** Brings the events of the log into the ledger, in pages, and keeps it at the head of the log. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { START } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { GrowingTree } from './growing-tree.ts';
import { HASH_BYTES, type TreeHash } from './hashing.ts';
import { type LeafPage, type LeavesAfter, leavesFrom } from './leaves.ts';
import type { SaltKey } from './record.ts';
import { type Frontier, type KeptCheckpoint, LedgerMoved, type LedgerStore } from './store.ts';

const PAGE = 500;
/** Milliseconds in which events gather that are written together. */
const GATHER_MS = 50;
const RETRY_MS = 500;
const RECHECK_MS = 1_000;
/** Milliseconds after which a reader that another was ahead of looks whether the other still goes on. */
const STAND_BY_MS = 1_000;

/** How far the ledger has come. */
export type Grown = Pick<Frontier, 'size' | 'position'>;

/** Halted: the log is not the one that the ledger is of, or has lost events. The ledger stays as it is until people have looked at it. */
export type LedgerReaderState = 'following' | 'halted';

export interface LedgerReaderPorts {
  readonly log: Pick<EventLog, 'readAll' | 'holds' | 'identity' | 'onAppend'>;
  readonly store: LedgerStore;
  readonly tree: TreeHash;
  readonly salts: SaltKey;
  /** Makes leaves of this log with these salts; on this thread unless told. */
  readonly leavesAfter?: LeavesAfter;
  alarm(message: string, details: object): void;
  /** Milliseconds before a denial of the log is believed; 1,000 unless told. */
  readonly recheckMs?: number;
  /** Milliseconds for which a reader that was overtaken stands by; 1,000 unless told. */
  readonly standByMs?: number;
}

/** The log denies what the ledger holds. */
class LogContradictsLedger extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'LogContradictsLedger';
  }
}

/** Keeps the ledger at the head of the log, on this thread or on one of its own. */
export interface LedgerKeeper {
  /** Goes on where the ledger is, and then with every event that comes. */
  start(): void;
  /** Finishes the page in hand. */
  stop(): Promise<void>;
  state(): LedgerReaderState;
  /** Calls back when the ledger has been found or made to hold so much, by this process. Returns the unsubscription. */
  onGrown(listener: (grown: Grown) => void): () => void;
}

export class LedgerReader implements LedgerKeeper {
  readonly #ports: LedgerReaderPorts;
  readonly #leavesAfter: LeavesAfter;
  readonly #listeners = new Set<(grown: Grown) => void>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #state: LedgerReaderState = 'following';
  /** Whether events may have come since the log was last read. */
  #appended = false;
  /** Delivery was interrupted: the log may have lost events in the meantime. */
  #suspect = false;
  #wake: () => void = () => undefined;

  constructor(ports: LedgerReaderPorts) {
    this.#ports = ports;
    this.#leavesAfter = ports.leavesAfter ?? leavesFrom({ ...ports, hash: ports.tree.name });
  }

  state(): LedgerReaderState {
    return this.#state;
  }

  onGrown(listener: (grown: Grown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  /** Events have come; where delivery was interrupted, the log may have lost some instead. */
  appended(interrupted: boolean): void {
    this.#appended = true;
    if (interrupted) this.#suspect = true;
    this.#wake();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    const forget = this.#ports.log.onAppend(events => this.appended(events.length === 0));
    while (!this.#stopped && this.#state !== 'halted') await this.#follow().catch(error => this.#failed(error));
    forget();
  }

  async #failed(error: unknown): Promise<void> {
    const { alarm, standByMs = STAND_BY_MS } = this.#ports;
    if (error instanceof LogContradictsLedger) this.#halt(error);
    else if (error instanceof LedgerMoved) await this.#standBy(standByMs);
    else {
      // Where nothing stands at its position, the log is asked what it holds before anything is told; that a server refuses
      // this system is told by whoever watches the stores.
      const isTold = error instanceof StoreUnavailable && error.reason === 'refused';
      if (!(error instanceof NoSuchPosition || isTold))
        alarm('the ledger cannot grow, trying again', { error: String(error) });
      await this.#pause(RETRY_MS);
    }
  }

  #halt({ message }: LogContradictsLedger): void {
    this.#state = 'halted';
    this.#ports.alarm('the log contradicts the ledger', { error: message });
  }

  /** Another process writes the same: it is left to it as long as it goes on. */
  async #standBy(ms: number): Promise<void> {
    for (let seen = await this.#sizeKept(); !this.#stopped; ) {
      await this.#pause(ms);
      const size = await this.#sizeKept();
      if (size === seen) return;
      seen = size;
    }
  }

  async #sizeKept(): Promise<number> {
    try {
      return (await this.#ports.store.frontier())?.size ?? 0;
    } catch {
      // Whether the other goes on is found out when the store is back.
      return -1;
    }
  }

  /** Until it is stopped, or fails. */
  async #follow(): Promise<void> {
    const { store, tree: hash } = this.#ports;
    const frontier = await this.#begun();
    if (frontier) await this.#verify(frontier);
    const tree = new GrowingTree(hash, frontier);
    const ahead = [...(await store.checkpointsAbove(tree.size))];
    if (frontier) this.#tell(frontier);
    for (let last = frontier; !this.#stopped; ) {
      if (this.#suspect && last) await this.#verify(last);
      this.#suspect = false;
      this.#appended = false;
      const leaves = await this.#read(last, ahead[0]);
      const { length } = leaves.positions;
      if (length > 0) last = await this.#take(leaves, tree, ahead);
      if (length === 0) await this.#untilAppended();
      else if (length < PAGE) await this.#pause(GATHER_MS);
      else await turn();
    }
  }

  /**
   * Where the ledger is. Before anything is signed another suite may be configured: what was made with its hash is made again.
   */
  async #begun(): Promise<Frontier | undefined> {
    const { store, tree, alarm } = this.#ports;
    const frontier = await store.frontier();
    if (!frontier || (await store.newest()) || (await isMadeWith(tree, frontier, store))) return frontier;
    alarm('the tree of the ledger was made with another hash, and is made again', { hash: tree.name });
    await store.forgetTree();
    return undefined;
  }

  /** Throws {@link LogContradictsLedger} when the log twice ends before a checkpoint that was signed. */
  async #read(last: Frontier | undefined, ahead: KeptCheckpoint | undefined): Promise<LeafPage> {
    const { recheckMs = RECHECK_MS } = this.#ports;
    const next = () => this.#leavesAfter(last?.position ?? START, PAGE);
    const leaves = await next();
    if (leaves.positions.length > 0 || !ahead) return leaves;
    await this.#pause(recheckMs);
    const again = await next();
    if (again.positions.length > 0 || this.#stopped) return again;
    throw new LogContradictsLedger(`it ends before the ${ahead.size} events that were signed for`);
  }

  async #take(leaves: LeafPage, tree: GrowingTree, ahead: KeptCheckpoint[]): Promise<Frontier> {
    const { log, store } = this.#ports;
    const from = tree.size;
    addAll(leaves, tree, ahead);
    const page = tree.takePage(await log.identity());
    await store.grow(from, page);
    this.#tell(page.frontier);
    return page.frontier;
  }

  #tell({ size, position }: Grown): void {
    for (const listener of this.#listeners) listener({ size, position });
  }

  /** Throws {@link LogContradictsLedger} when the log twice denies the last event of the ledger, or is another. */
  async #verify(last: Pick<Frontier, 'log' | 'position' | 'eventId'>): Promise<void> {
    if (!(await this.#denial(last))) return;
    await this.#pause(this.#ports.recheckMs ?? RECHECK_MS);
    const denial = await this.#denial(last);
    if (denial && !this.#stopped) throw new LogContradictsLedger(denial);
  }

  async #denial({ log: of, position, eventId }: Pick<Frontier, 'log' | 'position' | 'eventId'>) {
    const { log } = this.#ports;
    const identity = await log.identity();
    if (of !== undefined && of !== identity) return `it is ${identity}, and the ledger is of ${of}`;
    return (await log.holds(position, eventId)) ? undefined : `it holds no event ${eventId} at ${position}`;
  }

  async #untilAppended(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      if (this.#appended || this.#stopped) resolve();
    });
    this.#wake = () => undefined;
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

/** Whether the first leaf of a tree is the hash of its entry. */
export async function isMadeWith(tree: TreeHash, { leaves, open }: Frontier, store: LedgerStore): Promise<boolean> {
  const entries = (await store.leaves(0))?.entries ?? leaves.entries;
  const hashes = (await store.tile({ level: 0, index: 0 })) ?? open[0];
  const [entry, leaf] = [entries, hashes].map(bytes => bytes?.subarray(0, HASH_BYTES) ?? new Uint8Array());
  return entry !== undefined && leaf !== undefined && tree.leaf(entry).equals(leaf);
}

function addAll({ entries, positions, eventIds }: LeafPage, tree: GrowingTree, ahead: KeptCheckpoint[]): void {
  for (const [at, position] of positions.entries()) {
    const entry = entries.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    tree.add({ entry, position, eventId: eventIds[at] as string });
    if (tree.size === ahead[0]?.size) refuseAnother(tree, ahead.shift() as KeptCheckpoint);
  }
}

/** A tree that is made again has to lead through every checkpoint that was signed. */
function refuseAnother(tree: GrowingTree, { size, root }: KeptCheckpoint): void {
  if (tree.root().equals(root)) return;
  throw new LogContradictsLedger(`its first ${size} events are not those that were signed for`);
}
