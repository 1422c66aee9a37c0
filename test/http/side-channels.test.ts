/**
 * Public answers carry nothing that depends on what is hidden: two worlds that differ only in hidden events, so that
 * places, revisions and counts differ too, answer the public and outsiders byte for byte the same.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { CloudEvent } from '../../infra/integrators/cloud-event.ts';
import { get, jsonOf } from '../../projections/route.ts';
import { samples } from '../support/controls.ts';
import { logOf, told } from '../support/fold.ts';
import { feedTold, leaks, questionsAsked, worldsWithout } from '../support/two-worlds.ts';
import { METRICS_TOKEN, openSite, type Site } from './support.ts';

const { projects } = samples['excellent-results.published'];
const log = logOf([
  ...Object.keys(samples).map(name => told(name as keyof typeof samples)),
  told('excellent-result.recognised', { projectId: '2024-00000000' as never, title: '未公布的成果' }),
]);

/** A publication names what it makes known by id: what the recognition of such a project says is public with it. */
function isPublished({ type, data }: RecordedEvent): boolean {
  const { projectId } = data as { readonly projectId?: string };
  return type === 'excellent-result.recognised' && projects.some(published => published === projectId);
}

const isHidden = (event: RecordedEvent) => event.meta.visibility !== 'public' && !isPublished(event);
const worlds = worldsWithout(log, isHidden);

const OUTSIDERS: readonly (readonly [string, Actor | undefined])[] = [
  ['the public', undefined],
  ['a unit that is no party', { accountId: 'unit.other' as never, orgId: '91120000000000000X', role: 'UNIT' }],
  ['an expert of no panel', { accountId: 'expert.other' as never, orgId: 'expert-other', role: 'EXPERT' }],
  ['a third party', { accountId: 'tpo.other' as never, orgId: 'tpo-other', role: 'TPO' }],
];

describe.each(OUTSIDERS)('two worlds that differ in what is hidden, to %s', (_who, caller) => {
  it('are the same on every route, and in the feed', async () => {
    expect(await leaks(worlds, caller)).toEqual([]);
    expect((await questionsAsked(log, caller)).size).toBeGreaterThan(20);
  });
});

describe('two worlds that differ in what a party to a case is not told', () => {
  const UNIT = '91350100M000100Y43';
  const BODY = 'district-binhai';
  const OTHER_UNIT = '91120116MA05000011';
  const OTHER_BODY = 'district-other';
  const about = { year: 2024, uscc: UNIT, bodyId: BODY };
  /** Of a case of the unit and the body, then of a case of others. */
  const cases = logOf(
    Object.keys(samples).flatMap(name => [
      told(name as keyof typeof samples, {}, { about }),
      told(name as keyof typeof samples, {}, { about: { ...about, uscc: OTHER_UNIT, bodyId: OTHER_BODY } }),
    ]),
  );
  const isOwnCase = ({ meta }: RecordedEvent) => meta.visibility === 'parties' && meta.about.uscc === UNIT;
  const isHiddenFromParty = (event: RecordedEvent) => event.meta.visibility !== 'public' && !isOwnCase(event);

  it.each<[string, Actor]>([
    ['the unit', { accountId: 'unit.zhao' as never, orgId: UNIT, role: 'UNIT' }],
    ['the body', { accountId: 'body.wu' as never, orgId: BODY, role: 'REC-D' }],
  ])('are the same in the feed of %s, in which its own case stands', async (_who, caller) => {
    const { here, there } = worldsWithout(cases, isHiddenFromParty);
    const [one, other] = [await feedTold(here, caller), await feedTold(there, caller)];
    expect(one).toBe(other);
    expect(one).toContain('supplement.requested');
    const own = (JSON.parse(one) as { readonly events: [cursor: string, text: string][] }[]).flatMap(({ events }) =>
      events.map(([, text]) => JSON.parse(text) as CloudEvent),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ visibility, unit }) => visibility === 'parties' && unit !== UNIT)).toEqual([]);
  });

  it('given what he is told is among what is left out (planted), then the feeds differ', async () => {
    const caller: Actor = { accountId: 'unit.zhao' as never, orgId: UNIT, role: 'UNIT' };
    const { here, there } = worldsWithout(cases, event => event.meta.visibility !== 'public');
    expect(await feedTold(here, caller)).not.toBe(await feedTold(there, caller));
  });
});

describe('a route that tells how much there is', () => {
  const planted = get({
    path: '/planted',
    name: 'Planted',
    title: '',
    summary: '',
    allow: 'public',
    input: z.strictObject({}),
    output: z.unknown(),
    paged: false,
    answer: async (_input, _caller, reader) => jsonOf({ head: await reader.head() }),
  });

  it('is found', async () => {
    expect(await leaks(worlds, undefined, { routes: [planted] })).toHaveLength(1);
  });
});

describe('metrics, which tell what is decided and how often', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it('are told to those who show the token of the operators', async () => {
    expect(await site.metrics()).toContain('gongguan_command_duration_seconds');
  });

  it('are told to nobody else, be he the supervisor', async () => {
    const sup = await site.signIn('sup.li');
    for (const asked of [{}, { token: sup }, { token: `${METRICS_TOKEN}x` }]) {
      const answer = await site.call('GET', '/metrics', asked);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('gongguan_');
    }
  });

  it('are not there where no token is set', async () => {
    const other = await openSite({ metricsToken: undefined } as never);
    try {
      expect((await other.call('GET', '/metrics', { token: 'undefined' })).status).toBe(404);
    } finally {
      await other.close();
    }
  });
});
