/** A witness that serves from a directory, with a clock of its own, and everything it has told. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NoteKey } from '../../infra/ledger/note.ts';
import { makeWitnessKey, openWitnessKey, type WitnessKey } from '../../infra/witness/key.ts';
import { createWitnessServer } from '../../infra/witness/server.ts';
import { WitnessStore } from '../../infra/witness/store.ts';
import { Telling, type TellingWays } from '../../infra/witness/telling.ts';
import { Witness } from '../../infra/witness/witness.ts';
import type { SignedLog } from './log.ts';

export const WITNESSED_AT = Date.parse('2024-08-01T02:00:00Z');

export class ServedWitness implements AsyncDisposable {
  readonly key: WitnessKey;
  readonly store: WitnessStore;
  readonly witness: Witness;
  readonly telling: Telling;
  /** What went wrong within. */
  readonly faults: unknown[] = [];
  /** Lines of its log. */
  readonly lines: { readonly details: object; readonly message: string }[] = [];
  /** Milliseconds since 1970. */
  now = WITNESSED_AT;
  readonly #server: Server;

  private constructor(directory: string, ways: TellingWays) {
    const now = () => this.now;
    this.key = openWitnessKey(directory);
    this.store = new WitnessStore(directory);
    this.witness = new Witness({ key: this.key, store: this.store, now });
    const logger = { error: (details: object, message: string) => void this.lines.push({ details, message }) };
    this.telling = new Telling({ witness: this.verifier.name, store: this.store, logger: logger as never, now, ways });
    this.#server = createWitnessServer(this.witness, {
      answered: () => void this.telling.tell(),
      failed: error => this.faults.push(error),
    });
  }

  static async open(
    directory: string,
    logs: readonly SignedLog[] = [],
    ways: TellingWays = {},
  ): Promise<ServedWitness> {
    await makeWitnessKey(directory, 'witness.example.cn').catch(() => undefined);
    const served = new ServedWitness(directory, ways);
    for (const { origin, keys } of logs)
      for (const { key } of keys) served.store.trust(origin, key, '2024-01-01T00:00:00.000Z');
    served.#server.listen(0, '127.0.0.1');
    await once(served.#server, 'listening');
    return served;
  }

  get verifier(): NoteKey {
    return this.key.verifier;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  submit(body: Uint8Array): Promise<Response> {
    return fetch(`${this.url}/add-checkpoint`, { method: 'POST', body: body as Uint8Array<ArrayBuffer> });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
    await this.telling.stop();
    this.store.close();
  }
}
