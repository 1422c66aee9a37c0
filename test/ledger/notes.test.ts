import { describe, expect, it } from 'vitest';
import { cosignature, cosignedAt, cosignedText, parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import {
  ed25519FromPem,
  isSignedBy,
  MalformedNote,
  noteText,
  parseNote,
  parseVerifierLine,
  SIGNATURE_TYPES,
  signatureLine,
  signaturesBy,
  verifierLine,
} from '../../infra/ledger/note.ts';
import { MemoryLedger, newLedgerKey } from '../support/ledger.ts';

/** The example of C2SP signed-note. */
const LINE = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

describe('signed notes', () => {
  it('given the example of the specification, then it is signed by its key, and is written as it was read', () => {
    const note = parseNote(NOTE);
    const key = parseVerifierLine(LINE);
    expect(isSignedBy(key, note)).toBe(true);
    expect(noteText(note)).toBe(NOTE);
    expect(verifierLine(key)).toBe(LINE);
  });

  it('given another text, another signature or another key, then it is not', () => {
    const key = parseVerifierLine(LINE);
    expect(isSignedBy(key, parseNote(NOTE.replace('example message', 'exampl message')))).toBe(false);
    expect(isSignedBy(key, parseNote(NOTE.replace('Uw2QOkn8', 'Uw2QOkn9')))).toBe(false);
    expect(isSignedBy({ ...key, name: 'example.com/bar' }, parseNote(NOTE))).toBe(false);
  });

  it('given what is no note or no key, then it is refused', () => {
    const bad = ['', 'text\n', 'text\n\nno dash\n', 'text\n\n— a AA==\n', NOTE.slice(0, -1), `\t${NOTE}`];
    for (const text of bad) expect(() => parseNote(text)).toThrow(MalformedNote);
    for (const line of ['', 'a+b', LINE.replace('530d903a', '530d903b')])
      expect(() => parseVerifierLine(line)).toThrow(MalformedNote);
  });
});

describe('checkpoints', () => {
  it('given a size and a root, then they are read back from the note, and its key has signed them', async () => {
    const ledger = new MemoryLedger();
    const { note, size, root } = await ledger.sign();
    const parsed = parseNote(note);
    expect(isSignedBy(ledger.key, parsed)).toBe(true);
    expect(parseCheckpoint(parsed.text)).toEqual({ origin: ledger.origin, size, root });
  });

  it.each(['', 'a\n1\n', '\n1\nAAAA\n', 'a\n01\nx\n', 'a\n1\nAAAA\n'])('given %j, then it is refused', text => {
    expect(() => parseCheckpoint(text)).toThrow(MalformedNote);
  });

  it('given a cosignature, then it tells when its witness saw the text, and nothing of another text or witness', () => {
    const { publicKey, sign } = ed25519FromPem(newLedgerKey());
    const witness = { name: 'witness.example', type: SIGNATURE_TYPES.cosignature, publicKey };
    const text = 'gongguan/0123456789abcdef\n1\nAAAA\n';
    const line = signatureLine(cosignature(witness, 1_700_000_000, sign(cosignedText(text, 1_700_000_000))));
    const note = parseNote(`${text}\n${line}`);
    const [signature] = signaturesBy(witness, note);
    if (!signature) throw new Error('the witness has not signed');
    expect(cosignedAt(witness, text, signature)).toBe(1_700_000_000);
    expect(cosignedAt(witness, `${text}x\n`, signature)).toBeUndefined();
    const other = { ...witness, publicKey: ed25519FromPem(newLedgerKey()).publicKey };
    expect(cosignedAt(other, text, signature)).toBeUndefined();
  });
});
