/**
 * No extra field: every JSON answer to every role has exactly the fields that are declared for it, and none that is kept
 * for those who oversee. Generated from the policy table and the API’s own documentation.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entrustmentStream } from '../../events/entrustment.ts';
import type { Role } from '../../events/envelope.ts';
import { UNDERTAKING_ROLES } from '../../events/rules/material.ts';
import { BASE } from '../../infra/http/endpoint.ts';
import { admits, type Policy } from '../../infra/http/policy.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import { withoutReferences } from '../support/api-document.ts';
import { control, samples } from '../support/controls.ts';
import { type Answered, ask, askAll, targetOf } from './authorisation-asking.ts';
import { Declared, type Documentation } from './authorisation-fields.ts';
import { PARTIES, type Party, PEOPLE, tellOf, undertaking } from './authorisation-parties.ts';
import { type Held, openSite, type Site } from './authorisation-site.ts';
import { CALLERS, STORY, storyOf } from './two-organisations.ts';

/** Somebody, and the things he asks for. */
interface Asker {
  readonly name: string;
  readonly role: Role | undefined;
  readonly words: readonly Words[];
}

let site: Site;
let declared: Declared;
let table: readonly Policy[];
const tokens = new Map<string, string>();

const OF_STORY: Words = {
  ...Object.assign({}, ...Object.values(samples)),
  ...STORY,
  on: '2024-12-28',
  panelId: '2024-equipment',
  positions: '1,2',
  project: STORY.projectId,
  unit: STORY.uscc,
};
/** An account that has signed in here. */
const OF_ACCOUNT: Words = { ...OF_STORY, accountId: 'the-supervisor' };
/** Entrusted with comparing applications: it reads them. */
const THIRD_PARTY = 'tpo-reading';
const ofParty = ({ words }: Party): Words => ({ ...words, on: '2024-12-28' });
const [BUREAU, ...OTHERS] = PARTIES;

const held: Readonly<Record<string, Held & { readonly party?: Party }>> = {
  'the office': CALLERS.office,
  'the supervisor': CALLERS.supervisor,
  'the third party': { role: 'TPO', orgId: THIRD_PARTY },
  'the unit of the story': CALLERS.unit,
  ...Object.fromEntries(PEOPLE.map(person => [`the ${person} of the bureau`, BUREAU.held[person]])),
  ...Object.fromEntries(OTHERS.map(party => [`the body of the ${party.name}`, { ...party.held.body, party }])),
};
const askers: readonly Asker[] = [
  { name: 'everybody', role: undefined, words: [OF_STORY] },
  ...Object.entries(held).map(([name, { role, party = BUREAU }]) => ({
    name,
    role,
    words: [OF_STORY, { ...ofParty(party), entrustmentId: THIRD_PARTY }, OF_ACCOUNT],
  })),
];

beforeAll(async () => {
  site = await openSite();
  await site.append('story', await storyOf(site));
  await tellOf(site);
  await site.append(entrustmentStream(THIRD_PARTY as never), [
    control('third-party.entrusted', { entrustmentId: THIRD_PARTY, scope: ['RunSimilarityCheck', 'EnrolTrainee'] }),
  ]);
  await askAll(Object.entries(held), async ([name, grant]) => {
    const account = name.replaceAll(' ', '-');
    tokens.set(name, await site.signIn(account, grant));
    if (UNDERTAKING_ROLES.includes(grant.role)) await site.append(...undertaking(grant, account));
  });
  await site.settled();
  const ofOffice = (path: string) =>
    ask(site.url, { method: 'GET', path: `${BASE}${path}`, body: {} }, tokens.get('the office'));
  declared = new Declared(withoutReferences(JSON.parse((await ofOffice('/openapi.json')).text) as Documentation));
  table = JSON.parse((await ofOffice('/policies')).text) as typeof table;
});

afterAll(() => site.close());

interface Heard {
  readonly policy: Policy;
  readonly answer: Answered;
}

const AS_JSON = { status: 200, mediaType: 'application/json' };

