/**
 * The data of a bench: the demo year, and logs of any size made of its events; all in a directory that goes away. Who asks
 * for a system is given one that nobody else writes to or has written to.
 */
import { hash } from 'node:crypto';
import { constants, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Meta, RecordedEvent } from '../../events/envelope.ts';
import { creditCodeCheckSymbol, START, streamId } from '../../events/ids.ts';
import { commandsByName } from '../../infra/compose/system.ts';
import { loadDemo } from '../../infra/demo/load.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { eventId } from '../../services/identifiers.ts';
import type { BlobStore, EventStore, NewEvent, StoredBlob } from '../../services/ports.ts';
import { secondsOf } from './measure.ts';
import { openBenchSystem } from './system.ts';

/** The names in the demo year that each further year has of its own. */
interface Cast {
  readonly projects: ReadonlySet<string>;
  readonly units: ReadonlySet<string>;
}

/** What the later years are made of. */
interface Source {
  readonly first: readonly RecordedEvent[];
  readonly repeated: readonly RecordedEvent[];
  readonly cast: Cast;
}

export type Append = (store: EventStore) => Promise<readonly RecordedEvent[]>;

const YEAR_MS = 366 * 86_400_000;
/** Appends under way together while a log is made. */
const TOGETHER = 512;

export interface ProjectedHouse {
  readonly directory: string;
  /** Seconds until every read model was at the head for the first time. */
  readonly seconds: number;
}

export class Lab {
  readonly directory = mkdtempSync(join(tmpdir(), 'gongguan-bench-'));
  #year: Promise<readonly RecordedEvent[]> | undefined;
  #sources: Source | undefined;
  readonly #projected = new Map<number, Promise<ProjectedHouse>>();
  #long: string | undefined;
  #made = 0;

  /** Without a year that is loaded already, the demo year is loaded when it is first asked for. */
  constructor(year?: readonly RecordedEvent[]) {
    this.#year = year && Promise.resolve(year);
  }

  /** A directory of its own for one use. */
  newDirectory(name: string): string {
    this.#made += 1;
    const path = join(this.directory, `${this.#made}-${name}`);
    mkdirSync(path);
    return path;
  }

  /** The events of the demo year, loaded once through the real write path. */
  year(): Promise<readonly RecordedEvent[]> {
    this.#year ??= this.#loadYear();
    return this.#year;
  }

