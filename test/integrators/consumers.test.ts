/**
 * A hundred consumers that are cut at random, of each kind and of several readers, on a served system that is written to:
 * each ends with exactly the events that its reader may see, in order, whatever came twice bearing the same id.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { Chance } from '../../infra/demo/chance.ts';
import { undertaking } from '../http/authorisation-parties.ts';
import { type Held, openSite, type Site, withSeals } from '../http/authorisation-site.ts';
import { control, factNames } from '../support/controls.ts';
import { type Consumer, firstOfEach, followStream, openReceiver, pull, type Receiver } from './consumers.ts';

const SEED = 20_241_228;
/** So many times faster than ours: what is sent again after minutes comes within a test. */
const HASTE = 200;
const STREAMS = 12;

const UNIT = '91350100M000100Y43';
const OTHER_UNIT = '91120116MA05000011';
const BODY = 'district-binhai';
const OTHER_BODY = 'district-other';

type Sees = (event: RecordedEvent) => boolean;
const isPublic: Sees = ({ meta }) => meta.visibility === 'public';
const isOwn =
  (field: 'uscc' | 'bodyId', id: string): Sees =>
  ({ meta }) =>
    meta.visibility === 'parties' && meta.about[field] === id;
const either =
  (...each: readonly Sees[]): Sees =>
  event =>
    each.some(sees => sees(event));
const isNot =
  (...visibilities: readonly string[]): Sees =>
  ({ meta }) =>
    !visibilities.includes(meta.visibility);

/** Who reads, and what he may see: as the rules say it, not as the code does. */
const READERS: Readonly<Record<string, { readonly held?: Held; readonly sees: Sees }>> = {
  everybody: { sees: isPublic },
  unit: { held: { role: 'UNIT', orgId: UNIT }, sees: either(isPublic, isOwn('uscc', UNIT)) },
  other: { held: { role: 'UNIT', orgId: OTHER_UNIT }, sees: either(isPublic, isOwn('uscc', OTHER_UNIT)) },
  body: { held: { role: 'REC-D', orgId: BODY }, sees: either(isPublic, isOwn('bodyId', BODY)) },
  office: { held: { role: 'MSR', orgId: 'msr' }, sees: isNot('restricted', 'case-only') },
  supervisor: {
    held: { role: 'SUP', orgId: 'sup' },
    sees: ({ meta }) => meta.visibility !== 'case-only' || meta.about.accountId !== 'supervisor',
  },
};
const NAMES = Object.keys(READERS);
const WITH_WEBHOOKS = ['unit', 'body', 'office', 'supervisor'];
const WEBHOOKS_EACH = 5;
const OF_EACH_KIND = 40;

let site: Site;
let receiver: Receiver;
const tokens = new Map<string, string>();

