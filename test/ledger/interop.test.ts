/** What the ledger gives out, judged by code that others wrote: they accept all of it, and nothing that was changed. */
import { createHash, createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cosignature, cosignedText, logCheckpointText } from '../../infra/ledger/checkpoint.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import {
  ed25519FromPem,
  keyIdOf,
  type Note,
  noteText,
  SIGNATURE_TYPES,
  verifierLine,
} from '../../infra/ledger/note.ts';
import { type Case, describeWithJudges } from './foreign/judges.ts';
import { SmallLog } from './foreign/small-log.ts';

const LARGEST = 300;
const ORIGIN = 'gongguan/0123456789abcdef';
const SEEN_AT = 1_767_000_000;

const entries = Array.from({ length: LARGEST }, (_, at) => createHash('sha256').update(`record ${at}`).digest());
const log = new SmallLog(new TreeHash('sha256'), entries);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const entryOf = (index: number) => base64(entries[index] as Uint8Array);

/** From the seed of RFC 8032, 32 bytes. */
function ed25519(seed: number) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
  return ed25519FromPem(String(pem));
}

const signer = ed25519(1);
const witness = ed25519(2);
const logKey = { name: ORIGIN, type: SIGNATURE_TYPES.ed25519, publicKey: signer.publicKey };
const witnessKey = { name: 'witness.example/市', type: SIGNATURE_TYPES.cosignature, publicKey: witness.publicKey };
const keys = [verifierLine(logKey), verifierLine(witnessKey)];

/** The checkpoint of a size, signed by the log and seen by a witness. */
function checkpointOf(size: number): Note {
  const text = logCheckpointText({ origin: ORIGIN, size, root: log.root(size) });
  const bySigner = { name: ORIGIN, keyId: keyIdOf(logKey), signature: signer.sign(text) };
  return { text, signatures: [bySigner, cosignature(witnessKey, SEEN_AT, witness.sign(cosignedText(text, SEEN_AT)))] };
}

const inclusion = (index: number, size: number): Case => ({
  kind: 'inclusion',
  index,
  entry: entryOf(index),
  size,
  root: base64(log.root(size)),
  proof: log.inclusion(index, size).map(base64),
});

const consistency = (old: number, size: number): Case => ({
  kind: 'consistency',
  oldSize: old,
  oldRoot: base64(log.root(old)),
  size,
  root: base64(log.root(size)),
  proof: log.consistency(old, size).map(base64),
});

const tlogProof = (index: number, size: number): Case => ({
  kind: 'proof',
  keys,
  entry: entryOf(index),
  text: [
    'c2sp.org/tlog-proof@v1',
    `extra ${base64(Buffer.from('the record'))}`,
    `index ${index}`,
    ...log.inclusion(index, size).map(base64),
    '',
    noteText(checkpointOf(size)),
  ].join('\n'),
});

const upTo = (size: number) => Array.from({ length: size }, (_, at) => at);
/** All of a small size; of a larger one those beside a power of two, where trees differ in shape, and some others. */
const some = (size: number) =>
  size <= 40
    ? upTo(size)
    : upTo(size).filter(
        at => at < 3 || at > size - 4 || at % 37 === size % 37 || [63, 64, 127, 128, 255, 256].includes(at),
      );

