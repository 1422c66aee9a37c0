import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { purposeOf } from '../../events/words/summaries.ts';
import { commandSummaries } from '../../events/words/summaries-commands.ts';
import { endpointSummaries } from '../../events/words/summaries-endpoints.ts';
import { querySummaries } from '../../events/words/summaries-queries.ts';
import { codeWord, fieldWord } from '../../events/words.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { withoutReferences } from '../support/api-document.ts';
import {
  documentedSchemas,
  notInChinese,
  type OpenApi,
  type Owned,
  operationsOf,
  owned,
  productSchemas,
  unnamed,
  unused,
} from './schemas.ts';

let site: Site;
let document: OpenApi;
let schemas: Owned[];

beforeAll(async () => {
  site = await openSite();
  document = withoutReferences((await (await fetch(`${site.url}/api/v1/openapi.json`)).json()) as OpenApi);
  schemas = [...productSchemas(), ...documentedSchemas(document)];
});

afterAll(() => site.close());

describe('words of fields and codes', () => {
  it('then every field and every code of a command, a query, an event, a page or another endpoint has one', () => {
    expect(unnamed(schemas)).toEqual([]);
  });

  it('then every word is of something', () => {
    expect(unused(schemas)).toEqual([]);
  });

  it('given a field or a code that nobody named, then it is told', () => {
    const shape = z.object({ nobodyKnowsIt: z.array(z.object({ stage: z.enum(['unheard-of', 'started']) })) });
    expect(unnamed([owned('Plant', shape, 'input')])).toEqual([
      'Plant/nobodyKnowsIt',
      'Plant/nobodyKnowsIt.stage=unheard-of',
    ]);
  });

  it('given words of nothing, then they are told', () => {
    const shape = z.object({ title: z.enum(['a', '甲']) });
    const told = unused([owned('Plant', shape, 'input')], {
      fields: [{ title: '标题', 'Plant/nothing': '无' }],
      codes: { title: { a: ['甲类', 'A'], b: ['乙类', 'B'] } },
      chinese: { 甲: 'First', 乙: 'Second' },
    });
    expect(told).toEqual(['Plant/nothing', 'title=b', '乙']);
  });
});

describe('the documentation of the API', () => {
  it('then every operation, parameter, header, field and answer is described in Chinese first, then in English', () => {
    expect(notInChinese(document)).toEqual([]);
    const { parameters = [] } = document.paths['/api/v1/projects/{projectId}/documents']?.post ?? {};
    expect(parameters.find(({ name }) => name === 'projectId')?.description).toMatch(
      /^项目，如 2024-7k3m9qwz \(Project\)/,
    );
  });

  it('then every operation says in Chinese what it is for, and nothing else does', () => {
    const operations = operationsOf(document);
    const unsaid = operations.filter(({ description = '' }) => !/\p{Script=Han}/u.test(description));
    expect(unsaid.map(({ operationId }) => operationId)).toEqual([]);
    const offered = new Set(operations.map(({ operationId }) => operationId));
    expect(Object.keys(endpointSummaries).filter(name => !offered.has(name))).toEqual([]);
    const declared = [...commandRoutes.map(({ command }) => command.name), ...queryRoutes.map(({ name }) => name)];
    expect(declared.filter(name => purposeOf(name) === undefined)).toEqual([]);
    const told = Object.keys({ ...commandSummaries, ...querySummaries });
    expect(told.filter(name => !declared.includes(name))).toEqual([]);
    const { description } = document.paths['/api/v1/projects/{projectId}/documents']?.post ?? {};
    expect(description).toMatch(/^将已上传的文件列为申报材料；已有材料不被替换。\n\nAttaches /);
  });

  it('given something that is not described, then it is told', () => {
    const answer = { description: 'Done', content: { 'application/json': { schema: { properties: { a: {} } } } } };
    const parameters = [{ name: 'id', description: 'Id', schema: {} }];
    const plant = { operationId: 'Plant', summary: 'Plant', parameters, responses: { 200: answer } };
    expect(notInChinese({ paths: { '/': { get: plant } }, components: { schemas: {} } })).toEqual([
      'Plant',
      'Plant 200',
      'Plant id',
      'Plant a',
    ]);
  });
});

describe('the word of a place', () => {
  it('then the longest end that has one wins, then that of the owner', () => {
    expect(fieldWord('year').zh).toBe('年度');
    expect(fieldWord('content.economicBenefit.yuan', 'SubmitResults')).toEqual({ zh: '金额', en: 'Yuan', hint: '元' });
    expect([fieldWord('name').zh, fieldWord('name', 'AdmitExpert').zh]).toEqual(['名称', '姓名']);
    expect(fieldWord('noSuchField').zh).toBe('noSuchField');
  });

  it('then a code is said in Chinese, and a text that is no code as it is', () => {
    expect(codeWord('classification', 'trade-secret')).toBe('商业秘密');
    expect(codeWord('conditions.effect.state', 'met')).toBe('符合');
    expect(codeWord('article', 'art-12')).toBe('第十二条');
    expect(codeWord('district', '120101')).toBe('和平区');
    expect(codeWord('inTianjin', true)).toBe('是');
    expect(codeWord('title', 'constructor')).toBe('constructor');
  });
});
