import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { withoutReferences } from '../support/api-document.ts';
import { openSite, type Site } from './support.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

interface Operation {
  readonly operationId: string;
  readonly 'x-roles': unknown;
  readonly 'x-articles': readonly { readonly article: string; readonly label: string }[];
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
  readonly requestBody?: { content: Record<string, { schema: { properties: object; additionalProperties: unknown } }> };
  readonly parameters?: { name: string; in: string; required?: boolean }[];
}

async function operations(): Promise<Map<string, Operation>> {
  const answer = await site.call('GET', '/api/v1/openapi.json');
  const document = withoutReferences(await answer.json()) as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
  };
  expect(document.openapi).toBe('3.1.0');
  const found = Object.values(document.paths).flatMap(path => Object.values(path));
  return new Map(found.map(operation => [operation.operationId, operation]));
}

describe('the OpenAPI document', () => {
  it('then every endpoint is in it, with its roles and the problems it can answer with', async () => {
    const documented = await operations();
    const offered = site.endpoints.filter(({ kind }) => kind !== 'page');
    expect([...documented.keys()].sort()).toEqual(offered.map(({ name }) => name).sort());
    for (const { name, access, kind } of offered) {
      const operation = documented.get(name) as Operation;
      expect(operation['x-roles'], name).toEqual(access);
      expect(operation.responses['422']?.content, name).toHaveProperty('application/problem+json');
      if (kind === 'command') expect(operation.responses, name).toHaveProperty('412');
    }
  });

  it('then what is asked has the bounds that the code has, and what is answered has none', async () => {
    const patterns = (of: unknown): string[] =>
      [...JSON.stringify(of).matchAll(/"pattern":("(?:[^"\\]|\\.)*-02-29[^"]*")/g)].map(([, text = '""']) =>
        JSON.parse(text),
      );
    const asked: string[] = [];
    const answered: string[] = [];
    for (const operation of (await operations()).values()) {
      asked.push(...patterns([operation.parameters, operation.requestBody]));
      answered.push(...patterns(operation.responses));
    }
    const days = ['1949-10-01', '1950-01-01', '2000-02-29', '2100-02-29', '2199-12-31', '2200-01-01'];
    const taken = (pattern: string) =>
      days.filter(day => new RegExp(pattern).test(`${day}${pattern.includes('T') ? 'T00:00:00.000Z' : ''}`));
    expect(asked.length).toBeGreaterThan(0);
    for (const pattern of new Set(asked)) expect(taken(pattern)).toEqual(['1950-01-01', '2000-02-29', '2199-12-31']);
    for (const pattern of new Set(answered)) expect(taken(pattern)).toContain('2200-01-01');
  });

  it('then an act of somebody who has not signed in may be forbidden to him', async () => {
    const documented = await operations();
    expect(documented.get('SetPasswordByCode')?.responses).toHaveProperty('403');
    expect(documented.get('ListNotices')?.responses).not.toHaveProperty('403');
  });

  it('then a command’s body is its input without what the path gives', async () => {
    const revise = (await operations()).get('ReviseProgrammeRule') as Operation;
    const named = (revise.requestBody?.content['application/json']?.schema as { $ref?: string } | undefined)?.$ref;
    expect(named).toBe('#/components/schemas/ReviseProgrammeRuleInput');
    const document = (await (await site.call('GET', '/api/v1/openapi.json')).json()) as {
      components: { schemas: Record<string, { properties: object; additionalProperties: unknown }> };
    };
    const schema = document.components.schemas.ReviseProgrammeRuleInput;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['title', 'textHash', 'effectiveOn']);
    expect(schema?.additionalProperties).toBe(false);
    expect(revise.parameters).toContainEqual(expect.objectContaining({ name: 'ruleId', in: 'path', required: true }));
  });
});

describe('the product’s own routes', () => {
  it('then all of them can be documented, and every reference in the document leads somewhere', async () => {
    const whole = await openSite({ commands: commandRoutes, queries: queryRoutes });
    try {
      const text = await (await whole.call('GET', '/api/v1/openapi.json')).text();
      const { paths } = withoutReferences(JSON.parse(text)) as { paths: Record<string, { post?: Operation }> };
      for (const { command } of commandRoutes) {
        const operation = Object.values(paths).find(({ post }) => post?.operationId === command.name)?.post;
        const headers = operation?.parameters?.map(({ name }) => name) ?? [];
        const rests = command.records.flatMap(({ basis }) => ('article' in basis ? [basis.article] : []));
        expect(
          operation?.['x-articles'].map(({ article }) => article),
          command.name,
        ).toEqual([...new Set(rests)]);
        const offered = command.enteredLater === true;
        expect(headers.includes('X-Effective-At'), command.name).toBe(offered);
        expect(headers.includes('X-Backdating-Reason'), command.name).toBe(offered);
      }
      const document = JSON.parse(text) as { components: { schemas: object } };
      const schemaNames = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
      const references = new Set(schemaNames.map(match => match[1]));
      const offered = whole.endpoints.filter(({ kind }) => kind !== 'page');
      for (const { name } of offered) expect(text).toContain(`"operationId":"${name}"`);
      for (const name of references) expect(document.components.schemas).toHaveProperty([name as string]);
    } finally {
      await whole.close();
    }
  });
});

describe('the documentation page', () => {
  it('then it loads only from here and says so to the browser', async () => {
    const answer = await site.call('GET', '/docs');
    const page = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(page).not.toMatch(/https?:|<script>|onload=/);
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1] as string);
    expect(addresses).toHaveLength(3);
    for (const address of addresses) expect((await site.call('GET', address)).status, address).toBe(200);
  });

  it('then the script is the one of the package', async () => {
    const served = await (await site.call('GET', '/docs/swagger-ui-bundle.js')).text();
    expect(served).toBe(readFileSync('node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'utf8'));
  });
});

describe('for operators', () => {
  it('then the process is alive, ready, and counts requests by route and commands by outcome', async () => {
    const token = await site.signIn('msr.chen');
    await site.call('POST', '/api/v1/judgements/2024', { token, body: { outcome: 'article', note: '说明' } });
    expect((await site.call('GET', '/livez')).status).toBe(200);
    expect((await site.call('GET', '/readyz')).status).toBe(200);
    const metrics = await site.metrics();
    expect(metrics).toContain('gongguan_command_duration_seconds_count{command="Judge",outcome="conflict"} 1');
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/judgements\/:year",status="4xx"\} 1/,
    );
  });

  it('given it is not ready, then 503; numbers kept elsewhere are among the metrics', async () => {
    const metrics = [{ name: 'append_conflicts', help: 'Appends that lost a race', read: async () => 3 }];
    const other = await openSite({ ready: () => false, metrics });
    try {
      expect((await other.call('GET', '/readyz')).status).toBe(503);
      expect(await other.metrics()).toContain('append_conflicts 3');
    } finally {
      await other.close();
    }
  });
});
