import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { routes as application } from '../../projections/application/http.ts';
import { routes as dashboard } from '../../projections/dashboard/http.ts';
import { projections } from '../../projections/index.ts';
import { routes as programme } from '../../projections/programme/http.ts';
import { routes as registry } from '../../projections/registry/http.ts';
import type { QueryRoute } from '../../projections/route.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { routes as supervision } from '../../projections/supervision/http.ts';
import { factNames, samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, through, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';
import fc from '../support/properties.ts';

const names = projections.map(({ name }) => name);
const eventsOfEveryKind = logOf(factNames.map(name => told(name)));
const own = [...programme, ...application, ...registry, ...supervision, ...dashboard];
// The trail finds its rows by the elements of a list and has its own tests.
const inMemory = projections.filter(({ indexes }) => indexes.every(index => 'fields' in index));

const projectIds = ['2024-aaaa0001', '2024-aaaa0002'] as const;
/** Any order of any kinds about a few projects: more than the deciders would ever record. */
const anyLog = fc
  .array(fc.tuple(fc.constantFrom(...factNames), fc.constantFrom(...projectIds), fc.constantFrom(1, 2, 3)), {
    maxLength: 60,
  })
  .map(story =>
    logOf(
      story.map(([name, projectId, version]) => {
        const sample = samples[name] as Record<string, unknown>;
        const change = { ...('projectId' in sample && { projectId }), ...('version' in sample && { version }) };
        return told(name, change as never);
      }),
    ),
  );

describe('every projection', () => {
  it('has a name of its own, in kebab case, and says which question it answers', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const { name, question } of projections) {
      // A table for BI tools has its version in its name: one that breaks readers stands beside the one before.
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*(-v[1-9]\d*)?$/);
      expect(question).not.toBe('');
    }
  });

  it('given any events, then delivering them again changes nothing, wherever the first delivery broke off', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (events, cut) => {
        const first = events.slice(0, events.length && cut % events.length);
        for (const projection of projections) {
          const once = rowsOf(projection, events);
          expect(rowsOf(projection, [...events, ...events])).toEqual(once);
          expect(rowsOf(projection, [...first, ...events])).toEqual(once);
        }
      }),
      { numRuns: 40, seed: 20240101 },
    );
  });

  it('given any events, then a row read back from the store goes on like one kept in memory', () => {
    fc.assert(
      fc.property(anyLog, events => {
        for (const projection of projections) {
          const reread = through(projection, { given: row => JSON.parse(JSON.stringify(row)) });
          expect(JSON.stringify([...rowsOf(reread, events)])).toBe(JSON.stringify([...rowsOf(projection, events)]));
        }
      }),
      { numRuns: 15, seed: 20240102 },
    );
  });

  it('given an event of a kind nobody knows, then nothing throws', () => {
    const [known] = eventsOfEveryKind as [RecordedEvent];
    const unknown = { ...known, type: 'something.new', data: { anything: 1 } };
    for (const projection of projections) expect(() => rowsOf(projection, [unknown])).not.toThrow();
  });
});

const PARAMETERS: Readonly<Record<string, string>> = {
  year: '2024',
  version: '1',
  projectId: samples['application.started'].projectId,
  uscc: ABOUT.uscc,
  bodyId: ABOUT.bodyId,
  ruleId: 'work-rules',
  entrustmentId: 'tpo-2024',
  expertId: 'expert-liu',
  accountId: samples['account.registered'].accountId,
};

const inPath = ({ path }: QueryRoute) => [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter as string);
const requiredOf = (route: QueryRoute) =>
  Object.entries(route.input.shape)
    .filter(([name, schema]) => inPath(route).includes(name) || !(schema as z.ZodType).safeParse(undefined).success)
    .map(([name]) => [name, PARAMETERS[name]]);
const reader = readerOf(inMemory, {
  events: eventsOfEveryKind,
  now: '2025-01-15T02:00:00.000Z',
  names: { 'person-zhang': '张伟', 'person-liu': '刘工', 'account-haihe.zhang': '张伟' },
});

describe('every query', () => {
  it('has a name and a path of its own', () => {
    expect(new Set(queryRoutes.map(({ name }) => name)).size).toBe(queryRoutes.length);
    expect(new Set(queryRoutes.map(({ path }) => path)).size).toBe(queryRoutes.length);
  });

  it.each(own.map(route => [route.name, route] as const))('%s answers in its declared shape', async (_name, route) => {
    const answer = await ask(own, route.name, Object.fromEntries(requiredOf(route)), MSR, reader);
    const list = z.strictObject({ items: z.array(route.output), next: z.string().optional() });
    const page = route.counted ? list.extend({ total: z.int() }) : list;
    const shape = route.paged ? page : route.output;
    expect(shape.safeParse(answer).error).toBeUndefined();
  });

  it.each(own.filter(({ allow }) => allow === 'public').map(route => [route.name, route] as const))(
    'public %s holds no sealed value, no name and no account',
    async (_name, route) => {
      const answer = await ask(own, route.name, Object.fromEntries(requiredOf(route)), undefined, reader);
      expect(JSON.stringify(answer) ?? '').not.toMatch(/sealed|c2VhbGVk|person-|张伟|刘工|msr\.chen|haihe\.zhang/);
    },
  );

  it('the public sees no drafts', async () => {
    const answer = await ask(own, 'ListWorkPlans', { year: '2024' }, undefined, reader);
    expect((answer as { items: { status: string }[] }).items.map(({ status }) => status)).toEqual([
      'current',
      'superseded',
    ]);
  });

  it('when a page is full, then the next one goes on where it ended', async () => {
    const story = [
      told('work-plan.published'),
      told('work-plan.amended'),
      told('work-plan.amended', { fromVersion: 2, version: 3 }),
    ];
    const versions = readerOf(inMemory, { events: logOf(story) });
    const input = { year: '2024', limit: '2' };
    const first = (await ask(own, 'ListWorkPlans', input, undefined, versions)) as { next: string };
    expect(first).toMatchObject({ items: [{ version: 3 }, { version: 2 }] });
    const second = await ask(own, 'ListWorkPlans', { ...input, cursor: first.next }, undefined, versions);
    expect(second).toEqual({ items: [expect.objectContaining({ version: 1 })] });
  });
});