/** All that one is told in JSON, of what he may ask for. */
async function told({ name, role, words }: Asker): Promise<readonly Heard[]> {
  const questions = table
    .filter(({ method, access }) => method === 'GET' && admits(access, role))
    .filter(policy => declared.schemaOf(policy.name, AS_JSON))
    .flatMap(policy =>
      words.flatMap(named => [false, true].map(whole => ({ policy, target: targetOf(policy, named, whole) }))),
    );
  const unlike = [...new Map(questions.map(question => [question.target.path, question])).values()];
  const heard = await askAll(unlike, async ({ policy, target }) => ({
    policy,
    answer: await ask(site.url, target, tokens.get(name)),
  }));
  return heard.filter(({ answer }) => answer.mediaType.endsWith('json'));
}

/** What is kept for those who oversee, or for the authority alone: who may have it, and where in the answer it would be. */
const KEPT: Readonly<Record<string, { readonly for: readonly Role[]; readonly fields: readonly string[] }>> = {
  GetCaseFile: { for: ['MSR', 'SUP'], fields: ['municipal'] },
  GetUnit: { for: ['MSR', 'UNIT'], fields: ['contact'] },
  GetRanking: { for: ['MSR', 'SUP'], fields: ['aggregation'] },
  GetFraudCase: {
    for: ['MSR', 'SUP'],
    fields: ['report', 'reportedAt', 'projectIds', 'resultIds', 'opened', 'evidence', 'finding'],
  },
  ListObjections: { for: ['MSR'], fields: ['objector'] },
};

function keptFieldsIn({ policy: { name }, answer: { text } }: Heard): readonly string[] {
  const answer = JSON.parse(text) as { items?: object[] };
  const fields = new Set((answer.items ?? [answer]).flatMap(item => Object.keys(item)));
  return KEPT[name]?.fields.filter(field => fields.has(field)) ?? [];
}

/** What is declared and not heard here, and why. */
const NEVER_JSON: Readonly<Record<string, string>> = {
  ExportTrail: 'a stream of lines',
  ShowRebuild: 'no read model is being rebuilt',
};

const succeeded = ({ answer }: Heard) => answer.status === 200;
/** What each of them heard, asked once. */
const heard = new Map<Asker, readonly Heard[]>();

describe('every query × every role: no extra field', () => {
  it.each(askers)('given $name, then every answer has exactly the fields that are declared', async asker => {
    const answers = await told(asker);
    heard.set(asker, answers);
    const wrong = answers.flatMap(({ policy, answer }) => {
      const schema = declared.schemaOf(policy.name, answer);
      const faults = schema ? declared.faultsOf(schema, JSON.parse(answer.text)) : ['no such answer is declared'];
      return faults.map(fault => `${policy.name} ${answer.status}: ${fault}`);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  it.each(askers)('given $name, then nothing that is kept for others', asker => {
    const others = (heard.get(asker) ?? []).filter(succeeded).filter(({ policy: { name } }) => {
      const kept = KEPT[name];
      return kept && !(asker.role && kept.for.includes(asker.role));
    });
    const kept = others.flatMap(one => keptFieldsIn(one).map(field => `${one.policy.name} ${field}`));
    expect(kept).toEqual([]);
  });

  it('given the authority, for whom they are kept, then it gets them', () => {
    const office = [...heard].filter(([{ role }]) => role === 'MSR').flatMap(([, answers]) => answers);
    const found = office.filter(succeeded).filter(one => keptFieldsIn(one).length > 0);
    expect([...new Set(found.map(({ policy }) => policy.name))].sort()).toEqual(Object.keys(KEPT).sort());
  });

  it('then every query was answered to every role that may ask it', () => {
    const answered = new Set(
      [...heard].flatMap(([{ role }, answers]) =>
        answers.filter(succeeded).map(({ policy }) => `${policy.name} ${role}`),
      ),
    );
    const asked = table.flatMap(({ method, name, access }) =>
      method === 'GET' && Array.isArray(access) && !(name in NEVER_JSON) && declared.schemaOf(name, AS_JSON)
        ? access.map(role => `${name} ${role}`)
        : [],
    );
    expect(asked.filter(one => !answered.has(one)).sort()).toEqual([]);
  });
});
