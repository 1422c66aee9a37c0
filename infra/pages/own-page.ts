/** What the pages have in common by which people see to their own accounts; they ask no query. */
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import { parseInput, queryOf } from '../http/input.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { addressOf, callerOf, type RequestContext } from '../http/request-context.ts';
import type { IdentityService } from '../identity/identity.ts';
import { IdentityRefused } from '../identity/refused.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { refusePage } from './refusal.tsx';
import { returnSchema } from './return-to.ts';

export interface OwnPagePorts {
  readonly identity: IdentityService;
  /** There are none unless they are given. */
  readonly webhooks?: Webhooks;
  /** Whether browsers reach this service over TLS. */
  readonly isSecure: boolean;
}

export const OWN_PAGE = {
  kind: 'page',
  operation: { responses: {} },
  refuse: refusePage,
  summary: 'A page for people.',
} as const;

const inputSchema = z.strictObject({ to: returnSchema });

/** Where to go on to afterwards, if the address says it. */
export function onwardOf({ req }: RequestContext): string | undefined {
  return parseInput(inputSchema, queryOf(req.url, ['to']), req).to;
}

/** Who changes what lets him in, from where and when. */
export function changeOf(context: RequestContext): { actor: Actor; address: string; occasion: RequestContext } {
  return { actor: callerOf(context).actor, address: addressOf(context.req), occasion: context };
}

/** What is said on the form again when it was refused; anything else goes on. */
export function formFaultOf(error: unknown): Problem {
  if (error instanceof IdentityRefused) return problemOf(error);
  if (error instanceof Problem) return error;
  throw error;
}

/** A form that was not filled in. */
export function unfilled(zh: string, en: string): Problem {
  return new Problem(422, 'invalid-input', zh, en);
}

/** The same of somebody who has signed in: it is his present password that was wrong. */
export function ownFaultOf(error: unknown): Problem {
  const fault = formFaultOf(error);
  return fault.code === 'login-failed'
    ? new Problem(fault.status, fault.code, '当前密码不对', 'The current password is wrong')
    : fault;
}
