/** Everything that somebody may do to a bundle, and what a verifier has to say of it: one set for all verifiers. */
import {
  bundle,
  bundleFiles,
  checkpoint,
  consistency,
  entryOf,
  type Files,
  hashOfList,
  json,
  keyPair,
  LOG_KEY,
  manifestOf,
  ORIGIN,
  type PlainEvent,
  plainEvents,
  vkey,
  WITNESS,
  WITNESS_KEY,
  zip,
} from './plain-bundle.ts';

export interface Case {
  readonly name: string;
  readonly bundle: Buffer;
  /** What the verifier is given from outside. */
  readonly checkpoint?: string;
  readonly key?: string;
  readonly witness?: string;
  readonly outcome: 'whole' | 'violated';
  /** Of the first bad event, where it can be named. */
  readonly index?: number;
  /** Where only a range can be told: the bad event lies before it. */
  readonly before?: number;
}

const SIZE = 50;
const events = plainEvents(SIZE);
const OUTSIDE = checkpoint(events.slice(0, 40).map(entryOf));
const logKey = vkey(ORIGIN, 1, LOG_KEY.publicKey);
const witnessKey = vkey(WITNESS, 4, WITNESS_KEY.publicKey);
const stranger = keyPair('stranger');

const change = (event: PlainEvent, member: Partial<PlainEvent>): PlainEvent => ({ ...event, ...member });
const otherData = (event: PlainEvent) => change(event, { data: event.data.replace('"score":', '"score":1') });

/** The bundle after its files were changed; whoever changes them mends the manifest, which nobody signs. */
function changed(edit: (files: Files) => void, asked: Partial<Parameters<typeof bundleFiles>[0]> = {}): Buffer {
  const files = bundleFiles({ events, ...asked });
  edit(files);
  return bundle(files);
}

function editText(name: string, edit: (text: string) => string): Buffer {
  return changed(files => {
    const before = files.get(name)?.toString() as string;
    const after = edit(before);
    if (after === before) throw new Error(`nothing was changed in ${name}`);
    files.set(name, Buffer.from(after));
  });
}

function editLines(edit: (lines: string[]) => readonly string[]): Buffer {
  return editText('events.ndjson', text =>
    edit(text.split('\n').slice(0, -1))
      .map(line => `${line}\n`)
      .join(''),
  );
}

function editLine(index: number, edit: (line: Record<string, unknown>) => object): Buffer {
  return editLines(lines => lines.map((line, at) => (at === index ? JSON.stringify(edit(JSON.parse(line))) : line)));
}

const flipped = (hex: unknown) => String(hex).replace(/^./, digit => (digit === '0' ? '1' : '0'));

/** The log rewritten at one event, all signed anew with the real key: consistent in itself. */
const rewritten = (key = LOG_KEY, at = 33) =>
  bundle(bundleFiles({ events: events.map((event, index) => (index === at ? otherData(event) : event)), key }));

const base64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64');

