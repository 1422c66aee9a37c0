/** Exact fractions of whole numbers of any size: what is computed with them is rounded only where it is said to be. */

/** In lowest terms; the denominator is positive, so that equal values are equal in both parts. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Fraction = { n: 0n, d: 1n };

/** `d` is not 0. */
export function fraction(n: bigint, d: bigint = 1n): Fraction {
  const divisor = gcd(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor };
}

function gcd(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { n: -b.n, d: b.d });
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.n, a.d * b.d);
}

/** `b` is not 0. */
export function over(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d, a.d * b.n);
}

/** Negative, 0 or positive, as `a` lies below, at or above `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const [left, right] = [a.n * b.d, b.n * a.d];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The mean of at least one value. */
export function mean(values: readonly Fraction[]): Fraction {
  return over(values.reduce(plus, ZERO), fraction(BigInt(values.length)));
}

/** To so many decimals, half away from zero. */
export function rounded({ n, d }: Fraction, decimals: number): Fraction {
  const scale = 10n ** BigInt(decimals);
  const size = (2n * (n < 0n ? -n : n) * scale + d) / (2n * d);
  return fraction(n < 0n ? -size : size, scale);
}

/** The square root of a value that is not negative, cut after so many decimals. */
export function squareRoot({ n, d }: Fraction, decimals: number): Fraction {
  const scale = 10n ** BigInt(decimals);
  return fraction(wholeRoot((n * scale * scale) / d), scale);
}

/** Largest whole number whose square is not above the value (Newton). */
function wholeRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/** With exactly so many decimals, rounded half away from zero. */
export function decimalText(value: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const { n, d } = rounded(value, decimals);
  const whole = n * (scale / d);
  const size = whole < 0n ? -whole : whole;
  return `${whole < 0n ? '-' : ''}${size / scale}.${String(size % scale).padStart(decimals, '0')}`;
}
