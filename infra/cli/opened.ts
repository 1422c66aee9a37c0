/** A house for the time of a command. */
import { thenEnd } from '../closing.ts';
import { type Config, readConfig } from '../config.ts';
import type { Alarm } from '../engines.ts';
import type { House, HouseOptions } from '../house.ts';
import { openHouseFor } from '../main.ts';
import { ProgressBar } from './progress-bar.ts';

export const alarm: Alarm = (message, details) => console.error(message, JSON.stringify(details));

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

/** Shows a bar only when there is something to catch up with. */
export async function follow(house: House): Promise<void> {
  const bar = new ProgressBar('更新读模型 {bar} {percentage}%');
  await house.follow(({ done, head }) => bar.show(Number(done), Number(head)));
  bar.stop();
}