  /** Credit codes of the units of the demo year. */
  async units(): Promise<readonly string[]> {
    return [...(await this.#source()).cast.units];
  }

  async projects(): Promise<readonly string[]> {
    return [...(await this.#source()).cast.projects];
  }

  /** A data directory that holds a log and the keys of its people, but no rows. */
  async systemWith(events: number): Promise<string> {
    const directory = this.newDirectory(`house-${events}`);
    await this.year();
    copyFileSync(join(this.directory, 'vault.db'), join(directory, 'vault.db'));
    const store = new SqliteEventStore({ path: join(directory, 'events.db'), checkpointThread: true });
    await this.extend(store, events);
    await store.close();
    return directory;
  }

  /** The same directory every time, its log made as long as asked for; who writes to it takes a copy. */
  async longSystem(events: number): Promise<string> {
    this.#long ??= await this.systemWith(0);
    const store = new SqliteEventStore({ path: join(this.#long, 'events.db'), checkpointThread: true });
    await this.extend(store, events);
    await store.close();
    return this.#long;
  }

  /** A system with a log and all its rows, a fresh copy of one that is made once for each size; tells how long the rows took. */
  async projectedHouse(events: number): Promise<ProjectedHouse> {
    const known = this.#projected.get(events) ?? this.#project(events);
    this.#projected.set(events, known);
    const { directory, seconds } = await known;
    return { directory: this.copyOf(directory), seconds };
  }

  /** Of a system that is closed. */
  copyOf(directory: string): string {
    const copy = this.newDirectory('copy');
    cpSync(directory, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
    return copy;
  }

  async #project(events: number): Promise<ProjectedHouse> {
    const directory = await this.systemWith(events);
    const seconds = await secondsOf(async () => (await openBenchSystem(directory)).close());
    return { directory, seconds };
  }

  /** Appends years of events until the log has so many: the demo year itself, then copies under names of their own. */
  async extend(store: SqliteEventStore, events: number): Promise<void> {
    for (;;) {
      const from = Number(await store.head());
      if (from >= events) return;
      const group = await this.following(from, Math.min(TOGETHER, events - from));
      await Promise.all(group.map(append => append(store)));
    }
  }

  /** The appends that follow in a log that has so many events already; to be started in this order. */
  async following(from: number, count: number): Promise<Append[]> {
    const { first, repeated, cast } = await this.#source();
    return Array.from({ length: count }, (_, at) => {
      const index = from + at - first.length;
      if (index < 0) return asBefore(first[from + at] as RecordedEvent);
      const copy = Math.floor(index / repeated.length) + 1;
      return inYear(repeated[index % repeated.length] as RecordedEvent, copy, cast);
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #source(): Promise<Source> {
    const first = await this.year();
    this.#sources ??= { first, repeated: first.filter(isRepeated), cast: castOf(first) };
    return this.#sources;
  }

  async #loadYear(): Promise<readonly RecordedEvent[]> {
    console.error('  loading the demo year');
    const store = new SqliteEventStore({ path: join(this.directory, 'year.db'), checkpointThread: true });
    const keyStore = new SqliteKeyStore(join(this.directory, 'vault.db'));
    const vault = await createVault(keyStore);
    await loadDemo(
      { store, vault, blobs: blobsInMemory(), commands: commandsByName, directory: this.directory },
      () => {},
    );
    const events = await store.readAll(START, Number(await store.head()));
    await store.close();
    await keyStore.close();
    return events;
  }
}

/** The files themselves are not measured: only their digests matter. */
function blobsInMemory(): BlobStore {
  const stored = new Map<string, StoredBlob>();
  const uploads = new Set<string>();
  return {
    async put(content, orgId) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const blob = { sha256: hash('sha256', bytes), size: bytes.length, mediaType: 'text/plain' };
      stored.set(blob.sha256, blob);
      uploads.add(`${blob.sha256} ${orgId}`);
      return blob;
    },
    stat: async sha256 => stored.get(sha256),
    statUploadedBy: async (orgId, sha256) => (uploads.has(`${sha256} ${orgId}`) ? stored.get(sha256) : undefined),
    open: async () => undefined,
  };
}

function castOf(year: readonly RecordedEvent[]): Cast {
  const idsOf = (kind: string) =>
    new Set(year.filter(({ streamId: id }) => id.startsWith(kind)).map(({ streamId: id }) => id.slice(kind.length)));
  return { projects: idsOf('project-'), units: idsOf('unit-') };
}

/** Every year has units, their accounts and projects; the regulation, the bodies and the officers are there once. */
function isRepeated({ streamId: id }: RecordedEvent): boolean {
  return /^(unit-|project-|uniq-|account-unit\.)/.test(id);
}

/** Parsed afresh, so that the year in memory stays as small as its texts. */
function asBefore({ streamId: stream, revision, id, type, schemaVersion, dataText, metaText }: RecordedEvent): Append {
  const event = { id, type, schemaVersion, data: JSON.parse(dataText), meta: JSON.parse(metaText) as Meta };
  return store => store.append(stream, revision - 1, [event]);
}

/** An event of a later year: other projects, units and accounts, recorded so many years on. */
function inYear(event: RecordedEvent, copy: number, cast: Cast): Append {
  const rename = (text: string) => renamed(text, copy, cast);
  const meta = JSON.parse(rename(event.metaText)) as Meta;
  const later = (instant: string) => new Date(Date.parse(instant) + copy * YEAR_MS).toISOString();
  const recordedAt = later(meta.recordedAt);
  const stream = event.streamId.startsWith('uniq-') ? `${event.streamId}-${copy}` : rename(event.streamId);
  const appended: NewEvent = {
    id: eventId(meta.commandId, event.revision, recordedAt),
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: JSON.parse(rename(event.dataText)),
    meta: { ...meta, effectiveAt: later(meta.effectiveAt), recordedAt },
  };
  return store => store.append(streamId(stream), event.revision - 1, [appended]);
}

const NAMES =
  /20\d\d-[0-9a-z]{12}|\b(?:91|12)[0-9A-Z]{16}\b|(?<!"subject":"account-)\bunit\.(?=\d{4})|"year":\d{4}|\bdemo-/g;

function renamed(text: string, copy: number, { projects, units }: Cast): string {
  const mark = copy.toString(10).padStart(2, '0');
  return text.replace(NAMES, name => {
    if (name === 'unit.') return `unit.${mark}.`;
    if (name === 'demo-') return `y${mark}-`;
    if (name.startsWith('"year":')) return `"year":${Number(name.slice(7)) + copy}`;
    if (projects.has(name)) return `${Number(name.slice(0, 4)) + copy}-${mark}${name.slice(7)}`;
    if (!units.has(name)) return name;
    const first = name.slice(0, 8) + lettersOf(copy) + name.slice(10, 17);
    return first + creditCodeCheckSymbol(first);
  });
}

/** Two letters where the units of the demo year have digits. */
function lettersOf(copy: number): string {
  const letters = 'ABCDEFGHJKLMNPQRTUWXY';
  return `${letters[Math.floor(copy / letters.length)]}${letters[copy % letters.length]}`;
}
