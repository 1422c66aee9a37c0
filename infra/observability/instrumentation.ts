/** Stores, write path and jobs as operators watch them: failures counted, commands timed, all of it in traces. */
import type { Logger } from 'pino';
import type { StreamId } from '../../events/ids.ts';
import type { Checkpoint, CollectionWrites, ReadStore } from '../../projections/ports.ts';
import type { CommandOutcome, Handle } from '../../services/handle.ts';
import { type NewEvent, StoreUnavailable, WrongExpectedRevision } from '../../services/ports.ts';
import type { OpenEngines } from '../compose/engines.ts';
import type { JobKind } from '../jobs/jobs.ts';
import { type Episode, Episodes, kindOf } from './alarm.ts';
import type { OperationalMetric } from './telemetry.ts';
import type { Tracing } from './tracing.ts';

/** Runs, or does not run, a call of a method, and gives its answer. */
type Around = (method: string, call: () => unknown, args: readonly unknown[]) => unknown;

/** The same object; `around` stands between its methods and their callers. */
function intercept<T extends object>(target: T, around: Around): T {
  const methods = new WeakMap<object, unknown>();
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name === 'symbol') return value;
      const known = methods.get(value);
      if (known) return known;
      const method = (...args: unknown[]) => around(name, () => Reflect.apply(value, target, args), args);
      methods.set(value, method);
      return method;
    },
  });
}

/** Tells of every promise that a call breaks. */
function telling(failed: (error: unknown) => void): Around {
  return (_method, call) => {
    const answer = call();
    if (!(answer instanceof Promise)) return answer;
    return answer.catch(error => {
      failed(error);
      throw error;
    });
  };
}

export type Stores = Pick<OpenEngines, 'events' | 'rows' | 'keyStore' | 'signIns' | 'blobs' | 'jobs'>;
export type StoreName = keyof Stores;

/** As metrics name them. */
const LABELS: Readonly<Record<StoreName, string>> = {
  events: 'events',
  rows: 'rows',
  keyStore: 'keeper',
  signIns: 'sign-ins',
  blobs: 'blobs',
  jobs: 'jobs',
};

export interface InstrumentedStores {
  readonly stores: Stores;
  readonly metrics: readonly OperationalMetric[];
}

/**
 * The stores, with their conflicts and outages counted, and with their writes in traces if there are any. `met` is told of
 * every promise that one breaks.
 */
export function instrumentedStores(
  engines: OpenEngines,
  tracing: Tracing | undefined,
  met: (store: StoreName, error: unknown) => void = () => undefined,
): InstrumentedStores {
  let conflicts = 0;
  const outages: Record<string, number> = {};
  const counted = <N extends StoreName>(name: N, store: Stores[N]): Stores[N] => {
    const label = LABELS[name];
    outages[label] = 0;
    const count = (error: unknown) => {
      if (error instanceof StoreUnavailable) outages[label] = (outages[label] ?? 0) + 1;
      if (error instanceof WrongExpectedRevision) conflicts += 1;
      met(name, error);
    };
    return intercept(store, telling(count));
  };
  const { events, rows, keyStore, signIns, blobs, jobs } = engines;
  return {
    stores: {
      events: counted('events', tracing ? intercept(events, tracedAppends(tracing)) : events),
      rows: counted('rows', tracing ? tracedRows(rows, tracing) : rows),
      keyStore: counted('keyStore', keyStore),
      signIns: counted('signIns', signIns),
      blobs: counted('blobs', blobs),
      jobs: counted('jobs', jobs),
    },
    metrics: [
      {
        kind: 'counter',
        name: 'gongguan_append_conflicts_total',
        help: 'Appends that lost a race against another writer, and were decided again',
        read: async () => conflicts,
      },
      {
        kind: 'counter',
        name: 'gongguan_store_unavailable_total',
        help: 'Calls that a store could not serve',
        label: 'store',
        read: async () => ({ ...outages }),
      },
      {
        kind: 'counter',
        name: 'gongguan_subscription_interruptions_total',
        help: 'How often the delivery of events by the server of the log was interrupted; slow and broken are ordinary',
        label: 'cause',
        read: async () => engines.interruptions(),
      },
      {
        name: 'gongguan_connections',
        help: 'Connections that stand, by the server they lead to',
        label: 'server',
        read: async () => engines.connections(),
      },
    ],
  };
}

