/** Signing in, passwords, and who the caller is. */
import { z } from 'zod';
import { grantSchema } from '../../events/account.ts';
import { actorSchema, roleSchema } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { MIN_PASSWORD_LENGTH } from '../identity/credentials.ts';
import { type Identity, IdentityRefused } from '../identity/identity.ts';
import { networkOf } from './address.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { callerOf, type Exchange, sendJson } from './exchange.ts';
import { parseInput } from './input.ts';
import { invalid, Problem } from './problem.ts';

const passwordSchema = z.string().min(1).max(200);

const loginSchema = z.strictObject({
  accountId: accountIdSchema,
  password: passwordSchema,
  role: roleSchema.exclude(['SYS']).optional().meta({ description: 'Needed when several roles are held' }),
  orgId: actorSchema.shape.orgId.optional(),
});

const sessionSchema = z.object({
  token: z.string(),
  tokenType: z.literal('Bearer'),
  expiresAt: instantSchema,
  accountId: accountIdSchema,
  role: roleSchema,
  orgId: z.string(),
});

const newPasswordSchema = z.strictObject({
  password: passwordSchema.min(MIN_PASSWORD_LENGTH),
  currentPassword: passwordSchema.optional().meta({ description: 'Needed to change one’s own password' }),
});

const accountPathSchema = z.strictObject({ accountId: accountIdSchema });

const meSchema = z.object({
  accountId: accountIdSchema,
  role: roleSchema,
  orgId: z.string(),
  expiresAt: instantSchema,
  grants: z.array(grantSchema).meta({ description: 'All grants that hold today' }),
});

export function sessionEndpoints(identity: Identity): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/sessions`,
      name: 'OpenSession',
      title: '登录',
      summary: 'Opens a session of 12 hours in one role. 409 with the grants when several are held and none is named.',
      access: 'public',
      operation: {
        requestBody: { required: true, content: { 'application/json': { schema: loginSchema } } },
        responses: {
          201: { description: 'Signed in', content: { 'application/json': { schema: sessionSchema } } },
        },
      },
      async handle(exchange) {
        const login = parseInput(loginSchema, await readJson(exchange.req), exchange.req);
        const { token, expiresAt, accountId, role, orgId } = await identity.login({
          ...login,
          address: addressOf(exchange),
        });
        sendJson(exchange, 201, JSON.stringify({ token, tokenType: 'Bearer', expiresAt, accountId, role, orgId }));
      },
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/accounts/:accountId/password`,
      name: 'SetPassword',
      title: '设置密码',
      summary: 'Sets one’s own password, or as MSR that of another account; ends its sessions.',
      access: 'signed-in',
      operation: {
        requestParams: { path: accountPathSchema },
        requestBody: { required: true, content: { 'application/json': { schema: newPasswordSchema } } },
        responses: { 204: { description: 'Set' } },
      },
      async handle(exchange) {
        await setPassword(exchange, identity);
        exchange.res.writeHead(204, { 'X-Correlation-Id': exchange.correlationId }).end();
      },
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/me`,
      name: 'ShowCaller',
      title: '当前用户',
      summary: 'The caller, the role of the session, and all grants held today.',
      access: 'signed-in',
      operation: {
        responses: { 200: { description: 'The caller', content: { 'application/json': { schema: meSchema } } } },
      },
      async handle(exchange) {
        const { actor, expiresAt } = callerOf(exchange);
        const grants = await identity.grantsOf(actor.accountId);
        const { accountId, role, orgId } = actor;
        sendJson(
          exchange,
          200,
          JSON.stringify({ accountId, role, orgId, expiresAt: new Date(expiresAt).toISOString(), grants }),
        );
      },
    },
  ];
}

async function setPassword(exchange: Exchange, identity: Identity): Promise<void> {
  const { req } = exchange;
  const { actor } = callerOf(exchange);
  const { accountId } = parseInput(accountPathSchema, req.params, req);
  if (accountId !== actor.accountId && actor.role !== 'MSR') {
    throw new Problem(403, 'own-password-only', '只能设置本人的密码', 'You may only set your own password');
  }
  const { password, currentPassword } = parseInput(newPasswordSchema, await readJson(req), req);
  if (accountId === actor.accountId) await confirm(exchange, identity, currentPassword);
  await identity.setPassword(accountId, password);
}

/** A session left open must not be enough to take the account over. */
async function confirm(exchange: Exchange, identity: Identity, currentPassword: string | undefined): Promise<void> {
  const { accountId } = callerOf(exchange).actor;
  if (await identity.confirms(accountId, currentPassword ?? '', addressOf(exchange))) return;
  if (currentPassword !== undefined) throw new IdentityRefused('login-failed');
  throw invalid('current-password-needed', '/currentPassword', '须提供当前密码', 'The current password is needed');
}

function addressOf({ req }: Exchange): string {
  return networkOf(req);
}
