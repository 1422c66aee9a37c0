/** The ledger's signatures, judged by OpenSSL, and OpenSSL's by the ledger. */
import { expect, it } from 'vitest';
import {
  cosignature,
  cosignedAt,
  cosignedText,
  logCheckpointText,
  parseCheckpoint,
} from '../../infra/ledger/checkpoint.ts';
import { digest, TreeHash } from '../../infra/ledger/hashing.ts';
import {
  ed25519FromPem,
  isSignedBy,
  keyIdOf,
  noteText,
  parseNote,
  parseVerifierLine,
  SIGNATURE_TYPES,
  verifierLine,
} from '../../infra/ledger/note.ts';
import { sm2FromPem, verifiesSm2 } from '../../infra/ledger/sm2.ts';
import { describeWithOpenssl, openssl } from './foreign/openssl.ts';
import { SmallLog } from './foreign/small-log.ts';

const name = 'gongguan/0123456789abcdef';
const head = { origin: name, size: 3, root: Buffer.alloc(32, 9) };
const text = logCheckpointText(head);
const SEEN_AT = 1_767_000_000;

/** The bytes with the lowest bit of one another. */
function changed(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

describeWithOpenssl('Ed25519 of OpenSSL', () => {
  const pem = openssl(['genpkey', '-algorithm', 'ed25519']).stdout.toString();
  const spki = openssl(['pkey', '-in', 'key', '-pubout', '-outform', 'DER'], { key: pem }).stdout;
  const publicKey = spki.subarray(-32);
  const key = { name, type: SIGNATURE_TYPES.ed25519, publicKey };
  const witness = { name: 'witness.example', type: SIGNATURE_TYPES.cosignature, publicKey };

  const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'key', '-keyform', 'DER', '-rawin', '-in', 'text'];
  const isVerified = (content: string, signature: Uint8Array) =>
    openssl([...verify, '-sigfile', 'signature'], { key: spki, text: content, signature }).status === 0;
  const sign = (content: string) =>
    openssl(['pkeyutl', '-sign', '-inkey', 'key', '-rawin', '-in', 'text'], { key: pem, text: content }).stdout;

  it('given a checkpoint or what a witness signs, then OpenSSL verifies the signature', () => {
    const signer = ed25519FromPem(pem);
    expect(signer.publicKey).toEqual(publicKey);
    for (const content of [text, cosignedText(text, SEEN_AT)])
      expect(isVerified(content, signer.sign(content))).toBe(true);
  });

  it('given another text or another signature, then OpenSSL refuses it', () => {
    const signature = ed25519FromPem(pem).sign(text);
    expect(isVerified(text.replace('3', '4'), signature)).toBe(false);
    expect(isVerified(text, changed(signature, 40))).toBe(false);
  });

  it('given a checkpoint that OpenSSL signed and cosigned, then it is read, and a change is refused', () => {
    const own = { name, keyId: keyIdOf(key), signature: sign(text) };
    const seen = cosignature(witness, SEEN_AT, sign(cosignedText(text, SEEN_AT)));
    const note = parseNote(noteText({ text, signatures: [own, seen] }));
    expect(parseCheckpoint(note.text)).toEqual(head);
    expect(isSignedBy(parseVerifierLine(verifierLine(key)), note)).toBe(true);
    expect(cosignedAt(witness, note.text, seen)).toBe(SEEN_AT);
    const forged = { ...own, signature: changed(own.signature, 0) };
    expect(isSignedBy(key, { ...note, signatures: [forged, seen] })).toBe(false);
    expect(cosignedAt(witness, note.text, { ...seen, signature: changed(seen.signature, 7) })).toBeUndefined();
  });
});