/** Rows whose batches are in traces. */
export function tracedRows(rows: ReadStore, tracing: Tracing): ReadStore {
  return intercept(rows, tracedCommits(tracing));
}

function tracedAppends(tracing: Tracing): Around {
  return (method, call, args) => {
    if (method !== 'append') return call();
    const [stream, expected, events] = args as [StreamId, number, readonly NewEvent[]];
    const types = events.map(({ type }) => type);
    const attributes = {
      'gongguan.stream': shownStream(stream),
      'gongguan.expected_revision': expected,
      'gongguan.types': types,
    };
    return tracing.traced('append', attributes, call as () => Promise<unknown>);
  };
}

/** Nobody's part: a batch holds what many commands recorded. */
function tracedCommits(tracing: Tracing): Around {
  return (method, call, args) => {
    if (method !== 'commit') return call();
    const [writes, checkpoints] = args as [readonly CollectionWrites[], readonly Checkpoint[]];
    if (writes.length === 0) return call();
    const attributes = {
      'gongguan.projections': checkpoints.map(({ projection }) => projection),
      'gongguan.rows': writes.reduce((sum, { rows }) => sum + rows.size, 0),
      'gongguan.position': checkpoints.at(-1)?.position ?? '',
    };
    return tracing.begun('projection batch', attributes, call as () => Promise<unknown>);
  };
}

const OF_PERSONS = /^(account|expert)-/;

/** Streams of persons are called by their kind alone. */
function shownStream(stream: StreamId): string {
  return OF_PERSONS.exec(stream)?.[1] ?? stream;
}

/** `recorded`, `unchanged`, or how the command was refused. */
function nameOf(outcome: CommandOutcome): string {
  if (outcome.rejected) return outcome.kind;
  return outcome.events.length > 0 ? 'recorded' : 'unchanged';
}

/** A write path that tells how each command ended; `unavailable` and `failed` are those that threw. */
export function timedHandle(
  handle: Handle,
  decided: (command: string, outcome: string, startedAt: number) => void,
): Handle {
  return async (command, input, request) => {
    const startedAt = performance.now();
    try {
      const outcome = await handle(command, input, request);
      decided(command.name, nameOf(outcome), startedAt);
      return outcome;
    } catch (error) {
      decided(command.name, error instanceof StoreUnavailable ? 'unavailable' : 'failed', startedAt);
      throw error;
    }
  };
}

/** A write path whose commands are spans; they hold code and outcome, never the input. */
export function tracedHandle(handle: Handle, tracing: Tracing): Handle {
  return (command, input, request) =>
    tracing.traced(`command ${command.name}`, { 'gongguan.correlation_id': request.correlationId }, async () => {
      const outcome = await handle(command, input, request);
      tracing.annotate({
        'gongguan.outcome': nameOf(outcome),
        ...(outcome.rejected
          ? { 'gongguan.code': outcome.code }
          : { 'gongguan.stream': shownStream(outcome.streamId) }),
      });
      return outcome;
    });
}

/**
 * A kind of job whose runs are logged, failures once for each episode, and traced if there are traces. A job's id is what
 * its commands are correlated by.
 */
export function instrumentedKind<T>(kind: JobKind<T>, logger: Logger, tracing: Tracing | undefined): JobKind<T> {
  const failures = new Episodes();
  const observed: JobKind<T>['run'] = async (data, job) => {
    const startedAt = performance.now();
    const line = () => ({
      job: kind.name,
      attempt: job.attempt,
      ms: Math.round(performance.now() - startedAt),
      correlationId: job.id,
    });
    try {
      await kind.run(data, job);
      logger.info(line(), 'job done');
    } catch (error) {
      const why = error instanceof StoreUnavailable ? { cause: error.message } : { err: error };
      const over = (episode: Episode) => {
        if (episode.times > 1) logger.warn({ job: kind.name, ...episode }, 'jobs fail no more');
      };
      failures.seen(kindOf(String(error)), () => logger.warn({ ...line(), ...why }, 'job failed'), over);
      throw error;
    }
  };
  if (!tracing) return { ...kind, run: observed };
  return {
    ...kind,
    run(data, job) {
      const attributes = { 'gongguan.attempt': job.attempt, 'gongguan.correlation_id': job.id };
      return tracing.begun(`job ${kind.name}`, attributes, () => observed(data, job));
    },
  };
}
