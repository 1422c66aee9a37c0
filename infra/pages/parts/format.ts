/** Numbers, times and addresses as people read them. */
import { shanghaiMinute } from '../../../events/time.ts';
import { panelWord } from '../../../events/words/panels.ts';

const NUMBERS = new Intl.NumberFormat('zh-CN');

/** `1,478`. */
export const count = (number: number): string => NUMBERS.format(number);

/** `2024-12-25 10:00`, in Shanghai. */
export const minute = (instant: string): string => shanghaiMinute(instant);

/** 万元, to one decimal, of a sum in yuan. */
export const wan = (yuan: number): string =>
  new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(yuan / 10_000);

/** What a panel is called: its id has its programme year, and its number or the name that was given to it. */
export function panelName(panelId: string): string {
  const [, year, name] = /^(\d{4})-(.+)$/.exec(panelId) ?? [];
  if (name === undefined) return panelId;
  return /^\d+$/.test(name) ? `${year}年度第${name}技术评定组` : `${year}年度技术评定组（${panelWord(name)}）`;
}

/** The same address with other choices; what is undefined is no longer chosen, nor is a page further on. */
export function withChoice(
  here: URL,
  choices: Readonly<Record<string, string | undefined>>,
  path = here.pathname,
): string {
  const parameters = new URLSearchParams(here.search);
  parameters.delete('cursor');
  for (const [name, value] of Object.entries(choices)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  const query = parameters.toString();
  return query === '' ? path : `${path}?${query}`;
}
