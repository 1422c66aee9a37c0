/**
 * Every command × every role that it admits, with others' things: whoever holds the role, but has nothing to do with what
 * he names, is refused, and nothing is recorded. Generated from the route table and the fields of each input.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE } from '../../infra/http/endpoint.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import type { AnyCommand } from '../../services/command.ts';
import { commandRoutes } from '../../services/routes.ts';
import { type Answered, ask, askAll, storeFile, targetOf, timeless, verdictOf } from './authorisation-asking.ts';
import { NOBODY, PARTIES, type Party, PEOPLE, type Person, tellOf, undertaking } from './authorisation-parties.ts';
import { openSite, type Site } from './authorisation-site.ts';
import { kindOf, nameOf, namingFields, type Relation, relationOf } from './authorisation-things.ts';

let site: Site;
const tokens = new Map<string, string>();
/** The file that each unit has stored. */
const files = new Map<Party, string>();

beforeAll(async () => {
  site = await openSite();
  await tellOf(site);
  const people = PARTIES.flatMap(party => PEOPLE.map(person => ({ party, person })));
  await askAll(
    people.flatMap(one => ['', 'colleague-'].map(who => ({ ...one, who }))),
    async ({ party, person, who }) => {
      const account = accountOf(party, person, who);
      tokens.set(account, await site.signIn(account, party.held[person]));
    },
  );
  for (const party of PARTIES) {
    await site.append(...undertaking(party.held.expert, accountOf(party, 'expert')));
    files.set(party, await storeFile(site.url, `%PDF-1.7\n${party.name}\n%%EOF`, tokens.get(accountOf(party, 'unit'))));
  }
});

afterAll(() => site.close());

const accountOf = ({ name }: Party, person: Person, who = '') => `${who}${name}-${person}`;

/** What a command is sent with so that it can be decided, and takes nothing from what others are sent with. */
const INSTEAD: Readonly<Record<string, (party: Party) => Words>> = {
  AttachDocument: ({ ids }) => ({ projectId: ids.draftId }),
  AttachResultDocument: ({ ids }) => ({ projectId: ids.finishedId }),
  RaiseProblem: () => ({ description: '设备改造资金尚未落实' }),
  RequestRecusal: () => ({ expertId: 'expert-zhao' }),
};

function wordsOf(party: Party, { name }: AnyCommand): Words {
  return { ...party.words, sha256: files.get(party), ...INSTEAD[name]?.(party) };
}

/** One command as one party may send it. */
interface Case {
  readonly route: (typeof commandRoutes)[number];
  readonly party: Party;
  readonly person: Person;
  readonly fields: readonly { readonly name: string; readonly relation: Relation | undefined }[];
}

const cases: readonly Case[] = commandRoutes.flatMap(route =>
  PARTIES.flatMap(party =>
    PEOPLE.filter(person => route.command.allow.includes(party.held[person].role)).map(person => {
      const kind = kindOf(party.held[person].role);
      const fields = namingFields(route.command).map(field => ({
        name: nameOf(field),
        relation: kind && relationOf(route.command, field, kind),
      }));
      return { route, party, person, fields };
    }),
  ),
);

/** Those that name something of somebody. */
const scoped = cases.filter(({ fields }) => fields.some(({ relation }) => relation === 'own'));
const commands = [...new Set(scoped.map(({ route }) => route.command.name))];

/** A case that names another party’s things. */
interface Foreign {
  readonly one: Case;
  readonly other: Party;
}

function foreignOf(command: string): readonly Foreign[] {
  return scoped
    .filter(({ route }) => route.command.name === command)
    .flatMap(one => PARTIES.filter(party => party !== one.party).map(other => ({ one, other })));
}

const namedIn = ({ fields }: Case) =>
  fields.filter(({ relation }) => relation === 'own' || relation === 'part').map(({ name }) => name);

async function send({ route, party, person }: Case, words: Words, who = ''): Promise<Answered> {
  const { path, command } = route;
  const target = targetOf({ name: command.name, method: 'POST', path: `${BASE}${path}` }, words, true);
  return ask(site.url, target, tokens.get(accountOf(party, person, who)));
}

const own = ({ party, route }: Case): Words => wordsOf(party, route.command);

/** The caller’s own things, but for some that are another party’s. */
function withOthers({ one, other }: Foreign, fields: readonly string[]): Words {
  const foreign = wordsOf(other, one.route.command);
  return { ...own(one), ...Object.fromEntries(fields.map(name => [name, foreign[name]])) };
}

const label = ({ route, party, person }: Case) =>
  `${route.command.name} as ${party.held[person].role} of the ${party.name}`;
const ofOther = ({ one, other }: Foreign, what = 'things') => `${label(one)}, ${what} of the ${other.name}`;

