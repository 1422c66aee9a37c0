/** Notes of uploads that no event names, in a directory: `<root>/<SHA-256 of the organisation’s id>/<file>.upload`. */
import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { ifThere, writeDurably } from './durable-files.ts';
import type { Upload } from './unattached.ts';

const SUFFIX = '.upload';

export class UploadNotes {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Made at a temporary path, so that a note in place is whole. */
  async put(upload: Upload, temporary: string): Promise<void> {
    await mkdir(this.#folderOf(upload.orgId), { recursive: true, mode: PRIVATE_FOLDER });
    await writeDurably(temporary, JSON.stringify(upload));
    await rename(temporary, this.#pathOf(upload));
  }

  async get(upload: Pick<Upload, 'orgId' | 'sha256'>): Promise<Upload | undefined> {
    const text = await ifThere(readFile(this.#pathOf(upload), 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as Upload);
  }

  async remove(upload: Pick<Upload, 'orgId' | 'sha256'>): Promise<void> {
    await rm(this.#pathOf(upload), { force: true });
  }

  /** Of one organisation, or of all. */
  async all(orgId?: string): Promise<readonly Upload[]> {
    const names = orgId === undefined ? ((await ifThere(readdir(this.#root))) ?? []) : [hash('sha256', orgId)];
    const uploads: Upload[] = [];
    for (const folder of names.map(name => join(this.#root, name))) {
      for (const name of (await ifThere(readdir(folder))) ?? []) {
        const text = await ifThere(readFile(join(folder, name), 'utf8'));
        if (text !== undefined) uploads.push(JSON.parse(text) as Upload);
      }
    }
    return uploads;
  }

  #folderOf(orgId: string): string {
    return join(this.#root, hash('sha256', orgId));
  }

  #pathOf({ orgId, sha256 }: Pick<Upload, 'orgId' | 'sha256'>): string {
    return join(this.#folderOf(orgId), sha256 + SUFFIX);
  }
}
