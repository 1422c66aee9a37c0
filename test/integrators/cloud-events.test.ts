/** Events as CloudEvents 1.0: as the SDK reads them, as their schemas say, and with what each reader may see. */
import { HTTP, CloudEvent as SdkEvent } from 'cloudevents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type CloudEvent, cloudEventInLog } from '../../infra/integrators/cloud-event.ts';
import {
  CALLERS,
  type CallerName,
  openTwoOrganisations,
  STORY,
  type TwoOrganisations,
} from '../http/two-organisations.ts';
import { control } from '../support/controls.ts';
import { recorded } from '../support/given.ts';
import { schemaChecker } from './json-schema.ts';

let site: TwoOrganisations;
const ajv = schemaChecker();

beforeAll(async () => {
  site = await openTwoOrganisations();
});

afterAll(() => site.close());

const asked = (path: string, reader?: CallerName) =>
  fetch(`${site.url}${path}`, reader ? { headers: { authorization: `Bearer ${site.tokens[reader]}` } } : {});

async function pulled(reader?: CallerName): Promise<{ contentType: string; body: string; events: CloudEvent[] }> {
  const answer = await asked('/api/v1/events?limit=1000', reader);
  expect(answer.status).toBe(200);
  const body = await answer.text();
  return { contentType: answer.headers.get('content-type') ?? '', body, events: JSON.parse(body) as CloudEvent[] };
}

const kinds = (events: readonly CloudEvent[]) =>
  new Set(events.map(({ type }) => type.replace(/^cn\.gov\.tj\.gongguan\./, '')));

/** The office would have to sign its undertaking first. */
const READERS = [undefined, ...(Object.keys(CALLERS) as CallerName[]).filter(name => name !== 'office')];

describe('CloudEvents 1.0', () => {
  it.each(READERS)('given %s, then the SDK reads a batch, and finds nothing wrong with any event', async reader => {
    const { contentType, body, events } = await pulled(reader);
    const read = HTTP.toEvent({ headers: { 'content-type': contentType }, body }) as SdkEvent[];
    expect(read).toHaveLength(events.length);
    for (const [at, event] of read.entries()) {
      expect(event.validate(), event.type).toBe(true);
      expect(event.toJSON()).toMatchObject({ id: events[at]?.id, data: events[at]?.data });
    }
  });

  it('given an attribute that CloudEvents do not allow, then the SDK says so', async () => {
    const [event] = (await pulled()).events;
    expect(() => new SdkEvent({ ...event, actorRole: 'MSR' } as never)).toThrow();
    expect(() => new SdkEvent({ ...event, specversion: undefined, type: '' } as never)).toThrow();
  });

  it.each(READERS)('given %s, then the data of every event are as the schema says that it names', async reader => {
    const schemas = new Map<string, object>();
    for (const { dataschema = '', data, type } of (await pulled(reader)).events) {
      const { pathname } = new URL(dataschema);
      const schema = schemas.get(pathname) ?? ((await (await asked(pathname)).json()) as object);
      schemas.set(pathname, schema);
      ajv.removeSchema(dataschema);
      expect(ajv.validate(schema, data), `${type}: ${ajv.errorsText()}`).toBe(true);
    }
  });

  it('then an event says when it took effect and when it was recorded, and on which articles it rests', async () => {
    const event = (await pulled()).events.find(({ type }) => type.endsWith('.project.listed'));
    expect(event).toMatchObject({
      articles: 'art-13',
      project: STORY.projectId,
      unit: STORY.uscc,
      visibility: 'public',
    });
    const late = { draft: { ...control('visit.recorded'), effectiveAt: '2024-06-03T01:00:00.000Z' } };
    expect(cloudEventInLog(recorded({ ...late, at: '2024-06-10T01:00:00.000Z' }), 'https://a.test')).toMatchObject({
      time: '2024-06-03T01:00:00.000Z',
      recordedtime: '2024-06-10T01:00:00.000Z',
    });
  });

  it('given an event that was stored in an earlier shape, then it names the schema of the shape that it is read in', () => {
    const old: RecordedEvent = { ...recorded(control('project-plan.published')), schemaVersion: 1 };
    expect(cloudEventInLog(old, 'https://a.test').dataschema).toBe(
      'https://a.test/api/v1/catalogue/schemas/project-plan.published/2',
    );
  });
});

describe('who acted', () => {
  it('given the public, then his role alone; the parties, his organisation too; those who oversee, his account', async () => {
    const [open, party, overseer] = await Promise.all([pulled(), pulled('unit'), pulled('supervisor')]);
    for (const event of open.events) {
      expect(event).toHaveProperty('actorrole');
      for (const name of ['actor', 'actororg', 'actedas']) expect(event).not.toHaveProperty(name);
    }
    expect(party.events.find(({ visibility }) => visibility === 'parties')).toHaveProperty('actororg');
    for (const event of party.events) expect(event).not.toHaveProperty('actor');
    expect(overseer.events[0]).toHaveProperty('actor');
  });
});

describe('who sees what', () => {
  it('given the unit and the body of a case, then what is for its parties; given others, what is public', async () => {
    const [open, unit, body] = await Promise.all([pulled(), pulled('unit'), pulled('body')]);
    for (const party of [unit, body]) {
      expect(kinds(party.events)).toContain('supplement.requested');
      expect(kinds(party.events)).not.toContain('similarity.checked');
      expect(kinds(party.events)).not.toContain('score-sheet.submitted');
    }
    expect(kinds(open.events)).not.toContain('supplement.requested');
    for (const reader of ['otherUnit', 'otherBody', 'thirdParty', 'expert', 'industry'] as const) {
      expect((await pulled(reader)).body, reader).toBe(open.body);
    }
  });

  it('then what is public is the same, in the same order, to everybody', async () => {
    const open = (await pulled()).events.map(({ id }) => id);
    const unit = (await pulled('unit')).events.filter(({ visibility }) => visibility === 'public').map(({ id }) => id);
    expect(unit).toEqual(open);
  });
});
