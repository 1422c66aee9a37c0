/** The verifier's own SM3 and SM2: against OpenSSL's SM3 within Node, the example of the standard, and what the ledger signs. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifiesSm2 as ledgerVerifiesSm2, sm2OfSecret } from '../../../infra/ledger/sm2.ts';
import { verifiesSm2 } from '../../../infra/ledger/verify/sm2.js';
import { sm3 } from '../../../infra/ledger/verify/sm3.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ORDER = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');

describe('SM3', () => {
  it('given texts of every length around its blocks, then the digest is that of OpenSSL', () => {
    for (let length = 0; length < 300; length += 1) {
      const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 7 + length) % 256));
      expect(hex(sm3(bytes))).toBe(hash('sm3', bytes, 'hex'));
    }
  });
});

describe('SM2', () => {
  const keys = [1, 2, 0x7f, 0xff].map(byte => sm2OfSecret(Buffer.alloc(32, byte)));
  const contents = ['', 'a', '质量攻关', 'gongguan/0123456789abcdef\n3\nroot\n'].map(text => Buffer.from(text));
  const [key] = keys as [(typeof keys)[0]];
  const [, content] = contents as [Buffer, Buffer];
  const verifies = verifiesSm2.bind(undefined, sm3);

  it('given what is signed, then it is verified; signed again it is the same', () => {
    for (const { publicKey, sign } of keys) {
      for (const signed of contents) {
        expect(verifies(publicKey, signed, sign(signed))).toBe(true);
        expect(sign(signed)).toEqual(sign(signed));
      }
    }
  });

  it('given the example of GB/T 32918.5, annex A.2, then its signature is verified', () => {
    const point =
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
    const publicKey = Buffer.concat([Buffer.from('oid/1.2.156.10197.1.501'), Buffer.from(point, 'hex')]);
    const [r, s] = [
      'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
    ];
    const signature = Buffer.from(r + s, 'hex');
    expect(verifies(publicKey, Buffer.from('message digest'), signature)).toBe(true);
    expect(ledgerVerifiesSm2(publicKey, Buffer.from('message digest'), signature)).toBe(true);
    const secret = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
    expect(hex(sm2OfSecret(Buffer.from(secret, 'hex')).publicKey)).toBe(hex(publicKey));
  });

  it('given a bit flipped anywhere, then it is refused', () => {
    const signature = key.sign(content);
    const flips = (bytes: Uint8Array) =>
      Array.from({ length: bytes.length }, (_, at) => {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] as number) ^ (1 << (at % 8));
        return copy;
      });
    for (const changed of flips(signature)) expect(verifies(key.publicKey, content, changed)).toBe(false);
    for (const changed of flips(content)) expect(verifies(key.publicKey, changed, signature)).toBe(false);
    for (const changed of flips(key.publicKey)) expect(verifies(changed, content, signature)).toBe(false);
  });

  it('given numbers out of their range, or a signature of another length, then it is refused', () => {
    const signature = key.sign(content);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    const r1 = BigInt(`0x${hex(r)}`);
    const strange = [
      [bytesOf(0n), s],
      [r, bytesOf(0n)],
      [bytesOf(ORDER), s],
      [r, bytesOf(ORDER)],
      [r, bytesOf(ORDER - r1)],
      [r],
      [r, s, Buffer.of(0)],
    ];
    for (const parts of strange) expect(verifies(key.publicKey, content, Buffer.concat(parts))).toBe(false);
  });

  it('given the key of another, or one that is no point of the curve, then it is refused', () => {
    const signature = key.sign(content);
    for (const { publicKey } of keys.slice(1)) expect(verifies(publicKey, content, signature)).toBe(false);
    const nowhere = Buffer.concat([key.publicKey.subarray(0, -64), Buffer.alloc(64)]);
    expect(verifies(nowhere, content, signature)).toBe(false);
    expect(verifies(key.publicKey.subarray(1), content, signature)).toBe(false);
  });
});
