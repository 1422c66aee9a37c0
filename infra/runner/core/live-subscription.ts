/** Keeps the live generations at the head of the log. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../../events/envelope.ts';
import type { Position } from '../../../events/ids.ts';
import type { CatchUpReader } from './catch-up-reader.ts';
import type { GenerationProjector } from './generation-projector.ts';
import { LogRegressed, type RunnerPorts } from './runner-ports.ts';
import { taskQueue } from './task-queue.ts';
import { slowest, Waiters } from './waiters.ts';

/** Events kept in memory between two batches; past that the log is read again. */
const BUFFER = 20_000;
const RETRY_MS = 500;

export class LiveSubscription {
  readonly #ports: RunnerPorts;
  readonly #reader: CatchUpReader;
  readonly #live = new Map<string, GenerationProjector>();
  readonly #waiters = new Waiters();
  /** Whoever moves a live generation: a batch of events, or the swap of a generation. */
  readonly #moving = taskQueue();
  #buffer: RecordedEvent[] = [];
  /** What the buffer does not hold must be read from the log. */
  #overflowed = false;
  /** Delivery was interrupted: the log may have lost events in the meantime. */
  #suspect = false;
  #pumping: Promise<void> | undefined;
  #saving: NodeJS.Timeout | undefined;
  #savedAt = 0;
  #stopped = false;
  #halted = false;
  #unsubscribe: (() => void) | undefined;

  constructor(ports: RunnerPorts, reader: CatchUpReader) {
    this.#ports = ports;
    this.#reader = reader;
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** The live generations by name of projection. */
  get liveGenerations(): ReadonlyMap<string, GenerationProjector> {
    return this.#live;
  }

  /** Listens to the log from now on. */
  follow(): void {
    this.#unsubscribe ??= this.#ports.log.onAppend(events => this.#arrive(events));
  }

  /** Runs a task while no live generation moves. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#moving.run(task);
  }

  /** Generations that are where the log was, while nothing moves, go on with the others; instead of those of their projection. */
  join(generations: readonly GenerationProjector[]): void {
    for (const generation of generations) this.#live.set(generation.projection.name, generation);
    this.#saveSoon();
    this.#wake();
  }

  leave(projection: string): void {
    if (this.#live.delete(projection) && this.#live.size > 0) this.#wake();
  }

  async reached(position: Position, ms: number): Promise<boolean> {
    return !this.#halted && this.#waiters.until(position, ms);
  }

  /** Finishes the batch in hand and stores where the generations are. */
  async stop(): Promise<void> {
    this.#end();
    await this.#pumping;
    await this.#moving.idle();
    await this.#reader.save([...this.#live.values()]).catch(error => {
      // What was passed since is passed again after the next start.
      this.#ports.alarm('the last positions could not be stored', { error: String(error) });
    });
  }

  /** The log is not to be trusted: rows stay as they are until people have looked at it. */
  halt({ positions }: LogRegressed): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#reader.stop();
    this.#end();
    this.#ports.alarm('the log lost events it had acknowledged', { positions });
  }

  #end(): void {
    this.#stopped = true;
    this.#unsubscribe?.();
    clearTimeout(this.#saving);
    this.#waiters.giveUp();
  }

  #arrive(events: readonly RecordedEvent[]): void {
    if (events.length === 0) this.#suspect = true;
    if (events.length === 0 || this.#buffer.length + events.length > BUFFER) this.#reread();
    else if (!this.#overflowed) for (const event of events) this.#buffer.push(event);
    this.#pump();
  }

  #reread(): void {
    this.#buffer = [];
    this.#overflowed = true;
  }

  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = this.#moving
      .run(() => this.#takeArrived())
      .catch(error => this.#failed(error))
      .finally(() => {
        this.#pumping = undefined;
        if (this.#buffer.length > 0 || this.#overflowed) this.#pump();
      });
  }

  async #failed(error: unknown): Promise<void> {
    if (error instanceof LogRegressed) {
      this.halt(error);
      return;
    }
    this.#ports.alarm('projecting failed, trying again', { error: String(error) });
    this.#suspect = true;
    this.#reread();
    await pause(RETRY_MS);
  }

  /** One batch, so that a swap that waits its turn gets it however many events arrive. */
  async #takeArrived(): Promise<void> {
    const generations = [...this.#live.values()];
    if (this.#suspect) {
      this.#suspect = false;
      await this.#reader.verify(generations);
    }
    if (this.#overflowed) {
      this.#overflowed = false;
      await this.#reader.catchUp(generations);
    } else {
      const events = this.#buffer;
      this.#buffer = [];
      await this.#feed(generations, events);
    }
    this.#saveSoon();
    this.#wake();
    await turn();
  }

  async #feed(generations: readonly GenerationProjector[], events: readonly RecordedEvent[]): Promise<void> {
    const { saveWithinMs } = this.#ports;
    const save = saveWithinMs !== undefined && performance.now() - this.#savedAt >= saveWithinMs;
    await this.#reader.feed(generations, events, save);
    if (save) this.#savedAt = performance.now();
  }

  /** Others learn in time how far the generations are that had no row to write. */
  #saveSoon(): void {
    const { saveWithinMs } = this.#ports;
    const unsaved = () => [...this.#live.values()].filter(generation => generation.unsaved);
    if (saveWithinMs === undefined || this.#saving || this.#stopped || unsaved().length === 0) return;
    this.#saving = setTimeout(() => {
      this.#saving = undefined;
      this.#moving
        .run(() => this.#reader.save(unsaved()))
        .catch(async error => {
          this.#ports.alarm('storing positions failed, trying again', { error: String(error) });
          await pause(RETRY_MS);
          this.#saveSoon();
        });
    }, saveWithinMs);
  }

  #wake(): void {
    const position = slowest([...this.#live.values()].map(generation => generation.position));
    this.#waiters.moved(position);
    this.#ports.moved?.(position);
  }
}
