/** What operators read on `/metrics`, and what stands there while a store is down. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { START } from '../../events/ids.ts';
import { openEngines } from '../../infra/compose/engines.ts';
import { readConfig } from '../../infra/config.ts';
import { instrumentedStores } from '../../infra/observability/instrumentation.ts';
import { systemMetrics } from '../../infra/observability/metrics.ts';
import type { OperationalMetric } from '../../infra/observability/telemetry.ts';
import type { Checkpoint } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { newFact, stream, temporaryDirectory } from '../support/log.ts';
import { openSite, type Site, type SiteOptions, work } from './support.ts';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(options: SiteOptions = {}): Promise<Site> {
  site = await openSite(options);
  return site;
}

const metricsOf = (from: Site) => from.metrics();
const metric = (
  name: string,
  read: OperationalMetric['read'],
  rest: Partial<OperationalMetric> = {},
): OperationalMetric => ({
  name,
  help: name,
  read,
  ...rest,
});

describe('commands', () => {
  it('then each is timed under its outcome, an outage too', async () => {
    const { signIn, call } = await open();
    const token = await signIn('msr.chen');
    await call('POST', '/api/v1/organising-work', { token, body: work });
    await call('POST', '/api/v1/judgements/2024', { token, body: { outcome: 'article', note: '说明' } });
    await call('POST', '/api/v1/judgements/2024', { token, body: { outcome: 'outage', note: '说明' } });
    const metrics = await metricsOf(site as Site);
    for (const [command, outcome] of [
      ['RecordOtherOrganisingWork', 'recorded'],
      ['Judge', 'conflict'],
      ['Judge', 'failed'],
    ]) {
      expect(metrics).toContain(`gongguan_command_duration_seconds_count{command="${command}",outcome="${outcome}"} 1`);
    }
  });

  it('given the store is down, then the outcome is called unavailable', async () => {
    const handle = () => Promise.reject(new StoreUnavailable('away'));
    const { signIn, call } = await open({ handle });
    const token = await signIn('msr.chen');
    expect((await call('POST', '/api/v1/organising-work', { token, body: work })).status).toBe(503);
    expect(await metricsOf(site as Site)).toContain('outcome="unavailable"} 1');
  });
});

describe('connections', () => {
  it('given an open event stream, then it counts as a request in progress and as a connection, until it is closed', async () => {
    const { metrics: read, url } = await open();
    const closing = new AbortController();
    const streaming = await fetch(`${url}/api/v1/events/stream`, { signal: closing.signal });
    const open_ = 'http_requests_in_progress{route="/api/v1/events/stream"}';
    const metrics = await read();
    expect(metrics).toContain(`${open_} 1`);
    expect(Number(/^http_connections (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(2);
    // Asked late, so that the answer is held until here: fetch closes the connection of one that nobody holds any more.
    expect(streaming.status).toBe(200);
    closing.abort();
    await expect.poll(() => metricsOf(site as Site), { timeout: 5_000 }).toContain(`${open_} 0`);
  });
});

describe('readings of a store that is down', () => {
  it('then those that fail or do not answer in time are left out, and the others are there', async () => {
    const readings = [
      metric('silent_store', () => new Promise(() => undefined)),
      metric('silent_by_label', () => new Promise(() => undefined), { label: 'of' }),
      metric('failing_store', () => Promise.reject(new StoreUnavailable('away'))),
      metric('sound_store', async () => 7),
    ];
    const metrics = await metricsOf(await open({ metrics: readings }));
    expect(metrics).toMatch(/^sound_store 7$/m);
    expect(metrics).not.toMatch(/^(silent_store|silent_by_label|failing_store)[ {]/m);
  });

  it('given a store that comes back, then its reading does too', async () => {
    let up = true;
    const read = () => (up ? Promise.resolve(3) : Promise.reject(new StoreUnavailable('away')));
    const from = await open({ metrics: [metric('store', read)] });
    expect(await metricsOf(from)).toMatch(/^store 3$/m);
    up = false;
    expect(await metricsOf(from)).not.toMatch(/^store /m);
    up = true;
    expect(await metricsOf(from)).toMatch(/^store 3$/m);
  });
});

describe('stores under observation', () => {
  it('given two writers at one revision, then one conflict is counted; given a closed log, then an outage of it', async () => {
    using directory = temporaryDirectory();
    const engines = await openEngines(readConfig({ GONGGUAN_DATA: directory.path }), () => undefined);
    const { stores, metrics: readings } = instrumentedStores(engines, undefined);
    const own = stream('contended');
    const racing = ['a', 'b'].map(id => stores.events.append(own, -1, [newFact(id)]));
    expect((await Promise.allSettled(racing)).map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    await engines.jobs.close();
    await engines.close();
    await expect(stores.events.head()).rejects.toThrow(StoreUnavailable);
    const metrics = await metricsOf(await open({ metrics: readings }));
    expect(metrics).toContain('# TYPE gongguan_append_conflicts_total counter');
    expect(metrics).toMatch(/^gongguan_append_conflicts_total 1$/m);
    expect(metrics).toContain('gongguan_store_unavailable_total{store="events"} 1');
    expect(metrics).toContain('gongguan_store_unavailable_total{store="rows"} 0');
  });
});

describe('a generation under construction', () => {
  const checkpoint = (state: Checkpoint['state'], handled: number, ignored: number): Checkpoint => ({
    projection: 'units',
    version: 1,
    generation: state === 'live' ? 1 : 2,
    state,
    position: String(handled + ignored) as never,
    handled,
    ignored,
    unknown: 0,
    quarantined: 0,
    updatedAt: '',
    term: 0,
  });

  it('then its progress is the share of events that it has seen', async () => {
    const checkpoints = async () => [checkpoint('live', 150, 50), checkpoint('building', 30, 20)];
    const sources = { reader: { checkpoints }, metrics: [] } as never;
    const metrics = systemMetrics(sources).filter(({ name }) => name === 'gongguan_rebuild_progress');
    expect(await metricsOf(await open({ metrics }))).toContain('gongguan_rebuild_progress{projection="units"} 0.25');
  });
});

describe('the ledger', () => {
  it('given events that it does not hold, a checkpoint behind it, and a witness who is away, then each is told by numbers', async () => {
    using directory = temporaryDirectory();
    const engines = await openEngines(readConfig({ GONGGUAN_DATA: directory.path }), () => undefined);
    const { events } = engines;
    await events.append(stream('a'), -1, [newFact('one'), newFact('two'), newFact('three')]);
    const all = await events.readAll(START, 10);
    const [one, , three] = all as [RecordedEvent, RecordedEvent, RecordedEvent];
    const later = new Date(Date.parse(three.meta.recordedAt) + 60_000).toISOString();
    const frontier = (event: RecordedEvent) => ({ size: all.indexOf(event) + 1, position: event.position });
    const standing = { size: 1, askedAt: later, since: one.meta.recordedAt };
    const standings = [
      { ...standing, witness: 'away', state: 'away' },
      { ...standing, witness: 'sound', state: 'cosigning' },
    ];
    const read = async (held: object | undefined, signed: object | undefined) => {
      const told = { frontier: async () => held, newest: async () => signed, standings: async () => standings };
      const sources = { events, clock: { now: () => later }, ledgerStore: told, metrics: [] } as never;
      const metrics = systemMetrics(sources).filter(({ name }) => /ledger|witness/.test(name));
      const page = await metricsOf(await open({ metrics }));
      await site?.close();
      site = undefined;
      return page.split('\n').filter(line => /^gongguan_(ledger|witness)/.test(line));
    };
    expect(await read(frontier(one), { size: 0, signedAt: one.meta.recordedAt })).toEqual([
      'gongguan_ledger_events 1',
      'gongguan_ledger_signed_events 0',
      'gongguan_ledger_lag_seconds 60',
      'gongguan_ledger_checkpoint_age_seconds 60',
      'gongguan_witness_silent_seconds{witness="away"} 60',
      'gongguan_witness_silent_seconds{witness="sound"} 0',
    ]);
    const inStep = await read(frontier(three), { size: 3, signedAt: one.meta.recordedAt });
    expect(inStep).toContain('gongguan_ledger_lag_seconds 0');
    expect(inStep).toContain('gongguan_ledger_checkpoint_age_seconds 0');
    expect(await read(undefined, undefined)).toContain('gongguan_ledger_lag_seconds 60');
    await engines.jobs.close();
    await engines.close();
  });
});