/** DER of r and s, as OpenSSL writes and reads signatures. */
function derOf(signature: Uint8Array): Buffer {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map(number => {
    const trimmed = Buffer.from(
      number.subarray(
        Math.max(
          0,
          number.findIndex(byte => byte !== 0),
        ),
      ),
    );
    const body = (trimmed[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed;
    return Buffer.concat([Buffer.of(0x02, body.length), body]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function rawOf(der: Uint8Array): Buffer {
  const first = der[3] as number;
  const integers = [der.subarray(4, 4 + first), der.subarray(6 + first)];
  return Buffer.concat(integers.map(bytes => Buffer.from(hex(bytes).padStart(66, '0').slice(-64), 'hex')));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describeWithOpenssl('SM2 and SM3 of OpenSSL', () => {
  const options = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678', '-in', 'text'];
  const sign = (pem: string, content: string) =>
    openssl(['pkeyutl', '-sign', '-inkey', 'key', ...options], { key: pem, text: content }).stdout;
  const isVerified = (spki: Uint8Array, content: string, der: Uint8Array) =>
    openssl(['pkeyutl', '-verify', '-pubin', '-inkey', 'key', '-keyform', 'DER', ...options, '-sigfile', 'signature'], {
      key: spki,
      text: content,
      signature: der,
    }).status === 0;
  const pem = openssl(['genpkey', '-algorithm', 'SM2']).stdout.toString();
  const spki = openssl(['pkey', '-in', 'key', '-pubout', '-outform', 'DER'], { key: pem }).stdout;
  const key = sm2FromPem(pem);
  const contents = Array.from({ length: 16 }, (_, at) => logCheckpointText({ ...head, size: at }));

  it('given a key that OpenSSL made, then its point is the same', () => {
    expect(hex(key.publicKey.subarray(-65))).toBe(hex(spki.subarray(-65)));
    expect(() => sm2FromPem(openssl(['genpkey', '-algorithm', 'ed25519']).stdout.toString())).toThrow(TypeError);
  });

  it('given what is signed here, then OpenSSL verifies it, and refuses another text or signature', () => {
    for (const content of contents) expect(isVerified(spki, content, derOf(key.sign(Buffer.from(content))))).toBe(true);
    const signature = key.sign(Buffer.from(text));
    expect(isVerified(spki, text.replace('3', '4'), derOf(signature))).toBe(false);
    for (const at of [0, 40]) expect(isVerified(spki, text, derOf(changed(signature, at)))).toBe(false);
  });

  it('given what OpenSSL signed, then it is verified here, and another text, signature or key is not', () => {
    for (const content of contents) {
      const signature = rawOf(sign(pem, content));
      expect(verifiesSm2(key.publicKey, Buffer.from(content), signature)).toBe(true);
      expect(verifiesSm2(key.publicKey, Buffer.from(`${content} `), signature)).toBe(false);
      for (const at of [0, 31, 32, 63])
        expect(verifiesSm2(key.publicKey, Buffer.from(content), changed(signature, at))).toBe(false);
      for (const at of [0, 23, 40])
        expect(verifiesSm2(changed(key.publicKey, at), Buffer.from(content), signature)).toBe(false);
    }
  });

  it('given a checkpoint that OpenSSL signed, then it is a note of the suite, and a change is refused', () => {
    const publicKey = Buffer.concat([Buffer.from('oid/1.2.156.10197.1.501'), spki.subarray(-65)]);
    const verifier = { name, type: 0xff, publicKey };
    const note = noteText({
      text,
      signatures: [{ name, keyId: keyIdOf(verifier), signature: rawOf(sign(pem, text)) }],
    });
    expect(isSignedBy(parseVerifierLine(verifierLine(verifier)), parseNote(note))).toBe(true);
    expect(isSignedBy(verifier, parseNote(note.replace('\n3\n', '\n4\n')))).toBe(false);
    expect(isSignedBy({ ...verifier, type: SIGNATURE_TYPES.ed25519 }, parseNote(note))).toBe(false);
  });

  it('given entries, then their tree of SM3 is that of RFC 6962 with the hashes of OpenSSL', () => {
    const sm3 = (...parts: readonly Uint8Array[]) =>
      openssl(['dgst', '-sm3', '-binary', 'bytes'], { bytes: Buffer.concat(parts) }).stdout;
    const treeOf = (entries: readonly Uint8Array[]): Buffer => {
      const [first, ...rest] = entries;
      if (!first) return sm3();
      if (rest.length === 0) return sm3(Buffer.of(0), first);
      const split = 2 ** Math.ceil(Math.log2(entries.length) - 1);
      return sm3(Buffer.of(1), treeOf(entries.slice(0, split)), treeOf(entries.slice(split)));
    };
    const entries = contents.map(content => digest('sm3', content));
    const log = new SmallLog(new TreeHash('sm3'), entries);
    for (const size of [0, 1, 2, 5, 8]) expect(hex(log.root(size))).toBe(hex(treeOf(entries.slice(0, size))));
  });
});
