/**
 * Verifies a live store: the texts of the log as they are stored, recomputed from the first event on, beside what the ledger has
 * kept of them and beside checkpoints, those from outside above all (section 7 of the page). Shares no code with the ledger.
 */
import { Heads } from './heads.js';
import { type KeptLedger, KeptTiles } from './kept.ts';
import { isAfter } from './lines.js';
import { ListBook } from './lists.js';
import { type Checkpoint, checkpointOf, type Key } from './notes.js';
import { dataCommitment, escaped, metaCommitment, recordedAtOf, textOfRecord } from './records.js';
import { type Salts, saltsBy } from './salts.ts';
import { Signatures } from './signatures.js';
import { SUITES, type Suite, sha256 } from './suites.js';
import { timestampOf } from './timestamps.js';
import { Tree } from './tree.js';
import { Findings, type Verdict } from './verdict.js';

/** An event as a log keeps it. */
export interface StoredText {
  readonly position: string;
  readonly id: string;
  readonly streamId: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly dataText: string;
  readonly metaText: string;
}

/** What is verified, as it is stored. */
export interface LivePorts {
  readonly origin: string;
  readonly suite: 'ed25519' | 'sm';
  /** The key of the salts. */
  readonly salts: Uint8Array;
  readonly log: {
    /** The events after one, or from the first on; none where none is left. What a damaged log says of its end is not asked. */
    readAll(after: string, limit: number): Promise<readonly StoredText[]>;
  };
  /** Where the engine gives positions without a gap: that of the event after the one at a position. */
  nextPosition?(position: string): string;
  readonly ledger: KeptLedger;
  /** Whether an error tells that what is stored is damaged; any other is thrown. */
  isDamage(error: unknown): boolean;
  /** What the storage itself finds wrong with its files, a sentence each. */
  storageFaults?(): readonly string[];
}

export interface LiveAsked {
  /** Notes from outside. */
  readonly checkpoints?: readonly Uint8Array[];
  /** From outside: of the log, and of witnesses who must have cosigned. */
  readonly keys?: readonly Key[];
  readonly witnesses?: readonly Key[];
  /** Verifier lines of witnesses whose cosignatures are counted. */
  readonly knownWitnesses?: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
}

const PAGE = 1_000;
const START = '0';

/** Throws what an engine throws that is away. */
export async function verifyLive(ports: LivePorts, asked: LiveAsked = {}): Promise<Verdict> {
  const findings = new Findings();
  const faults = ports.storageFaults?.() ?? [];
  for (const fault of faults)
    findings.violation('storage', `存储文件损坏：${fault}。`, `The files of the store are damaged: ${fault}.`);
  try {
    const kept = await ports.ledger.size();
    await new LiveCheck(ports, asked, findings, kept).run();
  } catch (error) {
    if (!ports.isDamage(error)) throw error;
    const { message } = error as Error;
    findings.violation('storage', `存证账本无法读取：${message}。`, 'The ledger cannot be read.');
  }
  return findings.verdict();
}

interface LogKey {
  readonly name: unknown;
  readonly publicKey: unknown;
  readonly introducedAt: number;
  retiredAt?: number;
}

/** What gives an event its place. */
interface Numbered {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

class LiveCheck {
  readonly #ports: LivePorts;
  readonly #asked: LiveAsked;
  readonly #findings: Findings;
  readonly #kept: number;
  readonly #tiles: KeptTiles;
  readonly #suite: Suite;
  readonly #saltsOf: (id: string) => Salts;
  readonly #tree: Tree;
  readonly #book: ListBook;
  readonly #signatures: Signatures;
  readonly #heads: Heads;
  /** Recomputed, at the sizes of checkpoints. */
  readonly #roots = new Map<number, Uint8Array>();
  readonly #revisions = new Map<string, number>();
  readonly #ids = new Set<string>();
  readonly #keys: LogKey[] = [];
  #count = 0;
  #position = START;
  #isReadable = true;

  constructor(ports: LivePorts, asked: LiveAsked, findings: Findings, kept: number) {
    this.#ports = ports;
    this.#asked = asked;
    this.#findings = findings;
    this.#kept = kept;
    this.#tiles = new KeptTiles(ports.ledger, kept);
    this.#suite = SUITES[ports.suite] as Suite;
    this.#saltsOf = saltsBy(ports.suite, ports.salts);
    this.#tree = new Tree(this.#suite.digest, (height, hash) => this.#tiles.addHash(height, hash));
    this.#book = new ListBook(findings);
    this.#signatures = new Signatures({ suite: this.#suite, findings, given: asked });
    this.#heads = new Heads(ports.origin, findings, this.#signatures);
  }

