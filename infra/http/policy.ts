/** The policy table: every endpoint with those who may use it. An endpoint without a policy stops the start. */
import type { Role } from '../../events/envelope.ts';
import type { Access, Endpoint } from './endpoint.ts';

export interface Policy {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly access: Access;
  readonly clerical?: true;
  readonly hidden?: true;
  /** Read by people, who are known by a cookie. */
  readonly page?: true;
}

/** Who may call each endpoint, in the order of the endpoints. */
export function policyTable(endpoints: readonly Endpoint[]): readonly Policy[] {
  return endpoints.map(({ kind, method, path, name, title, access, clerical, hidden }) => ({
    method,
    path,
    name,
    title,
    access,
    ...(clerical && { clerical }),
    ...(hidden && { hidden }),
    ...(kind === 'page' && { page: true as const }),
  }));
}

/** Refuses to start with endpoints that lack a policy, or that are declared twice. */
export function checkEndpoints(endpoints: readonly Endpoint[]): void {
  const faults = [
    ...endpoints.filter(endpoint => !hasPolicy(endpoint.access)).map(({ name }) => `${name} has no policy`),
    ...repeated(endpoints.map(({ name }) => name)).map(name => `the name ${name} is used twice`),
    ...repeated(endpoints.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)).map(
      place => `${place} is declared twice`,
    ),
  ];
  if (faults.length > 0) throw new Error(`endpoints: ${faults.join('; ')}`);
}

function hasPolicy(access: Access | undefined): boolean {
  return typeof access === 'string' || (access?.length ?? 0) > 0;
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** Whether a role is among those who may; the third party's entrustment is checked where the command is decided. */
export function admits(access: Access, role: Role | undefined): boolean {
  if (access === 'public') return true;
  if (role === undefined) return false;
  return access === 'signed-in' || access.includes(role);
}
