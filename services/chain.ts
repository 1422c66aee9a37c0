/** A list that grows at its end and shares the rest, so that a fold over very many events stays linear. */
export interface Chain<T> {
  readonly value: T;
  /** What came before; undefined for the first. */
  readonly rest: Chain<T> | undefined;
}

/** The values of a chain as an array; linear in its length. */
export function oldestFirst<T>(chain: Chain<T> | undefined): T[] {
  const values: T[] = [];
  for (let link = chain; link; link = link.rest) values.push(link.value);
  return values.reverse();
}
