/**
 * What a move leaves in the data directory that it has emptied of its meaning: where the system went. A system that is opened
 * on the old files again would go on from a log that others have left behind.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifThere, syncFolder, writeDurably } from '../blobs/durable-files.ts';
import { LogMismatch } from '../compose/log-check.ts';
import { type Config, withoutCredentials } from '../config.ts';

export const MOVED_FILE = 'moved.json';

const movedSchema = z.object({
  at: z.string(),
  /** Without user, password and options. */
  to: z.string(),
  namespace: z.string(),
  /** How many events the log had, and their digest. */
  events: z.number(),
  sha256: z.string(),
});
type Moved = z.infer<typeof movedSchema>;

type Place = Pick<Config, 'dataDirectory' | 'engines'>;

/** Says where the system went, durably; an earlier note is replaced. */
export async function noteMove(directory: string, { to, ...moved }: Moved): Promise<void> {
  const path = join(directory, MOVED_FILE);
  const unfinished = `${path}.new`;
  await rm(unfinished, { force: true });
  await writeDurably(unfinished, JSON.stringify({ ...moved, to: withoutCredentials(to).replace(/\?.*/, '') }));
  await rename(unfinished, path);
  await syncFolder(directory);
}

/** Throws {@link LogMismatch} when the log of these files is kept elsewhere by now. */
export async function refuseIfMoved({ dataDirectory, engines }: Place): Promise<void> {
  if (engines.eventStoreDb !== undefined) return;
  const text = await ifThere(readFile(join(dataDirectory, MOVED_FILE), 'utf8'));
  if (text !== undefined) throw movedAway(text);
}

/** These files count again: somebody has decided so. */
export async function forgetMove({ dataDirectory, engines }: Place): Promise<void> {
  if (engines.eventStoreDb === undefined) await rm(join(dataDirectory, MOVED_FILE), { force: true });
}

function movedAway(text: string): LogMismatch {
  const { at, to, namespace, events } = movedSchema.parse(JSON.parse(text));
  return new LogMismatch(
    `本目录的台账（${events} 个事件）已于 ${at} 迁往 ${to}（命名空间 ${namespace}）`,
    `the log of this directory (${events} events) was moved to ${to} (namespace ${namespace}) at ${at}`,
    {
      zh: '请设置 EVENTSTOREDB_URL 在那里继续；确认放弃迁移后的记录、以本目录的日志为准的，执行 gongguan rebuild --accept-log',
      en: 'set EVENTSTOREDB_URL and go on there, or, if what was recorded since is to be given up and this log is to count, run gongguan rebuild --accept-log',
    },
  );
}
