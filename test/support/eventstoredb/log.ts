/** What the in-process server keeps: records of many writers at positions with room between them, as in a file. */
import { randomUUID } from 'node:crypto';

export interface Proposal {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface LogRecord extends Proposal {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
}

export type Appended = { readonly revision: number; readonly position: number } | 'wrong-revision';

const RECORD_OVERHEAD = 97;

export class Log {
  #records: LogRecord[] = [];
  #streams = new Map<string, LogRecord[]>();
  #end = 4_321;
  /** What is written and not committed: appends are checked against it, and no read shows it. */
  #prepared: { readonly stream: string; readonly proposals: readonly Proposal[] }[] = [];
  readonly #listeners = new Set<(records: readonly LogRecord[]) => void>();

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  stream(name: string): readonly LogRecord[] {
    return this.#streams.get(name) ?? [];
  }

  /** `expected` is a revision, -1 for no stream; undefined takes any. Repeated with the same ids, it appends nothing. */
  append(stream: string, expected: number | undefined, proposals: readonly Proposal[]): Appended {
    if (this.#prepared.some(prepared => prepared.stream === stream)) return 'wrong-revision';
    const present = this.stream(stream);
    const from = (expected ?? present.length - 1) + 1;
    const repeated = present.slice(from, from + proposals.length);
    const last = repeated.at(-1);
    if (last && repeated.length === proposals.length && repeated.every(({ id }, at) => id === proposals[at]?.id)) {
      return { revision: last.revision, position: last.position };
    }
    if (from !== present.length) return 'wrong-revision';
    const added = proposals.map((proposal, at) => this.#place(stream, from + at, proposal));
    for (const record of added) this.#keep(record);
    for (const listener of this.#listeners) listener(added);
    return { revision: from + proposals.length - 1, position: added.at(-1)?.position ?? this.#end };
  }

  /** Writes what is to be committed later, or never; false where another revision is expected. */
  prepare(stream: string, expected: number | undefined, proposals: readonly Proposal[]): boolean {
    const isPrepared = this.#prepared.some(prepared => prepared.stream === stream);
    const next = this.stream(stream).length;
    if (isPrepared || (expected ?? next - 1) + 1 !== next) return false;
    this.#prepared.push({ stream, proposals });
    return true;
  }

  /** Commits all that is prepared, as when followers come back; or forgets it, as the next leader may. */
  settle(how: 'commit' | 'forget'): void {
    const prepared = this.#prepared;
    this.#prepared = [];
    if (how === 'forget') return;
    for (const { stream, proposals } of prepared) this.append(stream, undefined, proposals);
  }

  /** Whether a record begins here. A real server cannot read from anywhere else. */
  begins(position: number): boolean {
    return this.#records[this.indexFrom(position)]?.position === position;
  }

  endsBefore(position: number): boolean {
    return position > (this.#records.at(-1)?.position ?? 0);
  }

  /** The index of the first record at or after a position. */
  indexFrom(position: number): number {
    let low = 0;
    for (let high = this.#records.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle] as LogRecord).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets all records from a position on, as a node does that comes back without its last writes. */
  truncate(from: number): void {
    this.restore(this.#records.slice(0, this.indexFrom(from)));
  }

  /** Has these records again, as when a node that lags is asked no longer. */
  restore(records: readonly LogRecord[]): void {
    this.#records = [];
    this.#streams = new Map();
    for (const record of records) this.#keep(record);
    this.#end = (records.at(-1)?.position ?? 0) + RECORD_OVERHEAD;
  }

  onAppend(listener: (records: readonly LogRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #place(stream: string, revision: number, proposal: Proposal): LogRecord {
    const position = this.#end;
    this.#end += RECORD_OVERHEAD + stream.length + proposal.data.length + proposal.metadata.length;
    return { ...proposal, position, stream, revision };
  }

  #keep(record: LogRecord): void {
    this.#records.push(record);
    const stream = this.#streams.get(record.stream);
    if (stream) stream.push(record);
    else this.#streams.set(record.stream, [record]);
  }
}

/** Records of the system, of other applications, and of one whose name begins like ours. */
export function busyLog(): Log {
  const log = new Log();
  log.append('$settings', -1, [link('any')]);
  for (const stream of ['other.account-a', 'test', 'test-a', 'testing-a', '$stats-127.0.0.1']) {
    log.append(stream, -1, [link(stream), link(stream), link(stream)]);
  }
  return log;
}

export function link(stream: string): Proposal {
  const data = Buffer.from(`0@${stream}`);
  return { id: randomUUID(), type: '$>', contentType: 'application/octet-stream', data, metadata: Buffer.from('') };
}
