/** An event as read from a log: its texts are parsed only when somebody looks. */
import type { Fault, Meta, RecordedEvent } from '../../events/envelope.ts';
import type { Position, StreamId } from '../../events/ids.ts';
import { faultOf } from '../../events/readable.ts';
import { upcast } from '../../events/upcasters.ts';

export class StoredEvent implements RecordedEvent {
  readonly position: Position;
  readonly streamId: StreamId;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly dataText: string;
  readonly metaText: string;
  #fault: Fault | null | undefined;
  #data: unknown;
  #meta: Meta | undefined;

  constructor(
    position: Position,
    streamId: StreamId,
    revision: number,
    id: string,
    type: string,
    schemaVersion: number,
    dataText: string,
    metaText: string,
  ) {
    this.position = position;
    this.streamId = streamId;
    this.revision = revision;
    this.id = id;
    this.type = type;
    this.schemaVersion = schemaVersion;
    this.dataText = dataText;
    this.metaText = metaText;
  }

  /** Takes over the values that the texts were made from, so that the writer's own process need not parse them. */
  withValues(data: unknown, meta: Meta): this {
    this.#data = data;
    this.#meta = meta;
    this.#fault = null;
    return this;
  }

  /** Found out when it is first asked for; what this process has recorded itself was checked then. */
  get fault(): Fault | undefined {
    if (this.#fault === undefined) {
      this.#fault = faultOf(this.type, this.schemaVersion, { data: () => this.data, meta: () => this.meta }) ?? null;
    }
    return this.#fault ?? undefined;
  }

  get data(): unknown {
    if (this.#data === undefined) this.#data = upcast(this.type, this.schemaVersion, JSON.parse(this.dataText));
    return this.#data;
  }

  get meta(): Meta {
    if (this.#meta === undefined) this.#meta = JSON.parse(this.metaText) as Meta;
    return this.#meta;
  }
}
