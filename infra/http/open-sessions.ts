/** The sessions that stand: everybody sees his own and can end one or all, wherever they were opened. */
import { z } from 'zod';
import { roleSchema } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import type { IdentityService } from '../identity/identity.ts';
import type { StoredSession } from '../identity/sign-in-store.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { notThere } from './problem.ts';
import { callerOf, type RequestContext, sendJson, sendNothing } from './request-context.ts';

/** Stands for the session of the request. */
const CURRENT = 'current';

const openSchema = z.object({
  sessionId: z.string(),
  role: roleSchema,
  orgId: z.string(),
  openedAt: instantSchema,
  expiresAt: instantSchema,
  address: z.string(),
  current: z.boolean(),
});

const pathSchema = z.strictObject({
  sessionId: z
    .string()
    .max(100)
    .meta({ description: `An id, or \`${CURRENT}\` to log out` }),
});

type Ending = Pick<IdentityService, 'sessionsOf' | 'endSession' | 'endSessionsOf' | 'isSupervisory'>;

const accountPathSchema = z.strictObject({ accountId: accountIdSchema });

/** One’s own sessions: to see them and to end them. */
export function openSessionEndpoints(identity: Ending): readonly Endpoint[] {
  const items = z.object({ items: z.array(openSchema) });
  return [
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/sessions`,
      name: 'ListSessions',
      title: '本人会话',
      summary: 'The caller’s sessions that stand, newest first.',
      access: 'signed-in',
      operation: {
        responses: { 200: { description: '会话 (Sessions)', content: { 'application/json': { schema: items } } } },
      },
      async handle(context) {
        const { actor, sessionId } = callerOf(context);
        const found = await identity.sessionsOf(actor.accountId);
        sendJson(context, 200, JSON.stringify({ items: found.map(session => shownOf(session, sessionId)) }));
      },
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/accounts/:accountId/sessions`,
      name: 'ListSessionsOfAccount',
      title: '账户会话',
      summary: 'The sessions of an account that stand; those of the supervising body are its own to see.',
      access: ['MSR', 'SUP'],
      operation: {
        requestParams: { path: accountPathSchema },
        responses: { 200: { description: '会话 (Sessions)', content: { 'application/json': { schema: items } } } },
      },
      handle: context => listOf(context, identity),
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/sessions/:sessionId/end`,
      name: 'EndSession',
      title: '退出登录',
      beforeSecondFactor: true,
      summary: 'Ends one of the caller’s sessions at the server, with its open streams.',
      access: 'signed-in',
      operation: { requestParams: { path: pathSchema }, responses: { 204: { description: '已结束 (Ended)' } } },
      handle: context => endOne(context, identity),
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/sessions/end`,
      name: 'EndSessions',
      title: '结束本人全部会话',
      summary: 'Ends all sessions of the caller, this one among them.',
      access: 'signed-in',
      operation: { responses: { 204: { description: '已结束 (Ended)' } } },
      async handle(context) {
        await identity.endSessionsOf(callerOf(context).actor.accountId);
        sendNothing(context);
      },
    },
  ];
}

/** Whoever administers the account sees them, and ends them by a command. */
async function listOf(context: RequestContext, identity: Ending): Promise<void> {
  const { actor, sessionId } = callerOf(context);
  const { accountId } = parseInput(accountPathSchema, context.req.params, context.req);
  if ((actor.role === 'SUP') !== (await identity.isSupervisory(accountId))) throw notThere();
  const found = await identity.sessionsOf(accountId);
  sendJson(context, 200, JSON.stringify({ items: found.map(session => shownOf(session, sessionId)) }));
}

/** Those of others are not there. */
async function endOne(context: RequestContext, identity: Ending): Promise<void> {
  const { actor, sessionId: current } = callerOf(context);
  const { sessionId } = parseInput(pathSchema, context.req.params, context.req);
  if (sessionId !== CURRENT) {
    const own = await identity.sessionsOf(actor.accountId);
    if (own.every(({ id }) => id !== sessionId)) throw notThere();
  }
  await identity.endSession(sessionId === CURRENT ? current : sessionId);
  sendNothing(context);
}

/** A session as it may be shown to its holder and to those who administer his account. */
function shownOf(
  { id, role, orgId, openedAt, expiresAt, address }: StoredSession,
  current: string,
): z.infer<typeof openSchema> {
  return { sessionId: id, role, orgId, openedAt, expiresAt, address, current: id === current };
}
