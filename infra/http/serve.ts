/** One request: who asks, whether he may, the answer or why there is none. */
import type { Request, Response } from 'express';
import { otherRoles } from '../identity/account-grants.ts';
import type { AuthenticatedCaller, Choice, IdentityService } from '../identity/identity.ts';
import { IdentityRefused } from '../identity/refused.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { type Pause, requests } from '../time-slices.ts';
import { drain } from './body.ts';
import { answerPreflight } from './cross-origin.ts';
import type { Endpoint } from './endpoint.ts';
import { ownTurn } from './own-turn.ts';
import { admits } from './policy.ts';
import { notThere, Problem, problemOf } from './problem.ts';
import { tellKeyQuota } from './rate-limit.ts';
import {
  addressOf,
  callerOf,
  correlationOf,
  newRequestId,
  type RequestContext,
  sendNothing,
  sendProblem,
} from './request-context.ts';
import { sessionTokenOf } from './session-cookie.ts';

export interface ServeOptions {
  readonly identity: IdentityService;
  /** Why nothing may be written or served, while that is so. */
  readonly fault?: () => Error | undefined;
  /** Whether browsers reach this service over TLS. */
  readonly isSecure?: boolean;
  /** Before each request is taken up. */
  readonly pause?: Pause;
}

/** What is needed of an endpoint to answer a request to it. */
export type Servable = Pick<
  Endpoint,
  | 'admitsItself'
  | 'kind'
  | 'method'
  | 'path'
  | 'access'
  | 'beforeSecondFactor'
  | 'quiet'
  | 'scope'
  | 'ticketed'
  | 'unidentified'
  | 'urgent'
  | 'handle'
  | 'refuse'
>;

/** Stands for every address that is none; `refuse` tells it where there might have been a page. */
export function refusing(error: unknown, refuse?: Servable['refuse']): Servable {
  const handle = () => {
    throw error;
  };
  const kind = refuse ? 'page' : 'builtin';
  return {
    kind,
    method: 'GET',
    path: '/*',
    access: 'public',
    beforeSecondFactor: true,
    handle,
    ...(refuse && { refuse }),
  };
}

