/**
 * Third parties (art-05 （二）): every clerical command within the entrustment that covers it, under no other one and not
 * after its last day; every other command under none.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entrustmentStream } from '../../events/entrustment.ts';
import { CLERICAL_COMMANDS, isClerical } from '../../events/rules/mandate.ts';
import { BASE } from '../../infra/http/endpoint.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import { commandRoutes } from '../../services/routes.ts';
import { control, samples } from '../support/controls.ts';
import { ask, askAll, targetOf, verdictOf } from './authorisation-asking.ts';
import { openSite, type Site } from './authorisation-site.ts';

type Entrusted = 'tpo-one' | 'tpo-other' | 'tpo-ended';

/** Two share the clerical work; a third had all of it until yesterday. */
const ENTRUSTED: Readonly<Record<Entrusted, { readonly scope: string[]; readonly lastDay: string }>> = {
  'tpo-one': { scope: CLERICAL_COMMANDS.filter((_name, at) => at % 2 === 0), lastDay: '2024-12-31' },
  'tpo-other': { scope: CLERICAL_COMMANDS.filter((_name, at) => at % 2 === 1), lastDay: '2024-12-31' },
  'tpo-ended': { scope: [...CLERICAL_COMMANDS], lastDay: '2024-12-27' },
};
const ALL = Object.keys(ENTRUSTED) as Entrusted[];

let site: Site;
const tokens = new Map<Entrusted, string>();

beforeAll(async () => {
  site = await openSite();
  await askAll(ALL, async entrustmentId => {
    const entrusted = control('third-party.entrusted', { ...ENTRUSTED[entrustmentId], entrustmentId });
    await site.append(entrustmentStream(entrustmentId as never), [entrusted]);
    tokens.set(entrustmentId, await site.signIn(entrustmentId, { role: 'TPO', orgId: entrustmentId }));
  });
});

afterAll(() => site.close());

const WORDS: Words = Object.assign({}, ...Object.values(samples), { year: 2024 });
const OUTSIDE = '403 outside-entrustment';

async function verdict({ path, command }: (typeof commandRoutes)[number], entrustmentId: Entrusted): Promise<string> {
  const target = targetOf({ name: command.name, method: 'POST', path: `${BASE}${path}` }, WORDS);
  return verdictOf(await ask(site.url, target, tokens.get(entrustmentId)));
}

describe('every command × every entrustment', () => {
  it('given a clerical command, then whose entrustment covers it may send it, and nobody else', async () => {
    const clerical = commandRoutes.filter(({ command }) => isClerical(command.name));
    expect(clerical.map(({ command }) => command.name).sort()).toEqual([...CLERICAL_COMMANDS].sort());
    const wrong = await askAll(
      clerical.flatMap(route => ALL.map(entrustmentId => ({ route, entrustmentId }))),
      async ({ route, entrustmentId }) => {
        const { scope, lastDay } = ENTRUSTED[entrustmentId];
        const isCovered = lastDay > '2024-12-28' && scope.some(name => name === route.command.name);
        const told = await verdict(route, entrustmentId);
        return isCovered === (told !== OUTSIDE) ? [] : [`${route.command.name} as ${entrustmentId}: ${told}`];
      },
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('given any other command that is not meant for third parties, then refused, and nothing is recorded', async () => {
    const others = commandRoutes.filter(({ command }) => !isClerical(command.name) && !command.allow.includes('TPO'));
    const before = await site.head();
    const wrong = await askAll(
      others.flatMap(route => ALL.map(entrustmentId => ({ route, entrustmentId }))),
      async ({ route, entrustmentId }) => {
        const told = await verdict(route, entrustmentId);
        const refusal = route.command.hidden ? '404 not-found' : OUTSIDE;
        return told === refusal ? [] : [`${route.command.name} as ${entrustmentId}: ${told}`];
      },
    );
    expect(wrong.flat()).toEqual([]);
    expect(await site.head()).toBe(before);
  });
});
