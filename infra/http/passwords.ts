/** Setting a password: one's own, with the current one, or with the one-time code of a reset. Nobody sets another's. */
import { z } from 'zod';
import { accountIdSchema } from '../../events/ids.ts';
import { MIN_PASSWORD_LENGTH } from '../identity/credentials.ts';
import type { IdentityService } from '../identity/identity.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { invalid, Problem } from './problem.ts';
import { addressOf, callerOf, type RequestContext, sendNothing } from './request-context.ts';

export const passwordSchema = z.string().min(1).max(200);
const newPasswordSchema = passwordSchema.min(MIN_PASSWORD_LENGTH);

const changeSchema = z.strictObject({
  password: newPasswordSchema,
  currentPassword: passwordSchema.optional().meta({ description: 'Needed, though a session is open' }),
});

const byCodeSchema = z.strictObject({
  accountId: accountIdSchema,
  code: z.string().min(1).max(40).meta({ description: 'As the administrator handed it over, e.g. 7KQ2-M9XA-…' }),
  password: newPasswordSchema,
});

const accountPathSchema = z.strictObject({ accountId: accountIdSchema });

/** Setting a password: by its holder, or with the one-time code of a reset (D-45). */
export function passwordEndpoints(identity: IdentityService): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/accounts/:accountId/password`,
      name: 'ChangePassword',
      title: '修改本人密码',
      summary: 'Sets one’s own password, with the current one; ends the sessions of the account. It is on the log.',
      access: 'signed-in',
      operation: {
        requestParams: { path: accountPathSchema },
        requestBody: { required: true, content: { 'application/json': { schema: changeSchema } } },
        responses: { 204: { description: '已设置 (Set)' } },
      },
      async handle(context) {
        await changePassword(context, identity);
        sendNothing(context);
      },
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/password-resets`,
      name: 'SetPasswordByCode',
      title: '凭一次性代码设置密码',
      summary:
        'Sets the password of an account with the one-time code of a reset; ends its sessions. It is on the log. Every refusal is the same, whether the account exists or not.',
      access: 'public',
      operation: {
        requestBody: { required: true, content: { 'application/json': { schema: byCodeSchema } } },
        responses: { 204: { description: '已设置 (Set)' } },
      },
      async handle(context) {
        const input = parseInput(byCodeSchema, await readJson(context.req), context.req);
        await identity.setPasswordByCode({ ...input, address: addressOf(context.req), occasion: context });
        sendNothing(context);
      },
    },
  ];
}

async function changePassword(context: RequestContext, identity: IdentityService): Promise<void> {
  const { req } = context;
  const { actor } = callerOf(context);
  const { accountId } = parseInput(accountPathSchema, req.params, req);
  if (accountId !== actor.accountId) {
    throw new Problem(
      403,
      'own-password-only',
      '只能设置本人的密码；他人的密码由本人凭一次性代码重置',
      'You may only set your own password; others set theirs with the one-time code of a reset',
    );
  }
  const { password, currentPassword } = parseInput(changeSchema, await readJson(req), req);
  if (currentPassword === undefined) {
    throw invalid('current-password-needed', '/currentPassword', '须提供当前密码', 'The current password is needed');
  }
  await identity.changePassword({
    actor,
    currentPassword,
    password,
    address: addressOf(context.req),
    occasion: context,
  });
}
