/** Signing in, and who the caller is. */
import { z } from 'zod';
import { grantSchema } from '../../events/account.ts';
import { actorSchema, roleSchema } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import type { IdentityService } from '../identity/identity.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { passwordSchema } from './passwords.ts';
import { addressOf, callerOf, sendJson } from './request-context.ts';
import { proofShape } from './second-factor.ts';
import { failuresSchema } from './sign-ins.ts';

const loginSchema = z.strictObject({
  accountId: accountIdSchema,
  password: passwordSchema,
  role: roleSchema.exclude(['SYS']).optional().meta({ description: 'Needed when several roles are held' }),
  orgId: actorSchema.shape.orgId.optional(),
  device: z
    .string()
    .max(2_000)
    .optional()
    .meta({ description: '`device` of an earlier answer: keeps a budget of attempts of its own' }),
  ...proofShape,
  unlockCode: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Lets one attempt through when too many have failed' }),
});

export type LoginRequest = z.input<typeof loginSchema>;

const limitedSchema = z
  .boolean()
  .meta({ description: 'Good for nothing but setting up the second factor that the role needs' });

const sessionSchema = z.object({
  sessionId: z.string(),
  token: z.string(),
  tokenType: z.literal('Bearer'),
  expiresAt: instantSchema,
  accountId: accountIdSchema,
  role: roleSchema,
  orgId: z.string(),
  limited: limitedSchema,
  device: z.string().meta({ description: 'Kept by the device and sent with later sign-ins' }),
  ...failuresSchema.shape,
});

export type OpenedSession = z.infer<typeof sessionSchema>;

const meSchema = z.object({
  accountId: accountIdSchema,
  role: roleSchema,
  orgId: z.string(),
  expiresAt: instantSchema,
  grants: z.array(grantSchema).meta({ description: 'All grants that hold today' }),
  sessionId: z.string(),
  limited: limitedSchema,
  ...failuresSchema.shape,
});

/** Sign-in, sign-out, and who one is. */
export function sessionEndpoints(identity: IdentityService): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/sessions`,
      name: 'OpenSession',
      title: '登录',
      summary: 'Opens a session of 12 hours in one role. 409 with the grants when several are held and none is named.',
      access: 'public',
      beforeSecondFactor: true,
      operation: {
        requestBody: { required: true, content: { 'application/json': { schema: loginSchema } } },
        responses: {
          201: {
            description: '已登录 (Signed in)',
            headers: z.object({ Location: z.string() }),
            content: { 'application/json': { schema: sessionSchema } },
          },
        },
      },
      async handle(context) {
        const login = parseInput(loginSchema, await readJson(context.req), context.req);
        const opened = await identity.login({ ...login, address: addressOf(context.req), occasion: context });
        const headers = ['Cache-Control', 'no-store', 'Location', `${BASE}/sessions`];
        sendJson(context, 201, JSON.stringify({ tokenType: 'Bearer', ...opened }), headers);
      },
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/me`,
      name: 'ShowCaller',
      title: '当前用户',
      summary:
        'The caller, the role of the session, all grants held today, and what failed on his account since he last signed in.',
      access: 'signed-in',
      beforeSecondFactor: true,
      operation: {
        responses: {
          200: { description: '当前用户 (The caller)', content: { 'application/json': { schema: meSchema } } },
        },
      },
      async handle(context) {
        const caller = callerOf(context);
        const { accountId, role, orgId } = caller.actor;
        const me = {
          accountId,
          role,
          orgId,
          expiresAt: new Date(caller.expiresAt).toISOString(),
          grants: await identity.grantsOf(accountId),
          sessionId: caller.sessionId,
          limited: caller.limited,
          ...(await identity.failuresSince(caller)),
        };
        sendJson(context, 200, JSON.stringify(me));
      },
    },
  ];
}
