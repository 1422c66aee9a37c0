/** Counts by name. Names come from applications, so none of them may meet an inherited property. */
export type Tally = Readonly<Record<string, number>>;

/** Adds to the counts of some names; a count that falls to zero is dropped. */
export function added(tally: Tally, names: readonly string[], amount: number): Record<string, number> {
  const counts = new Map(Object.entries(tally));
  for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + amount);
  return Object.fromEntries([...counts].filter(([, value]) => value !== 0));
}

/** The counts of several tallies together. */
export function summed(tallies: readonly Tally[]): Record<string, number> {
  return tallies.reduce<Record<string, number>>(
    (sum, tally) => Object.entries(tally).reduce((counts, [name, value]) => added(counts, [name], value), sum),
    {},
  );
}
