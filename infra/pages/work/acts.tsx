/** The acts that concern what is shown: each is offered on as much of it as names what the act is about. */
import { fieldsNaming, type On } from '../../../services/offers.ts';
import type { CommandRoute } from '../../../services/route.ts';
import { commandRoutes } from '../../../services/routes.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { madeIdFor } from '../act/made-ids.ts';
import type { Asking } from '../page.ts';
import { Acts } from '../parts/offers.tsx';

const ROUTES: ReadonlyMap<string, CommandRoute> = new Map(commandRoutes.map(route => [route.command.name, route]));

/** Throws for a name that no command has: nothing would ever be offered by it. */
export function routeOf(name: string): CommandRoute {
  const route = ROUTES.get(name);
  if (!route) throw new Error(`no command is called ${name}`);
  return route;
}

/** What a page knows, by the names of fields. */
export type Values = Readonly<Record<string, string | number | undefined>>;

/** Offers of acts, by their names, on what the values name; none of an act that they do not tell what it is about. */
export async function offersAbout(
  acts: readonly string[],
  values: Values,
  { offersOnEach }: Pick<Asking, 'offersOnEach'>,
): Promise<readonly ToldOffer[]> {
  const things = acts.map(name => namedBy(routeOf(name), values));
  const keys = things.map(thing => thing && JSON.stringify(thing));
  const distinct = [...new Set(keys)].filter(key => key !== undefined);
  const told = await offersOnEach(
    distinct.map(key => JSON.parse(key) as On),
    acts,
  );
  return acts.flatMap((name, at) => {
    const offers = told[distinct.indexOf(keys[at] ?? '')] ?? [];
    return offers.find(({ command }) => command === name) ?? [];
  });
}

/** What an act is about, by the fields that name it, made where it is new; undefined where one of them is missing. A year is a number. */
function namedBy(route: CommandRoute, values: Values): On | undefined {
  const { name } = route.command;
  const named = fieldsNaming(route).map(field => [field, values[field] ?? madeIdFor(name, field)] as const);
  if (named.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(named.map(([field, value]) => [field, field === 'year' ? Number(value) : value]));
}

/** The acts that concern a page or a list, their forms filled in with what else is known of the fields that they have. */
export function ActsAbout({
  offers,
  values,
  here,
}: {
  readonly offers: readonly ToldOffer[];
  readonly values: Values;
  readonly here: URL;
}) {
  const filledIn = Object.fromEntries(offers.map(({ command }) => [command, fieldsOf(routeOf(command), values)]));
  return <Acts offers={offers} to={here.pathname + here.search} filledIn={filledIn} />;
}

function fieldsOf({ command }: CommandRoute, values: Values): Values {
  const fields = Object.keys(command.input.shape);
  return Object.fromEntries(Object.entries(values).filter(([field]) => fields.includes(field)));
}
