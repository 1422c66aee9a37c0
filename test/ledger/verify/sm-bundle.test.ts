/** A bundle of a log of the suite `sm`, made from the page, before the verifier of bundles. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StreamId } from '../../../events/ids.ts';
import { logCheckpointText } from '../../../infra/ledger/checkpoint.ts';
import { TreeHash } from '../../../infra/ledger/hashing.ts';
import { keyIdOf, noteText } from '../../../infra/ledger/note.ts';
import { type CommittedEvent, entryOf, recordOf, SaltKey } from '../../../infra/ledger/record.ts';
import { sm2OfSecret } from '../../../infra/ledger/sm2.ts';
import { verifyBundle } from '../../../infra/ledger/verify/bundle.js';
import { verifierScript } from '../../../infra/ledger/verify/script.ts';
import { temporaryDirectory } from '../../support/log.ts';
import { SmallLog } from '../foreign/small-log.ts';
import { bundle, type Files, json, manifestOf, ORIGIN } from './plain-bundle.ts';

const EVENTS = 20;
const salts = new SaltKey(Buffer.alloc(32, 5), 'sm3');
const signer = sm2OfSecret(Buffer.alloc(32, 6));
const logKey = { name: ORIGIN, type: 0xff, publicKey: signer.publicKey };

const eventAt = (index: number): CommittedEvent => ({
  id: `01890a5d-ac96-774b-bcce-${String(index).padStart(12, '0')}`,
  streamId: `project-2024-p${index}` as StreamId,
  revision: 0,
  type: 'application.amended',
  schemaVersion: 1,
  dataText: JSON.stringify({ title: '降低不良率', score: index }),
  metaText: JSON.stringify({ commandId: `c${index}`, recordedAt: '2024-05-01T01:02:03.000Z' }),
});
const recordAt = (index: number) => recordOf(eventAt(index), salts.saltsOf(eventAt(index).id), 'sm3');
const indexes = Array.from({ length: EVENTS }, (_, index) => index);
const log = new SmallLog(
  new TreeHash('sm3'),
  indexes.map(index => entryOf(recordAt(index), 'sm3')),
);

function checkpoint(size: number): Buffer {
  const text = logCheckpointText({ origin: ORIGIN, size, root: log.root(size) });
  const signature = signer.sign(Buffer.from(text));
  return Buffer.from(noteText({ text, signatures: [{ name: ORIGIN, keyId: keyIdOf(logKey), signature }] }));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function line(index: number): string {
  const { id, dataText: data, metaText: meta, revision } = eventAt(index);
  const { data: dataSalt, meta: metaSalt } = salts.saltsOf(id);
  const [record, position] = [recordAt(index), String(index + 1)];
  const entry = hex(entryOf(record, 'sm3'));
  const shown = { data, dataSalt: hex(dataSalt), revision, meta, metaSalt: hex(metaSalt) };
  return `${JSON.stringify({ index, entry, position, record, ...shown })}\n`;
}

const key = { name: ORIGIN, publicKey: base64(signer.publicKey), suite: 'sm', introducedAt: 0 };
const files: Files = new Map([
  ['checkpoint', checkpoint(EVENTS)],
  ['checkpoints/8', checkpoint(8)],
  ['checkpoints/8.consistency', Buffer.from(`${log.consistency(8, EVENTS).map(base64).join('\n')}\n`)],
  ['keys.json', json({ keys: [key], witnesses: [] })],
  ['events.ndjson', Buffer.from(indexes.map(line).join(''))],
  ['lists.json', json([])],
]);

const packed = (changed: Files, suite = 'sm') => bundle(changed, manifestOf(changed, { suite }));
const replaced = (name: string, from: string, to: string): Files =>
  new Map(files).set(name, Buffer.from(String(files.get(name)).replace(from, to)));

function verdictOf(content: Uint8Array) {
  return verifyBundle({
    size: content.length,
    bytes: async (start, end) => content.subarray(start, end),
    stream: (start, end) => new Blob([content.slice(start, end)]).stream(),
  });
}

describe('a bundle of the suite sm', () => {
  it('given a whole one, then it is whole', async () => {
    const { outcome, violations } = await verdictOf(packed(files));
    expect({ outcome, violations }).toEqual({ outcome: 'whole', violations: [] });
  });

  it('given a changed score, then it is violated there', async () => {
    const { outcome, first } = await verdictOf(packed(replaced('events.ndjson', '\\"score\\":13', '\\"score\\":14')));
    expect({ outcome, index: first?.index }).toEqual({ outcome: 'violated', index: 13 });
  });

  it('given the signature of another key, another root or another suite, then it is violated', async () => {
    const other = sm2OfSecret(Buffer.alloc(32, 7));
    const text = logCheckpointText({ origin: ORIGIN, size: EVENTS, root: log.root(EVENTS) });
    const signature = other.sign(Buffer.from(text));
    const forged = noteText({ text, signatures: [{ name: ORIGIN, keyId: keyIdOf(logKey), signature }] });
    const changes = [
      packed(new Map(files).set('checkpoint', Buffer.from(forged))),
      packed(replaced('checkpoint', base64(log.root(EVENTS)), base64(log.root(EVENTS - 1)))),
      packed(files, 'ed25519'),
    ];
    for (const content of changes) expect((await verdictOf(content)).outcome).toBe('violated');
  });
});

describe('the script', () => {
  const directory = temporaryDirectory();
  afterAll(() => directory[Symbol.dispose]());

  it('given bare Node, then it says the same', () => {
    const at = (name: string) => join(directory.path, name);
    writeFileSync(at('verify.mjs'), verifierScript());
    writeFileSync(at('whole.zip'), packed(files));
    writeFileSync(at('changed.zip'), packed(replaced('events.ndjson', '\\"score\\":13', '\\"score\\":14')));
    const status = (name: string) => spawnSync(process.execPath, [at('verify.mjs'), at(name)]).status;
    expect([status('whole.zip'), status('changed.zip')]).toEqual([0, 3]);
  });
});
