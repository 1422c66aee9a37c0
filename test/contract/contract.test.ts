/** What was released is kept: a change that would break programs is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { openSite, type Site } from '../http/support.ts';
import { breaksOf, type Contract, contractOf, factsOf, readContract, writtenDown } from './contract.ts';

const RELEASED = new URL('./released.txt', import.meta.url);

let site: Site;
let now: Contract;

beforeAll(async () => {
  site = await openSite({ commands: commandRoutes, queries: queryRoutes });
  now = contractOf(site.endpoints);
  if (process.env.UPDATE_CONTRACT === '1') writeFileSync(RELEASED, writtenDown(now));
});

afterAll(() => site.close());

const released = (): Contract => readContract(readFileSync(RELEASED, 'utf8'));

describe('the contract of the API', () => {
  it('given what was released, then nothing of it is broken', () => {
    const hint = 'keep it, or, where nobody can rely on it yet, release anew with UPDATE_CONTRACT=1';
    expect(breaksOf(released(), now), hint).toEqual([]);
  });

  it('given it is written down, then it is read as it was', () => {
    expect(readContract(writtenDown(now))).toEqual(now);
  });

  it('then it tells of every operation, of what it takes and of what it gives', () => {
    const lines = released();
    expect(lines).toContain('StartApplication for UNIT');
    for (const { command } of commandRoutes)
      expect([...now].some(line => line.startsWith(`${command.name} < `))).toBe(true);
    for (const direction of ['<', '>']) {
      expect([...lines].filter(line => line.split(' ')[1] === direction).length).toBeGreaterThan(500);
    }
  });

  it.each([
    ['an operation is gone', (line: string) => !line.startsWith('PullEvents ')],
    ['a role may no longer', (line: string) => line !== 'StartApplication for UNIT'],
  ])('given a planted break, %s, then it is found', (_what, stays) => {
    expect(breaksOf(released(), new Set([...now].filter(stays)))).not.toEqual([]);
  });
});

describe('a change of a shape', () => {
  const before = z.strictObject({
    kind: z.enum(['a', 'b']),
    people: z.array(z.strictObject({ name: z.string() })).optional(),
  });
  const contractIn = (direction: '<' | '>', schema: z.ZodType): Contract =>
    new Set(factsOf(schema, direction === '<' ? 'input' : 'output').map(fact => `Act ${direction} ${fact}`));
  const breaks = (direction: '<' | '>', after: z.ZodType) =>
    breaksOf(contractIn(direction, before), contractIn(direction, after));
  const { kind, people } = before.shape;
  const person = z.strictObject({ name: z.string() });

  it.each<[string, '<' | '>', z.ZodType, string]>([
    ['a field is gone', '>', z.strictObject({ kind }), 'gone: Act > people is array'],
    ['a field is no longer taken', '<', z.strictObject({ kind }), 'gone: Act < people is array'],
    ['a field may be missing', '>', before.partial(), 'gone: Act > kind required'],
    ['a type is another', '>', before.extend({ kind: z.int() }), 'new: Act > kind is integer'],
    ['a type is another', '<', before.extend({ kind: z.int() }), 'gone: Act < kind is string'],
    ['nothing may be given', '>', before.extend({ kind: kind.nullable() }), 'new: Act > kind is null'],
    ['a code is gone', '>', before.extend({ kind: z.enum(['a']) }), 'gone: Act > kind = b'],
    ['a code is no longer taken', '<', before.extend({ kind: z.enum(['a']) }), 'gone: Act < kind = b'],
    ['a field is newly required', '<', z.strictObject({ kind, people: z.array(person) }), 'new: Act < people required'],
    ['a new field is required', '<', before.extend({ more: z.string() }), 'new: Act < more required'],
    [
      'a new field of an entry is required',
      '<',
      before.extend({ people: z.array(person.extend({ age: z.int() })).optional() }),
      'new: Act < people[].age required',
    ],
  ])('given that %s (%s), then it breaks', (_what, direction, after, told) => {
    expect(breaks(direction, after)).toContain(told);
  });

  it.each<[string, '<' | '>', z.ZodType]>([
    ['a field is new', '>', before.extend({ more: z.string() })],
    ['a code is new', '>', before.extend({ kind: z.enum(['a', 'b', 'c']) })],
    ['a field may be left out', '<', before.partial()],
    ['a field may be sent', '<', before.extend({ more: z.strictObject({ name: z.string() }).optional() })],
    ['a code is taken', '<', before.extend({ kind: z.enum(['a', 'b', 'c']) })],
    ['nothing is changed', '>', z.strictObject({ kind, people })],
  ])('given that %s (%s), then it breaks nobody', (_what, direction, after) => {
    expect(breaks(direction, after)).toEqual([]);
  });
});
