/** Who signed in or failed to, from where and when: all of it for the supervisor, and for everybody his own. */
import { z } from 'zod';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { paging } from '../../projections/query.ts';
import type { IdentityService } from '../identity/identity.ts';
import { SIGN_IN_OUTCOMES, type SignIn } from '../identity/sign-in-store.ts';
import { decodeCursor, encodeCursor } from '../read-store/cursor.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { nextLink } from './queries.ts';
import { callerOf, type RequestContext, sendJson } from './request-context.ts';

const entrySchema = z.object({
  accountId: z.string().meta({ description: 'Empty for names that are no account' }),
  address: z.string(),
  outcome: z.enum(SIGN_IN_OUTCOMES),
  firstAt: instantSchema,
  at: instantSchema.meta({ description: 'The last time' }),
  count: z.int().meta({ description: 'Failures alike within an hour are one entry' }),
});

/** What failed on an account since its holder last signed in. */
export const failuresSchema = z.object({
  previous: z.object({ at: instantSchema, address: z.string() }).optional().meta({ description: 'The sign-in before' }),
  failures: z.array(entrySchema.omit({ accountId: true })).meta({ description: 'Since then, newest first' }),
});

const ownQuerySchema = z.strictObject({ ...paging, outcome: z.enum(SIGN_IN_OUTCOMES).optional() });
const querySchema = ownQuerySchema.extend({
  accountId: accountIdSchema.optional(),
  address: z.string().max(100).optional(),
});

/** The supervisor’s record of sign-ins and failures, page by page. */
export function signInEndpoints(identity: Pick<IdentityService, 'signIns'>): readonly Endpoint[] {
  const page = z.object({ items: z.array(entrySchema), next: z.string().optional() });
  const responses = {
    200: {
      description: '由新到旧 (Newest first)',
      headers: z.object({ Link: z.string().optional() }),
      content: { 'application/json': { schema: page } },
    },
  };
  return [
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/sign-ins`,
      name: 'ListSignIns',
      title: '登录记录',
      summary: 'Sign-ins and failures of all accounts, with the address they came from; kept for six months.',
      access: ['SUP'],
      operation: { requestParams: { query: querySchema }, responses },
      handle: context => answer(context, identity, asked(context, querySchema)),
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/me/sign-ins`,
      name: 'ListOwnSignIns',
      title: '本人登录记录',
      summary: 'Sign-ins and failures of the caller’s own account.',
      access: 'signed-in',
      operation: { requestParams: { query: ownQuerySchema }, responses },
      handle: context => answer(context, identity, asked(context, ownQuerySchema), callerOf(context).actor.accountId),
    },
  ];
}

type Asked = z.infer<typeof querySchema>;

function asked<S extends z.ZodObject>({ req }: RequestContext, schema: S): z.infer<S> {
  return parseInput(schema, queryOf(req.url, Object.keys(schema.shape)), req);
}

async function answer(
  context: RequestContext,
  identity: Pick<IdentityService, 'signIns'>,
  { limit, cursor, accountId, address, outcome }: Asked,
  own?: AccountId,
): Promise<void> {
  const account = own ?? accountId;
  const found = await identity.signIns({
    ...(account && { accountId: account }),
    ...(address !== undefined && { address }),
    ...(outcome && { outcome }),
    ...(cursor !== undefined && { before: placeOf(cursor) }),
    limit: limit + 1,
  });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last ? encodeCursor([last.at, last.id]) : undefined;
  const body = JSON.stringify({ items: items.map(shownOf), ...(next && { next }) });
  sendJson(context, 200, body, ['Cache-Control', 'no-store', ...(next ? ['Link', nextLink(context, next)] : [])]);
}

function shownOf({ accountId, address, outcome, firstAt, at, count }: SignIn): z.infer<typeof entrySchema> {
  return { accountId, address, outcome, firstAt, at, count };
}

/** Throws BadCursor. */
function placeOf(cursor: string): readonly [string, string] {
  const [at, id] = decodeCursor(cursor, 2).map(String);
  return [at as string, id as string];
}
