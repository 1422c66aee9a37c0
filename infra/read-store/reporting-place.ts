/** Where the file with the tables for BI tools lies: among the files of the service, or where others may read it. */
import { chmodSync, existsSync, lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createPrivate } from '../private-files.ts';
import { REPORTING_FILE } from './sqlite-files.ts';

/** SQLite gives what it lays beside a database the mode and the group of the database. */
const READ_BY_GROUP = 0o640;
/** A database, and what SQLite lays beside it. */
const PARTS = ['', '-wal', '-shm'] as const;

/**
 * Lays the file at `place` for the group that files have there, with a link to it in the directory of the service; or in that
 * directory where no place is named. The file of an earlier place is removed: its tables would stand still, and are made
 * anew. Before anything is opened. Throws where the folder is not there or may not be written to.
 */
export function placeReporting(directory: string, place: string | undefined): void {
  const own = join(directory, REPORTING_FILE);
  const link = lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(own) : undefined;
  const wanted = place === undefined ? undefined : resolve(place);
  if (link !== wanted) {
    for (const part of PARTS) rmSync(`${link ?? own}${part}`, { force: true });
    rmSync(own, { force: true });
  }
  if (wanted === undefined) return;
  createPrivate(wanted);
  for (const part of PARTS) if (existsSync(wanted + part)) chmodSync(wanted + part, READ_BY_GROUP);
  if (link !== wanted) symlinkSync(wanted, own);
}