/** Whose thing it is is public, so that a rule says more than that it is not there. */
const OPENLY: Readonly<Record<string, readonly string[]>> = {
  RecogniseProfessionalOrganisation: ['403 other-authority', '409 not-professional-organisation'],
  RecordLocalPromotion: ['403 not-in-own-field'],
};

describe('the things that commands name', () => {
  it('then somebody has said of each whose it is to those who may send the command', () => {
    const unsaid = commandRoutes.flatMap(({ command }) =>
      command.allow.flatMap(role => {
        const kind = kindOf(role);
        const fields = kind ? namingFields(command) : [];
        return fields
          .filter(field => kind && !relationOf(command, field, kind))
          .map(field => [command.name, role, field]);
      }),
    );
    expect(unsaid).toEqual([]);
    expect(commands.length).toBeGreaterThan(40);
  });
});

describe('every command × every role, with another organisation’s things', () => {
  it.each(commands)('%s: given all that is named is another’s, then 404, and nothing is recorded', async name => {
    const before = await site.head();
    const wrong = await askAll(foreignOf(name), async foreign => {
      const verdict = verdictOf(await send(foreign.one, withOthers(foreign, namedIn(foreign.one))));
      return [...(OPENLY[name] ?? []), '404 not-found'].includes(verdict) ? [] : [`${ofOther(foreign)}: ${verdict}`];
    });
    expect(wrong.flat()).toEqual([]);
    expect(await site.head()).toBe(before);
  });

  it.each(commands)('%s: given one thing of another’s, then refused, otherwise than with one’s own', async name => {
    const mixed = foreignOf(name).flatMap(foreign => {
      const fields = namedIn(foreign.one);
      return fields.length > 1 ? fields.map(field => ({ ...foreign, field })) : [];
    });
    const before = await site.head();
    const foreign = await askAll(mixed, async each => verdictOf(await send(each.one, withOthers(each, [each.field]))));
    const after = await site.head();
    const withOwn = await askAll(mixed, async ({ one }) => verdictOf(await send(one, own(one))));
    const wrong = mixed.flatMap((each, at) =>
      foreign[at] === 'allowed' || foreign[at] === withOwn[at]
        ? [`${ofOther(each, each.field)}: ${foreign[at]}; with his own ${withOwn[at]}`]
        : [],
    );
    expect(wrong).toEqual([]);
    expect(after).toBe(before);
  });

  it('then what is another’s and what is nobody’s are answered the same', async () => {
    const hidden = commands.filter(name => !(name in OPENLY)).flatMap(foreignOf);
    const wrong = await askAll(hidden, async foreign => {
      const { one } = foreign;
      const fields = namedIn(one).filter(name => name in NOBODY);
      const nobodys = Object.fromEntries(fields.map(name => [name, NOBODY[name]]));
      const others = timeless(await send(one, withOthers(foreign, fields)));
      const none = timeless(await send(one, { ...own(one), ...nobodys }));
      return others === none ? [] : [`${ofOther(foreign)}: ${others}; of nobody: ${none}`];
    });
    expect(wrong.flat()).toEqual([]);
  });
});

/** What somebody must do in person: another account of the same expert has not undertaken to keep what it learns. */
const IN_PERSON = [
  'SubmitScoreSheet',
  'SupersedeScoreSheet',
  'NoteDivergence',
  'CompleteTechnicalEvaluation',
  'DraftExcellentList',
  'SignExcellentList',
  'ProposeExcellentList',
];

describe('every command × every role, in one’s own organisation', () => {
  it('given one’s own things, then one is not refused as another would be', async () => {
    const wrong = await askAll(scoped, async one => {
      const verdict = verdictOf(await send(one, own(one)));
      return /^(40[134]|5..) |invalid-input/.test(verdict) ? [`${label(one)}: ${verdict}`] : [];
    });
    expect(wrong.flat()).toEqual([]);
  });

  it('given a colleague, then he may what the organisation may, but for what is done in person', async () => {
    const refused = await askAll(scoped, async one => {
      const verdict = verdictOf(await send(one, own(one), 'colleague-'));
      return /^(40[134]|5..) /.test(verdict) ? [`${one.route.command.name}: ${verdict}`] : [];
    });
    const inPerson = IN_PERSON.map(name => `${name}: 403 undertaking-missing`);
    expect([...new Set(refused.flat())].sort()).toEqual(inPerson.sort());
  });

  it('given the undertaking of secrecy, then nobody signs for another account', async () => {
    const path = `${BASE}/confidentiality-undertakings`;
    const before = await site.head();
    for (const party of PARTIES) {
      const body = { accountId: accountOf(party, 'expert', 'colleague-') };
      const answer = await ask(site.url, { method: 'POST', path, body }, tokens.get(accountOf(party, 'expert')));
      expect(verdictOf(answer)).toBe('422 invalid-input');
    }
    expect(await site.head()).toBe(before);
  });
});
