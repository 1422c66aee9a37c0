/** The ledger's signatures, judged by OpenSSL, and OpenSSL's by the ledger. */
import { expect, it } from 'vitest';
import {
  checkpointText,
  cosignature,
  cosignedAt,
  cosignedText,
  parseCheckpoint,
} from '../../infra/ledger/checkpoint.ts';
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
import { describeWithOpenssl, openssl } from './foreign/openssl.ts';

const name = 'gongguan/0123456789abcdef';
const head = { origin: name, size: 3, root: Buffer.alloc(32, 9) };
const text = checkpointText(head);
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
