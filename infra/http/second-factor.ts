/** The caller's second factor: set up with an authenticator, confirmed by its first code, removed with a code of it. */
import { z } from 'zod';
import type { IdentityService } from '../identity/identity.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { passwordSchema } from './passwords.ts';
import { addressOf, callerOf, type RequestContext, sendJson, sendNothing } from './request-context.ts';

/** What proves a second factor, at sign-in and when it is removed. */
export const proofShape = {
  code: z
    .string()
    .regex(/^\d{6}$/)
    .optional()
    .meta({ description: 'The code that the authenticator shows; each is taken once' }),
  recoveryCode: z.string().max(40).optional().meta({ description: 'In the place of a code; each is taken once' }),
};

const enrolSchema = z.strictObject({ currentPassword: passwordSchema });
const confirmSchema = z.strictObject({ code: proofShape.code.unwrap() });
const removeSchema = z.strictObject(proofShape);

const enrolmentSchema = z.object({
  secret: z.string().meta({ description: 'Base 32; shown once' }),
  uri: z.string().meta({ description: 'otpauth://…, for a QR code' }),
});
const recoverySchema = z.object({
  recoveryCodes: z.array(z.string()).meta({ description: 'Each lets the holder in once without a code; shown once' }),
});

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const asked = (schema: z.ZodType) => ({ required: true, content: json(schema) });

type Factors = Pick<IdentityService, 'enrolSecondFactor' | 'confirmSecondFactor' | 'removeOwnSecondFactor'>;

/** One’s own second factor: to enrol, confirm and remove. Allowed before a needed second factor is set up. */
export function secondFactorEndpoints(identity: Factors): readonly Endpoint[] {
  const own = { kind: 'builtin', method: 'POST', access: 'signed-in', beforeSecondFactor: true } as const;
  return [
    {
      ...own,
      path: `${BASE}/me/second-factor`,
      name: 'EnrolSecondFactor',
      title: '登记第二因素',
      summary: 'Gives the secret of a new authenticator (TOTP, RFC 6238). Not in force before it is confirmed.',
      operation: {
        requestBody: asked(enrolSchema),
        responses: { 201: { description: '待确认 (To be confirmed)', content: json(enrolmentSchema) } },
      },
      async handle(context) {
        const { currentPassword } = await bodyOf(context, enrolSchema);
        const enrolment = await identity.enrolSecondFactor({ ...changeOf(context), currentPassword });
        sendJson(context, 201, JSON.stringify(enrolment));
      },
    },
    {
      ...own,
      path: `${BASE}/me/second-factor/confirmation`,
      name: 'ConfirmSecondFactor',
      title: '确认第二因素',
      summary: 'Confirms the authenticator by its first code, and ends the caller’s other sessions.',
      operation: {
        requestBody: asked(confirmSchema),
        responses: { 200: { description: '已生效 (In force)', content: json(recoverySchema) } },
      },
      async handle(context) {
        const { code } = await bodyOf(context, confirmSchema);
        const change = { ...changeOf(context), code };
        const recoveryCodes = await identity.confirmSecondFactor(callerOf(context), change);
        sendJson(context, 200, JSON.stringify({ recoveryCodes }));
      },
    },
    {
      ...own,
      path: `${BASE}/me/second-factor/removal`,
      name: 'RemoveSecondFactor',
      title: '移除第二因素',
      summary: 'Removes the second factor with a code of it; one that was lost is removed by two administrators.',
      operation: { requestBody: asked(removeSchema), responses: { 204: { description: '已移除 (Removed)' } } },
      async handle(context) {
        await identity.removeOwnSecondFactor({ ...changeOf(context), ...(await bodyOf(context, removeSchema)) });
        sendNothing(context);
      },
    },
  ];
}

async function bodyOf<S extends z.ZodType>({ req }: RequestContext, schema: S): Promise<z.infer<S>> {
  return parseInput(schema, await readJson(req), req);
}

function changeOf(context: RequestContext) {
  return { actor: callerOf(context).actor, address: addressOf(context.req), occasion: context };
}
