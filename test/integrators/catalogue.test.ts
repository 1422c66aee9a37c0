/** The catalogue of events, and the AsyncAPI document, as integrators get them. */
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../events/catalogue.ts';
import type { KindSummary, KindTold } from '../../infra/integrators/catalogue.ts';
import { openSite, type Site } from '../http/support.ts';
import { schemaChecker } from './json-schema.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite({ address: 'https://gongguan.test' });
});

afterAll(() => site.close());

const get = (path: string) => site.call('GET', path);
const jsonAt = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
const listed = async (query: string) =>
  (await jsonAt<{ items: KindSummary[] }>(`/api/v1/catalogue/events${query}`)).items;

describe('the catalogue of events', () => {
  it('given everybody, then every kind is in it, with what it means, rests on, and who sees it', async () => {
    const items = await listed('');
    expect(items.map(({ type }) => type)).toEqual([...catalogue.keys()]);
    expect(items.find(({ type }) => type === 'project.listed')).toMatchObject({
      title: catalogue.get('project.listed')?.title,
      noun: 'project',
      visibility: 'public',
      seenBy: { zh: '向社会公开', en: 'Everybody' },
      article: 'art-13',
    });
  });

  it.each([
    ['?q=training', 'training.scheduled'],
    ['?noun=misconduct-case', 'misconduct-case.opened'],
    ['?visibility=case-only', 'material.accessed'],
    ['?article=art-25', 'unit.application-ban-imposed'],
  ])('given %s, then some, and %s is among them', async (query, type) => {
    const types = (await listed(query)).map(each => each.type);
    expect(types).toContain(type);
    expect(types.length).toBeLessThan(catalogue.size / 2);
  });

  it.each(['?noun=nothing', '?visibility=secret', '?article=art-11'])('given %s, then 422', async query => {
    expect((await get(`/api/v1/catalogue/events${query}`)).status).toBe(422);
  });

  it('given a kind, then its fields in Chinese and English, with their codes; personal ones are marked', async () => {
    const { fields } = await jsonAt<KindTold>('/api/v1/catalogue/events/account.registered');
    expect(fields.find(({ place }) => place === 'name')).toMatchObject({ personal: true, required: true, zh: '姓名' });
    expect(fields.some(({ place }) => place.startsWith('name.'))).toBe(false);
    expect(fields.find(({ place }) => place === 'grant.role')?.codes).toContainEqual({ value: 'SUP', zh: '监督机构' });
    expect(fields.find(({ place }) => place === 'identity')).toMatchObject({ required: false });
    for (const { zh } of fields) expect(zh).toMatch(/\p{Script=Han}/u);
  });

  it('given a kind whose shape has changed, then each version with its schema and example, and what changed', async () => {
    const { versions } = await jsonAt<KindTold>('/api/v1/catalogue/events/project-plan.published');
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(versions[0]?.change?.zh).toContain('名单只列项目编号');
    expect(versions[0]?.schema).toHaveProperty('properties.projects');
    expect(versions[1]?.schema).toHaveProperty('properties.list');
    expect(versions[0]?.schema).toHaveProperty('properties.position');
    expect(versions[0]?.redacted?.schema).not.toHaveProperty('properties.position');
    expect(versions[0]?.redacted?.example).not.toHaveProperty('position');
  });

  it('given no such kind, or a version or a redacted form that there is not, then 404', async () => {
    for (const path of ['events/unit.gone', 'schemas/unit.gone/1', 'schemas/unit.registered/9']) {
      expect((await get(`/api/v1/catalogue/${path}`)).status, path).toBe(404);
    }
    expect((await get('/api/v1/catalogue/schemas/panel.constituted/1')).status).toBe(200);
    expect((await get('/api/v1/catalogue/schemas/panel.constituted/1/redacted')).status).toBe(404);
  });

  it('given any version of any kind, then its schema stands at the address that it names itself by', async () => {
    const ajv = schemaChecker();
    for (const type of ['commendation.issued', 'project-plan.published', 'unit.registered']) {
      const { versions } = await jsonAt<KindTold>(`/api/v1/catalogue/events/${type}`);
      for (const { version, example, redacted } of versions) {
        for (const [path, data] of [
          [`/api/v1/catalogue/schemas/${type}/${version}`, example],
          [`/api/v1/catalogue/schemas/${type}/${version}/redacted`, redacted?.example],
        ] as const) {
          const answer = await get(path);
          expect(answer.headers.get('content-type')).toBe('application/schema+json');
          const schema = (await answer.json()) as { $id: string };
          expect(schema.$id).toBe(`https://gongguan.test${path}`);
          expect(ajv.validate(schema, data), ajv.errorsText()).toBe(true);
        }
      }
    }
  });
});

describe('the AsyncAPI document', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const isValid = ajv.compile(specs.schemasWithoutId['3.1.0'] as object);

  interface Document {
    readonly channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
    readonly components: { messages: Record<string, { payload: object }>; schemas: Record<string, object> };
  }
  const document = () => jsonAt<Document>('/api/v1/asyncapi.json');

  it('then it is valid by the schema of AsyncAPI 3.1, and every reference in it leads somewhere', async () => {
    const made = await document();
    expect(isValid(made), ajv.errorsText(isValid.errors)).toBe(true);
    for (const [, pointer = ''] of JSON.stringify(made).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = pointer.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], made);
      expect(found, pointer).toBeDefined();
    }
  });

  it('given a planted fault, then it is not valid', async () => {
    const made = await document();
    expect(isValid({ ...made, asyncapi: '3.0.9' })).toBe(false);
    expect(isValid({ ...made, channels: { pull: { addres: '/events' } } })).toBe(false);
  });

  it('then every kind is a message of every channel', async () => {
    const { channels, components } = await document();
    expect(Object.keys(components.messages)).toEqual([...catalogue.keys()]);
    for (const { messages } of Object.values(channels)) expect(Object.keys(messages)).toEqual([...catalogue.keys()]);
  });

  it('given events that are pulled, then they are as their messages say', async () => {
    const made = await document();
    const checker = new Ajv({ strict: false });
    addFormats.default(checker);
    checker.addSchema(made, 'asyncapi.json');
    const token = await site.signIn('sup.li');
    const events = (await (await site.call('GET', '/api/v1/events', { token })).json()) as { type: string }[];
    expect(events.length).toBeGreaterThan(3);
    for (const event of events) {
      const kind = event.type.replace('cn.gov.tj.gongguan.', '');
      const payload = { $ref: `asyncapi.json#/components/messages/${kind}/payload` };
      expect(checker.validate(payload, event), checker.errorsText()).toBe(true);
      expect(checker.validate(payload, { ...event, data: {} }), 'planted').toBe(false);
    }
  });
});
