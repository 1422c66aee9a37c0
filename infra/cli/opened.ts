/** A house for the time of a command. */
import { z } from 'zod';
import { oncePerEpisode } from '../alarm.ts';
import { openBeside, type Readable } from '../beside.ts';
import { thenEnd } from '../closing.ts';
import { type Config, readConfig } from '../config.ts';
import type { House, HouseOptions } from '../house.ts';
import { openHouseFor } from '../main.ts';
import { AlreadyRunning } from '../sqlite.ts';
import { withProgress } from './progress-bar.ts';

export const alarm = oncePerEpisode((message, details) => console.error(message, JSON.stringify(details)));

/**
 * Opens the installation for writing, all parts in this process. Throws AlreadyRunning when another process has the
 * directory.
 */
export function open(config: Config, options: Partial<HouseOptions> = {}): Promise<House> {
  return openHouseFor('all', config, { projecting: 'here', alarm, ...options });
}

/** Read models are brought to the head of the log first, unless they may stand still. */
export async function withHouse(
  task: (house: House, config: Config) => unknown,
  readModels: 'follow' | 'stand still' = 'follow',
  options: Partial<HouseOptions> = {},
): Promise<void> {
  const config = readConfig(process.env);
  const house = await open(config, options);
  const doing = async () => {
    if (readModels === 'follow') await follow(house);
    await task(house, config);
  };
  await thenEnd(doing, () => house.close());
}

/** For commands that only look, so that they work beside a running service as well. */
export async function withReadable(
  task: (house: Readable) => unknown,
  readModels: 'follow' | 'stand still' = 'follow',
): Promise<void> {
  const house = await openReadable(readConfig(process.env));
  const doing = async () => {
    if (readModels === 'follow') await follow(house);
    await task(house);
  };
  await thenEnd(doing, () => house.close());
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

/** What was asked for at the command line. Throws RangeError with every option that is wrong, in Chinese. */
export function optionsOf<S extends z.ZodType>(schema: S, options: object): z.infer<S> {
  const parsed = schema.safeParse(options, { error: z.locales.zhCN().localeError });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  --${path.map(dashed).join('.')}：${message}`);
  throw new RangeError(`选项有误 (bad options)：\n${faults.join('\n')}`);
}

function dashed(name: PropertyKey): string {
  return String(name).replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

/** Shows a bar only when there is something to catch up with. */
export function follow(house: Pick<House, 'follow'>): Promise<void> {
  return withProgress('更新读模型 {bar} {percentage}%', show =>
    house.follow(({ done, head }) => show(Number(done), Number(head))),
  );
}