/** The bytes with one bit another, the `at`-th counted round. */
function flipped(bytes: Uint8Array, at: number): Buffer {
  const changed = Buffer.from(bytes);
  const byte = Math.floor(at / 8) % changed.length;
  changed[byte] = (changed[byte] as number) ^ (1 << (at % 8));
  return changed;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gongguan-tiles-'));
  log.writeTiles(join(directory, 'whole'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeWithJudges(judge => {
  const accepts = async (cases: readonly Case[]) => {
    const verdicts = await judge(cases);
    expect(verdicts.flatMap((verdict, at) => (verdict === 'accepted' ? [] : [{ verdict, of: cases[at] }]))).toEqual([]);
  };
  const refuses = async (cases: readonly Case[]) => {
    const verdicts = await judge(cases);
    expect(cases.length).toBeGreaterThan(0);
    expect(verdicts.flatMap((verdict, at) => (verdict.startsWith('refused: ') ? [] : [cases[at]]))).toEqual([]);
  };
  const tiles = (name: string) => join(directory, name);

  it('given checkpoints of every size, then their signature and cosignature are accepted', async () => {
    await accepts(upTo(LARGEST + 1).map(size => ({ kind: 'note', keys, note: noteText(checkpointOf(size)) })));
  });

  it('given tiles and entries, then the tree of every size leads to the checkpoint', async () => {
    await accepts(
      upTo(LARGEST + 1).map(size => ({
        kind: 'tree',
        keys,
        note: noteText(checkpointOf(size)),
        tiles: tiles('whole'),
      })),
    );
  });

  it('given proofs of inclusion in trees of every size, then they are accepted, also as tlog-proof', async () => {
    const pairs = upTo(LARGEST + 1).flatMap(size => some(size).map(index => [index, size] as const));
    await accepts(pairs.map(pair => inclusion(...pair)));
    await accepts(upTo(40).flatMap(at => [tlogProof(at, 40), tlogProof(at, at + 1), tlogProof(at, LARGEST)]));
  });

  it('given proofs of consistency between trees of all sizes, then they are accepted', async () => {
    // Go has no proof from the empty tree, with which every tree is consistent.
    const pairs = upTo(LARGEST + 1).flatMap(size => some(size + 1).map(old => [old, size] as const));
    await accepts(pairs.filter(([old]) => old > 0).map(pair => consistency(...pair)));
  });

  it('given a note with a bit flipped in its text, signature or cosignature, then it is refused', async () => {
    const note = checkpointOf(257);
    const withSignature = (which: number, change: (bytes: Buffer) => Buffer): Note => ({
      ...note,
      signatures: note.signatures.map((one, at) => (at === which ? { ...one, signature: change(one.signature) } : one)),
    });
    const bits = (length: number) => upTo(length * 8);
    // The text is ASCII, and stays UTF-8 with any of its lower bits flipped.
    const texts = bits(Buffer.byteLength(note.text)).filter(at => at % 8 < 7);
    await refuses(
      [
        ...texts.map(at => ({ ...note, text: String(flipped(Buffer.from(note.text), at)) })),
        ...bits(64).map(at => withSignature(0, bytes => flipped(bytes, at))),
        ...bits(8 + 64).map(at => withSignature(1, bytes => flipped(bytes, at))),
      ].map(changed => ({ kind: 'note', keys, note: noteText(changed) })),
    );
  });

  it('given a note that another key signed, or one without its cosignature, then it is refused', async () => {
    const note = checkpointOf(257);
    const forged = { name: ORIGIN, keyId: keyIdOf(logKey), signature: witness.sign(note.text) };
    const [own, seen] = note.signatures as [Note['signatures'][0], Note['signatures'][0]];
    await refuses(
      [[forged, seen], [own], [seen]].map(signatures => ({
        kind: 'note',
        keys,
        note: noteText({ text: note.text, signatures }),
      })),
    );
  });

  it('given a proof with a bit flipped, a hash left out or the proof of another entry, then it is refused', async () => {
    const broken = (proof: readonly string[]) => [
      ...proof.map((hash, at) => proof.with(at, base64(flipped(Buffer.from(hash, 'base64'), at * 11)))),
      ...proof.map((_, at) => proof.toSpliced(at, 1)),
      [...proof, base64(Buffer.alloc(32))],
    ];
    const sound = [
      inclusion(0, 300),
      inclusion(255, 257),
      inclusion(299, 300),
      consistency(255, 300),
      consistency(64, 100),
    ];
    const changed = sound.flatMap(one =>
      'proof' in one
        ? [
            ...broken(one.proof).map(proof => ({ ...one, proof })),
            { ...one, root: base64(log.root(299)) },
            ...(one.kind === 'inclusion'
              ? [
                  { ...one, entry: entryOf(7) },
                  { ...one, index: one.index ^ 1 },
                ]
              : [{ ...one, oldRoot: base64(flipped(log.root(one.oldSize), 3)) }]),
          ]
        : [],
    );
    await refuses(changed);
    const whole = tlogProof(7, 40) as Case & { kind: 'proof' };
    await refuses([
      { ...whole, entry: entryOf(8) },
      { ...whole, text: whole.text.replace('index 7', 'index 6') },
      { ...whole, text: whole.text.replace(base64(log.root(40)), base64(log.root(41))) },
    ]);
  });

  it('given a tile or an entry with a bit flipped, then its tree is refused', async () => {
    const note = noteText(checkpointOf(LARGEST));
    const names = ['0/000', '0/001.p/44', '1/000.p/1', 'entries/000', 'entries/001.p/44'];
    const cases = names.flatMap((name, which) =>
      upTo(6).map(at => {
        const changed = tiles(`changed-${which}-${at}`);
        for (const other of names) cpSync(join(tiles('whole'), 'tile', other), join(changed, 'tile', other));
        const path = join(changed, 'tile', name);
        const bytes = readFileSync(path);
        writeFileSync(path, flipped(bytes, Math.floor((bytes.length * 8 * at) / 6) + at));
        return { kind: 'tree' as const, keys, note, tiles: changed };
      }),
    );
    await refuses(cases);
  });
});
