/**
 * The one skeleton of the workbench's pages: what a thing is, the acts that concern it, and the lists that belong to it, one
 * at a time. Each list is a query of the API: who may ask it is shown it, and what it can be asked with are the filters.
 */
import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import type { Actor } from '../../../events/envelope.ts';
import type { QueryRoute } from '../../../projections/route.ts';
import { queryRoutes } from '../../../projections/routes.ts';
import type { On } from '../../../services/offers.ts';
import type { Access } from '../../http/endpoint.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { admits } from '../../http/policy.ts';
import { Problem } from '../../http/problem.ts';
import { type Asking, type DeclaredPage, page, type Reading } from '../page.ts';
import { type FilledIn, Offers } from '../parts/offers.tsx';
import { type Column, Pager, Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { mustSign } from '../refusal.tsx';
import { ActsAbout, offersAbout, routeOf, type Values } from './acts.tsx';
import { choicesOf, ListFilters } from './filters.tsx';

/** What stands in the address, with what a list needs and the address does not say. */
export type InAddress = Readonly<Record<string, string | undefined>>;

/** What the parts of a page may look at. */
export interface Seen extends Reading {
  readonly chosen: InAddress;
  /** What is called what, where the answers hold ids alone. */
  readonly names: ReadonlyMap<string, string>;
  /** What the reader can do with a thing of the list, and why not; see {@link Listing.offered}. */
  offersOn(thing: On): readonly ToldOffer[];
}

/** What a row of a list is offered with on each thing that it names, and the way back to the list. */
export function offeredOn({ offersOn, here }: Pick<Seen, 'offersOn' | 'here'>, ...things: readonly On[]) {
  return { offers: things.flatMap(offersOn), to: here.pathname + here.search };
}

/** One list of a page. */
export interface Listing {
  /** In the address, as `list`. */
  readonly key: string;
  readonly label: string;
  readonly query: string;
  /** What it is asked with that never stands in the address. */
  readonly asked?: Readonly<Record<string, string>>;
  readonly lead?: string;
  /** Said where the query has nothing to answer. */
  readonly none: string;
  /** Acts that concern the list, by the names of their commands: offered on what the address names. */
  readonly acts?: readonly string[];
  /** For whom it is, among those who may ask. */
  readonly isFor?: (actor: Actor | undefined, chosen: InAddress) => boolean;
  /** Names that it needs, by id. */
  names?(asking: Asking, chosen: InAddress): Promise<readonly (readonly [id: string, name: string])[]>;
  /** What its rows, or parts of it, are offered with: each thing that acts can be about. */
  readonly offered?: OfferedIn<never>;
  show(answer: never, seen: Seen): ComponentChildren;
}

/** The things in an answer that acts can be about, and the names of the commands that are offered on them. */
interface OfferedIn<Answer> {
  readonly acts: readonly string[];
  on(answer: Answer, chosen: InAddress): readonly On[];
}

type Said = Pick<Listing, 'key' | 'label' | 'query' | 'asked' | 'lead' | 'acts' | 'isFor' | 'names'>;

interface Items<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** Rows in a table. */
export function listOf<Row>(
  definition: Said & {
    readonly none: string;
    readonly columns: (seen: Seen) => readonly Column<Row>[];
    /** What a row is offered with, if anything: the thing that it names, or each of them. */
    readonly offered?: {
      readonly acts: readonly string[];
      on(row: Row, chosen: InAddress): On | readonly On[] | undefined;
    };
  },
): Listing {
  const { columns, none, label, offered, ...said } = definition;
  return {
    ...said,
    label,
    none,
    ...(offered && {
      offered: {
        acts: offered.acts,
        on: ({ items }: Items<Row>, chosen: InAddress) => items.flatMap(row => offered.on(row, chosen) ?? []),
      },
    }),
    show: ({ items, next }: Items<Row>, seen: Seen) => (
      <>
        <Table caption={label} none={none} columns={columns(seen)} rows={items} />
        <Pager here={seen.here} next={next} />
      </>
    ),
  };
}

/** An answer that is no list. */
export function sheet<Answer>(
  definition: Said & {
    readonly none: string;
    readonly offered?: OfferedIn<Answer>;
    readonly show: (answer: Answer, seen: Seen) => ComponentChildren;
  },
): Listing {
  return definition;
}

interface Subject<Head> {
  readonly path: `/${string}`;
  /** Unique among all endpoints. */
  readonly name: string;
  readonly title: string;
  /** Where it stands: address and name of the page above it. */
  readonly above?: readonly [href: string, label: string];
  readonly lead?: string;
  /** Who may read it; whoever may ask one of its lists unless it is said. */
  readonly access?: Access;
  readonly lists: readonly Listing[];
  /** Acts that concern the thing, by the names of their commands: offered on what the address and {@link Subject.values} name. */
  readonly acts?: readonly string[];
  /** Acts on the thing of the page whose gates say whether they can be done now, by the names of their commands. */
  readonly offered?: {
    readonly acts: readonly string[];
    on(chosen: InAddress, head: Head): On;
    filledIn?(head: Head): FilledIn;
  };
  /** What the thing is; refuses the page where it is not there. */
  head?(asking: Asking, chosen: InAddress): Promise<Head>;
  /** Its name, which is the heading of the page. */
  heading?(head: Head): string;
  facts?(head: Head, seen: Seen): ComponentChildren;
  /** What its acts are about and their forms are filled in with, beside what stands in its address. */
  values?(head: Head): Values;
}

const queryNamed = (name: string): QueryRoute => {
  const route = queryRoutes.find(query => query.name === name);
  if (!route) throw new Error(`no query is called ${name}`);
  return route;
};

/** A page of a thing, or of a kind of things, with its lists. */
export function subjectPage<Head = undefined>(definition: Subject<Head>): DeclaredPage {
  const { path, name, title, lists, acts = [], above, lead } = definition;
  for (const act of [...acts, ...(definition.offered?.acts ?? []), ...lists.flatMap(actsOf)]) routeOf(act);
  const routes = lists.map(({ query }) => queryNamed(query));
  const fields = new Set([...parametersIn(path), 'list', ...routes.flatMap(({ input }) => Object.keys(input.shape))]);
  return page({
    path,
    name,
    title,
    access: definition.access ?? accessOf(routes),
    input: z.strictObject(Object.fromEntries([...fields].map(field => [field, z.string().max(2_000).optional()]))),
    async load(input: InAddress, asking) {
      const { actor } = asking.reader;
      const shown = lists.filter(
        ({ query, isFor }) => admits(queryNamed(query).allow, actor?.role) && (isFor?.(actor, input) ?? true),
      );
      const listing = shown.find(({ key }) => key === input.list) ?? shown[0];
      const years = listing && needsYear(listing, path) ? await yearsOf(asking) : [];
      const chosen = { ...input, ...(listing && !isOptional(listing, 'year') && { year: input.year ?? years[0] }) };
      const head = (await definition.head?.(asking, chosen)) as Head;
      const offers = await offersOfPage(definition, chosen, head, asking);
      // Where a list is of all years, what concerns one year is done in the latest.
      const values = { year: years[0], ...definedIn(chosen), ...definition.values?.(head) };
      const abouts = { ofPage: await offersAbout(acts, values, asking), ofList: NO_OFFER };
      const plain = { head, shown, listing, chosen, years, offers, values, abouts, inRows: NO_OFFERS, names: NO_NAMES };
      if (!listing) return { ...plain, answer: undefined, bodies: [] };
      const bodies = isAskedWith(listing, 'bodyId') && !path.includes(':bodyId') ? await bodiesOf(asking) : [];
      const answer = await askedFor(listing, chosen, asking);
      abouts.ofList = await offersAbout(answer instanceof Problem ? [TO_SIGN] : (listing.acts ?? []), values, asking);
      const hasAnswer = answer !== undefined && !(answer instanceof Problem);
      if (!hasAnswer) return { ...plain, answer, bodies };
      const names = new Map(await listing.names?.(asking, chosen));
      const inRows = await offersInRows(listing, answer, chosen, asking);
      return { ...plain, answer, bodies, names, inRows };
    },
    view: ({ data, actor, now, here }) => {
      const { head, shown, listing, answer, chosen, years, bodies, names, offers, values, abouts, inRows } = data;
      const offersOn = (thing: On) => inRows.get(keyOf(thing)) ?? [];
      const seen = { actor, now, here, chosen, names, offersOn };
      return (
        <>
          {above && (
            <p class="crumbs">
              <a href={above[0]}>{above[1]}</a>
            </p>
          )}
          <h1>{definition.heading?.(head) ?? (path.includes(':year') ? `${chosen.year}年度${title}` : title)}</h1>
          {lead && <p class="lead">{lead}</p>}
          {definition.facts?.(head, seen)}
          <ActsAbout offers={abouts.ofPage} values={values} here={here} />
          <div class={offers.length > 0 ? 'beside' : undefined}>
            <div>
              <Tabs
                label="内容"
                tabs={shown.map(({ key, label }) => ({
                  href: `${here.pathname}?list=${key}${input(here, 'year')}`,
                  label,
                  isShown: key === listing?.key,
                }))}
              />
              {listing && (
                <section>
                  {shown.length > 1 && <h2>{listing.label}</h2>}
                  {listing.lead && <p class="lead">{listing.lead}</p>}
                  <ListFilters
                    list={shown.length > 1 ? listing.key : undefined}
                    choices={choicesOf(queryNamed(listing.query), {
                      without: [...parametersIn(path), ...Object.keys(listing.asked ?? {})],
                      chosen,
                      years,
                      bodies,
                    })}
                  />
                  <ActsAbout offers={abouts.ofList} values={values} here={here} />
                  <Answer listing={listing} answer={answer} seen={seen} />
                </section>
              )}
            </div>
            <Offers
              offers={offers}
              to={here.pathname + here.search}
              filledIn={definition.offered?.filledIn?.(head) ?? {}}
            />
          </div>
        </>
      );
    },
  });
}

/** What was answered, that there is nothing, or what has to be signed before it is shown. */
function Answer({
  listing,
  answer,
  seen,
}: {
  readonly listing: Listing;
  readonly answer: unknown;
  readonly seen: Seen;
}) {
  if (answer === undefined) return <p class="none">{listing.none}</p>;
  if (!(answer instanceof Problem)) return <>{listing.show(answer as never, seen)}</>;
  return <p class="none">{answer.text.zh}。</p>;
}

/** Offered where an undertaking has to be signed before a list is shown. */
const TO_SIGN = 'SignConfidentialityUndertaking';

/** All that a list names. */
const actsOf = ({ acts = [], offered }: Listing) => [...acts, ...(offered?.acts ?? [])];

/** What the reader is offered on the thing of the page, of the acts that belong to it. */
async function offersOfPage<Head>(
  { offered }: Pick<Subject<Head>, 'offered'>,
  chosen: InAddress,
  head: Head,
  { offersOnEach }: Asking,
): Promise<readonly ToldOffer[]> {
  if (!offered) return [];
  const [offers = []] = await offersOnEach([offered.on(chosen, head)], offered.acts);
  return offers;
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();
const NO_OFFER: readonly ToldOffer[] = [];
const NO_OFFERS: ReadonlyMap<string, readonly ToldOffer[]> = new Map();
const keyOf = (thing: On) => JSON.stringify(Object.entries(thing).toSorted());

/** What the reader is offered on the things of a list. */
async function offersInRows(
  { offered }: Listing,
  answer: unknown,
  chosen: InAddress,
  { offersOnEach }: Asking,
): Promise<ReadonlyMap<string, readonly ToldOffer[]>> {
  if (!offered) return NO_OFFERS;
  const things = offered.on(answer as never, chosen);
  const offers = await offersOnEach(things, offered.acts);
  return new Map(things.map((thing, at) => [keyOf(thing), offers[at] ?? []]));
}

const parametersIn = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);

const definedIn = (chosen: InAddress) =>
  Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));

