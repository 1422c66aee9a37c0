/** Evidence bundles over HTTP: the log, a year, a project or a person, as much of it as the caller may see, with proofs. */
import { z } from 'zod';
import { accountIdSchema, projectIdSchema } from '../../events/ids.ts';
import { accountMark } from '../../events/rules/persons.ts';
import { accountsOfPerson, readMarksOf } from '../../projections/persons.ts';
import type { Reader } from '../../projections/ports.ts';
import { OVERSIGHT, yearParameter } from '../../projections/query.ts';
import type { RecordAccess } from '../compose/access.ts';
import type { AuthenticatedCaller } from '../identity/identity.ts';
import { type BundlePorts, beginBundle, NoCheckpoint } from '../ledger/bundle/bundle.ts';
import { type BundleReader, readerFor } from '../ledger/bundle/reader.ts';
import type { BundleScope } from '../ledger/bundle/scope.ts';
import type { Pause } from '../time-slices.ts';
import { type Access, BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { sendPiece } from './pieces.ts';
import type { Places } from './places.ts';
import { Problem } from './problem.ts';
import { attachment } from './queries.ts';
import { isHeadOnly, type RequestContext, sendHead, startStream } from './request-context.ts';

export interface BundleEndpointPorts extends Omit<BundlePorts, 'closed' | 'open' | 'pause' | 'personOf'> {
  readonly reader: Reader;
  readonly places: Places;
  /** Puts on record who is shown material. */
  readonly recordAccess: RecordAccess;
  readonly pauseFor: (caller: AuthenticatedCaller | undefined) => Pause;
}

interface ScopeRoute {
  readonly path: `/${string}`;
  readonly name: string;
  readonly title: string;
  readonly of: string;
  readonly access: Access;
  readonly parameters: z.ZodObject;
  scope(parameters: never): BundleScope;
}

function scopeRoute<P extends z.ZodObject>(
  route: Omit<ScopeRoute, 'parameters' | 'scope'> & { readonly parameters: P; scope(given: z.infer<P>): BundleScope },
): ScopeRoute {
  return route;
}

/** What is public is for everybody; whose acts they were is told to those who read the supervision trail. */
const ROUTES: readonly ScopeRoute[] = [
  scopeRoute({
    path: '/bundles/log',
    name: 'ExportLogBundle',
    title: '导出整个台账的证据包',
    of: 'the whole log',
    access: 'public',
    parameters: z.strictObject({}),
    scope: () => ({ kind: 'log' }),
  }),
  scopeRoute({
    path: '/bundles/years/:year',
    name: 'ExportYearBundle',
    title: '导出年度证据包',
    of: 'a programme year',
    access: 'public',
    parameters: z.strictObject({ year: yearParameter }),
    scope: ({ year }) => ({ kind: 'year', year }),
  }),
  scopeRoute({
    path: '/bundles/projects/:projectId',
    name: 'ExportProjectBundle',
    title: '导出项目证据包',
    of: 'a project',
    access: 'public',
    parameters: z.strictObject({ projectId: projectIdSchema }),
    scope: ({ projectId }) => ({ kind: 'project', projectId }),
  }),
  scopeRoute({
    path: '/bundles/persons/:accountId',
    name: 'ExportPersonBundle',
    title: '导出人员证据包',
    of: 'a person, by one of his accounts',
    access: OVERSIGHT,
    parameters: z.strictObject({ accountId: accountIdSchema }),
    scope: ({ accountId }) => ({ kind: 'person', accountId }),
  }),
];

const ZIP = 'application/zip';

/** One endpoint a scope; so many exports at a time as {@link Places} allows. */
export function bundleEndpoints(ports: BundleEndpointPorts): readonly Endpoint[] {
  return ROUTES.map(route => ({
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}${route.path}`,
    name: route.name,
    title: route.title,
    summary: `A zip with the events of ${route.of} that the caller may see, each provable without this system: open verify.html in it.`,
    access: route.access,
    operation: {
      requestParams: { path: route.parameters as never },
      responses: {
        200: { description: route.title, content: { [ZIP]: { schema: { type: 'string', format: 'binary' } } } },
      },
    },
    async handle(context) {
      const { req } = context;
      const scope = route.scope(parseInput(route.parameters, { ...queryOf(req.url, []), ...req.params }, req) as never);
      await askBefore(context, route, ports);
      const head = [ZIP, ['Content-Disposition', attachment(filenameOf(scope))]] as const;
      if (isHeadOnly(context)) sendHead(context, ...head);
      else await ports.places.hold('export', context, closed => send(context, route, scope, head, closed, ports));
    },
  }));
}

function filenameOf(scope: BundleScope): string {
  const [, what] = Object.values(scope);
  return `gongguan-${[scope.kind, what].filter(part => part !== undefined).join('-')}.zip`;
}

/** Whoever oversees will meet material: he is asked for his undertaking before it begins (art-26). */
async function askBefore(context: RequestContext, { name }: ScopeRoute, { reader, recordAccess }: BundleEndpointPorts) {
  const asker = await readerOf(context, reader);
  if (asker) await recordAccess({ ...context, actor: asker.caller }, name, []);
}

async function readerOf({ caller }: RequestContext, reader: Reader): Promise<BundleReader> {
  if (!caller) return undefined;
  return readerFor(caller.actor, await accountsOfPerson(reader, caller.actor.accountId));
}

async function send(
  context: RequestContext,
  { name }: ScopeRoute,
  scope: BundleScope,
  head: readonly [mediaType: string, headers: readonly string[]],
  closed: AbortSignal,
  ports: BundleEndpointPorts,
): Promise<void> {
  const { res, caller } = context;
  const asker = await readerOf(context, ports.reader);
  let opening = 0;
  const open: BundlePorts['open'] = async opened => {
    if (!asker) throw new Error(`${name} shows material to the public`);
    const requestId = `${context.requestId}-${opening++}`;
    await ports.recordAccess({ ...context, requestId, actor: asker.caller }, name, opened);
  };
  const personOf = (accountId: string) => readMarksOf(ports.reader, accountMark(accountId));
  const bundle = await begun(
    { scope, reader: asker },
    { ...ports, pause: ports.pauseFor(caller), closed, open, personOf },
  );
  startStream(context, ...head);
  for await (const piece of bundle) {
    if (closed.aborted) return;
    await sendPiece(res, piece, closed);
  }
  res.end();
}

async function begun(...asked: Parameters<typeof beginBundle>): ReturnType<typeof beginBundle> {
  try {
    return await beginBundle(...asked);
  } catch (error) {
    if (!(error instanceof NoCheckpoint)) throw error;
    throw new Problem(
      503,
      'no-checkpoint-yet',
      '台账还没有签署过检查点，请稍后再试',
      'The ledger has no checkpoint yet, try later',
      { headers: { 'Retry-After': '10' } },
    );
  }
}
