/** Pages as endpoints: each with its policy, reading through the queries and reports of the API alone. */
import type { QueryRoute } from '../../projections/route.ts';
import type { OffersOn, On } from '../../services/offers.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { type Access, type Endpoint, parametersOf } from '../http/endpoint.ts';
import { parseInput, queryOf } from '../http/input.ts';
import { toldOffers } from '../http/offers.ts';
import type { Places } from '../http/places.ts';
import { admits } from '../http/policy.ts';
import { notThere, Problem } from '../http/problem.ts';
import { answerOf, awaitReached, type QueryPorts } from '../http/queries.ts';
import type { QuestionRoute } from '../http/question.ts';
import { askReport, type ReportEndpointPorts } from '../http/reports.ts';
import { callerOf, type RequestContext } from '../http/request-context.ts';
import { forgetTold, toldIn } from './act/told.ts';
import { addressOfPage, sendPage } from './answer.ts';
import type { Asking, DeclaredPage, Shown } from './page.ts';
import { refusePage } from './refusal.tsx';

export interface PagePorts extends Pick<QueryPorts, 'reader' | 'recordAccess' | 'reached'>, ReportEndpointPorts {
  readonly queries: readonly QueryRoute[];
  readonly questions: readonly QuestionRoute[];
  readonly places: Places;
  readonly offersOn?: OffersOn;
  /** Whether browsers reach this service over TLS. */
  readonly isSecure: boolean;
}

/** The GET of a page. */
export function pageEndpoint(page: DeclaredPage, ports: PagePorts): Endpoint {
  const { path, name, title, access, input: schema } = page;
  const inPath = parametersOf(path);
  const inQuery = Object.keys(schema.shape).filter(parameter => !inPath.includes(parameter));
  return {
    kind: 'page',
    method: 'GET',
    path,
    name,
    title: typeof title === 'string' ? title : name,
    summary: 'A page for people.',
    access,
    operation: { responses: {} },
    refuse: refusePage,
    ...(access === 'public' && { beforeSecondFactor: true as const }),
    async handle(asked) {
      // Who has yet to set up his second factor reads what everybody reads.
      const context = asked.caller?.limited ? { ...asked, caller: undefined } : asked;
      const { req, caller } = context;
      const told = caller && toldIn(context);
      if (told?.position !== undefined) await awaitReached(told.position, context, ports);
      const values = { ...givenOf(queryOf(req.url, inQuery)), ...req.params };
      const input = parseInput(schema, values, req, name) as never;
      const reader = { actor: caller?.actor, now: ports.reader.now, here: addressOfPage(context) };
      const asking = askingOf(context, reader, ports);
      const shown = { ...reader, input, data: (await page.load(input, asking)) as never } satisfies Shown<never, never>;
      if (told) forgetTold(context, ports.isSecure);
      const status = page.isMissing?.(shown.data) ? 404 : 200;
      const around = {
        title: typeof title === 'string' ? title : title(input),
        now: reader.now,
        ...(told && { told }),
        ...(page.refreshSeconds !== undefined && { refreshSeconds: page.refreshSeconds }),
      };
      sendPage(context, status, around, page.view(shown));
    },
  };
}

/** A field of a form that was left empty says nothing. */
function givenOf(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** What a page of this reader may ask, and how. */
export function askingOf(context: RequestContext, reader: Asking['reader'], ports: PagePorts): Asking {
  async function askIfThere<T>(query: string, values: Readonly<Record<string, unknown>> = {}): Promise<T | undefined> {
    const question = ports.questions.find(({ name }) => name === query);
    if (question) return answerTo<T>(question, values, context);
    const route = ports.queries.find(({ name }) => name === query);
    if (!route) throw new Error(`no query is called ${query}`);
    mustBeAdmitted(route.allow, context);
    const answer = await answerOf(route, parseInput(route.input, values, context.req, route.name), context, ports);
    if (answer.kind === 'none') return undefined;
    if (answer.kind !== 'json') throw new Error(`${query} is no answer for a page`);
    return JSON.parse(answer.text) as T;
  }
  async function offersOnEach(things: readonly On[], named?: readonly string[]) {
    const { offersOn, places } = ports;
    const { actor } = reader;
    if (!offersOn || !actor || things.length === 0) return things.map(() => []);
    return places.hold('offer', context, () => toldOffers(offersOn, things, actor, named));
  }
  async function ask<T>(query: string, values?: Readonly<Record<string, unknown>>): Promise<T> {
    const answer = await askIfThere<T>(query, values);
    if (answer === undefined) throw notThere();
    return answer;
  }
  return {
    reader,
    askIfThere,
    ask,
    askIfReached: <T>(query: string, values?: Readonly<Record<string, unknown>>) =>
      ask<T>(query, values).catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return undefined;
        throw error;
      }),
    async offers(on) {
      const [offers = []] = await offersOnEach([on]);
      return offers;
    },
    offersOnEach,
    report: async <T>(number: number, parameters: Readonly<Record<string, unknown>>) =>
      (await askReport(number, parameters, context, ports)) as T,
  };
}

/** As JSON would give it. */
async function answerTo<T>(
  { access, input, answer }: QuestionRoute,
  values: Readonly<Record<string, unknown>>,
  context: RequestContext,
): Promise<T | undefined> {
  mustBeAdmitted(access, context);
  const answered = await answer(parseInput(input, values, context.req) as never, context);
  return answered === undefined ? undefined : (JSON.parse(JSON.stringify(answered)) as T);
}

/** What the policy of a query says holds on every page that asks it. */
function mustBeAdmitted(access: Access, context: RequestContext): void {
  if (access === 'public' || admits(access, callerOf(context).actor.role)) return;
  throw new Problem(403, 'role-not-allowed', '该角色无权查阅', 'This role may not use this endpoint');
}
