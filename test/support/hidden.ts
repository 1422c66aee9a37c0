/** What a public bundle must not tell, looked for in its bytes. */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../events/envelope.ts';
import { toldToAll } from '../../projections/feed/told-events.ts';
import { sha256 } from './bundle.ts';

/** Bytes. Shorter texts are found by chance, or are no secret: a mark, a unit. */
const SHORTEST = 6;
/** Among so many hashes every short run of hexadecimal digits stands somewhere. */
const SHORTEST_HEX = 16;

function isTelling(bytes: string): boolean {
  return bytes.length >= (/^[0-9a-f]+$/i.test(bytes) ? SHORTEST_HEX : SHORTEST);
}

/** One sign a byte, so that nothing is missed between two encodings. */
const bytesOf = (content: string | Uint8Array) => Buffer.from(content as string).toString('latin1');

/** Of four bytes from `at` a number below 2^16. */
function mixed(bytes: string, at: number): number {
  const code = (next: number) => bytes.charCodeAt(at + next);
  return (code(0) ^ (code(1) << 3) ^ (code(2) << 6) ^ (code(3) << 8)) & 0xffff;
}

/** Texts by their beginning, which is looked up at every byte: many of them begin alike. */
class Beginnings {
  readonly #byLength = new Map([32, 20, 12, SHORTEST].map(length => [length, new Map<string, Set<string>>()]));
  /** By the first four bytes, mixed: at most bytes of a content nothing begins, and no string is made to find that. */
  readonly #mayBegin = new Uint8Array(1 << 16);

  add(text: string): void {
    this.#mayBegin[mixed(text, 0)] = 1;
    for (const [length, beginnings] of this.#byLength) {
      if (text.length < length) continue;
      const beginning = text.slice(0, length);
      beginnings.set(beginning, (beginnings.get(beginning) ?? new Set()).add(text));
      return;
    }
  }

  foundIn(content: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (let at = 0; at + SHORTEST <= content.length; at += 1) {
      if (this.#mayBegin[mixed(content, at)] === 0) continue;
      for (const [length, beginnings] of this.#byLength) {
        for (const text of beginnings.get(content.slice(at, at + length)) ?? []) {
          if (content.startsWith(text, at)) found.add(text);
        }
      }
    }
    return found;
  }
}

/** All texts in a value. */
function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsIn(member);
}

/** What the log says beside what the public feed says: surroundings, sealed values, and all of what is not public. */
function* hiddenTexts(events: readonly RecordedEvent[]): Iterable<string> {
  for (const event of events) {
    yield* textsIn(JSON.parse(event.metaText));
    yield* textsIn(JSON.parse(event.dataText));
    if (!toldToAll(event)) yield* [event.streamId, event.type, event.id];
  }
}

function publicText(events: readonly RecordedEvent[]): string {
  return events
    .map(toldToAll)
    .filter(told => told !== undefined)
    .map(told => `${JSON.stringify(told)}\n`)
    .join('');
}

/**
 * Hidden texts that stand in some bytes and are told nowhere else: not by the public feed, nor in `known`. `sealed` are the
 * values that the log holds under seal.
 */
export function leaksIn(
  content: Uint8Array,
  events: readonly RecordedEvent[],
  { known = '', sealed = [] }: { readonly known?: string; readonly sealed?: readonly string[] } = {},
): readonly string[] {
  const allowed = bytesOf(publicText(events) + known);
  const beginnings = new Beginnings();
  for (const hidden of new Set([...hiddenTexts(events), ...sealed])) {
    for (const form of [hidden, JSON.stringify(hidden).slice(1, -1)].map(bytesOf).filter(isTelling))
      beginnings.add(form);
  }
  return [...beginnings.foundIn(bytesOf(content))]
    .filter(text => !allowed.includes(text))
    .map(text => Buffer.from(text, 'latin1').toString());
}

/** Every hash of 32 bytes that stands in a text, in hexadecimal or base64, as hexadecimal. */
function hashesIn(text: string): ReadonlySet<string> {
  const hex = text.match(/[0-9a-f]{64}/g) ?? [];
  const encoded = text.match(/[A-Za-z0-9+/]{43}=/g) ?? [];
  return new Set([...hex, ...encoded.map(hash => Buffer.from(hash, 'base64').toString('hex'))]);
}

const SCORES = Array.from({ length: 101 }, (_, score) => score);

/** Texts that somebody would try who knows what an event looks like: its own, and the same with every score there is. */
function* guessesOf({ dataText, metaText, revision }: RecordedEvent): Iterable<string> {
  yield* [dataText, metaText, `${revision}\n${metaText}`];
  for (const score of SCORES) {
    yield* [
      String(score),
      JSON.stringify({ score }),
      dataText.replaceAll(/"(score|total|points)":\d+(\.\d+)?/g, `"$1":${score}`),
    ];
  }
}

/**
 * Guesses that some hash in a text confirms: hashed as they are, and as leaves, entries and commitments are made, without a
 * salt and with every salt that the text gives away.
 */
export function confirmedGuesses(text: string, hidden: readonly RecordedEvent[]): readonly string[] {
  const hashes = hashesIn(text);
  const salts = [...text.matchAll(/"(?:data|meta)Salt":"([0-9a-f]{64})"/g)].map(match =>
    Buffer.from(match[1] as string, 'hex'),
  );
  const unsalted = [Buffer.alloc(0), Buffer.alloc(32)];
  const confirmed = new Set<string>();
  const guess = (of: string, digest: Buffer) => {
    if (hashes.has(digest.toString('hex'))) confirmed.add(of);
    if (hashes.has(sha256(Buffer.of(0), digest).toString('hex'))) confirmed.add(of);
  };
  // Most scores are guessed alike of every event.
  for (const of of new Set(hidden.flatMap(event => [...guessesOf(event)]))) {
    guess(of, sha256(of));
    guess(of, createHash('sha512').update(of).digest().subarray(0, 32));
    for (const part of [0, 1, 2, 3]) for (const salt of unsalted) guess(of, sha256(Buffer.of(part), salt, of));
  }
  for (const event of hidden) {
    // A salt is another for every event: its own alone could confirm it, and is looked for among those given away.
    for (const salt of salts.slice(0, 50)) guess(event.dataText, sha256(Buffer.of(2), salt, event.dataText));
  }
  return [...confirmed];
}
