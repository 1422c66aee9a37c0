/** What the API can do, people can do on pages: every query is asked by a page, every command is led to by one. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../events/envelope.ts';
import type { ToldOffer } from '../../infra/http/offers.ts';
import { admits } from '../../infra/http/policy.ts';
import { pages } from '../../infra/pages/index.ts';
import type { Asking, DeclaredPage } from '../../infra/pages/page.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { fieldsNaming, namesAThing, type On } from '../../services/offers.ts';
import { commandRoutes } from '../../services/routes.ts';
import {
  CALLERS,
  type CallerName,
  openTwoOrganisations,
  STORY,
  type TwoOrganisations,
} from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

/** Query by query, the roles for which a page has asked it. */
const asked = new Map<string, Set<Role | 'public'>>();
/** Command by command, the roles that were shown the way to its form. */
const ledTo = new Map<string, Set<Role>>();
/** The things on which a page has asked for offers, by the fields that name them. */
const offeredOn = new Set<string>();
/** What the page that is being read has been told can be done. */
let toldHere: readonly ToldOffer[] = [];
/** Acts that a page names where it asks for offers, and those of them that the things are about which it asks on. */
const namedByPages = new Set<string>();
const aboutThings = new Set<string>();
/** Ways to forms that were not offered. */
const unoffered: string[] = [];
const kindOf = (fields: readonly string[]) => fields.toSorted().join();

function note<Key, Member>(known: Map<Key, Set<Member>>, key: Key, member: Member): void {
  known.set(key, (known.get(key) ?? new Set()).add(member));
}

/** Pages and parts of pages that failed for somebody. */
const broken: string[] = [];

/** The page loads as ever; what it asks is noted. */
function listenTo(page: DeclaredPage): () => void {
  const { load } = page;
  Object.assign(page, {
    load: (input: never, asking: Asking) =>
      load.call(page, input, {
        ...asking,
        ask: (query, values) => {
          note(asked, query, asking.reader.actor?.role ?? 'public');
          return asking.ask(query, values);
        },
        askIfThere: (query, values) => {
          note(asked, query, asking.reader.actor?.role ?? 'public');
          return asking.askIfThere(query, values);
        },
        async offers(on) {
          offeredOn.add(kindOf(Object.keys(on)));
          const told = await asking.offers(on);
          toldHere = [...toldHere, ...told];
          return told;
        },
        async offersOnEach(things, named) {
          for (const name of things.length > 0 ? named : []) namedBy(page.name, name, things);
          const told = await asking.offersOnEach(things, named);
          toldHere = [...toldHere, ...told.flat()];
          return told;
        },
      }),
  });
  return () => Object.assign(page, { load });
}

function namedBy(page: string, name: string, things: readonly On[]): void {
  namedByPages.add(`${page} ${name}`);
  const routes = commandRoutes.filter(({ command }) => command.name === name);
  if (things.some(thing => namesAThing(routes, thing))) aboutThings.add(`${page} ${name}`);
}

/** Whether a page was told that the form can be sent which an address leads to. */
function isOfferedAs(told: readonly ToldOffer[], address: string): boolean {
  const { pathname, searchParams } = new URL(address, 'http://page');
  return told.some(
    ({ command, may, values }) =>
      may &&
      pathname === `/act/${command}` &&
      Object.entries(values).every(([field, value]) => searchParams.get(field) === String(value)),
  );
}