/** What was chosen for the page stays chosen on its other lists. */
function input({ searchParams }: URL, field: string): string {
  const value = searchParams.get(field);
  return value === null ? '' : `&${field}=${encodeURIComponent(value)}`;
}

function accessOf(routes: readonly QueryRoute[]): Access {
  if (routes.some(({ allow }) => allow === 'public')) return 'public';
  return [...new Set(routes.flatMap(({ allow }) => (allow === 'public' ? [] : allow)))];
}

const isAskedWith = ({ query, asked = {} }: Listing, field: string) =>
  Object.hasOwn(queryNamed(query).input.shape, field) && !Object.hasOwn(asked, field);

function isOptional({ query }: Listing, field: string): boolean {
  const schema = queryNamed(query).input.shape[field];
  return schema === undefined || z.safeParse(schema, undefined).success;
}

const needsYear = (listing: Listing, path: string) => isAskedWith(listing, 'year') && !path.includes(':year');

/** The answer of a list; a problem where an undertaking has to be signed before it. */
async function askedFor(listing: Listing, chosen: InAddress, asking: Asking): Promise<unknown> {
  const values = Object.entries({ ...chosen, ...listing.asked }).filter(
    ([field, value]) => value !== undefined && Object.hasOwn(queryNamed(listing.query).input.shape, field),
  );
  if (!isOptional(listing, 'year') && chosen.year === undefined) return undefined;
  try {
    return await asking.askIfThere(listing.query, Object.fromEntries(values));
  } catch (error) {
    if (error instanceof Problem && mustSign(error)) return error;
    throw error;
  }
}

/** The programme years, the latest first. */
async function yearsOf({ ask }: Asking): Promise<readonly string[]> {
  const { items } = await ask<{ items: { year: number }[] }>('ListProgrammes', { limit: 100 });
  return items.map(({ year }) => String(year)).sort((one, other) => Number(other) - Number(one));
}

/** The recommending bodies with their names. */
export async function bodiesOf({ ask }: Asking): Promise<readonly (readonly [bodyId: string, name: string])[]> {
  const { items } = await ask<{ items: { bodyId: string; name: string }[] }>('ListBodies', { limit: 500 });
  return items.map(({ bodyId, name }) => [bodyId, name]);
}
