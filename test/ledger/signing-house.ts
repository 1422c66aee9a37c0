/** A house whose ledger grows and signs itself, on files, without a server. */
import { vi } from 'vitest';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import type { SignedCheckpoint } from '../../infra/ledger/ledger.ts';
import { isSignedBy, parseNote, SIGNATURE_TYPES } from '../../infra/ledger/note.ts';
import { LedgerReader } from '../../infra/ledger/reader.ts';
import { SaltKey } from '../../infra/ledger/record.ts';
import { CheckpointSigning, type SigningPorts } from '../../infra/ledger/signing.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { StoredLedger } from '../../infra/ledger/stored-ledger.ts';
import { signerFor } from '../../infra/ledger/succession.ts';
import { HASH_OF_SUITE, type Suite } from '../../infra/ledger/suite.ts';
import { LedgerWorld, ORIGIN } from './world.ts';

export class SigningHouse implements AsyncDisposable {
  readonly house: LedgerWorld;
  readonly store: SqliteLedgerStore;
  readonly ledger: StoredLedger;
  readonly #tree: TreeHash;
  readonly #salts: SaltKey;
  readonly alarms: string[] = [];
  /** Milliseconds; stands still until it is set. */
  elapsed = 0;
  #keeper: LedgerReader;
  #signing: CheckpointSigning | undefined;

  private constructor(house: LedgerWorld) {
    this.house = house;
    this.store = new SqliteLedgerStore(`${house.world.path}/ledger.db`);
    const hash = HASH_OF_SUITE[house.suite];
    this.#tree = new TreeHash(hash);
    this.#salts = new SaltKey(Buffer.alloc(32, 7), hash);
    this.ledger = new StoredLedger({ store: this.store, origin: ORIGIN, tree: this.#tree, salts: this.#salts });
    this.#keeper = this.#newKeeper();
  }

  static async open(suite: Suite = 'ed25519'): Promise<SigningHouse> {
    return new SigningHouse(await LedgerWorld.open(suite));
  }

  /** The process that keeps and signs the ledger, with some of its ports planted. */
  start(planted: Partial<SigningPorts> = {}): void {
    this.#keeper = this.#newKeeper();
    this.#signing = new CheckpointSigning({ ...this.ports, ...planted });
    this.#signing.start();
    this.#keeper.start();
  }

  async stop(): Promise<void> {
    await this.#signing?.stop();
    await this.#keeper.stop();
  }

  get ports(): SigningPorts {
    const { house, store, ledger } = this;
    return {
      ledger,
      store,
      keeper: this.#keeper,
      log: house.world.store,
      signerFor: position => signerFor(house.ports, position),
      policy: { everyEvents: 1_000, everyMs: 0 },
      clock: { now: () => house.world.now },
      alarm: (message, { error }: { error?: string }) => this.alarms.push(`${message}: ${error}`),
      elapsed: () => this.elapsed,
      retryMs: 5,
    };
  }

  /** Once the whole log is signed for: the newest checkpoint. */
  signed(): Promise<SignedCheckpoint> {
    return vi.waitFor(
      async () => {
        const newest = await this.ledger.checkpoint();
        const head = await this.house.world.store.head();
        if (!newest || newest.position !== head) throw new Error(`signed up to ${newest?.position}, not ${head}`);
        return newest;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  /** Once the ledger has come to the head of the log, signed for or not. */
  async grown(): Promise<number> {
    const head = await this.house.world.store.head();
    return vi.waitFor(
      async () => {
        const index = await this.ledger.indexOf(head);
        if (index === undefined) throw new Error(`the ledger has not come to ${head}`);
        return index + 1;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  /** Once somebody was told. */
  alarmed(what: string): Promise<void> {
    return vi.waitFor(
      () => {
        if (!this.alarms.some(alarm => alarm.includes(what))) throw new Error(this.alarms.join('\n'));
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  #newKeeper(): LedgerReader {
    const { store } = this;
    const { store: log } = this.house.world;
    const alarm = (message: string) => this.alarms.push(message);
    return new LedgerReader({ log, store, tree: this.#tree, salts: this.#salts, alarm });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.store.close();
    await this.house[Symbol.asyncDispose]();
  }
}

/** Whether a checkpoint is signed with a key, given in base64. */
export function isSignedWith(
  publicKey: string,
  { note }: Pick<SignedCheckpoint, 'note'>,
  suite: Suite = 'ed25519',
): boolean {
  const key = { name: ORIGIN, type: SIGNATURE_TYPES[suite], publicKey: Buffer.from(publicKey, 'base64') };
  return isSignedBy(key, parseNote(note));
}
