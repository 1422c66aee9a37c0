import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../events/envelope.ts';
import { checkEndpoints, policyTable } from '../../infra/http/policy.ts';
import { commandRoutes } from '../../services/routes.ts';
import { commands, openSite, queries, type Site } from './support.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

describe('policies', () => {
  it('then every command and query stands in the table with its roles', () => {
    const table = policyTable(site.endpoints);
    for (const { path, command } of commands) {
      expect(table).toContainEqual(
        expect.objectContaining({ method: 'POST', path: `/api/v1${path}`, name: command.name, access: command.allow }),
      );
    }
    for (const { path, name, allow } of queries) {
      expect(table).toContainEqual(
        expect.objectContaining({ method: 'GET', path: `/api/v1${path}`, name, access: allow }),
      );
    }
  });

  it('then what everybody may use without signing in is this, and nothing else', () => {
    const open = policyTable(site.endpoints).filter(({ access, page }) => access === 'public' && !page);
    expect(open.map(({ name }) => name).sort()).toEqual([
      'GetEventKind',
      'GetEventSchema',
      'GetRedactedEventSchema',
      'ListEventKinds',
      'ListNotices',
      'OpenSession',
      'PullEvents',
      'SetPasswordByCode',
      'ShowAsyncApi',
      'ShowDocs',
      'ShowDocsScript',
      'ShowDocsStart',
      'ShowDocsStyle',
      'ShowLiveness',
      'ShowMetrics',
      'ShowOpenApi',
      'ShowReadiness',
      'StreamEvents',
    ]);
  });

  it('given the product’s own commands, then each names roles that exist', () => {
    for (const { command } of commandRoutes) {
      expect(command.allow.length, command.name).toBeGreaterThan(0);
      for (const role of command.allow) expect(ROLES, command.name).toContain(role);
    }
  });

  it('given the municipal authority or the supervisor, then the table is shown; to others not', async () => {
    const shown = await site.call('GET', '/api/v1/policies', { token: await site.signIn('sup.li') });
    expect(((await shown.json()) as unknown[]).length).toBe(site.endpoints.length);
    const token = await site.signIn('unit.zhao');
    expect((await site.call('GET', '/api/v1/policies', { token })).status).toBe(403);
  });

  it('given an endpoint without a policy, with a name taken or at a place taken, then the server does not start', () => {
    const [first, second] = site.endpoints as [(typeof site.endpoints)[number], (typeof site.endpoints)[number]];
    expect(() => checkEndpoints([{ ...first, access: [] }])).toThrow('has no policy');
    expect(() => checkEndpoints([{ ...first, access: undefined as never }])).toThrow('has no policy');
    expect(() => checkEndpoints([first, { ...second, name: first.name }])).toThrow('is used twice');
    const at = (path: `/${string}`) => ({ ...second, method: first.method, path });
    expect(() => checkEndpoints([{ ...first, path: '/a/:b/c' }, at('/a/:x/c')])).toThrow('is declared twice');
  });

  it('given every endpoint that needs somebody, when nobody has signed in, then 401', async () => {
    for (const { kind, method, path, access, name } of site.endpoints) {
      if (access === 'public' || kind === 'page') continue;
      const answer = await site.call(method, path.replaceAll(/:\w+/g, '2024'));
      expect(answer.status, name).toBe(401);
    }
  });
});
