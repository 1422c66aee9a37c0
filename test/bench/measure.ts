/** Measuring: rates and latencies of repeated work, sides taken in turn, and the spread of what came out. */
import { setImmediate as turn } from 'node:timers/promises';

/** What one run of one side gave. */
export interface Sample {
  /** Operations a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] as number, median: quantile(sorted, 0.5), max: sorted.at(-1) as number };
}

/** Of values in ascending order. */
function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

export function percentilesOf(latencies: readonly number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(latencies).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Runs the sides one after another, `rounds` times: A B C A B C. A drift of the machine then meets all of them. */
export async function inTurn<Side extends string, T>(
  rounds: number,
  sides: Readonly<Record<Side, () => T | Promise<T>>>,
): Promise<Record<Side, T[]>> {
  const names = Object.keys(sides) as Side[];
  const results = Object.fromEntries(names.map(name => [name, [] as T[]])) as Record<Side, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results[name].push(await sides[name]());
  }
  return results;
}

export interface Repeated {
  /** Seconds that count. */
  readonly seconds: number;
  /** Asynchronous tasks under way at a time. */
  readonly writers?: number;
  readonly warmUpSeconds?: number;
}

/** Each of the writers does its task again as soon as it is done. */
export async function repeat(
  { seconds, writers = 1, warmUpSeconds = seconds / 4 }: Repeated,
  task: (writer: number) => Promise<unknown>,
): Promise<Sample> {
  const latencies: number[] = [];
  const from = performance.now() + warmUpSeconds * 1_000;
  const until = from + seconds * 1_000;
  let last = from;
  const write = async (writer: number) => {
    for (;;) {
      const startedAt = performance.now();
      if (startedAt >= until) return;
      await task(writer);
      const endedAt = performance.now();
      if (startedAt >= from) latencies.push(endedAt - startedAt);
      last = Math.max(last, endedAt);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return { rate: (latencies.length * 1_000) / (last - from), ...percentilesOf(latencies) };
}

/** The same for a task that does not wait: no promise is paid for. `operations` is what one call does. */
export async function repeatSync(
  { seconds, warmUpSeconds = seconds / 4 }: Repeated,
  task: () => unknown,
  operations = 1,
): Promise<Sample> {
  await turn();
  const latencies: number[] = [];
  const from = performance.now() + warmUpSeconds * 1_000;
  const until = from + seconds * 1_000;
  let last = from;
  for (;;) {
    const startedAt = performance.now();
    if (startedAt >= until) break;
    task();
    last = performance.now();
    if (startedAt >= from) latencies.push(last - startedAt);
  }
  return { rate: (latencies.length * operations * 1_000) / (last - from), ...percentilesOf(latencies) };
}

/** Seconds a task takes. */
export async function secondsOf(task: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await task();
  return (performance.now() - startedAt) / 1_000;
}

export const rates = (samples: readonly Sample[]): number[] => samples.map(({ rate }) => rate);

/** Mean rate and latencies, as a table shows them. */
export function shown(samples: readonly Sample[]): string {
  const p50 = mean(samples.map(sample => sample.p50));
  const p99 = mean(samples.map(sample => sample.p99));
  return `${count(mean(rates(samples)))}/s (${ms(p50)}/${ms(p99)} ms)`;
}

export const count = (value: number): string => Math.round(value).toLocaleString('en');
export const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));
