/**
 * A bundle made from the page alone, with nothing of the product: what the verifiers are tried on. Every part can be changed
 * before it is signed and packed, as somebody would who has the log's key or has not.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export type Sha256 = (...parts: (string | Uint8Array)[]) => Buffer;

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export interface PlainEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly meta: string;
}

/** A deterministic Ed25519 key pair. */
export function keyPair(seed: string): { readonly privateKey: KeyObject; readonly publicKey: Buffer } {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha256(seed)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { privateKey, publicKey };
}

export function vkey(name: string, type: number, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(type), publicKey]);
  return `${name}+${sha256(`${name}\n`, typed).subarray(0, 4).toString('hex')}+${typed.toString('base64')}`;
}

export const ORIGIN = 'gongguan/0123456789abcdef';
export const WITNESS = 'witness.example.cn/w1';
export const LOG_KEY = keyPair('log');
export const WITNESS_KEY = keyPair('witness');

/** RFC 6962, section 2.1, word for word. */
export function treeRoot(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return sha256('');
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0] as Uint8Array);
  const k = splitOf(entries.length);
  return sha256(Buffer.of(1), treeRoot(entries.slice(0, k)), treeRoot(entries.slice(k)));
}

function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** Section 2.1.1. */
export function inclusion(index: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  if (entries.length === 1) return [];
  const k = splitOf(entries.length);
  return index < k
    ? [...inclusion(index, entries.slice(0, k)), treeRoot(entries.slice(k))]
    : [...inclusion(index - k, entries.slice(k)), treeRoot(entries.slice(0, k))];
}

/** Section 2.1.2. */
export function consistency(old: number, entries: readonly Uint8Array[], whole = true): readonly Buffer[] {
  if (old === entries.length) return whole ? [] : [treeRoot(entries)];
  const k = splitOf(entries.length);
  return old <= k
    ? [...consistency(old, entries.slice(0, k), whole), treeRoot(entries.slice(k))]
    : [...consistency(old - k, entries.slice(k), false), treeRoot(entries.slice(0, k))];
}

/** Section 1: salts that a test can know. */
export const saltOf = (id: string, part: string): Buffer => sha256('salt', id, part);

export function recordText(event: PlainEvent): string {
  const { id, stream, revision, type, schemaVersion, data, meta } = event;
  const time = /"recordedAt":"([^"]*)"/.exec(meta)?.[1] ?? '';
  const commitments = [
    sha256(Buffer.of(2), saltOf(id, 'data'), data),
    sha256(Buffer.of(3), saltOf(id, 'meta'), `${revision}\n${meta}`),
  ].map(commitment => commitment.toString('hex'));
  return ['gongguan.event/v1', id, schemaVersion, time, ...commitments, type, stream, ''].join('\n');
}

export const entryOf = (event: PlainEvent): Buffer => sha256(recordText(event));

export interface Signers {
  readonly origin?: string;
  readonly key?: ReturnType<typeof keyPair>;
  readonly witness?: ReturnType<typeof keyPair> | undefined;
}

/** A checkpoint over entries, signed by the log and cosigned by the witness. */
export function checkpoint(
  entries: readonly Uint8Array[],
  { origin = ORIGIN, key = LOG_KEY, witness = WITNESS_KEY }: Signers = {},
): string {
  const text = `${origin}\n${entries.length}\n${treeRoot(entries).toString('base64')}\n`;
  const line = (name: string, type: number, publicKey: Uint8Array, signature: Uint8Array) => {
    const id = sha256(`${name}\n`, Buffer.of(type), publicKey).subarray(0, 4);
    return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  };
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(1_735_000_000n);
  const cosigned = Buffer.from(`cosignature/v1\ntime 1735000000\n${text}`);
  const lines = [
    line(origin, 1, key.publicKey, sign(null, Buffer.from(text), key.privateKey)),
    line(WITNESS, 4, witness.publicKey, Buffer.concat([time, sign(null, cosigned, witness.privateKey)])),
  ];
  return `${text}\n${lines.join('')}`;
}

const at = (index: number) => String(index).padStart(12, '0');
const TITLES = ['降低不良率', '缩短“换模”时间', '提高一次合格率', 'energy use'];

/** Events of several streams, with what lists are made of among them. */
export function plainEvents(count: number): readonly PlainEvent[] {
  const revisions = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    const special = SPECIAL.get(index)?.(index);
    const stream = special?.stream ?? `project-2024-p${index % 7}`;
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const data = special?.data ?? { title: TITLES[index % 4], score: index % 101 };
    return {
      id: `01890a5d-ac96-774b-bcce-${at(index)}`,
      stream,
      revision,
      type: special?.type ?? 'application.amended',
      schemaVersion: 1,
      data: JSON.stringify(data),
      meta: JSON.stringify({ commandId: `c${index}`, recordedAt: `2024-05-01T01:02:03.${at(index).slice(-3)}Z` }),
    };
  });
}

