/** Has the checkpoints of milestones time-stamped (RFC 3161). An authority that is away holds nothing up. */
import type { Alarm } from '../observability/alarm.ts';
import { parseNote } from './note.ts';
import type { KeptCheckpoint, LedgerStore } from './store.ts';

export interface TimestampingPorts {
  readonly store: Pick<LedgerStore, 'checkpoints' | 'stamp'>;
  /** Where time stamps are asked for; undefined where none are. */
  readonly timestampUrl: string | undefined;
  readonly alarm: Alarm;
}

/** The checkpoints of milestones that have no time stamp yet, the smallest first. */
export async function unstamped(store: Pick<LedgerStore, 'checkpoints'>): Promise<readonly KeptCheckpoint[]> {
  return (await store.checkpoints()).filter(({ milestone, timestamp }) => milestone !== undefined && !timestamp);
}

/** Each that has none yet; after a failure the rest waits for the next run. */
export async function haveTimestamped(ports: TimestampingPorts, signal?: AbortSignal): Promise<void> {
  const { store, timestampUrl, alarm } = ports;
  if (timestampUrl === undefined) return;
  const { NoTimestamp, timestamped } = await import('./timestamp.ts');
  for (const { size, note } of await unstamped(store)) {
    try {
      await store.stamp(size, await timestamped(timestampUrl, parseNote(note).text, signal));
    } catch (error) {
      if (!(error instanceof NoTimestamp)) throw error;
      alarm('未取得可信时间戳，将再试 (no time stamp was given, it is asked for again)', { error: error.message });
      return;
    }
  }
}
