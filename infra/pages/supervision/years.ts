/** Which programme years there are to choose from. */
import type { Asking } from '../page.ts';
import type { Options } from '../parts/field.tsx';

/** The newest first. */
export async function yearsKnown({ ask }: Pick<Asking, 'ask'>): Promise<readonly number[]> {
  const { items } = await ask<{ items: readonly { readonly year: number }[] }>('ListProgrammes', { limit: 100 });
  return items.map(({ year }) => year).sort((one, other) => other - one);
}

export const yearOptions = (years: readonly number[]): Options =>
  years.map(year => [String(year), `${year} 年度`] as const);
