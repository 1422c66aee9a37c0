/** Files and names that a power cut leaves as they are. */
import { open } from 'node:fs/promises';
import { thenEnd } from '../compose/closing.ts';
import { PRIVATE_FILE } from '../private-files.ts';

/** Writes a new file; its name is durable once its folder is synced. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  await thenEnd(
    async () => {
      await file.writeFile(text);
      await file.sync();
    },
    () => file.close(),
  );
}

/** Makes renames into a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await thenEnd(
    () => folder.sync(),
    () => folder.close(),
  );
}

/** Gives undefined where a file or folder is not there. */
export async function ifThere<T>(metric: Promise<T>): Promise<T | undefined> {
  try {
    return await metric;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
