/** By what readers of a feed narrow it. What is sought is looked for in what they are told, so that it tells nothing more. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { kindNamed } from '../../projections/feed/cloud-attributes.ts';
import { articleParameter } from '../../projections/query.ts';
import { nounOf } from '../integrators/catalogue.ts';
import { type CloudEvent, UNREADABLE } from '../integrators/cloud-event.ts';
import { eventNounSchema } from './catalogue.ts';
import type { FeedEvent } from './feed-sources.ts';

const isKind = (kind: string) => catalogue.has(kind) || kind === UNREADABLE;

const typesSchema = z
  .string()
  .max(4_000)
  .transform(text => text.split(',').map(kindNamed))
  .pipe(z.array(z.string().refine(isKind, '没有这种事件 (no such type of event)')).max(100))
  .meta({
    override: { type: 'string', description: 'Event types, with or without their prefix, separated by commas' },
  });

/** Parameters of a query string; several narrow together. */
export const feedFilter = {
  types: typesSchema.optional(),
  noun: eventNounSchema.optional(),
  article: articleParameter.optional(),
  project: projectIdSchema.optional(),
  organisation: z
    .string()
    .regex(/^[A-Za-z0-9._-]{2,64}$/)
    .optional()
    .meta({
      description: 'The unit or the body that it is about, or whose people acted, as far as the reader is told',
    }),
};

export type FeedFilter = z.infer<z.ZodObject<typeof feedFilter>>;

/** Whether not every event is sought. */
export function isNarrowed(filter: FeedFilter): boolean {
  return Object.values(filter).some(each => each !== undefined);
}

/** Those among events that a reader seeks. */
export function soughtIn(events: readonly FeedEvent[], filter: FeedFilter): readonly FeedEvent[] {
  return isNarrowed(filter) ? events.filter(({ event }) => isSought(event, filter)) : events;
}

function isSought(event: CloudEvent, { types, noun, article, project, organisation }: FeedFilter): boolean {
  const kind = kindNamed(event.type);
  return (
    (types?.includes(kind) ?? true) &&
    (noun === undefined || nounOf(kind) === noun) &&
    (article === undefined || (event.articles?.split(' ').includes(article) ?? false)) &&
    (project === undefined || event.project === project) &&
    (organisation === undefined || [event.unit, event.body, event.actororg].includes(organisation))
  );
}

/** As it stands in a query string. */
export function filterParameters({ types, ...others }: FeedFilter): Readonly<Record<string, string>> {
  const all = { ...others, types: types?.join(',') };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
