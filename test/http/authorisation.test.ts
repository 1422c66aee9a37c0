/** Every endpoint of the product × every role, and another organisation’s things: generated from the route table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Role } from '../../events/envelope.ts';
import { admits, type Policy } from '../../infra/http/policy.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { samples } from '../support/controls.ts';
import {
  CALLERS,
  type CallerName,
  FORMER,
  openTwoOrganisations,
  PERSON,
  personOf,
  STORY,
  type TwoOrganisations,
} from './two-organisations.ts';
import { validInput, type Words } from './valid-input.ts';

let site: TwoOrganisations;
let table: readonly (Policy & { readonly method: 'GET' | 'POST' })[];

beforeAll(async () => {
  site = await openTwoOrganisations();
  table = (await (await ask('GET', '/api/v1/policies', site.tokens.office)).json()) as typeof table;
});

afterAll(() => site.close());

/** What the story calls things, by field. */
const WORDS: Words = Object.assign({}, ...Object.values(samples), STORY, { on: '2024-12-28', owedBy: STORY.uscc });

const inputs = new Map<string, z.ZodType>([
  ...commandRoutes.map(({ command }) => [command.name, command.input] as const),
  ...queryRoutes.map(({ name, input }) => [name, input] as const),
]);

function ask(method: string, path: string, token?: string, body?: unknown): Promise<Response> {
  return fetch(`${site.url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  });
}

interface Target {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

interface Asked {
  /** With the parameters that may be left out. */
  readonly whole?: boolean;
  readonly words?: Words;
}

/** The story’s own things, in a form that the endpoint accepts. */
function targetOf({ name, method, path }: Policy, { whole = false, words = WORDS }: Asked = {}): Target {
  const schema = inputs.get(name);
  const values = { ...((schema ? validInput(schema, words, '', whole) : {}) as Record<string, unknown>) };
  const filled = path.replaceAll(/:(\w+)/g, (_parameter, field: string) => {
    const value = values[field] ?? words[field] ?? 'x';
    delete values[field];
    return encodeURIComponent(String(value));
  });
  if (method === 'POST') return { path: filled, body: values };
  const query = new URLSearchParams(
    Object.entries(values).map(([key, value]) => [key, String(value)] as [string, string]),
  );
  return { path: query.size > 0 ? `${filled}?${query}` : filled, body: {} };
}

interface Faults {
  readonly errors?: readonly object[];
}

/** What a refusal says besides its status, or undefined when it tells no more than it may. */
function tellsTooMuch(text: string): string | undefined {
  const problem = JSON.parse(text) as Faults;
  const members = new Set([...Object.keys(problem), ...(problem.errors ?? []).flatMap(fault => Object.keys(fault))]);
  for (const allowed of ['type', 'title', 'status', 'detail', 'code', 'traceId', 'rule', 'errors', 'pointer']) {
    members.delete(allowed);
  }
  if (members.size > 0) return [...members].join();
  return [PERSON, STORY.unitName, '"sealed"'].find(secret => text.includes(secret));
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** An event stream never ends: what has come with its head is enough. */
async function answered(response: Response): Promise<Answered> {
  const { status, headers } = response;
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return { status, text: await response.text() };
  const { value } = (await response.body?.getReader().read()) ?? {};
  await response.body?.cancel().catch(() => undefined);
  return { status, text: new TextDecoder().decode(value) };
}

/**
 * Refusals of one caller at all endpoints that are not open to him, as far as they are not as they should be: by their
 * codes they come from the gate, before anything was looked at.
 */
async function wrongly(token: string | undefined, isOpen: (policy: Policy) => boolean, refusals: readonly string[]) {
  const wrong: string[] = [];
  for (const policy of table) {
    if (isOpen(policy)) continue;
    const { path, body } = targetOf(policy);
    const { status, text } = await answered(await ask(policy.method, path, token, body));
    const refusal = status < 400 ? 'allowed' : `${status} ${(JSON.parse(text) as { code: string }).code}`;
    const allowed = policy.hidden ? [...refusals, '404 not-found'] : refusals;
    const leak = status < 400 ? undefined : tellsTooMuch(text);
    if (!allowed.includes(refusal) || leak) wrong.push(`${policy.name} ${refusal} ${leak ?? ''}`);
  }
  return wrong;
}

const isQueryOf =
  (role: Role) =>
  ({ method, access }: Policy) =>
    method === 'GET' && access !== 'public' && admits(access, role);
const openTo = (role: Role | undefined) => (policy: Policy) => admits(policy.access, role);
const callers = Object.entries(CALLERS) as [CallerName, (typeof CALLERS)[CallerName]][];

const AT_THE_GATE = ['403 role-not-allowed', '403 outside-entrustment'];

describe('every endpoint × every role', () => {
  it('then every command and every query stands in the table, and has an input that its parser accepts', () => {
    const names = table.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...inputs.keys()]));
    const refused = [...inputs].filter(([, schema]) => !schema.safeParse(validInput(schema, WORDS)).success);
    expect(refused.map(([name]) => name)).toEqual([]);
  });

  it('given nobody has signed in, then 401 wherever it is not public', async () => {
    expect(await wrongly(undefined, openTo(undefined), ['401 authentication-needed'])).toEqual([]);
  });

  it.each(callers)(
    'given %s, then what is of other roles is refused and nothing is recorded',
    async (name, { role }) => {
      const before = await site.head();
      expect(await wrongly(site.tokens[name], openTo(role), AT_THE_GATE)).toEqual([]);
      expect(await site.head()).toBe(before);
    },
  );

  it.each(FORMER)('given somebody who was %s until yesterday, then nothing but what is public', async name => {
    const before = await site.head();
    expect(await wrongly(site.formerTokens[name], ({ access }) => access === 'public', ['403 role-not-held'])).toEqual(
      [],
    );
    expect(await site.head()).toBe(before);
  });

  it.each(callers)(
    'given %s, then a command he may not know of is as little there as any address',
    async (name, { role }) => {
      for (const policy of table.filter(({ hidden, access }) => hidden && !admits(access, role))) {
        const { path, body } = targetOf(policy);
        const { status, text } = await answered(await ask('POST', path, site.tokens[name], body));
        expect([policy.name, status, text.includes('rule')]).toEqual([policy.name, 404, false]);
      }
    },
  );

  it('given a query and a role it is open to, then it is not refused for the role', async () => {
    for (const [name, { role }] of callers) {
      for (const policy of table.filter(isQueryOf(role))) {
        const { text, status } = await answered(await ask('GET', targetOf(policy).path, site.tokens[name]));
        expect([policy.name, role, text.includes('role-not-allowed'), status < 500]).toEqual([
          policy.name,
          role,
          false,
          true,
        ]);
      }
    }
  });
});

/** Whom the authority commended is told to the public (art-21); of the people of the story it is this one. */
const NAMING_THE_COMMENDED = ['ListCommendations', 'VerifyCertificate'];
const COMMENDED = personOf('person-zhang');

describe('what everybody may see', () => {
  it('given a public query, then no personal value is in the answer, open or sealed, but who was commended', async () => {
    const told: string[] = [];
    for (const policy of table.filter(({ method, access }) => method === 'GET' && access === 'public')) {
      for (const whole of [false, true]) {
        const { text } = await answered(await ask('GET', targetOf(policy, { whole }).path));
        const shown = NAMING_THE_COMMENDED.includes(policy.name) ? text.replaceAll(COMMENDED, '') : text;
        if (shown.includes(PERSON) || shown.includes('"sealed"')) told.push(`${policy.name} ${shown}`);
      }
    }
    expect(told).toEqual([]);
  });
});

/** What of the story is not for another organisation of the kind; a body may look up units of others. */
const MARKS = { unit: [STORY.uscc, STORY.projectId, PERSON], body: [STORY.projectId, PERSON] } as const;

async function seen(name: CallerName, policy: Policy, marks: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const whole of [false, true]) {
    const { status, text } = await answered(await ask('GET', targetOf(policy, { whole }).path, site.tokens[name]));
    if (status === 200) found.push(...marks.filter(mark => text.includes(mark)));
  }
  return found;
}

describe('another organisation’s things', () => {
  it.each([
    ['unit', 'otherUnit'],
    ['body', 'otherBody'],
  ] as const)('given the ids of a %s, then it finds its own, and another one finds nothing', async (own, other) => {
    const { role } = CALLERS[own];
    const scoped = table.filter(isQueryOf(role));
    const leaks: string[] = [];
    const foundOwn: string[] = [];
    for (const policy of scoped) {
      if ((await seen(own, policy, MARKS[own])).length > 0) foundOwn.push(policy.name);
      const foreign = await seen(other, policy, MARKS[own]);
      if (foreign.length > 0) leaks.push(`${policy.name} ${foreign.join()}`);
    }
    expect(leaks).toEqual([]);
    expect(foundOwn.length).toBeGreaterThan(scoped.length / 3);
  });
});

/** Things of nobody. */
const NOWHERE: Words = {
  ...WORDS,
  uscc: '91120116MA0500009R',
  projectId: '2024-nowhere1',
  bodyId: 'district-nowhere',
};

describe('whether a thing is there', () => {
  it.each([
    ['otherUnit', /:(projectId|bodyId|uscc)\b/],
    ['otherBody', /:(projectId|bodyId)\b/],
  ] as const)('given %s, then what others have and what nobody has are answered the same', async (name, ids) => {
    const about = table.filter(isQueryOf(CALLERS[name].role)).filter(({ path }) => ids.test(path));
    expect(about).not.toEqual([]);
    for (const policy of about) {
      const [ofOthers, ofNobody] = await Promise.all(
        [WORDS, NOWHERE].map(async words =>
          answered(await ask('GET', targetOf(policy, { words }).path, site.tokens[name])),
        ),
      );
      expect([policy.name, timeless(ofOthers)]).toEqual([policy.name, timeless(ofNobody)]);
    }
  });
});

/** Without what differs from request to request. */
const timeless = (answer: Answered | undefined) => `${answer?.status} ${answer?.text.replace(/"traceId":"[^"]*"/, '')}`;
