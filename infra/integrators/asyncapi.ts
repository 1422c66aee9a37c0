/** AsyncAPI 3.1: the channels of events, and every kind as a message, from the schemas that events are checked by. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import type { EventType } from '../../events/event-type.ts';
import { SEEN_BY } from '../../events/words/seen-by.ts';
import { cloudEventType } from '../../projections/feed/cloud-attributes.ts';
import { type EventSchema, schemaWithoutHidden } from '../../projections/redaction.ts';
import { isToldOutside, schemaAddress } from './catalogue.ts';
import { cloudEventSchema } from './cloud-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** The dialect that payloads have unless they say otherwise. */
const DIALECT = { target: 'draft-7' } as const;

/** The document of the service at an address without a slash at its end. */
export function asyncApiDocument(address: string): Json {
  const kinds = [...catalogue.values()];
  const { host, protocol } = new URL(address);
  return {
    asyncapi: '3.1.0',
    info: {
      title: '攻关台账 Gongguan',
      version: '1',
      description:
        '《天津市质量攻关管理办法》年度质量攻关活动的事件，按 CloudEvents 1.0 提供。' +
        '每种事件的含义、依据、字段和公开范围见事件目录。(Events of the programme as CloudEvents 1.0.)',
      externalDocs: { description: '事件目录', url: `${address}/catalogue/events` },
    },
    defaultContentType: 'application/cloudevents+json',
    servers: { api: { host, protocol: protocol.replace(':', '') } },
    channels: {
      pull: channel('/api/v1/events', PULLED, kinds),
      stream: channel('/api/v1/events/stream', STREAMED, kinds),
    },
    operations: { sendPage: operation('pull', PULLED), sendEach: operation('stream', STREAMED) },
    components: {
      messages: Object.fromEntries(kinds.map(kind => [kind.type, messageOf(kind, address)])),
      schemas: { CloudEvent: schemaIn(cloudEventSchema), ...Object.fromEntries(kinds.flatMap(schemasOf)) },
    },
  };
}

interface Way {
  readonly title: string;
  readonly description: string;
}

const PULLED: Way = {
  title: '事件拉取',
  description: '一页若干事件，application/cloudevents-batch+json。(Pages of events, in batch mode.)',
};
const STREAMED: Way = {
  title: '事件推送',
  description: '逐个推送，text/event-stream，data 为一个事件。(Server-sent events, each in structured mode.)',
};

function channel(path: string, { title, description }: Way, kinds: readonly EventType[]): Json {
  const messages = kinds.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]);
  return {
    address: path,
    title,
    description,
    servers: [{ $ref: '#/servers/api' }],
    messages: Object.fromEntries(messages),
  };
}

function operation(name: string, { title, description }: Way): Json {
  const bindings = { http: { method: 'GET', bindingVersion: '0.3.0' } };
  return { action: 'send', channel: { $ref: `#/channels/${name}` }, title, description, bindings };
}

/** The name of a schema in the document. */
const schemaName = ({ type, version }: EventType, redacted: boolean) =>
  `${type}.v${version}${redacted ? '.redacted' : ''}`;

function schemasOf(kind: EventType): readonly (readonly [string, EventSchema])[] {
  const whole = schemaIn(kind.schema);
  return [
    [schemaName(kind, false), whole] as const,
    ...(isToldOutside(kind) ? [[schemaName(kind, true), schemaWithoutHidden(whole)] as const] : []),
  ];
}

function schemaIn(schema: z.ZodType): EventSchema {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, DIALECT);
  return described as EventSchema;
}

function messageOf(kind: EventType, address: string): Json {
  const { type, version, title, visibility } = kind;
  const forms = isToldOutside(kind) ? [false, true] : [false];
  const data = forms.map(redacted => ({ $ref: `#/components/schemas/${schemaName(kind, redacted)}` }));
  return {
    name: type,
    title,
    summary: `${SEEN_BY[visibility].zh} (${SEEN_BY[visibility].en})`,
    contentType: 'application/cloudevents+json',
    externalDocs: { url: `${address}/catalogue/events/${type}` },
    tags: [{ name: kind.phase }, { name: visibility }],
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        {
          type: 'object',
          properties: {
            type: { const: cloudEventType(type) },
            dataschema: { enum: forms.map(redacted => `${address}${schemaAddress(type, version, redacted)}`) },
            data: data.length === 1 ? data[0] : { anyOf: data },
          },
        },
      ],
    },
  };
}
