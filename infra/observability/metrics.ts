/** Numbers about log, read models and jobs, read when metrics are asked for. */
import { comparePositions, type Position } from '../../events/ids.ts';
import { type Checkpoint, eventsSeen } from '../../projections/ports.ts';
import { timesOf } from '../../projections/recorded-times.ts';
import type { System } from '../compose/system.ts';
import type { OperationalMetric } from './telemetry.ts';

type Sources = Pick<System, 'events' | 'reader' | 'jobs' | 'clock' | 'metrics'>;

/**
 * What operators watch: positions, lag in events and seconds, rebuilds, quarantine, jobs, and what the stores tell of
 * themselves.
 */
export function systemMetrics({ events, reader, jobs, clock, metrics }: Sources): readonly OperationalMetric[] {
  const live = async () => (await reader.checkpoints()).filter(({ state }) => state === 'live');
  const slowest = async (): Promise<Position | undefined> =>
    (await live()).map(({ position }) => position).toSorted(comparePositions)[0];
  return [
    {
      name: 'gongguan_log_position',
      help: 'Position of the last durable event',
      read: async () => Number(await events.knownHead()),
    },
    {
      name: 'gongguan_projection_position',
      help: 'Position of the last event that a live read model has taken',
      label: 'projection',
      read: async () => byProjection(await live(), ({ position }) => Number(position)),
    },
    {
      name: 'gongguan_projection_lag_events',
      help: 'Events that the slowest live read model has not taken yet; counting ends at 1,000',
      async read() {
        const position = await slowest();
        return position === undefined ? 0 : reader.behind(position);
      },
    },
    {
      name: 'gongguan_projection_lag_seconds',
      help: 'Age of the oldest event that some live read model has not taken yet',
      async read() {
        const position = await slowest();
        const isBehind = position !== undefined && comparePositions(position, await events.knownHead()) < 0;
        const [oldest] = isBehind ? await events.readAll(position, 1) : [];
        return oldest && !oldest.fault
          ? Math.max(0, (Date.parse(clock.now()) - Date.parse(oldest.meta.recordedAt)) / 1_000)
          : 0;
      },
    },
    {
      name: 'gongguan_rebuild_progress',
      help: 'Share of the log, from 0 to 1, that a generation under construction has taken',
      label: 'projection',
      read: async () => rebuildProgress(await reader.checkpoints()),
    },
    {
      name: 'gongguan_quarantined_events',
      help: 'Events that read models have set aside',
      read: async () => (await reader.quarantine()).length,
    },
    {
      name: 'gongguan_recorded_times_went_back',
      help: 'Events recorded earlier than one before them',
      read: async () => (await timesOf(reader))?.wentBack ?? 0,
    },
    {
      name: 'gongguan_jobs',
      help: 'Jobs by state',
      label: 'state',
      read: async () => ({ ...(await jobs.counts()) }),
    },
    ...metrics,
  ];
}

function byProjection(checkpoints: readonly Checkpoint[], value: (of: Checkpoint) => number): Record<string, number> {
  return Object.fromEntries(checkpoints.map(checkpoint => [checkpoint.projection, value(checkpoint)]));
}

/** Positions cannot be computed with, but each generation counts the events it has seen. */
function rebuildProgress(checkpoints: readonly Checkpoint[]): Record<string, number> {
  const all = Math.max(1, ...checkpoints.filter(({ state }) => state === 'live').map(eventsSeen));
  const building = checkpoints.filter(({ state }) => state === 'building');
  return byProjection(building, checkpoint => Math.min(1, eventsSeen(checkpoint) / all));
}
