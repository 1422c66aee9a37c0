/** What the API can do, people can do on pages: every query is asked by a page, every command is led to by one. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../events/envelope.ts';
import { admits } from '../../infra/http/policy.ts';
import { pages } from '../../infra/pages/index.ts';
import type { Asking, DeclaredPage } from '../../infra/pages/page.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { fieldsNaming } from '../../services/offers.ts';
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
        offers(on) {
          offeredOn.add(kindOf(Object.keys(on)));
          return asking.offers(on);
        },
      }),
  });
  return () => Object.assign(page, { load });
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
  const answer = await fetch(`${site.url}${address}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: `gongguan=${site.tokens[reader]}` },
  });
  const html = await answer.text();
  if (![200, 403, 404].includes(answer.status) || FAULT.test(html)) broken.push(`${role} ${address} ${answer.status}`);
  for (const [, command] of html.matchAll(/href="\/act\/(\w+)/g)) note(ledTo, command as string, role);
  return html;
}

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
    expect([ledTo.has('ReportSuspectedFraud'), ledTo.has('RenameRecommendingBody')]).toEqual([true, true]);
  });
});
