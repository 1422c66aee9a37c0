/** Where decisions learn what lies outside their own stream: streams and log through {@link States}, persons, files. */
import type { RecordedEvent } from '../events/envelope.ts';
import type { Position, StreamId } from '../events/ids.ts';
import type { Sealed } from '../events/personal.ts';
import { levelledName } from '../events/rules/person-name.ts';
import type { Fold, Sources } from './command.ts';
import type { HandlerPorts } from './handle.ts';
import type { States } from './loading.ts';
import type { Freshness, StoredBlob } from './ports.ts';
import type { Prospect } from './prospect.ts';

export type SourcePorts = Pick<HandlerPorts, 'store' | 'vault' | 'blobs'>;

/** What the log holds; streams, and the log where it need not be that of now, are as fresh as is asked for. */
export class LogSources implements Sources {
  readonly #ports: SourcePorts;
  readonly #states: States;
  readonly #freshness: Freshness;

  constructor(ports: SourcePorts, states: States, freshness: Freshness) {
    this.#ports = ports;
    this.#states = states;
    this.#freshness = freshness;
  }

  async stream<S, E extends RecordedEvent>(fold: Fold<S, E>, stream: StreamId): Promise<S> {
    return (await this.#states.load(fold as unknown as Fold<S>, stream, this.#freshness)).state;
  }

  async log<S, E extends RecordedEvent>(
    fold: Fold<S, E>,
    types: readonly string[],
    upTo: Position | Freshness,
  ): Promise<S> {
    return this.#states.loadLog(fold as unknown as Fold<S>, types, upTo === 'lately' ? this.#freshness : upTo);
  }

  head(): Promise<Position> {
    return this.#ports.store.head();
  }

  seal(subject: string, value: string): Promise<Sealed> {
    return this.#ports.vault.seal(subject, value);
  }

  subjectOf(orgId: string, name: string): string {
    return this.#ports.vault.subjectOf(orgId, levelledName(name));
  }

  subjectAsWritten(orgId: string, name: string): string {
    return this.#ports.vault.subjectOf(orgId, name);
  }

  keyed(text: string): string {
    return this.#ports.vault.keyed(text);
  }

  open(value: Sealed): Promise<string | undefined> {
    return this.#ports.vault.open(value);
  }

  blob(orgId: string, sha256: string): Promise<StoredBlob | undefined> {
    return this.#ports.blobs.statUploadedBy(orgId, sha256);
  }
}

/**
 * The same with one stream as it will be; remembers which streams have been looked at. The log does not hold yet what has
 * been decided: whoever asks it for all events of such a type waits.
 */
export class SourcesInProspect extends LogSources {
  readonly seen = new Set<StreamId>();
  readonly #prospect: Prospect;
  readonly #freshness: Freshness;

  /** `outside` is how fresh other streams are, `freshness` how fresh the one in prospect. */
  constructor(
    ports: SourcePorts,
    states: States,
    outside: Freshness,
    { prospect, freshness }: { readonly prospect: Prospect; readonly freshness: Freshness },
  ) {
    super(ports, states, outside);
    this.#prospect = prospect;
    this.#freshness = freshness;
  }

  override async stream<S, E extends RecordedEvent>(fold: Fold<S, E>, stream: StreamId): Promise<S> {
    this.seen.add(stream);
    if (stream !== this.#prospect.stream) return super.stream(fold, stream);
    return (await this.#prospect.load(fold as unknown as Fold<S>, this.#freshness)).state;
  }

  override async log<S, E extends RecordedEvent>(
    fold: Fold<S, E>,
    types: readonly string[],
    upTo: Position | Freshness,
  ): Promise<S> {
    this.#prospect.mustBeRecorded(types);
    return super.log(fold, types, upTo);
  }

  override async head(): Promise<Position> {
    this.#prospect.mustBeRecorded();
    return super.head();
  }
}