/** What is written where there is no value. */
const FAULT = /undefined|NaN|\[object/;

let site: TwoOrganisations;
let stopListening: readonly (() => void)[];
beforeAll(async () => {
  stopListening = pages.map(listenTo);
  site = await openTwoOrganisations();
  for (const reader of Object.keys(CALLERS) as CallerName[]) await readEverything(reader);
}, 240_000);
afterAll(async () => {
  for (const stop of stopListening) stop();
  await site.close();
});

const WORDS: Readonly<Record<string, string>> = {
  year: String(STORY.year),
  uscc: STORY.uscc,
  bodyId: STORY.bodyId,
  projectId: STORY.projectId,
  trainingId: samples['training.scheduled'].trainingId as string,
  panelId: samples['panel.constituted'].panelId as string,
  expertId: samples['expert.admitted'].expertId as string,
  accountId: 'now-office',
  caseId: samples['fraud.established'].caseId as string,
  entrustmentId: samples['entrustment.terminated'].entrustmentId as string,
  ruleId: samples['programme-rule.issued'].ruleId as string,
  misconductId: samples['misconduct.reported'].misconductId as string,
  no: samples['certificate.issued'].certificateNo as string,
  article: 'art-12',
  number: '8',
  position: '5',
};

/** Every page that the reader may open, and the parts of each that it has links to. */
async function readEverything(reader: CallerName): Promise<void> {
  const { role } = CALLERS[reader];
  for (const { path } of pages.filter(each => admits(each.access, role))) {
    const address = path.replaceAll(/:(\w+)/g, (_parameter, name: string) => WORDS[name] ?? 'x');
    const html = await read(address, reader, role);
    const parts = [...html.matchAll(/<a href="([^"]*\?(?:list|tab|version)=[^"]*)"/g)].map(
      ([, href]) => href as string,
    );
    for (const part of new Set(parts.filter(href => href.startsWith(`${address}?`) || href.includes('?version='))))
      await read(part.replaceAll('&amp;', '&'), reader, role);
  }
}

async function read(address: string, reader: CallerName, role: Role): Promise<string> {
  toldHere = [];
  const answer = await fetch(`${site.url}${address}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: `gongguan=${site.tokens[reader]}` },
  });
  const html = await answer.text();
  if (![200, 403, 404].includes(answer.status) || FAULT.test(html)) broken.push(`${role} ${address} ${answer.status}`);
  for (const [, href, command] of html.matchAll(/href="(\/act\/(\w+)[^"]*)"/g)) {
    note(ledTo, command as string, role);
    const to = (href as string).replaceAll('&amp;', '&');
    if (!isOfferedAs(toldHere, to) && !isWanted(command as string, answer.status)) unoffered.push(`${address} ${to}`);
  }
  return html;
}

/** A page that refuses because an undertaking is missing leads to it: the refusal says that it can be signed. */
const isWanted = (command: string, status: number) => command === 'SignConfidentialityUndertaking' && status === 403;

/** Queries that are no part of a page, and why. */
const NOT_ON_PAGES: Readonly<Record<string, string>> = {
  ExportTrail: 'a file, saved from the page of the trail',
  PrintCertificate: 'a document, printed from the page of a certificate',
  GetCoverage: 'a room of the supervisor’s console',
  ListPhaseMatrix: 'a room of the supervisor’s console',
  ListPanelDuties: 'the expert’s own room',
  GetScoringAssignments: 'the expert’s own room',
};

describe('every part of every page', () => {
  it('is shown to whoever may open it, in whatever detail he may see', () => {
    expect(broken).toEqual([]);
  });

  it('given a value that is none, then it is found', () => expect(FAULT.test('<td>undefined</td>')).toBe(true));
});

describe('every query', () => {
  it('is asked by a page', () => {
    const names = queryRoutes.map(({ name }) => name);
    expect(names.filter(name => !asked.has(name) && !(name in NOT_ON_PAGES))).toEqual([]);
  });

  it('is asked for none that may not ask it: what a page cannot show is no part of it', () => {
    const wrong = queryRoutes.flatMap(({ name, allow }) =>
      [...(asked.get(name) ?? [])]
        .filter(role => role !== 'public' && !admits(allow, role))
        .map(role => `${name} ${role}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** All that is written for pages but the forms themselves. */
const OUTSIDE_FORMS = readdirSync('infra/pages', { recursive: true, encoding: 'utf8' })
  .filter(file => /\.tsx?$/.test(file) && !file.startsWith('act/'))
  .map(file => ({ file, text: readFileSync(`infra/pages/${file}`, 'utf8') }));

/** Whether it makes the address of a form. */
const leadsToForms = ({ text }: { readonly text: string }) => /actAddress\(|\/act\/\$|['"`]\/act\/\w/.test(text);

/** Who leads to forms, and with what right. */
const LEADERS: Readonly<Record<string, string>> = {
  'parts/offers.tsx': 'by what is offered alone',
  'refusal.tsx': 'to the undertaking that the refusal misses',
};

/** Named by a page on what the story has none of, and why. */
const NOT_IN_STORY: Readonly<Record<string, string>> = {
  'ShowBodyPage ForwardResultBatch': 'the body has no batch',
  'ShowBodyPage RecommendResult': 'the body has no batch',
  'ShowBodyPage DeclineToRecommendResult': 'the body has no batch',
};

describe('the way to a form', () => {
  it('is shown by an offer alone, which the gate of the command was asked for', () => {
    expect(
      OUTSIDE_FORMS.filter(leadsToForms)
        .map(({ file }) => file)
        .sort(),
    ).toEqual(Object.keys(LEADERS));
  });

  it('is shown only where the page was told that nothing stands in the way', () => expect(unoffered).toEqual([]));

  it('is asked for by the name of a command that is about what is on the page', () => {
    expect(namedByPages.size).toBeGreaterThan(50);
    expect([...namedByPages].filter(named => !aboutThings.has(named))).toEqual(Object.keys(NOT_IN_STORY));
  });

  it('given a page that leads there by itself, or where nothing was offered (planted), then it is found', () => {
    expect(leadsToForms({ text: "<a href={actAddress('RegisterUnit', {})}>" })).toBe(true);
    expect(leadsToForms({ text: '<a href="/act/RegisterUnit">' })).toBe(true);
    const offer = { command: 'OpenScoring', title: '', values: { panelId: '2024-1' }, may: true };
    expect(isOfferedAs([offer], '/act/OpenScoring?panelId=2024-1&to=/work')).toBe(true);
    expect(isOfferedAs([offer], '/act/OpenScoring?panelId=2024-2')).toBe(false);
    expect(isOfferedAs([{ ...offer, may: false }], '/act/OpenScoring?panelId=2024-1')).toBe(false);
    namedBy('ShowNothing', 'OpenScoring', [{ projectId: '2024-x' }]);
    expect([namedByPages.has('ShowNothing OpenScoring'), aboutThings.has('ShowNothing OpenScoring')]).toEqual([
      true,
      false,
    ]);
  });
});

/** Commands on a thing whose page asks for all offers are led to when their gate is open: the offers are made from them. */
const isOffered = (route: (typeof commandRoutes)[number]) => offeredOn.has(kindOf(fieldsNaming(route)));

/** Whatever a page names by the name of a command leads to its form; it is shown in a state that the story may not be in. */
const SOURCES = readdirSync('infra/pages', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.tsx') && !file.startsWith('act/'))
  .map(file => readFileSync(`infra/pages/${file}`, 'utf8'))
  .join('\n');
const isNamedByPage = (name: string) => SOURCES.includes(`'${name}'`);

/** Done in the expert's own room, in person. */
const OF_EXPERTS: ReadonlySet<string> = new Set(
  commandRoutes.filter(({ command: { allow } }) => allow.join() === 'EXPERT').map(({ command }) => command.name),
);

describe('every command', () => {
  it('is led to by a page', () => {
    const missing = commandRoutes
      .filter(route => !isOffered(route))
      .map(({ command }) => command.name)
      .filter(name => !ledTo.has(name) && !isNamedByPage(name) && !OF_EXPERTS.has(name));
    expect(missing).toEqual([]);
  });

  it('is led to for nobody who may not send it', () => {
    const allowed = new Map(commandRoutes.map(({ command }) => [command.name, command.allow as readonly Role[]]));
    const wrong = [...ledTo].flatMap(([name, roles]) =>
      [...roles].filter(role => role !== 'TPO' && !allowed.get(name)?.includes(role)).map(role => `${name} ${role}`),
    );
    expect(wrong).toEqual([]);
  });

  it('given a page that nobody has, then what it would ask and lead to is missed', () => {
    expect([asked.has('ListNothing'), ledTo.has('DoNothing'), isNamedByPage('DoNothing')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([offeredOn.has('nothing'), offeredOn.has('misconductId'), offeredOn.has('projectId')]).toEqual([
      false,
      true,
      true,
    ]);
    expect([ledTo.has('ReportSuspectedFraud'), ledTo.has('RegisterUnit')]).toEqual([true, true]);
  });
});
