/** One event for those who oversee: what it says, in what it stands, and whether the ledger proves it. */
import { z } from 'zod';
import { basisLabel } from '../../events/basis-label.ts';
import { catalogue } from '../../events/catalogue.ts';
import { type LegalBasis, type RecordedEvent, VISIBILITIES } from '../../events/envelope.ts';
import { type Position, positionSchema, START } from '../../events/ids.ts';
import { type Sealed, sealedSchema } from '../../events/personal.ts';
import { materialIn, ownedIn } from '../../events/rules/material.ts';
import { articleOf } from '../../events/statute.ts';
import type { EventLog, Reader } from '../../projections/ports.ts';
import { nameOf, OVERSIGHT, parsed } from '../../projections/query.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { eventInTrail, eventInTrailSchema } from '../../projections/trail/related.ts';
import { Openings, type RecordAccess } from '../compose/access.ts';
import { readerFor, type Told, toldTo } from '../ledger/bundle/reader.ts';
import { eventAt } from '../ledger/finding.ts';
import { checkedProofOf, checkedProofSchema, type ProvingPorts } from '../ledger/proving.ts';
import { question } from './question.ts';
import { callerOf, type RequestContext } from './request-context.ts';

export interface EventPorts {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly reader: Reader;
  /** Undefined where nothing is proved. */
  readonly ledger?: ProvingPorts;
  /** Puts on record who is shown material. */
  readonly recordAccess: RecordAccess;
  /** All accounts of the person behind one. */
  readonly accountsOf: (accountId: string) => Promise<ReadonlySet<string>>;
}

const shownEventSchema = z.strictObject({
  position: positionSchema,
  eventId: z.string(),
  type: z.string(),
  title: z.string().meta({ description: 'What was done, in Chinese' }),
  schemaVersion: z.int(),
  stream: z.string(),
  revision: z.int().meta({ description: 'Place in the stream, from 0' }),
  visibility: z.enum(VISIBILITIES).optional(),
  planVersion: z.int().optional(),
  basis: z
    .array(z.strictObject({ label: z.string(), text: z.string().optional().meta({ description: 'Of the article' }) }))
    .optional(),
  inTrail: eventInTrailSchema.optional().meta({ description: 'None where its surroundings cannot be read' }),
  data: z.unknown().optional().meta({ description: 'What it says; personal values as the trail would name them' }),
  withheld: z.string().optional().meta({ description: 'Why it is not shown what it says' }),
  proof: checkedProofSchema.optional(),
});

export type ShownEvent = z.infer<typeof shownEventSchema>;

export function eventQuestion(ports: EventPorts) {
  return question({
    path: '/events/:position',
    name: 'GetEvent',
    title: '事件',
    summary: 'One event: what it says, who, when, under which article, its cause and effects, and its proof, checked.',
    access: OVERSIGHT,
    input: z.strictObject({ position: positionSchema }),
    output: shownEventSchema,
    async answer({ position }, context): Promise<ShownEvent | undefined> {
      const event = await standingAt(position, ports);
      const told = event && (await toldOf(event, context, ports));
      if (!event || !told) return undefined;
      const hasSurroundings = event.fault?.of !== 'meta';
      if (told.data) await putOnRecord(event, context, ports);
      const { id: eventId, type, schemaVersion, streamId: stream, revision } = event;
      return {
        position: event.position,
        eventId,
        type,
        title: catalogue.get(type)?.title ?? type,
        schemaVersion,
        stream,
        revision,
        ...(hasSurroundings && {
          visibility: event.meta.visibility,
          basis: event.meta.basis.map(basisTold),
          ...(event.meta.planVersion !== undefined && { planVersion: event.meta.planVersion }),
          ...(event.fault?.of !== 'data' && { inTrail: await eventInTrail(event, ports.reader) }),
        }),
        ...(told.data ? { data: await legible(event, ports.reader) } : { withheld: whyWithheld(event) }),
        ...(ports.ledger && { proof: await checkedProofOf(event, ports.ledger) }),
      };
    },
  });
}

function basisTold(basis: LegalBasis) {
  const label = basisLabel(basis);
  return 'article' in basis ? { label, text: articleOf(basis.article).text } : { label };
}

/** Events that are on the log before the ledger has come to them. */
const AHEAD = 100;

/** The event at exactly this position: found by the ledger, and by what stands before it in the trail while it is new. */
async function standingAt(position: Position, { log, reader, ledger }: EventPorts): Promise<RecordedEvent | undefined> {
  const index = await ledger?.ledger.indexOf(position);
  if (ledger && index !== undefined) return eventAt(index, { ledger: ledger.ledger, log });
  const query = {
    where: { seq: { $lt: Number(position) } },
    order: { by: ['seq'], direction: 'desc' },
    limit: 1,
  } as const;
  const [before] = parsed(trailEntries, await reader.find(trailEntries, query));
  const events = await log.readAll((before?.position ?? START) as Position, AHEAD);
  return events.find(event => event.position === position);
}

/** Whether the caller may see that it happened, and what of it. */
async function toldOf(
  event: RecordedEvent,
  context: RequestContext,
  { accountsOf }: EventPorts,
): Promise<Told | undefined> {
  const { actor } = callerOf(context);
  const own = actor.role === 'SUP' ? await accountsOf(actor.accountId) : new Set<string>();
  return toldTo(readerFor(actor, own), event);
}

/** What it holds of material is on record before it is shown (art-26). */
async function putOnRecord(event: RecordedEvent, context: RequestContext, { recordAccess }: EventPorts): Promise<void> {
  const kind = materialIn(event.type);
  if (!kind) return;
  const openings = new Openings();
  for (const owned of ownedIn({ data: event.data, about: event.meta.about })) openings.add(kind, owned);
  await recordAccess({ ...context, actor: callerOf(context).actor }, 'GetEvent', openings.take());
}

function whyWithheld({ fault }: RecordedEvent): string {
  if (fault) return `无法读取：${fault.reason}`;
  return '内容限监督机构查阅';
}

/** Stands for a personal value that is not shown here. */
const CONCEALED = '（个人信息，已加密）';

/** Names that registers and the trail tell those who oversee anyway. */
const NAMED_OF = /^(account|expert)\./;

/** What it says, with the names that its reader knows from elsewhere in the place of their seals. */
async function legible({ type, data }: RecordedEvent, reader: Reader): Promise<unknown> {
  const isTold = (key: string) => key === 'person' || (key === 'name' && NAMED_OF.test(type));
  return opened(data, '', (value, key) => (isTold(key) ? nameOf(reader, value) : CONCEALED));
}

type OpenSeal = (value: Sealed, key: string) => Promise<string> | string;

async function opened(value: unknown, key: string, open: OpenSeal): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => opened(each, key, open)));
  if (typeof value !== 'object' || value === null) return value;
  const sealed = sealedSchema.safeParse(value);
  if (sealed.success) return open(sealed.data, key);
  const entries = Object.entries(value).map(async ([name, part]) => [name, await opened(part, name, open)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
