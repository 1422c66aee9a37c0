import { describe, expect, it } from 'vitest';
import type { Deviation } from '../../events/envelope.ts';
import type { AccountId, Position } from '../../events/ids.ts';
import { REGULATION } from '../../events/statute.ts';
import { coverage, phaseMatrix } from '../../projections/supervision/coverage.ts';
import { deviations } from '../../projections/supervision/deviations.ts';
import { routes } from '../../projections/supervision/http.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const all = [deviations, trailEntries, coverage, phaseMatrix];
const BODY = { accountId: 'rec.li' as AccountId, orgId: ABOUT.bodyId, role: 'REC-D' } as const;
const query = (name: string, input: object, story: Told[]) =>
  ask(routes, name, input, MSR, readerOf(all, { events: logOf(story) }));

const late: Deviation = { code: 'late', basis: { doc: REGULATION, article: 'art-09' }, zh: '逾期', en: 'late' };
const alone: Deviation = { code: 'single-person', basis: { plan: 2024, version: 1, item: 'x' }, zh: '一人', en: 'one' };
const about = { year: 2024 };

describe('R-S2 deviation register', () => {
  const story = [
    told('programme.opened'),
    told('work-plan.published', {}, { about, circumstances: { deviations: [late, alone] } }),
    told('application-window.opened', {}, { about: { year: 2025 }, circumstances: { deviations: [late] } }),
  ];

  it('given an event with two deviations, then each has its row with actor, article and subject', () => {
    const rows = [...rowsOf(deviations, logOf(story)).values()];
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      code: 'late',
      article: 'art-09',
      eventType: 'work-plan.published',
      by: { accountId: 'msr.chen', orgId: 'msr', role: 'MSR' },
      year: 2024,
    });
    expect(rows[1]).not.toHaveProperty('article');
  });

  it('when asked by year and article, then those alone, the latest first', async () => {
    expect(await query('ListDeviations', {}, story)).toMatchObject({ items: [{ year: 2025 }, {}, {}] });
    expect(await query('ListDeviations', { year: '2024', article: 'art-09' }, story)).toMatchObject({
      items: [{ year: 2024, code: 'late' }],
    });
  });

  it('when 第十一条 is asked for, then the answer explains that it does not exist', () => {
    const route = routes.find(({ name }) => name === 'ListDeviations');
    expect(route?.input.safeParse({ article: 'art-11' }).error?.message).toContain('没有第十一条');
  });
});

describe('acts entered late', () => {
  it('given an act entered on a later day, then it is listed with who and why', async () => {
    const [event] = logOf([told('organising-work.recorded', {}, { circumstances: { reason: '补录' } })]);
    if (!event) throw new Error('no event');
    const meta = { ...event.meta, backdated: true as const };
    const entered = { ...event, meta };
    const [, punctual] = logOf([told('programme.opened'), told('programme.opened')]);
    const events = punctual ? [entered, punctual] : [];
    const page = await ask(routes, 'ListBackdatedActs', {}, MSR, readerOf(all, { events }));
    expect(page).toMatchObject({
      items: [{ eventType: 'organising-work.recorded', reason: '补录', by: { role: 'MSR' } }],
    });
    expect((page as { items: unknown[] }).items).toHaveLength(1);
  });

  it('given an old log, then what could not have been backdated is told from what could, with the deadlines crossed', async () => {
    const log = logOf([
      told('project-plan.published', {}, { circumstances: { reason: '补录', deviations: [late] } }),
      told('visit.recorded', {}, { circumstances: { reason: '补录' } }),
    ]).map(event => ({ ...event, meta: { ...event.meta, backdated: true as const } }));
    expect(await ask(routes, 'ListBackdatedActs', {}, MSR, readerOf(all, { events: log }))).toMatchObject({
      items: [
        { eventType: 'visit.recorded', mayBeStated: true, deviations: [] },
        { eventType: 'project-plan.published', mayBeStated: false, deviations: ['late'] },
      ],
    });
  });
});

describe('R-S7 coverage', () => {
  const story = [
    told('application.started'),
    told('application.submitted'),
    told('completeness.verified', {}, { actor: BODY }),
    told('organising-work.recorded', {}, { at: '2025-12-31T16:30:00.000Z' }),
  ];
  const coverageOf = async (input: object) =>
    (await query('GetCoverage', input, story)) as {
      articles: { id: string; acts: number }[];
      untouched: string[];
      phases: { phase: string; acts: number; statutory: boolean }[];
    };

  it('given acts, then all 27 articles are counted and the untouched duties named', async () => {
    const { articles, untouched, phases } = await coverageOf({ year: '2024' });
    expect(articles).toHaveLength(27);
    expect(articles.filter(({ acts }) => acts > 0)).toMatchObject([
      { id: 'art-10', acts: 2 },
      { id: 'art-12', acts: 1 },
    ]);
    expect(untouched).toHaveLength(25);
    expect(phases.find(({ phase }) => phase === '申报')).toMatchObject({ acts: 3, statutory: true });
    expect(phases.filter(({ statutory }) => !statutory).map(({ phase }) => phase)).toEqual(['实施', '表扬']);
  });

  it('when a body is named, then only its own acts count', async () => {
    const { articles } = await coverageOf({ year: '2024', bodyId: ABOUT.bodyId });
    expect(articles.filter(({ acts }) => acts > 0)).toMatchObject([{ id: 'art-12', acts: 1 }]);
  });

  it('given an act that belongs to no programme year, then it counts in its calendar year in Shanghai', async () => {
    expect((await coverageOf({ year: '2026' })).articles.find(({ id }) => id === 'art-05')).toMatchObject({ acts: 1 });
  });

  it('given a project, then the matrix has its acts by phase (第二条)', async () => {
    const listed = [...story, told('project.listed')];
    expect(await query('ListPhaseMatrix', { year: '2024' }, listed)).toMatchObject({
      items: [{ uscc: ABOUT.uscc, phases: { 申报: 3, 立项: 1 } }],
    });
  });
});

describe('R-S8 read-model health', () => {
  it('given a projection that accounted for one event less than its position, then it is not complete', async () => {
    const reader = readerOf(all, { events: logOf([told('programme.opened'), told('programme.closed')]) });
    const checkpoints = (await reader.checkpoints()).map((checkpoint, at) =>
      at === 0 ? { ...checkpoint, handled: 1 } : { ...checkpoint, handled: 1, quarantined: 1 },
    );
    const behind = {
      ...reader,
      checkpoints: async () => checkpoints,
      head: async () => '5' as Position,
      behind: async () => 3,
    };
    const health = (await ask(routes, 'GetReadModelHealth', {}, MSR, behind)) as { readModels: unknown[] };
    expect(health.readModels.slice(0, 2)).toMatchObject([
      { name: 'deviations', complete: false, lag: 3 },
      { name: 'trail', complete: true, quarantined: 1 },
    ]);
  });

  it('given a log that does not number its events, then one who has seen less than others at the same place is not complete', async () => {
    const reader = readerOf(all, { events: logOf([told('programme.opened'), told('programme.closed')]) });
    const checkpoints = (await reader.checkpoints()).map((checkpoint, at) => ({
      ...checkpoint,
      position: '48211' as Position,
      handled: at === 0 ? 1 : 2,
    }));
    const unnumbered = { ...reader, checkpoints: async () => checkpoints, ordinal: () => undefined };
    const health = (await ask(routes, 'GetReadModelHealth', {}, MSR, unnumbered)) as { readModels: unknown[] };
    expect(health.readModels.slice(0, 2)).toMatchObject([{ complete: false }, { complete: true }]);
  });
});