export function cases(): readonly Case[] {
  const whole = bundle(bundleFiles({ events }));
  const some = [3, 20, 33, 49];
  const partial = (told?: (event: PlainEvent, index: number) => PlainEvent) => {
    const files = bundleFiles({ events, indexes: some, ...(told && { told }) });
    return bundle(files, manifestOf(files, { scope: { kind: 'project', projectId: 'p1' } }));
  };
  const hidden = bundleFiles({ events, shows: at => (['all', 'data', 'record', 'entry'] as const)[at % 4] ?? 'all' });
  const swapped = (lines: string[]) => lines.toSpliced(10, 2, lines[11] as string, lines[10] as string);
  const renumbered = (lines: readonly string[]) =>
    lines.map((line, index) => JSON.stringify({ ...JSON.parse(line), index, position: String(index + 1) }));
  return [
    { name: 'nothing', bundle: whole, outcome: 'whole' },
    {
      name: 'nothing, with all from outside',
      bundle: whole,
      checkpoint: OUTSIDE,
      key: logKey,
      witness: witnessKey,
      outcome: 'whole',
    },
    { name: 'nothing, and part of it hidden', bundle: bundle(hidden), outcome: 'whole' },
    { name: 'nothing, and some events alone', bundle: partial(), outcome: 'whole' },
    {
      name: 'nothing, in a log of one event',
      bundle: bundle(bundleFiles({ events: plainEvents(1), others: [] })),
      outcome: 'whole',
    },

    {
      name: 'one character of data',
      bundle: editLine(33, line => ({ ...line, data: String(line.data).replace('5', '6').replace('3', '4') })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'metadata',
      bundle: editLine(33, line => ({ ...line, meta: String(line.meta).replace('c33', 'c34') })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'the revision',
      bundle: editLine(33, line => ({ ...line, revision: Number(line.revision) + 1 })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'a salt of data',
      bundle: editLine(33, line => ({ ...line, dataSalt: flipped(line.dataSalt) })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'a salt of metadata',
      bundle: editLine(33, line => ({ ...line, metaSalt: flipped(line.metaSalt) })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'the time in a record',
      bundle: editLine(33, line => ({ ...line, record: String(line.record).replace('T01', 'T02') })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'the type in a record',
      bundle: editLine(33, line => ({ ...line, record: String(line.record).replace('amended', 'returned') })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'an entry',
      bundle: editLine(33, line => ({ ...line, entry: flipped(line.entry) })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'the entry of a hidden event',
      bundle: changed(
        files => {
          const lines = (files.get('events.ndjson') as Buffer).toString().split('\n');
          const line = JSON.parse(lines[35] as string);
          lines[35] = JSON.stringify({ ...line, entry: flipped(line.entry) });
          files.set('events.ndjson', Buffer.from(lines.join('\n')));
        },
        { shows: at => (at === 35 ? 'entry' : 'all') },
      ),
      outcome: 'violated',
      index: 30,
      before: 50,
    },
    { name: 'a position', bundle: editLine(33, line => ({ ...line, position: '12' })), outcome: 'violated', index: 33 },
    {
      name: 'a line that says more',
      bundle: editLine(33, line => ({ ...line, note: 'x' })),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'a text without its salt',
      bundle: editLine(33, ({ dataSalt, ...line }) => line),
      outcome: 'violated',
      index: 33,
    },
    { name: 'a line that is no JSON', bundle: editLines(lines => lines.with(33, '{')), outcome: 'violated', index: 33 },

    {
      name: 'an event, with record and entry made anew',
      bundle: bundle(bundleFiles({ events, told: (event, at) => (at === 33 ? otherData(event) : event) })),
      outcome: 'violated',
      index: 30,
      before: 50,
    },
    {
      name: 'an early event, with record and entry made anew',
      bundle: bundle(bundleFiles({ events, told: (event, at) => (at === 3 ? otherData(event) : event) })),
      outcome: 'violated',
      index: 0,
      before: 8,
    },

    { name: 'an event deleted', bundle: editLines(lines => lines.toSpliced(17, 1)), outcome: 'violated', index: 17 },
    {
      name: 'an event deleted, the others renumbered',
      bundle: editLines(lines => renumbered(lines.toSpliced(17, 1))),
      outcome: 'violated',
      index: 8,
      before: 30,
    },
    { name: 'two events swapped', bundle: editLines(swapped), outcome: 'violated', index: 10 },
    {
      name: 'two events swapped and renumbered',
      bundle: editLines(lines => renumbered(swapped(lines))),
      outcome: 'violated',
      index: 8,
      before: 30,
    },
    {
      name: 'an event twice',
      bundle: editLines(lines => lines.toSpliced(17, 0, lines[16] as string)),
      outcome: 'violated',
      index: 17,
    },
    {
      name: 'an event twice, the others renumbered',
      bundle: editLines(lines => renumbered(lines.toSpliced(17, 0, lines[16] as string))),
      outcome: 'violated',
      index: 17,
    },
    { name: 'an event inserted', bundle: bundle(inserted(17)), outcome: 'violated', index: 8, before: 30 },
    { name: 'the last ten cut off', bundle: editLines(lines => lines.slice(0, -10)), outcome: 'violated', index: 40 },
    {
      name: 'an event added at the end',
      bundle: editLines(lines => [...lines, JSON.stringify({ index: 50, entry: '0'.repeat(64) })]),
      outcome: 'violated',
      index: 50,
    },

    {
      name: 'the tail cut off before signing, against a later checkpoint',
      bundle: bundle(bundleFiles({ events: events.slice(0, 35) })),
      checkpoint: OUTSIDE,
      outcome: 'whole',
    },
    { name: 'the whole log rewritten and signed with the real key', bundle: rewritten(), outcome: 'whole' },
    {
      name: 'the whole log rewritten and signed, against a checkpoint from outside',
      bundle: rewritten(),
      checkpoint: OUTSIDE,
      outcome: 'violated',
      index: 0,
      before: 40,
    },
    {
      name: 'an early event rewritten and all signed, against a checkpoint from outside',
      bundle: rewritten(LOG_KEY, 3),
      checkpoint: OUTSIDE,
      outcome: 'violated',
      index: 0,
      before: 40,
    },
    { name: 'the whole log signed with another key', bundle: rewritten(stranger), outcome: 'violated' },
    {
      name: 'the whole log signed with another key that stands in keys.json',
      bundle: changed(files => void files.set('keys.json', keysOf(stranger.publicKey)), { key: stranger }),
      key: logKey,
      outcome: 'violated',
    },
    {
      name: 'another log’s checkpoint',
      bundle: changed(
        files =>
          void files.set(
            'checkpoint',
            Buffer.from(checkpoint(events.map(entryOf), { origin: 'gongguan/ffffffffffffffff' })),
          ),
      ),
      outcome: 'violated',
    },
    {
      name: 'another log’s checkpoint from outside',
      bundle: whole,
      checkpoint: checkpoint(events.slice(0, 40).map(entryOf), { origin: 'gongguan/ffffffffffffffff' }),
      outcome: 'violated',
    },
    {
      name: 'a checkpoint from outside that somebody else signed',
      bundle: whole,
      checkpoint: checkpoint(events.slice(0, 40).map(entryOf), { key: stranger }),
      outcome: 'violated',
    },
    {
      name: 'an older checkpoint in the place of the newest',
      bundle: changed(files => void files.set('checkpoint', Buffer.from(OUTSIDE))),
      outcome: 'violated',
      index: 40,
    },
    {
      name: 'a checkpoint before its key',
      bundle: changed(files => void files.set('keys.json', keysOf(LOG_KEY.publicKey, { introducedAt: 50 }))),
      outcome: 'violated',
    },
    {
      name: 'a checkpoint after its key was retired',
      bundle: changed(
        files => void files.set('keys.json', keysOf(LOG_KEY.publicKey, { introducedAt: 0, retiredAt: 49 })),
      ),
      outcome: 'violated',
    },
    {
      name: 'the root of the checkpoint',
      bundle: editText('checkpoint', text => text.replace(/\n[^\n]{4}/, '\nAAAA')),
      outcome: 'violated',
    },
    {
      name: 'a signature',
      bundle: editText('checkpoint', text => text.replace(/(\u2014 gongguan\S* \S{20})./, '$1A')),
      outcome: 'violated',
    },
    {
      name: 'a cosignature',
      bundle: editText('checkpoint', text => text.replace(/(\u2014 witness\S* \S{30})./, '$1A')),
      outcome: 'violated',
    },
    {
      name: 'the time of a cosignature',
      bundle: editText('checkpoint', text => text.replace(/(\u2014 witness\S* \S{14})./, '$1A')),
      outcome: 'violated',
    },
    {
      name: 'a cosignature taken away, which is asked for',
      bundle: editText('checkpoint', text => text.replace(/\u2014 witness.*\n/, '')),
      witness: witnessKey,
      outcome: 'violated',
    },

    {
      name: 'another checkpoint',
      bundle: changed(
        files => void files.set('checkpoints/30', Buffer.from(checkpoint(events.slice(1, 31).map(entryOf)))),
      ),
      outcome: 'violated',
      index: 8,
      before: 30,
    },
    {
      name: 'another checkpoint of another size',
      bundle: changed(
        files => void files.set('checkpoints/30', Buffer.from(checkpoint(events.slice(0, 29).map(entryOf)))),
      ),
      outcome: 'violated',
    },
    {
      name: 'a consistency proof',
      bundle: changed(
        files =>
          void files.set(
            'checkpoints/30.consistency',
            Buffer.from(`${consistency(29, events.map(entryOf)).map(base64).join('\n')}\n`),
          ),
      ),
      outcome: 'violated',
    },
    {
      name: 'a consistency proof taken away',
      bundle: changed(files => void files.delete('checkpoints/30.consistency')),
      outcome: 'violated',
    },

    {
      name: 'one of some events',
      bundle: partial((event, at) => (at === 33 ? otherData(event) : event)),
      outcome: 'violated',
      index: 33,
    },
    {
      name: 'one of some events in the place of another',
      bundle: partial((event, at) => (at === 33 ? (events[34] as PlainEvent) : event)),
      outcome: 'violated',
      index: 33,
    },

    { name: 'a list', bundle: editText('lists.json', text => text.replace('甲', '丙')), outcome: 'violated' },
    {
      name: 'a list with its hash',
      bundle: changed(files => void files.set('lists.json', otherList(files))),
      outcome: 'violated',
    },
    {
      name: 'the version by which a list is made',
      bundle: editText('lists.json', text => text.replace('"projectionVersion":1', '"projectionVersion":2')),
      outcome: 'violated',
    },
    {
      name: 'a list taken away',
      bundle: changed(files => void files.set('lists.json', json([]))),
      outcome: 'violated',
    },
    {
      name: 'a time stamp over something else',
      bundle: changed(files => void files.set('timestamps/50.tsr', Buffer.from('3003020100', 'hex'))),
      outcome: 'violated',
    },

    { name: 'a file, and not the manifest', bundle: stale('README.md'), outcome: 'violated' },
    { name: 'the events, and not the manifest', bundle: stale('events.ndjson'), outcome: 'violated', index: 50 },
    {
      name: 'a file more',
      bundle: changed(files => void files.set('more.txt', Buffer.from('x'))),
      outcome: 'violated',
    },
    { name: 'a file that the manifest does not name', bundle: unlisted('README.md'), outcome: 'violated' },
    { name: 'no events', bundle: changed(files => void files.delete('events.ndjson')), outcome: 'violated', index: 0 },
    {
      name: 'the scope in the manifest',
      bundle: manifested({ scope: { kind: 'year', year: 2024 } }),
      outcome: 'violated',
      index: 0,
    },
    { name: 'the size in the manifest', bundle: manifested({ size: 49 }), outcome: 'violated' },
    {
      name: 'the origin in the manifest',
      bundle: manifested({ origin: 'gongguan/ffffffffffffffff' }),
      outcome: 'violated',
    },
    { name: 'the suite in the manifest', bundle: manifested({ suite: 'md5' }), outcome: 'violated' },
    { name: 'the zip, cut short', bundle: whole.subarray(0, -1000), outcome: 'violated' },
    { name: 'no zip', bundle: Buffer.from('no zip at all, but longer than the end of one'), outcome: 'violated' },
  ];
}

function keysOf(publicKey: Uint8Array, counts: object = { introducedAt: 0 }): Buffer {
  return json({ keys: [{ name: ORIGIN, publicKey: base64(publicKey), suite: 'ed25519', ...counts }], witnesses: [] });
}

/** One more event, with all numbers made anew as the page has them, by somebody who cannot sign. */
function inserted(index: number): Files {
  const more = {
    ...(events[index] as PlainEvent),
    id: '01890a5d-ac96-774b-bcce-ffffffffffff',
    stream: 'case-1',
    revision: 0,
  };
  const longer = events.toSpliced(index, 0, more);
  const files = bundleFiles({ events: longer });
  const original = bundleFiles({ events });
  for (const [name, content] of original) if (name.startsWith('checkpoint')) files.set(name, content);
  return files;
}

function otherList(files: Files): Buffer {
  const [list] = JSON.parse(files.get('lists.json')?.toString() as string);
  const entries = list.list.slice(0, 1);
  return json([{ ...list, list: entries, listHash: hashOfList(entries) }]);
}

/** Something changed, and the manifest as it was. */
function stale(name: string): Buffer {
  const files = bundleFiles({ events });
  const manifest = manifestOf(files);
  files.set(name, Buffer.concat([files.get(name) as Buffer, Buffer.from(' ')]));
  return bundle(files, manifest);
}

function unlisted(name: string): Buffer {
  const files = bundleFiles({ events });
  const listed = new Map(files);
  listed.delete(name);
  return bundle(files, manifestOf(listed));
}

function manifested(changes: object): Buffer {
  const files = bundleFiles({ events });
  return zip(new Map([['manifest.json', manifestOf(files, changes)], ...files]));
}
