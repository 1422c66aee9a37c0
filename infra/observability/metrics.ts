/** Numbers about log, read models and jobs, read when metrics are asked for. */
import { comparePositions, type Position, START } from '../../events/ids.ts';
import { type Checkpoint, eventsSeen } from '../../projections/ports.ts';
import { timesOf } from '../../projections/recorded-times.ts';
import type { System } from '../compose/system.ts';
import type { OperationalMetric } from './telemetry.ts';

type Sources = Pick<System, 'events' | 'reader' | 'jobs' | 'clock' | 'ledgerStore' | 'metrics'>;

/**
 * What operators watch: positions, lag in events and seconds, rebuilds, quarantine, the ledger and its witnesses, jobs, and
 * what the stores tell of themselves.
 */
export function systemMetrics({
  events,
  reader,
  jobs,
  clock,
  ledgerStore,
  metrics,
}: Sources): readonly OperationalMetric[] {
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
    ...ledgerMetrics({ events, clock, ledgerStore }),
    {
      name: 'gongguan_jobs',
      help: 'Jobs by state',
      label: 'state',
      read: async () => ({ ...(await jobs.counts()) }),
    },
    ...metrics,
  ];
}

/** What can be proved lags behind what is recorded; a witness who has fallen silent is seen by how long. */
function ledgerMetrics({
  events,
  clock,
  ledgerStore,
}: Pick<Sources, 'events' | 'clock' | 'ledgerStore'>): readonly OperationalMetric[] {
  const secondsSince = (at: string) => Math.max(0, (Date.parse(clock.now()) - Date.parse(at)) / 1_000);
  return [
    {
      name: 'gongguan_ledger_events',
      help: 'Events that the ledger holds',
      read: async () => (await ledgerStore.frontier())?.size ?? 0,
    },
    {
      name: 'gongguan_ledger_signed_events',
      help: 'Events that the last checkpoint covers',
      read: async () => (await ledgerStore.newest())?.size ?? 0,
    },
    {
      name: 'gongguan_ledger_lag_seconds',
      help: 'Age of the oldest event that the ledger does not hold yet',
      async read() {
        const frontier = await ledgerStore.frontier();
        const [oldest] = await events.readAll(frontier?.position ?? START, 1);
        return oldest && !oldest.fault ? secondsSince(oldest.meta.recordedAt) : 0;
      },
    },
    {
      name: 'gongguan_ledger_checkpoint_age_seconds',
      help: 'Seconds since the last checkpoint was signed, while it does not cover all that the ledger holds',
      async read() {
        const [frontier, newest] = [await ledgerStore.frontier(), await ledgerStore.newest()];
        return newest && newest.size < (frontier?.size ?? 0) ? secondsSince(newest.signedAt) : 0;
      },
    },
    {
      name: 'gongguan_witness_silent_seconds',
      help: 'Seconds for which a witness has been away or has refused; 0 while he cosigns',
      label: 'witness',
      read: async () =>
        Object.fromEntries(
          (await ledgerStore.standings()).map(({ witness, state, since }) => [
            witness,
            state === 'cosigning' ? 0 : secondsSince(since),
          ]),
        ),
    },
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