const LIST = [
  { projectId: 'p1', title: '甲', unitName: '某厂', bodyName: '某局' },
  { projectId: 'p2', title: '乙', unitName: '某店', bodyName: '某会' },
];

const SPECIAL = new Map<number, (index: number) => { stream: string; type: string; data: object }>([
  [20, () => ({ stream: 'project-2024-p1', type: 'project.listed', data: { year: 2024, ...LIST[0] } })],
  [21, () => ({ stream: 'project-2024-p2', type: 'project.listed', data: { year: 2024, ...LIST[1] } })],
  [
    24,
    index => ({
      stream: 'programme-2024',
      type: 'project-plan.published',
      data: {
        year: 2024,
        version: 1,
        position: String(index),
        listHash: hashOfList(LIST),
        count: 2,
        projects: ['p1', 'p2'],
      },
    }),
  ],
]);

/** The members of these lists stand in the order of their names already when they are sorted here. */
export function hashOfList(list: readonly object[]): string {
  const sorted = list.map(entry =>
    Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
  return sha256(JSON.stringify(sorted)).toString('hex');
}

export type Files = Map<string, Buffer>;

export interface BundleAsked extends Signers {
  readonly events: readonly PlainEvent[];
  /** The event a line tells of; another one than was signed for where somebody changes it. */
  readonly told?: (event: PlainEvent, index: number) => PlainEvent;
  /** Indexes of the lines; all, in a bundle of the whole log, unless told. */
  readonly indexes?: readonly number[];
  /** Sizes of further checkpoints. */
  readonly others?: readonly number[];
  /** What of an event the reader is told. */
  readonly shows?: (index: number) => 'all' | 'data' | 'record' | 'entry';
}

/** All files of a bundle but its manifest. */
export function bundleFiles(asked: BundleAsked): Files {
  const { events, told = event => event, indexes, others = [8, 30], shows = () => 'all' } = asked;
  const entries = events.map(entryOf);
  const files: Files = new Map([
    ['checkpoint', Buffer.from(checkpoint(entries, asked))],
    [
      'keys.json',
      json({
        keys: [
          {
            name: asked.origin ?? ORIGIN,
            publicKey: LOG_KEY.publicKey.toString('base64'),
            suite: 'ed25519',
            introducedAt: 0,
          },
        ],
        witnesses: [vkey(WITNESS, 4, WITNESS_KEY.publicKey)],
      }),
    ],
    ['README.md', Buffer.from('# 证据包\n')],
  ]);
  for (const size of others) {
    files.set(`checkpoints/${size}`, Buffer.from(checkpoint(entries.slice(0, size), asked)));
    files.set(`checkpoints/${size}.consistency`, lines(consistency(size, entries).map(base64)));
  }
  const line = (index: number) => {
    const event = told(events[index] as PlainEvent, index);
    const [salts, show] = [[saltOf(event.id, 'data'), saltOf(event.id, 'meta')] as const, shows(index)];
    return JSON.stringify({
      index,
      entry: entryOf(event).toString('hex'),
      ...(show !== 'entry' && { position: String(index + 1), record: recordText(event) }),
      ...((show === 'all' || show === 'data') && { data: event.data, dataSalt: salts[0].toString('hex') }),
      ...(show === 'all' && { revision: event.revision, meta: event.meta, metaSalt: salts[1].toString('hex') }),
      ...(indexes && { proof: inclusion(index, entries).map(base64) }),
    });
  };
  files.set('events.ndjson', lines((indexes ?? events.map((_, index) => index)).map(line)));
  const list = {
    label: '项目计划',
    year: 2024,
    version: 1,
    projectionVersion: 1,
    index: 24,
    position: '24',
    listHash: hashOfList(LIST),
    list: LIST,
  };
  files.set('lists.json', json(events.length > 24 ? [list] : []));
  return files;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
export const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const lines = (texts: readonly string[]) => Buffer.from(texts.map(text => `${text}\n`).join(''));

/** The manifest that the files have. */
export function manifestOf(files: Files, changes: object = {}): Buffer {
  const [origin, size] = (files.get('checkpoint')?.toString() ?? '').split('\n');
  const hashes = [...files].map(([name, content]) => [name, sha256(content).toString('hex')]);
  return json({
    format: 'gongguan.bundle/v1',
    origin,
    suite: 'ed25519',
    size: Number(size),
    scope: { kind: 'log' },
    reader: 'SUP',
    madeAt: '2024-12-25T02:00:00.000Z',
    files: Object.fromEntries(hashes),
    ...changes,
  });
}

/** A zip file; `deflated` names what is not only stored. */
export function zip(files: Files, deflated: (name: string) => boolean = name => name.endsWith('json')): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, content] of files) {
    const method = deflated(name) ? 8 : 0;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** The bundle of some files, with the manifest that they have unless another is given. */
export function bundle(files: Files, manifest = manifestOf(files)): Buffer {
  return zip(new Map([['manifest.json', manifest], ...files]));
}
