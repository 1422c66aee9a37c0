/** Keeps the live lanes at the head of the log. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import type { Feeder } from './feeder.ts';
import type { Lane } from './lane.ts';
import { queue } from './queue.ts';
import { LogRegressed, type RunnerPorts } from './runner-ports.ts';
import { slowest, Waiters } from './waiters.ts';

/** Events kept in memory between two batches; past that the log is read again. */
const BUFFER = 20_000;
const RETRY_MS = 500;

export class Follower {
  readonly #ports: RunnerPorts;
  readonly #feeder: Feeder;
  readonly #live = new Map<string, Lane>();
  readonly #waiters = new Waiters();
  /** Whoever moves a live lane: a batch of events, or the swap of a generation. */
  readonly #moving = queue();
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

  constructor(ports: RunnerPorts, feeder: Feeder) {
    this.#ports = ports;
    this.#feeder = feeder;
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** The live lanes by name of projection. */
  get lanes(): ReadonlyMap<string, Lane> {
    return this.#live;
  }

  /** Listens to the log from now on. */
  follow(): void {
    this.#unsubscribe ??= this.#ports.log.onAppend(events => this.#arrive(events));
  }

  /** Runs a task while no live lane moves. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#moving.run(task);
  }

  /** Lanes that are where the log was, while nothing moves, go on with the others; instead of those of their projection. */
  join(lanes: readonly Lane[]): void {
    for (const lane of lanes) this.#live.set(lane.projection.name, lane);
    this.#saveSoon();
    this.#wake();
  }

  leave(projection: string): void {
    if (this.#live.delete(projection) && this.#live.size > 0) this.#wake();
  }

  async reached(position: Position, ms: number): Promise<boolean> {
    return !this.#halted && this.#waiters.until(position, ms);
  }

  /** Finishes the batch in hand and stores where the lanes are. */
  async stop(): Promise<void> {
    this.#end();
    await this.#pumping;
    await this.#moving.idle();
    await this.#feeder.save([...this.#live.values()]).catch(error => {
      // What was passed since is passed again after the next start.
      this.#ports.alarm('the last positions could not be stored', { error: String(error) });
    });
  }

  /** The log is not to be trusted: rows stay as they are until people have looked at it. */
  halt({ positions }: LogRegressed): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#feeder.stop();
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
    const lanes = [...this.#live.values()];
    if (this.#suspect) {
      this.#suspect = false;
      await this.#feeder.verify(lanes);
    }
    if (this.#overflowed) {
      this.#overflowed = false;
      await this.#feeder.catchUp(lanes);
    } else {
      const events = this.#buffer;
      this.#buffer = [];
      await this.#feed(lanes, events);
    }
    this.#saveSoon();
    this.#wake();
    await turn();
  }

  async #feed(lanes: readonly Lane[], events: readonly RecordedEvent[]): Promise<void> {
    const { saveWithinMs } = this.#ports;
    const save = saveWithinMs !== undefined && performance.now() - this.#savedAt >= saveWithinMs;
    await this.#feeder.feed(lanes, events, save);
    if (save) this.#savedAt = performance.now();
  }

  /** Others learn in time how far the lanes are that had no row to write. */
  #saveSoon(): void {
    const { saveWithinMs } = this.#ports;
    const unsaved = () => [...this.#live.values()].filter(lane => lane.unsaved);
    if (saveWithinMs === undefined || this.#saving || this.#stopped || unsaved().length === 0) return;
    this.#saving = setTimeout(() => {
      this.#saving = undefined;
      this.#moving
        .run(() => this.#feeder.save(unsaved()))
        .catch(async error => {
          this.#ports.alarm('storing positions failed, trying again', { error: String(error) });
          await pause(RETRY_MS);
          this.#saveSoon();
        });
    }, saveWithinMs);
  }

  #wake(): void {
    const position = slowest([...this.#live.values()].map(lane => lane.position));
    this.#waiters.moved(position);
    this.#ports.moved?.(position);
  }
}