/** Answers one request, come what may. */
export async function serve(
  endpoint: Servable,
  req: Request,
  res: Response,
  { identity, fault, isSecure = false, pause = requests.pause }: ServeOptions,
  telemetry: Telemetry,
): Promise<void> {
  const waiting = endpoint.urgent ? undefined : ownTurn(req, res, pause);
  if (waiting) await waiting;
  if (req.socket.destroyed) return;
  const startedAt = performance.now();
  const requestId = newRequestId();
  let context: RequestContext = {
    req,
    res,
    requestId,
    correlationId: correlationOf(req, requestId),
    caller: undefined,
  };
  try {
    const refusal = endpoint.quiet ? undefined : fault?.();
    if (refusal) throw refusal;
    if (endpoint.kind === 'page') {
      const token = endpoint.unidentified ? undefined : sessionTokenOf(req, isSecure);
      if (token !== undefined) context = { ...context, ...(await readerOfPage(token, req, identity)) };
    } else {
      const identified = endpoint.unidentified ? undefined : identify(endpoint, req, identity);
      const caller = identified instanceof Promise ? await identified : identified;
      if (caller) tellKeyQuota(res, caller);
      context = { ...context, caller: withinScope(endpoint, caller) };
    }
    if (context.caller?.limited && !endpoint.beforeSecondFactor) {
      throw new IdentityRefused('second-factor-to-be-enrolled');
    }
    if (endpoint.kind !== 'command' && !endpoint.admitsItself) await admit(endpoint, context, identity);
    await endpoint.handle(context);
  } catch (error) {
    await fail(endpoint, error, context, telemetry);
  }
  telemetry.served(endpoint, context, startedAt);
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i;

/** Programs are known by what they say; a cookie, which a browser sends by itself, is for pages alone. */
function identify(
  { ticketed }: Servable,
  req: Request,
  identity: IdentityService,
): AuthenticatedCaller | undefined | Promise<AuthenticatedCaller | undefined> {
  const ticket = ticketed && ticketOf(req);
  // Asking for the head alone uses none up.
  if (ticket !== undefined) return identity.callerOfTicket(ticket, req.method !== 'HEAD');
  const header = req.headers.authorization;
  if (header === undefined) return undefined;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new IdentityRefused('token-invalid');
  return identity.callerOf(token, choiceOf(req), addressOf(req));
}

function ticketOf({ url }: Request): string | undefined {
  const start = url.indexOf('?');
  return start < 0 ? undefined : (new URLSearchParams(url.slice(start)).get('ticket') ?? undefined);
}

/** A key opens what it was issued for; what is open to everybody is read as everybody reads it. */
function withinScope(
  { scope, kind, method, access }: Servable,
  caller: AuthenticatedCaller | undefined,
): AuthenticatedCaller | undefined {
  const key = caller?.key;
  if (!key || (scope && key.scopes.includes(scope))) return caller;
  if (!scope && access === 'public' && kind !== 'command' && method === 'GET') return undefined;
  throw new IdentityRefused('key-scope');
}

/** A session that has ended, or whose role was taken away, leaves its cookie behind: its holder reads as anybody does. */
async function readerOfPage(
  token: string,
  req: Request,
  identity: IdentityService,
): Promise<Pick<RequestContext, 'caller' | 'who'>> {
  const nobody = { caller: undefined };
  try {
    const caller = await identity.callerOf(token, {}, addressOf(req));
    // A key is a program's, and pages are people's.
    if (caller.key) return nobody;
    const { accountId, role, orgId } = caller.actor;
    const grants = await identity.grantsOf(accountId);
    const held = grants.find(grant => grant.role === role && grant.orgId === orgId);
    if (!held) return nobody;
    const hasOthers = otherRoles(grants, caller.actor).length > 0;
    return { caller, who: { name: await identity.nameOf(accountId), role, orgName: held.orgName, hasOthers } };
  } catch (error) {
    if (error instanceof IdentityRefused) return nobody;
    throw error;
  }
}

/** `X-Acting-As: MSR/msr`: the role in which a caller of the identity provider acts. */
function choiceOf(req: Request): Choice {
  const header = req.headers['x-acting-as'];
  if (typeof header !== 'string') return {};
  const [role, orgId] = header.split('/');
  return { role, orgId };
}

/** Commands are checked where they are decided; everything else here, against the grants of this moment. */
async function admit({ access }: Servable, context: RequestContext, identity: IdentityService): Promise<void> {
  const { caller } = context;
  if (caller && !(await identity.holds(caller.actor))) throw new IdentityRefused('role-not-held');
  if (access === 'public') return;
  const { role } = callerOf(context).actor;
  if (!admits(access, role)) {
    throw new Problem(403, 'role-not-allowed', '该角色无权查阅', 'This role may not use this endpoint');
  }
}

/** After the head has been sent only breaking off tells the client that something is missing. */
async function fail(endpoint: Servable, error: unknown, context: RequestContext, telemetry: Telemetry): Promise<void> {
  const { req, res } = context;
  const problem = problemOf(error);
  if (res.headersSent) {
    if (!res.destroyed) telemetry.failed(error, context);
    res.destroy();
    return;
  }
  if (problem.status >= 500) telemetry.failed(error, context);
  if (!req.complete) drain(req);
  if (endpoint.refuse) await endpoint.refuse(context, problem);
  else sendProblem(context, problem);
}

/** 404 for an unknown path; 405 with `Allow` where another method is known. */
export function noSuchEndpoint(endpoints: readonly Endpoint[], req: Request): Problem {
  const methods = methodsAt(endpoints, req.path);
  if (methods === undefined) return notThere();
  return new Problem(405, 'method-not-allowed', '该地址不支持此方法', 'This address does not take this method', {
    headers: { Allow: methods },
  });
}

/** As `Allow` lists them; undefined where nothing is. */
function methodsAt(endpoints: readonly Endpoint[], path: string): string | undefined {
  const there = endpoints.filter(endpoint => matches(endpoint.path, path));
  if (there.length === 0) return undefined;
  const methods = there.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set([...methods, 'OPTIONS'])].join(', ');
}

/** OPTIONS: which methods there are, to whoever asks; a browser asks for a page before it sends (CORS). */
export function tellingMethods(endpoints: readonly Endpoint[]): Servable {
  return {
    kind: 'builtin',
    method: 'GET',
    path: '/*',
    access: 'public',
    unidentified: true,
    quiet: true,
    handle(context) {
      const { req, res } = context;
      const methods = methodsAt(endpoints, req.path);
      if (methods === undefined) throw notThere();
      answerPreflight(req, res, methods);
      sendNothing(context, { Allow: methods });
    },
  };
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith(':') ? given[at] !== '' : part === given[at]))
  );
}
