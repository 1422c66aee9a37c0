/** Keeps a copy of the published lists in step with a service, and proves the two equal. */
import { setTimeout as after } from 'node:timers/promises';
import { GongguanClient, type PulledPage } from '../../client/index.ts';
import { type Key, keyOfLine, lineOfKey } from '../../ledger/verify/notes.js';
import { KeptLists } from './kept.ts';
import { successorsOf } from './keys.ts';
import { type CopiedPublication, hashOf, linesOfList, PUBLISHING_TYPES, publicationIn } from './lists.ts';
import { type Disagreement, hasOnlyGrown, proveYear, type YearProof } from './proof.ts';

export interface CopyOptions {
  /** Where the service is. */
  readonly address: string;
  /** Where the copy is kept: a directory that is there. */
  readonly directory: string;
  /**
   * The key of the ledger in one line, from a source other than the service; else the one that it shows first is kept. Keys
   * that follow it, each vouched for by the one before, are followed.
   */
  readonly key?: string;
}

/** Times that something is looked at again which may only be late, and the milliseconds between them. */
const PATIENCE = 10;
const PAUSE_MS = 300;

export class ListCopy {
  readonly #client: GongguanClient;
  readonly #kept: KeptLists;
  /** The key that signs, as far as it was followed. */
  #key: Key;

  private constructor(client: GongguanClient, kept: KeptLists, key: Key) {
    this.#client = client;
    this.#kept = kept;
    this.#key = key;
  }

  /** Throws RangeError for a key that is none. */
  static async open({ address, directory, key }: CopyOptions): Promise<ListCopy> {
    const client = new GongguanClient({ address });
    const kept = await KeptLists.open(directory);
    const proven = await kept.proven();
    const chosen = key ?? proven?.key ?? (await newestKey(client));
    const parsed = keyOfLine(chosen);
    if (!parsed) throw new RangeError(`不是密钥 (no key): ${chosen}`);
    if (!proven) await kept.setProven({ key: chosen });
    return new ListCopy(client, kept, parsed);
  }

  /** How many lists it holds. */
  get size(): number {
    return this.#kept.all.length;
  }

  /** Takes what was published since, up to the end of the feed. */
  async catchUp(): Promise<void> {
    const asked = { after: this.#kept.after, types: PUBLISHING_TYPES };
    for await (const page of this.#client.pull(asked)) await this.#take(page);
  }

  /** Takes what is published, for ever; after each page that holds something `onChange` is called. */
  async follow(onChange: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    const asked = { after: this.#kept.after, types: PUBLISHING_TYPES, wait: 20, ...(signal && { signal }) };
    for await (const page of this.#client.pull(asked)) if (await this.#take(page)) await onChange();
  }

  /** What the page holds is kept before the next one is asked for. Whether it held something. */
  async #take({ events }: PulledPage): Promise<boolean> {
    for (const event of events) {
      const publication = publicationIn(event);
      if (publication)
        await this.#kept.add({ after: event.position ?? event.id, event, list: await this.#entries(publication) });
    }
    return events.length > 0;
  }

  /** The list that was published: read models follow the log, so its lines may come a moment after it. */
  async #entries(publication: CopiedPublication) {
    for (let attempt = 1; ; attempt += 1) {
      const list = await linesOfList(publication, this.#client);
      if (hashOf(list) === publication.listHash || attempt === PATIENCE) return list;
      await after(PAUSE_MS);
    }
  }

  /** What does not agree with the ledger, of all years; nothing where the copy is proved to be equal. */
  async prove(): Promise<readonly Disagreement[]> {
    for (let attempt = 1; ; attempt += 1) {
      const faults = await this.#proveOnce();
      if (!faults.some(({ passes }) => passes) || attempt === PATIENCE) return faults;
      await after(PAUSE_MS);
      await this.catchUp();
    }
  }

  async #proveOnce(): Promise<readonly Disagreement[]> {
    const years = new Set(this.#kept.all.map(({ event }) => (publicationIn(event) as CopiedPublication).year));
    const faults: Disagreement[] = [];
    for (const year of years) faults.push(...(await this.#proveYear(year)));
    return faults;
  }

  async #proveYear(year: number): Promise<readonly Disagreement[]> {
    const answer = await this.#client.open('/bundles/years/{year}', { year });
    const evidence = new Uint8Array(await answer.arrayBuffer());
    const ofYear = this.#kept.all.filter(({ event }) => publicationIn(event)?.year === year);
    const { faults, checkpoint } = await this.#provedBySigning(key => proveYear(ofYear, evidence, key));
    return checkpoint === undefined ? faults : [...faults, ...(await this.#continue(checkpoint))];
  }

  /** By the key that was trusted last; where it no longer signs, by one that follows it, which is trusted from then on. */
  async #provedBySigning(proved: (key: Key) => Promise<YearProof>): Promise<YearProof> {
    const proof = await proved(this.#key);
    if (proof.checkpoint !== undefined) return proof;
    for (const key of await successorsOf(this.#key, this.#client)) {
      const followed = await proved(key);
      if (followed.checkpoint === undefined) continue;
      this.#key = key;
      return followed;
    }
    return proof;
  }

  /** Keeps a checkpoint that goes on from the one that was kept. */
  async #continue(checkpoint: string): Promise<readonly Disagreement[]> {
    const before = (await this.#kept.proven())?.checkpoint;
    if (before !== undefined && !(await hasOnlyGrown([before, checkpoint], this.#key, this.#client))) {
      return [
        {
          zh: '检查点不接续先前核对过的检查点',
          en: 'the checkpoint does not continue the one that was verified before',
        },
      ];
    }
    await this.#kept.setProven({ key: lineOfKey(this.#key), checkpoint });
    return [];
  }

  close(): Promise<void> {
    return this.#kept.close();
  }
}

/** The key that signs now, by the word of the service; one that has just begun introduces its key in a moment. */
async function newestKey(client: GongguanClient): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await client.open('/ledger/keys');
    const { keys } = (await answer.json()) as { readonly keys: readonly { readonly vkey: string }[] };
    const vkey = keys.at(-1)?.vkey;
    if (vkey !== undefined || attempt === PATIENCE) return vkey ?? '';
    await after(PAUSE_MS);
  }
}
