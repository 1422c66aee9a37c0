/** What a caller has seen of the thing that he sends a command about, by the tags of `If-Match`. */
import type { QueryRoute } from '../../projections/route.ts';
import type { SeenStates } from '../../services/seen.ts';
import { parametersOf } from './endpoint.ts';
import { contentTag, strongTags, type Tag } from './entity-tags.ts';
import { admits } from './policy.ts';
import { Problem } from './problem.ts';
import { type Awaiting, hasCaughtUp } from './queries.ts';
import type { RequestContext } from './request-context.ts';

export interface ReadingPorts extends Awaiting {
  readonly reader: QueryReader;
  /** Where things are read. */
  readonly queries: readonly QueryRoute[];
}

type QueryReader = Parameters<QueryRoute['answer']>[2];

/** A query at an address above that of a command, or at it. */
interface ReadAbove {
  readonly query: QueryRoute;
  /** For each parameter of the query the one of the command that stands in its place. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The queries at the address of a command, `/projects/:projectId/verification`, and above it. */
export function readAbove(path: string, queries: readonly QueryRoute[]): readonly ReadAbove[] {
  const segments = path.split('/');
  return queries.flatMap(query => {
    const own = query.path.split('/');
    const isAbove = own.length <= segments.length && own.every((part, at) => isSamePart(part, segments[at] ?? ''));
    if (!isAbove) return [];
    const parameters = parametersOf(query.path).map(name => [name, (segments[own.indexOf(`:${name}`)] ?? '').slice(1)]);
    return [{ query, parameters: new Map(parameters as [string, string][]) }];
  });
}

const isSamePart = (one: string, other: string) => one === other || (one.startsWith(':') && other.startsWith(':'));

type Params = Readonly<Record<string, string | string[]>>;

/** What `If-Match` says. Throws a {@link Problem} for what is none. */
export function tagsOf(ifMatch: string): '*' | readonly Tag[] {
  const tags = strongTags(ifMatch);
  if (tags) return tags;
  throw new Problem(
    400,
    'malformed-if-match',
    'If-Match 格式错误',
    'If-Match must be * or ETags that this API gave, separated by commas',
  );
}

/** What a caller has seen of a stream; undefined where none of the tags is of it or of what is read. */
export function seenOf(
  tags: '*' | readonly Tag[],
  stream: string,
  read: () => Promise<readonly string[]>,
): SeenStates | undefined {
  if (tags === '*') return 'anything';
  const revisions = tags.flatMap(tag => ('stream' in tag && tag.stream === stream ? [tag.revision] : []));
  const contents = tags.flatMap(tag => ('content' in tag ? [tag.content] : []));
  if (contents.length === 0) return revisions.length === 0 ? undefined : { revisions };
  return { revisions, isStillRead: async () => (await read()).some(tag => contents.includes(tag)) };
}

/**
 * The tags of what the caller reads now above a command, each asked without a query string. It is shown to nobody, so no
 * opening of material is on record.
 */
export async function contentTagsAbove(
  above: readonly ReadAbove[],
  params: Params,
  context: RequestContext,
  ports: ReadingPorts,
): Promise<readonly string[]> {
  const { caller } = context;
  const { reader } = ports;
  await hasCaughtUp(await reader.head(), context, ports);
  const tags: string[] = [];
  for (const { query, parameters } of above) {
    if (!admits(query.allow, caller?.actor.role)) continue;
    const input = query.input.safeParse(
      Object.fromEntries([...parameters].map(([own, given]) => [own, params[given]])),
    );
    if (!input.success) continue;
    const answer = await query.answer(input.data as never, caller?.actor, reader);
    if (answer.kind === 'json') tags.push(contentTag(answer.text));
  }
  return tags;
}
