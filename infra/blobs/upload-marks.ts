/**
 * Who has uploaded a file: beside it lies a mark for each organisation, `<file>.by-<SHA-256 of its id>`, with the id in it.
 * An id can be too long for a name, or mean something in a path; its digest is neither.
 */
import { hash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ifThere, writeDurably } from './durable-files.ts';

const markOf = (path: string, orgId: string) => `${path}.by-${hash('sha256', orgId)}`;

/** Whether the organisation has uploaded the file at a path. */
export async function isMarked(path: string, orgId: string): Promise<boolean> {
  return (await ifThere(stat(markOf(path, orgId)))) !== undefined;
}

/** Made at a temporary path, so that a mark in place is whole; durable once the folder is synced. */
export async function mark(path: string, orgId: string, temporary: string): Promise<void> {
  await writeDurably(temporary, orgId);
  await rename(temporary, markOf(path, orgId));
}

/** The organisation is none of those any more who have uploaded it. */
export async function unmark(path: string, orgId: string): Promise<void> {
  await rm(markOf(path, orgId), { force: true });
}

/** The organisations of all marks of a file. */
export async function markedFor(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = (await ifThere(readdir(folder))) ?? [];
  const marks = names.filter(name => name.startsWith(`${basename(path)}.by-`));
  return Promise.all(marks.map(name => readFile(join(folder, name), 'utf8')));
}
