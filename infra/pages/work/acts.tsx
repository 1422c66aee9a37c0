/** The acts that concern what is shown: each leads to its form, for the roles that may send it. */
import type { Actor, Role } from '../../../events/envelope.ts';
import { isClerical } from '../../../events/rules/mandate.ts';
import type { CommandRoute } from '../../../services/route.ts';
import { commandRoutes } from '../../../services/routes.ts';
import { actAddress } from '../act/address.ts';

const ROUTES: ReadonlyMap<string, CommandRoute> = new Map(commandRoutes.map(route => [route.command.name, route]));

/** The third party is shown its clerical work; whether it is entrusted with it is decided when it is sent. */
function mayBeSentBy(role: Role, { command }: CommandRoute): boolean {
  return command.allow.includes(role) || (role === 'TPO' && isClerical(command.name));
}

/** `values` are what the forms are filled in with; each takes the fields that it has. */
export function Acts({
  of,
  values = {},
  actor,
  here,
}: {
  readonly of: readonly string[];
  readonly values?: Readonly<Record<string, string | number | undefined>>;
  readonly actor: Actor | undefined;
  readonly here: URL;
}) {
  const acts = of.map(routeOf).filter(route => actor !== undefined && mayBeSentBy(actor.role, route));
  if (acts.length === 0) return null;
  return (
    <p class="tools acts">
      {acts.map(({ command }) => (
        <a href={addressOfAct(command.name, Object.keys(command.input.shape), values, here)}>{command.title}</a>
      ))}
    </p>
  );
}

function routeOf(name: string): CommandRoute {
  const route = ROUTES.get(name);
  if (!route) throw new Error(`no command is called ${name}`);
  return route;
}

function addressOfAct(
  name: string,
  fields: readonly string[],
  values: Readonly<Record<string, string | number | undefined>>,
  { pathname, search }: URL,
): string {
  const given = Object.entries(values).filter(([field, value]) => value !== undefined && fields.includes(field));
  return actAddress(name, Object.fromEntries(given), pathname + search);
}
