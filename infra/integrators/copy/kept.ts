/** What a copy keeps: the published lists in one file, and beside it what was proved of them last. */
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudEvent } from '../../client/index.ts';

/** One line of a list, as its publication pinned it. */
export type Entry = Readonly<Record<string, string>>;

/** A list with the event that published it. */
export interface KeptList {
  /** Where the reader of the feed has come to with it. */
  readonly after: string;
  readonly event: CloudEvent;
  readonly list: readonly Entry[];
}

/** What was proved last: the next proof must go on from there. */
export interface Proven {
  /** The key of the ledger that signed it, or was trusted first, as one line. */
  readonly key: string;
  /** The largest checkpoint that was verified, as a signed note. */
  readonly checkpoint?: string;
}

/**
 * Published lists, one a line, in the order in which they came. A line is on disk before the next event is asked for, and
 * the place in the feed stands in it: whatever ends the process, the copy goes on where its file ends.
 */
export class KeptLists {
  readonly #file: FileHandle;
  readonly #provenPath: string;
  readonly #lists: KeptList[];

  private constructor(file: FileHandle, provenPath: string, lists: KeptList[]) {
    this.#file = file;
    this.#provenPath = provenPath;
    this.#lists = lists;
  }

  /** Opens the copy in a directory that is there. A line that was cut off while it was written is taken away. */
  static async open(directory: string): Promise<KeptLists> {
    const file = await open(join(directory, 'lists.ndjson'), 'a+', 0o600);
    const text = await file.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
    const lists = whole
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as KeptList);
    return new KeptLists(file, join(directory, 'proven.json'), lists);
  }

  get all(): readonly KeptList[] {
    return this.#lists;
  }

  /** Where the feed is to be read on from. */
  get after(): string | undefined {
    return this.#lists.at(-1)?.after;
  }

  /** An event that came before is not kept again. */
  async add(kept: KeptList): Promise<void> {
    if (this.#lists.some(({ event }) => event.id === kept.event.id)) return;
    await this.#file.appendFile(`${JSON.stringify(kept)}\n`);
    await this.#file.datasync();
    this.#lists.push(kept);
  }

  async proven(): Promise<Proven | undefined> {
    try {
      return JSON.parse(await readFile(this.#provenPath, 'utf8')) as Proven;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The file is the old one or the new one, never half of it. */
  async setProven(proven: Proven): Promise<void> {
    const beside = `${this.#provenPath}.new`;
    await writeFile(beside, JSON.stringify(proven), { flush: true, mode: 0o600 });
    await rename(beside, this.#provenPath);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