beforeAll(async () => {
  const from = performance.now();
  const begun = Date.parse('2024-12-28T02:00:00.000Z');
  site = await openSite({
    now: () => new Date(begun + Math.floor((performance.now() - from) * HASTE)).toISOString(),
    environment: { GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8' },
    projecting: 'thread',
  });
  receiver = await openReceiver(new Chance(SEED));
  for (const [name, { held }] of Object.entries(READERS)) {
    if (!held) continue;
    tokens.set(name, await site.signIn(name, held));
    await site.append(...undertaking(held, name));
  }
}, 60_000);
afterAll(async () => {
  await site.close();
  await receiver.close();
});

async function post(name: string, path: string, body: object = {}) {
  const answer = await fetch(`${site.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.get(name)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, path).toBe(200);
  return answer.json() as Promise<{ outcome?: string; id?: string }>;
}

/** Registers webhooks of an account, each with a name that leads to its receiver. */
async function registerWebhooks(name: string): Promise<readonly string[]> {
  const hooks = Array.from({ length: WEBHOOKS_EACH }, (_, index) => `${name}-webhook-${index}`);
  for (const system of hooks)
    await post(name, `/accounts/${name}/webhooks`, { system, url: receiver.addressOf(system) });
  const listed = await fetch(`${site.url}/api/v1/webhooks`, {
    headers: { authorization: `Bearer ${tokens.get(name)}` },
  });
  const { items } = (await listed.json()) as { items: { webhookId: string }[] };
  for (const { webhookId } of items) {
    expect(await post(name, `/webhooks/${webhookId}/challenge`)).toMatchObject({ outcome: 'delivered' });
  }
  return hooks;
}

/** Facts of many kinds, of the one unit's case or of another's, on several streams that grow at random. */
async function write(chance: Chance): Promise<void> {
  for (const name of chance.some(factNames, 64)) {
    const isOthers = chance.next() < 0.3;
    const about = { year: 2024, uscc: isOthers ? OTHER_UNIT : UNIT, bodyId: isOthers ? OTHER_BODY : BODY };
    await site.append(`story-${chance.between(1, STREAMS)}`, [await withSeals(site, control(name, {}, { about }))]);
    await new Promise(resolve => setTimeout(resolve, chance.between(0, 40)));
  }
}

/** By reader, what he is to have in the end, in the order of the log. */
async function expected(): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
  const log = await site.log();
  return new Map(NAMES.map(name => [name, log.filter(event => READERS[name]?.sees(event))]));
}

const readerOf = ({ name }: Consumer) => name.split('-')[0] as string;

describe('a hundred consumers, cut at random', () => {
  it('each end with exactly what they may see, in order, and repetitions only by id', async () => {
    let isOver = false;
    const asking = (name: string, index: number) => ({
      url: site.url,
      token: tokens.get(name),
      chance: new Chance(SEED + index),
      stopped: () => isOver,
    });
    const streams = Array.from({ length: OF_EACH_KIND }, (_, index) => {
      const name = NAMES[index % NAMES.length] as string;
      return followStream(`${name}-stream-${index}`, asking(name, index));
    });
    const pulls = Array.from({ length: OF_EACH_KIND }, (_, index) => {
      const name = NAMES[index % NAMES.length] as string;
      return pull(`${name}-pull-${index}`, asking(name, 100 + index));
    });
    const hooks = (await Promise.all(WITH_WEBHOOKS.map(registerWebhooks))).flat().map(receiver.consumerOf);
    const all: readonly Consumer[] = [...streams, ...pulls, ...hooks];
    expect(all).toHaveLength(100);

    await write(new Chance(SEED));
    await vi.waitFor(
      async () => {
        // Webhooks are looked at when something happens: of this nobody here is told.
        await site.append('unseen', [control('misconduct.reported', {}, { about: { accountId: 'supervisor' } })]);
        const due = await expected();
        const behind = all.filter(one => firstOfEach(one).length < (due.get(readerOf(one)) ?? []).length);
        expect(
          behind.map(one => `${one.name}: ${firstOfEach(one).length} of ${due.get(readerOf(one))?.length}`),
        ).toEqual([]);
      },
      { timeout: 300_000, interval: 500 },
    );
    isOver = true;
    await Promise.all([...streams, ...pulls].map(({ done }) => done));

    const due = await expected();
    for (const one of [...streams, ...pulls]) {
      const ids = (due.get(readerOf(one)) ?? []).map(({ id }) => id);
      expect(
        firstOfEach(one).map(({ id }) => id),
        one.name,
      ).toEqual(ids);
    }
    for (const one of hooks) {
      const events = due.get(readerOf(one)) ?? [];
      expect(perSubject(firstOfEach(one)), one.name).toEqual(
        perSubject(events.map(({ id, streamId }) => ({ id, subject: streamId }))),
      );
    }
    // They were cut, and things did come twice.
    for (const kind of [streams, hooks]) expect(kind.some(one => one.got.length > firstOfEach(one).length)).toBe(true);
  }, 600_000);
});

/** By subject, what came of it, in its order. */
function perSubject(events: readonly { readonly id: string; readonly subject: string }[]) {
  const ids: Record<string, string[]> = {};
  for (const { id, subject } of events) {
    ids[subject] ??= [];
    ids[subject].push(id);
  }
  return ids;
}
