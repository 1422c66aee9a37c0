/** Every endpoint of the product × every role, and another organisation’s things: generated from the route table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../events/envelope.ts';
import { admits, type Policy } from '../../infra/http/policy.ts';
import { validInput, type Words } from '../../infra/http/valid-input.ts';
import { samples } from '../support/controls.ts';
import { ask, inputs, type Target, targetOf, timeless, verdictOf } from './authorisation-asking.ts';
import { PERSON, personOf } from './authorisation-site.ts';
import {
  CALLERS,
  type CallerName,
  FORMER,
  openTwoOrganisations,
  STORY,
  type TwoOrganisations,
} from './two-organisations.ts';

let site: TwoOrganisations;
let table: readonly (Policy & { readonly method: 'GET' | 'POST' })[];

beforeAll(async () => {
  site = await openTwoOrganisations();
  const { text } = await answered({ method: 'GET', path: '/api/v1/policies', body: {} }, site.tokens.office);
  // Pages have their own matrix: test/pages.
  table = (JSON.parse(text) as typeof table).filter(({ page }) => !page);
});

afterAll(() => site.close());

/** What the story calls things, by field. */
const WORDS: Words = Object.assign({}, ...Object.values(samples), STORY, {
  on: '2024-12-28',
  owedBy: STORY.uscc,
  project: STORY.projectId,
  unit: STORY.uscc,
  predecessor: samples['unit.successor-recorded'].predecessor,
});

const answered = (target: Target, token?: string) => ask(site.url, target, token);

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

/**
 * Refusals of one caller at all endpoints that are not open to him, as far as they are not as they should be: by their
 * codes they come from the gate, before anything was looked at.
 */
async function wrongly(token: string | undefined, isOpen: (policy: Policy) => boolean, refusals: readonly string[]) {
  const wrong: string[] = [];
  for (const policy of table) {
    if (isOpen(policy)) continue;
    const answer = await answered(targetOf(policy, WORDS), token);
    const refusal = verdictOf(answer);
    const allowed = policy.hidden ? [...refusals, '404 not-found'] : refusals;
    const leak = refusal === 'allowed' ? undefined : tellsTooMuch(answer.text);
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
        const { status, text } = await answered(targetOf(policy, WORDS), site.tokens[name]);
        expect([policy.name, status, text.includes('rule')]).toEqual([policy.name, 404, false]);
      }
    },
  );

  it('given a query and a role it is open to, then it is not refused for the role', async () => {
    for (const [name, { role }] of callers) {
      for (const policy of table.filter(isQueryOf(role))) {
        const { text, status } = await answered(targetOf(policy, WORDS), site.tokens[name]);
        // No checkpoint is signed here: what is made up to one is not refused for the role.
        const answers = status < 500 || text.includes('no-checkpoint');
        expect([policy.name, role, text.includes('role-not-allowed'), answers]).toEqual([
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
/** They describe events, and hold the made-up seals of examples. */
const SAYING_WHAT_IS_SEALED = ['GetEventKind', 'GetEventSchema', 'ShowAsyncApi'];
const COMMENDED = personOf('person-zhang');

describe('what everybody may see', () => {
  it('given a public query, then no personal value is in the answer, open or sealed, but who was commended', async () => {
    const told: string[] = [];
    for (const policy of table.filter(({ method, access }) => method === 'GET' && access === 'public')) {
      for (const whole of [false, true]) {
        const { text } = await answered(targetOf(policy, WORDS, whole));
        const shown = NAMING_THE_COMMENDED.includes(policy.name) ? text.replaceAll(COMMENDED, '') : text;
        const hasSealed = !SAYING_WHAT_IS_SEALED.includes(policy.name) && shown.includes('"sealed"');
        if (shown.includes(PERSON) || hasSealed) told.push(`${policy.name} ${shown}`);
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
    const { status, text } = await answered(targetOf(policy, WORDS, whole), site.tokens[name]);
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
        [WORDS, NOWHERE].map(async words => timeless(await answered(targetOf(policy, words), site.tokens[name]))),
      );
      expect([policy.name, ofOthers]).toEqual([policy.name, ofNobody]);
    }
  });
});
