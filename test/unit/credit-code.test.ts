import { describe, expect, it } from 'vitest';
import { creditCodeCheckSymbol, creditCodeSchema } from '../../events/ids.ts';
import fc from '../support/properties.ts';

/** The example printed in GB 32100-2015. */
const EXAMPLE = '91350100M000100Y43';
const SYMBOLS = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];

describe('GB 32100-2015 统一社会信用代码', () => {
  it('accepts the example of the standard', () => {
    expect(creditCodeSchema.parse(EXAMPLE)).toBe(EXAMPLE);
    expect(creditCodeCheckSymbol(EXAMPLE.slice(0, 17))).toBe('3');
  });

  it.each(SYMBOLS.filter(symbol => symbol !== '3'))('refuses the example with check symbol %s', symbol => {
    expect(creditCodeSchema.safeParse(EXAMPLE.slice(0, 17) + symbol).success).toBe(false);
  });

  it.each(['I', 'O', 'S', 'V', 'Z'])('refuses the letter %s, which the standard leaves out', letter => {
    const first17 = `9135010${letter}M000100Y4`;
    expect(creditCodeCheckSymbol(first17)).toBeUndefined();
    for (const check of SYMBOLS) expect(creditCodeSchema.safeParse(first17 + check).success).toBe(false);
  });

  it.each([EXAMPLE.slice(0, 17), `${EXAMPLE}3`, EXAMPLE.toLowerCase(), ''])('refuses the form of %j', code => {
    expect(creditCodeSchema.safeParse(code).success).toBe(false);
  });

  it('detects every change of one symbol', () => {
    fc.assert(
      fc.property(fc.nat(17), fc.constantFrom(...SYMBOLS), (at, symbol) => {
        fc.pre(EXAMPLE[at] !== symbol);
        const changed = EXAMPLE.slice(0, at) + symbol + EXAMPLE.slice(at + 1);
        expect(creditCodeSchema.safeParse(changed).success).toBe(false);
      }),
      { seed: 32100 },
    );
  });
});
