/** The document of the API is one that clients can be generated from, by the programs that others wrote for it. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, SITE_PASSWORD, type Site } from '../http/authorisation-site.ts';
import { control } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';
import { describeWithPrograms } from './foreign/judges.ts';

/** Recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';
const FOREIGN = 'test/openapi/foreign';

let site: Site;
const folder = temporaryDirectory();
const file = (name: string) => join(folder.path, name);
let operations: readonly string[];

beforeAll(async () => {
  site = await openSite({ now: NOW });
  for (const year of [2024, 2025, 2026])
    await site.append(`programme-${year}`, [control('programme.opened', { year })]);
  await site.signIn('msr.generated', { role: 'MSR', orgId: 'msr' });
  await site.settled();
  const document = await (await fetch(`${site.url}/api/v1/openapi.json`)).text();
  writeFileSync(file('openapi.json'), document);
  const { paths } = JSON.parse(document) as { paths: Record<string, Record<string, { operationId: string }>> };
  operations = Object.values(paths).flatMap(path => Object.values(path).map(({ operationId }) => operationId));
});
afterAll(async () => {
  await site.close();
  folder[Symbol.dispose]();
});

describeWithPrograms('JUDGE_OPENAPI', run => {
  it('given it is linted, then there is no error; given a document with one, then it is found', async () => {
    const lint = (name: string) => run('redocly', ['lint', '--format', 'json', file(name)], folder.path);
    const sound = await lint('openapi.json');
    expect(JSON.parse(sound.said.slice(sound.said.indexOf('{'), sound.said.lastIndexOf('}') + 1)).totals.errors).toBe(
      0,
    );
    expect(sound.code).toBe(0);
    writeFileSync(
      file('bad.json'),
      '{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a/{b}":{"get":{}}}}',
    );
    expect((await lint('bad.json')).code).toBe(1);
  }, 60_000);

  it('given types are made of it, then they compile under strict, and a wrong use of them does not', async () => {
    expect((await run('openapi-typescript', [file('openapi.json'), '-o', file('api.ts')])).code).toBe(0);
    const compiled = (name: string) =>
      run('tsc', [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--typeRoots',
        folder.path,
        '--target',
        'es2022',
        file(name),
      ]);
    const use = (year: string) => `import type { paths } from './api';
      type Body = paths['/api/v1/programmes']['post']['requestBody']['content']['application/json'];
      type Row = paths['/api/v1/programmes/{year}']['get']['responses'][200]['content']['application/json'];
      export const year: Row['year'] = ${year};
      export const bodies: Body[] = [];`;
    writeFileSync(file('right.ts'), use('2024'));
    writeFileSync(file('wrong.ts'), use("'2024'"));
    expect(await compiled('right.ts')).toEqual({ code: 0, said: '' });
    expect((await compiled('wrong.ts')).said).toContain("Type 'string' is not assignable to type 'number'");
  }, 60_000);
});

describeWithPrograms('JUDGE_CLIENTS', run => {
  it('given a client in Python is made of it, then it has every operation, and signs in, lists and sends', async () => {
    const made = await run('openapi-python-client', [
      ...['generate', '--path', file('openapi.json'), '--output-path', file('generated'), '--meta', 'none'],
      ...['--config', `${FOREIGN}/python/generator.yml`],
    ]);
    expect(made.said).not.toMatch(/warning|error|omitted/i);
    const modules = readdirSync(file('generated/api'), { recursive: true, encoding: 'utf8' });
    const generated = modules
      .filter(path => /\/(?!__init__)\w+\.py$/.test(path))
      .map(path => path.replaceAll(/^.*\/|_|\.py$/g, ''));
    expect(generated.sort()).toEqual(operations.map(name => name.toLowerCase()).sort());
    const script = [`${FOREIGN}/python/session.py`, folder.path, site.url, 'msr.generated', SITE_PASSWORD];
    const { code, said } = await run('python', script);
    expect({ code, ...JSON.parse(said) }).toEqual({
      code: 0,
      refused: 'login-failed',
      years: [2026, 2025, 2024],
      pages: 3,
      outcome: 'recorded',
      once: true,
      trail: ['organising-work.recorded'],
    });
  }, 120_000);
});
