import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../events/canonical.ts';
import { changesBetween } from '../../services/programme/changes.ts';
import fc from '../support/properties.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('writes the example of section 3.2.2 as section 3.2.3 prints it', () => {
    const example = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('orders members by UTF-16 code units, integer-like ones too', () => {
    const members: Json = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '10': 5,
      '9': 6,
      '\ud83d\ude00': 7,
      '\u0080': 8,
    };
    expect(canonicalJson(members)).toBe(
      '{"\\r":2,"1":4,"10":5,"9":6,"\u0080":8,"\u20ac":1,"\ud83d\ude00":7,"\ufb33":3}',
    );
  });

  it('leaves out what is absent and refuses what JSON cannot say', () => {
    expect(canonicalJson({ a: undefined, b: [] })).toBe('{"b":[]}');
    expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
  });

  it('is the same for the same content and reads back as it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = canonicalJson(value as Json);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 8785, numRuns: 300 },
    );
  });
});

describe('changes between two documents', () => {
  it('names the innermost values that differ; absent ones are empty', () => {
    const before = { a: { 'b/c': 1, '~d': [1, 2] }, gone: true, kind: [1] };
    const after = { a: { 'b/c': 2, '~d': [1, 3, 4] }, come: null, kind: { 0: 1 } };
    expect(changesBetween(before, after)).toEqual([
      { pointer: '/a/b~1c', from: '1', to: '2' },
      { pointer: '/a/~0d/1', from: '2', to: '3' },
      { pointer: '/a/~0d/2', from: '', to: '4' },
      { pointer: '/gone', from: 'true', to: '' },
      { pointer: '/kind', from: '[1]', to: '{"0":1}' },
      { pointer: '/come', from: '', to: 'null' },
    ]);
  });

  it('is empty exactly when the canonical texts are equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [before, after] = [one as Json, other as Json];
        expect(changesBetween(before, after).length === 0).toBe(canonicalJson(before) === canonicalJson(after));
      }),
      { seed: 6901, numRuns: 500 },
    );
  });
});