  async run(): Promise<void> {
    const stored = await this.#ports.ledger.checkpoints();
    const own = stored.flatMap(({ note }) => checkpointOf(Buffer.from(note)) ?? []);
    const outside = this.#heads.outsideOf(this.#asked.checkpoints ?? []);
    if (own.length < stored.length)
      this.#findings.violation('checkpoints', '有检查点无法读取。', 'A checkpoint cannot be read.');
    await this.#scan(new Set([...own, ...outside].map(({ size }) => size)));
    await this.#judgeCheckpoints(own, outside);
    this.#judgeLength();
    this.#heads.compare(size => this.#roots.get(size));
    this.#judgeKept();
    this.#judgeTimestamps(stored);
    if (!this.#book.isEmpty) this.#book.judgeOwn();
  }

  async #scan(sizes: ReadonlySet<number>): Promise<void> {
    const { log } = this.#ports;
    for (let limit = PAGE; ; ) {
      const before = this.#position;
      const page = await this.#read(() => log.readAll(before, limit), limit > 1);
      // One by one, so that the first that cannot be read is named.
      if (!page && limit > 1) {
        limit = 1;
        continue;
      }
      for (const event of page ?? []) {
        if (this.#take(event)) await this.#tiles.settle();
        if (sizes.has(this.#count)) this.#roots.set(this.#count, this.#tree.root());
      }
      this.#asked.onProgress?.(this.#count, Math.max(this.#kept, this.#count));
      // Nothing is left that can be read, or what is damaged leads back to where it was read before.
      if (!isAfter(this.#position, before)) break;
    }
    await this.#tiles.settle();
    this.#findings.says(
      'events',
      `${this.#count}个事件，逐个由所存原文重算`,
      `${this.#count} events, each recomputed from its texts`,
    );
    this.#findings.says('order', '位置、修订号、编号相符', 'positions, revisions and ids');
  }

  /** Undefined where what is stored is damaged: a finding, unless it is tried again. */
  async #read<T>(read: () => Promise<T>, again = false): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!this.#ports.isDamage(error)) throw error;
      if (again) return undefined;
      this.#isReadable = false;
      const [index, after] = [this.#count, this.#position];
      const zh = `序号 ${index} 及其后的事件无法读取（位置 ${after} 之后）：${(error as Error).message}。`;
      this.#findings.violation('events', zh, `Events from index ${index} on cannot be read.`, { index });
      return undefined;
    }
  }

  /** True where a tile of the ledger is full. */
  #take(stored: StoredText): boolean {
    const { position } = stored;
    const { digest } = this.#suite;
    // Whatever a damaged file gives for a text is hashed as it reads.
    const [id, stream, type] = [String(stored.id), String(stored.streamId), String(stored.type)];
    const [data, meta] = [String(stored.dataText), String(stored.metaText)];
    const revision = typeof stored.revision === 'number' ? stored.revision : Number.NaN;
    const salts = this.#saltsOf(id);
    const record = {
      id,
      schemaVersion: String(stored.schemaVersion),
      recordedAt: recordedAtOf(meta),
      data: dataCommitment(digest, salts.data, data),
      meta: metaCommitment(digest, salts.meta, revision, meta),
      type: escaped(type),
      stream: escaped(stream),
    };
    const entry = this.#suite.digestText(textOfRecord(record));
    this.#tree.add(entry);
    const isFull = this.#tiles.add(entry, position);
    this.#number({ id, stream, revision, position });
    const event = { index: this.#count, position, record, data, meta };
    this.#book.take(event);
    if (type.startsWith('ledger.key-')) this.#takeKey(type, data);
    this.#count += 1;
    this.#position = position;
    return isFull;
  }

  /** Position, revision and id of the next event are its own and come after those before. */
  #number(event: Numbered): void {
    const { id, stream, revision, position } = event;
    const due = (this.#revisions.get(stream) ?? -1) + 1;
    if (revision !== due)
      this.#disorder(
        event,
        `流 ${stream} 的修订号应为 ${due}，实为 ${revision}`,
        `has revision ${revision}, not ${due}`,
      );
    if (this.#ids.has(id)) this.#disorder(event, '编号与前面的事件重复', 'has the id of an earlier event');
    const place = this.#ports.nextPosition?.(this.#position);
    if (place !== undefined && position !== place)
      this.#disorder(event, `位置应为 ${place}`, `has position ${position}, not ${place}`);
    else if (!isAfter(position, this.#position))
      this.#disorder(event, '位置不在前一事件之后', 'stands before its predecessor');
    this.#revisions.set(stream, revision);
    this.#ids.add(id);
  }

  #disorder({ position }: Numbered, zh: string, en: string): void {
    const index = this.#count;
    const named = `序号 ${index} 的事件（位置 ${position}）：${zh}。`;
    this.#findings.violation('order', named, `Event ${index} ${en}.`, { index, position });
  }

  #takeKey(type: string, data: string): void {
    const { name, publicKey } = parsedOf(data);
    if (type === 'ledger.key-introduced') this.#keys.push({ name, publicKey, introducedAt: this.#count });
    const retired = this.#keys.find(key => type === 'ledger.key-retired' && key.publicKey === publicKey);
    if (retired) retired.retiredAt = this.#count;
  }

  async #judgeCheckpoints(own: readonly Checkpoint[], outside: readonly Checkpoint[]): Promise<void> {
    const findings = this.#findings;
    const sorted = own.toSorted((one, other) => one.size - other.size);
    const [newest, others] = [sorted.at(-1), sorted.slice(0, -1)];
    const size = newest?.size ?? 0;
    const { origin } = this.#ports;
    findings.subject(
      `台账 ${origin}：日志 ${this.#count} 个事件，最新检查点含 ${size} 个`,
      `log ${origin}: ${this.#count} events, newest checkpoint of ${size}`,
    );
    if (!this.#signatures.learn(this.#keys, this.#asked.knownWitnesses ?? [])) {
      findings.violation('checkpoint', '日志中的密钥无法读取。', 'The keys on the log cannot be read.');
    }
    if (newest) await this.#heads.takeMain(newest);
    else if (outside.length === 0)
      findings.unfinished('checkpoint', '还没有检查点可以对照', 'there is no checkpoint yet');
    for (const other of others) await this.#heads.takeOther(other, `检查点（${other.size}个事件）`);
    findings.says(
      'checkpoints',
      `${others.length}个较早的，${outside.length}个外来的`,
      `${others.length} earlier ones, ${outside.length} from outside`,
    );
    for (const given of outside) await this.#heads.takeOutside(given);
    if (outside.length === 0) this.#heads.remarkOnNoneFromOutside();
  }

  /** No checkpoint is larger than the log. */
  #judgeLength(): void {
    const [count, due] = [this.#count, Math.max(this.#heads.largest, this.#kept)];
    if (count >= due || !this.#isReadable) return;
    this.#findings.violation(
      'order',
      `末尾缺 ${due - count} 个事件：序号 ${count} 至 ${due - 1}，原在位置 ${this.#position} 之后。`,
      `The tail is cut off: indexes ${count} to ${due - 1} are missing, behind position ${this.#position}.`,
      { index: count },
    );
  }

  /** What the ledger has kept; where a checkpoint confirms the events, it is the ledger's own files that are damaged. */
  #judgeKept(): void {
    const findings = this.#findings;
    const { otherEntry, otherTile } = this.#tiles;
    if (otherEntry && this.#heads.confirms(otherEntry.index, size => this.#roots.get(size))) {
      const zh = `存证账本自身的第 ${otherEntry.index} 号条目损坏；检查点证实事件未变。`;
      findings.violation('tree', zh, `The ledger's own entry ${otherEntry.index} is damaged; the events are whole.`);
    } else if (otherEntry) {
      const { index, position } = otherEntry;
      const zh = `序号 ${index} 的事件（位置 ${position}）：内容、次序或编号与存证不符。`;
      findings.violation('events', zh, `Event ${index} is not the one that was entered in the ledger.`, otherEntry);
    } else if (otherTile) {
      const { level, index } = otherTile;
      findings.violation(
        'tree',
        `存证账本第 ${level} 层第 ${index} 块损坏。`,
        `Tile ${level}/${index} of the ledger is damaged.`,
      );
    }
    const covered = Math.min(this.#kept, this.#count);
    findings.says(
      'tree',
      `${covered}个条目与存证账本相符，树根与检查点相符`,
      `${covered} entries, and the roots of the checkpoints`,
    );
    if (this.#count > this.#kept) {
      const more = this.#count - this.#kept;
      findings.remark(`最后 ${more} 个事件尚未记入存证账本。`, `The last ${more} events are not in the ledger yet.`);
    }
  }

  #judgeTimestamps(stored: readonly { readonly note: string; readonly timestamp?: Uint8Array }[]): void {
    const stamped = stored.filter(({ timestamp }) => timestamp !== undefined);
    for (const { note, timestamp } of stamped) {
      const { size, note: parsed } = checkpointOf(Buffer.from(note)) ?? {};
      const imprint = Buffer.from(sha256(Buffer.from(parsed?.text ?? ''))).toString('hex');
      if (timestampOf(timestamp as Uint8Array)?.imprint === imprint) continue;
      this.#findings.violation(
        'timestamps',
        `检查点（${size}个事件）的时间戳不是它的。`,
        `The time stamp of the checkpoint of ${size} is of another text.`,
      );
    }
    if (stamped.length === 0) this.#findings.unchecked('timestamps', '没有时间戳', 'none');
    else this.#findings.says('timestamps', `${stamped.length}个，所盖为检查点`, `${stamped.length} over checkpoints`);
  }
}

function parsedOf(data: string): { readonly name?: unknown; readonly publicKey?: unknown } {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    return {};
  }
}
