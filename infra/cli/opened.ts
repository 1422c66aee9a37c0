/** A system for the time of a command. */
import { z } from 'zod';
import { openBeside, type Readable } from '../compose/beside.ts';
import { thenEnd } from '../compose/closing.ts';
import { openSystemFor } from '../compose/part.ts';
import type { System, SystemOptions } from '../compose/system.ts';
import { type Config, readConfig } from '../config.ts';
import { oncePerEpisode } from '../observability/alarm.ts';
import { AlreadyRunning } from '../sqlite.ts';
import { withProgress } from './progress-bar.ts';

export const alarm = oncePerEpisode((message, details) => console.error(message, JSON.stringify(details)));

/**
 * Opens the installation for writing, all parts in this process. Throws AlreadyRunning when another process has the
 * directory.
 */
export function open(config: Config, options: Partial<SystemOptions> = {}): Promise<System> {
  return openSystemFor('all', config, { projecting: 'here', alarm, ...options });
}

/** Read models are brought to the head of the log first, unless they may stand still. */
export async function withSystem(
  task: (system: System, config: Config) => unknown,
  readModels: 'follow' | 'stand still' = 'follow',
  options: Partial<SystemOptions> = {},
): Promise<void> {
  const config = readConfig(process.env);
  const system = await open(config, options);
  const doing = async () => {
    if (readModels === 'follow') await followShown(system);
    await task(system, config);
  };
  await thenEnd(doing, () => system.close());
}

/** For commands that only look, so that they work beside a running service as well. */
export async function withReadable(
  task: (system: Readable) => unknown,
  readModels: 'follow' | 'stand still' = 'follow',
): Promise<void> {
  const system = await openReadable(readConfig(process.env));
  const doing = async () => {
    if (readModels === 'follow') await followShown(system);
    await task(system);
  };
  await thenEnd(doing, () => system.close());
}

/** Where nobody has the directory, read models are brought to the head of the log here. */
async function openReadable(config: Config): Promise<Readable> {
  try {
    return await open(config);
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error;
    return openBeside(config, alarm);
  }
}

/** What was asked for at the command line. Throws RangeError with every option that is wrong, in both languages. */
export function optionsOf<S extends z.ZodType>(schema: S, options: object): z.infer<S> {
  const parsed = schema.safeParse(options, { error: z.locales.zhCN().localeError });
  if (parsed.success) return parsed.data;
  const english = schema.safeParse(options, { error: z.locales.en().localeError }).error?.issues;
  const faults = parsed.error.issues.map(({ path, message }, at) => {
    const other = english?.[at]?.message ?? message;
    return `  --${path.map(dashed).join('.')}：${message}${other === message ? '' : ` (${other})`}`;
  });
  throw new RangeError(`选项有误 (bad options)：\n${faults.join('\n')}`);
}

function dashed(name: PropertyKey): string {
  return String(name).replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

/** Shows a bar only when there is something to catch up with. */
export function followShown(system: Pick<System, 'follow'>): Promise<void> {
  return withProgress('更新读模型 updating read models {bar} {percentage}%', show =>
    system.follow(({ done, head }) => show(Number(done), Number(head))),
  );
}
