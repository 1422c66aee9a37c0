/** The write path over a log, a vault and files on disk, in a directory that goes away with it. */
import type { Actor } from '../../events/envelope.ts';
import type { Instant } from '../../events/time.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import type { AnyCommand } from '../../services/command.ts';
import { type Accepted, type CommandOutcome, createHandle, type Handle } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import type { Vault } from '../../services/ports.ts';
import type { Rejection } from '../../services/rejection.ts';
import { MSR } from './given.ts';
import { temporaryDirectory } from './log.ts';

export class WritePath implements AsyncDisposable {
  readonly #directory = temporaryDirectory();
  readonly path = this.#directory.path;
  readonly store = new SqliteEventStore({ path: `${this.path}/events.db` });
  readonly keyStore = new SqliteKeyStore(`${this.path}/vault.db`);
  readonly blobs = createDirectoryBlobs(`${this.path}/files`);
  now: Instant;
  vault!: Vault;
  handle!: Handle;
  #sent = 0;

  constructor(now: Instant) {
    this.now = now;
  }

  /** Starts, or starts again as a process does that has forgotten all that is not on disk. */
  async restart(): Promise<this> {
    this.vault = await createVault(this.keyStore);
    const { store, vault, blobs } = this;
    this.handle = createHandle({ store, vault, blobs, clock: { now: () => this.now } });
    return this;
  }

  /** By the authority, as a command of its own, unless told. */
  send(
    command: AnyCommand,
    input: unknown,
    actor: Actor = MSR,
    commandId = `sent-${++this.#sent}`,
  ): Promise<CommandOutcome> {
    return this.handle(command, input, { actor, commandId, requestDigest: digestOf(input), correlationId: commandId });
  }

  /** What must be accepted. */
  async accepted(command: AnyCommand, input: unknown, actor?: Actor): Promise<Accepted> {
    const outcome = await this.send(command, input, actor);
    if (outcome.rejected) throw new Error(`refused: ${outcome.code} ${outcome.en} ${JSON.stringify(outcome.faults)}`);
    return outcome;
  }

  /** What must be refused. */
  async refused(command: AnyCommand, input: unknown, actor?: Actor): Promise<Rejection> {
    const outcome = await this.send(command, input, actor);
    if (!outcome.rejected) throw new Error(`accepted: ${outcome.events.map(({ type }) => type).join(', ')}`);
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    await this.keyStore.close();
    this.#directory[Symbol.dispose]();
  }
}
