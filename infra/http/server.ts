/** The HTTP server: all endpoints, on one router, each with its policy. */
import { setMaxListeners } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Actor } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import type { FileOpening } from '../../projections/application/files.ts';
import { accountsOfPerson } from '../../projections/persons.ts';
import type { EventLog, Reader, TypedLog } from '../../projections/ports.ts';
import type { ReportPorts } from '../../projections/report/answer.ts';
import type { QueryRoute } from '../../projections/route.ts';
import type { Handle } from '../../services/handle.ts';
import type { OffersOn } from '../../services/offers.ts';
import type { BlobStore, Clock } from '../../services/ports.ts';
import type { CommandRoute } from '../../services/route.ts';
import type { RecordAccess } from '../compose/access.ts';
import type { Drafts } from '../drafts/drafts.ts';
import type { AuthenticatedCaller, IdentityService } from '../identity/identity.ts';
import { EventCatalogue } from '../integrators/catalogue.ts';
import type { ServiceAddress } from '../integrators/cloud-event.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { judgeLedger } from '../ledger/judging.ts';
import { timedHandle } from '../observability/instrumentation.ts';
import { createTelemetry, type OperationalMetric, type Telemetry } from '../observability/telemetry.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { DeclaredPage } from '../pages/page.ts';
import type { Print, PrintLong } from '../printing/prints-kept.ts';
import { type Pause, TimeSlices } from '../time-slices.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { apiKeysQuestion } from './api-keys.ts';
import { type BundleEndpointPorts, bundleEndpoints } from './bundles.ts';
import { catalogueEndpoints, catalogueQuestions } from './catalogue.ts';
import { commandEndpoint } from './commands.ts';
import {
  boundConnections,
  CHECKED_EVERY_MS,
  CONNECTIONS,
  type ConnectionBounds,
  connectionsOf,
  endConnections,
} from './connections.ts';
import { admitOrigins, type CrossOrigin, NO_OTHER_ORIGIN } from './cross-origin.ts';
import { docsEndpoints } from './docs.ts';
import { draftsQuestion } from './drafts.ts';
import type { Endpoint } from './endpoint.ts';
import { type EventPorts, eventQuestion } from './event.ts';
import { constructorsFor, createApp } from './express.ts';
import { feedEndpoints } from './feed.ts';
import { seesByRole } from './feed-sources.ts';
import { fileEndpoints } from './files.ts';
import { handOversOf } from './handover.ts';
import { jobEndpoints, jobQuestions } from './jobs.ts';
import { type LedgerPorts, ledgerEndpoints, ledgerQuestions } from './ledger.ts';
import { ledgerStateQuestion } from './ledger-state.ts';
import { madeOnce } from './made-once.ts';
import { offersEndpoint } from './offers.ts';
import { openSessionEndpoints } from './open-sessions.ts';
import { documentOf } from './openapi.ts';
import { operationEndpoints, policiesEndpoint } from './operations.ts';
import { faultOfHead, tellParserFaults } from './parser-faults.ts';
import { passwordEndpoints } from './passwords.ts';
import { Places } from './places.ts';
import { checkEndpoints, policyTable } from './policy.ts';
import { queryEndpoint } from './queries.ts';
import { questionEndpoint } from './question.ts';
import { type Rebuilder, rebuildEndpoints } from './rebuilds.ts';
import { reportEndpoints } from './reports.ts';
import { createRouter } from './router.ts';
import { secondFactorEndpoints } from './second-factor.ts';
import { noSuchEndpoint, refusing, type Servable, type ServeOptions, serve, tellingMethods } from './serve.ts';
import { sessionEndpoints } from './sessions.ts';
import { signInEndpoints } from './sign-ins.ts';
import { webhookQuestions } from './webhook-questions.ts';
import { webhookEndpoints } from './webhooks.ts';
import { type AskWitnesses, witnessQuestion } from './witnesses.ts';

export interface ServerOptions {
  readonly commands: readonly CommandRoute[];
  readonly queries: readonly QueryRoute[];
  readonly handle: Handle;
  /** What can be done now; none is told unless it is given. */
  readonly offersOn?: OffersOn;
  /** Forms that were begun; none are kept unless it is given. */
  readonly drafts?: Drafts;
  readonly reader: Reader;
  readonly identity: IdentityService;
  readonly blobs: BlobStore;
  readonly log: EventLog & TypedLog;
  /** Undefined where nothing is proved. */
  readonly ledger?: Pick<LedgerPorts, 'ledger' | 'keys'> & Pick<BundleEndpointPorts, 'witnessKeys'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Waits until the read side has reached a position; false when it has not within the time. */
  readonly reached: (position: Position, ms: number) => Promise<boolean>;
  /** What a caller opens with a file; undefined where it is not there for him. */
  readonly openingOf: (caller: Actor, sha256: string) => Promise<FileOpening | undefined>;
  /** Puts on record who opens material, before it is handed out. */
  readonly recordAccess: RecordAccess;
  readonly print: Print;
  readonly printLong: PrintLong;
  /** Whether a caller may see an event in the feed; by visibility and role unless told. */
  readonly maySee?: typeof seesByRole;
  readonly ready: () => boolean | Promise<boolean>;
  /** Why nothing may be written or served, while that is so. */
  readonly fault?: () => Error | undefined;
  /** What keeps this process from serving until people have ended it, though it serves what it can; the fault unless told. */
  readonly trouble?: () => Error | undefined;
  readonly rebuilder?: Rebuilder;
  readonly jobs?: Pick<Jobs, 'counts' | 'dead' | 'retry'>;
  /** How the witnesses of the ledger stand to it. */
  readonly witnesses?: AskWitnesses;
  /** Webhooks; there are none unless they are given. */
  readonly webhooks?: Webhooks;
  /** Numbers kept elsewhere that belong among the metrics. */
  readonly metrics?: readonly OperationalMetric[];
  readonly tracing?: Tracing | undefined;
  /** Before each request is taken up. */
  readonly pause?: Pause;
  readonly connections?: ConnectionBounds;
  /** For what is held open or long at work. */
  readonly places?: Places;
  /** Shares this thread among those who are long at work. */
  readonly longWork?: LongWork;
  /** What operators show to read the metrics; without it nobody may. */
  readonly metricsToken?: string;
  /** Whose pages may read the API in a browser; nobody else's than its own unless told. */
  readonly crossOrigin?: CrossOrigin;
  /** Express's `trust proxy`: which proxies may say who the caller is. */
  readonly trustProxy?: string | number;
  /** For people; they ask the queries by their names. Loaded when one is first asked for. */
  readonly pages?: () => Promise<readonly DeclaredPage[]>;
  /** Where integrators reach this service; their events carry it. */
  readonly address?: ServiceAddress;
  /** Whether browsers reach this service over TLS: cookies are bound to it then. */
  readonly isSecure?: boolean;
}

export interface HttpService {
  readonly server: Server;
  /** All that can be asked for; loads what browsers ask for, which nothing waits for at the start. */
  endpoints(): Promise<readonly Endpoint[]>;
  /** Stops taking requests, ends event streams, and resolves once all answers are sent. */
  close(): Promise<void>;
}

const DEFAULT_ADDRESS = 'http://localhost:8080';

/** Of a turn of the event loop, for streams that catch up, exports and reports. */
const LONG_WORK_MS = 2;
/** After each such turn, for those who have not signed in: together they have a sixth of the time. */
const STRANGERS_REST_MS = 10;

/** The whole API. */
export function createServer(options: ServerOptions): HttpService {
  const telemetry = createTelemetry({ metrics: [], ...options });
  const stopping = new AbortController();
  // Every open stream listens.
  setMaxListeners(0, stopping.signal);
  return serveEndpoints(endpointsOf(options, telemetry, stopping.signal), options, telemetry, stopping);
}

/** Where requests go: what programs ask, and what browsers ask, which is loaded when it is first needed. */
interface Served {
  readonly ofPrograms: readonly Endpoint[];
  ofBrowsers(): Promise<readonly Endpoint[]>;
}

export type OperationsOptions = Pick<
  ServerOptions,
  'fault' | 'identity' | 'logger' | 'ready' | 'metrics' | 'tracing' | 'trouble'
>;

/** What operators ask of a process that serves nobody else: alive, ready, metrics. */
export function createOperationsServer(options: OperationsOptions): HttpService {
  const telemetry = createTelemetry({ metrics: [], ...options });
  const ofPrograms = operationEndpoints({
    ready: options.ready,
    trouble: options.trouble ?? options.fault,
    registry: telemetry.registry,
    metrics: 'open',
  });
  const endpoints = { ofPrograms, ofBrowsers: async () => [] };
  return serveEndpoints(endpoints, options, telemetry, new AbortController());
}

type ServingOptions = ServeOptions & Pick<ServerOptions, 'connections' | 'crossOrigin' | 'trustProxy'>;

function serveEndpoints(
  { ofPrograms, ofBrowsers }: Served,
  options: ServingOptions,
  telemetry: Telemetry,
  stopping: AbortController,
): HttpService {
  const { trustProxy, connections = CONNECTIONS, crossOrigin = NO_OTHER_ORIGIN } = options;
  checkEndpoints(ofPrograms);
  const endpoints = madeOnce(async () => {
    const known = [...ofPrograms, ...(await ofBrowsers())];
    checkEndpoints(known);
    return known;
  });
  const app = createApp();
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  const answer = (endpoint: Servable, req: Request, res: Response) =>
    telemetry.serving(endpoint, req, () => serve(endpoint, req, res, options, telemetry));
  const refuse = (error: unknown, req: Request, res: Response) =>
    answer(refusing(error, mayBePage(req) ? refuseAsPage : undefined), req, res);
  const pageRouter = madeOnce(async () => {
    const { createPageRouter } = await import('../pages/router.ts');
    return createPageRouter((await endpoints()).slice(ofPrograms.length), answer);
  });
  app.use(admitOrigins(crossOrigin));
  app.use((req, res, next) => {
    const fault = faultOfHead(req);
    if (fault) refuse(fault, req, res);
    else next();
  });
  app.use(createRouter(ofPrograms, answer));
  app.use(async (req, res, next) => {
    if (isOfPrograms(req)) next();
    else (await pageRouter())(req, res, next);
  });
  app.use(async (req, res) => {
    const known = isOfPrograms(req) ? ofPrograms : await endpoints();
    if (req.method === 'OPTIONS') answer(tellingMethods(known), req, res);
    else refuse(noSuchEndpoint(known, req), req, res);
  });
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => refuse(error, req, res));

  const checks = { connectionsCheckingInterval: CHECKED_EVERY_MS, requireHostHeader: false };
  const server = createHttpServer({ ...constructorsFor(app), ...checks }, app);
  server.on('checkExpectation', app);
  tellParserFaults(server);
  telemetry.show(connectionsOf(server));
  const { all } = connections;
  boundConnections(server, trustProxy === undefined ? connections : { all, each: all });
  const close = () => {
    stopping.abort();
    return endConnections(server);
  };
  return { server, endpoints, close };
}

/** Programs ask below the API's own address. */
const isOfPrograms = ({ path }: Request) => path.startsWith('/api/');

/** People who mistype an address are told so on a page. */
function mayBePage(req: Request): boolean {
  const { accept = '' } = req.headers;
  return !isOfPrograms(req) && accept.includes('text/html');
}

const refuseAsPage: NonNullable<Servable['refuse']> = async (context, problem) =>
  (await import('../pages/refusal.tsx')).refusePage(context, problem);

interface LongWork {
  readonly pause: Pause;
  /** For callers who have not signed in. */
  readonly strangersPause: Pause;
}

function longWork(): LongWork {
  const strangersTurn = (callback: () => void) => setTimeout(callback, STRANGERS_REST_MS);
  return {
    pause: new TimeSlices({ budgetMs: LONG_WORK_MS }).pause,
    strangersPause: new TimeSlices({ budgetMs: LONG_WORK_MS, later: strangersTurn }).pause,
  };
}

function endpointsOf(options: ServerOptions, telemetry: Telemetry, stopping: AbortSignal): Served {
  const places = options.places ?? new Places();
  const commandPorts = {
    handle: timedHandle(options.handle, telemetry.commandDecided),
    clock: options.clock,
    handOvers: handOversOf(options.identity, options.webhooks),
    queries: options.queries,
    reader: options.reader,
    reached: options.reached,
    places,
  };
  telemetry.show(placesTaken(places));
  const { pause, strangersPause } = options.longWork ?? longWork();
  const pauseFor = (caller: AuthenticatedCaller | undefined) => (caller ? pause : strangersPause);
  const accountsOf = (accountId: string) => accountsOfPerson(options.reader, accountId);
  const events = new EventCatalogue();
  const address = options.address ?? DEFAULT_ADDRESS;
  const questions = [...questionsOf(options, accountsOf), ...catalogueQuestions(events)];
  const document = madeOnce(async () => Buffer.from(await documentOf(ofPrograms, pause)));
  const api: Endpoint[] = [
    ...options.commands.map(route => commandEndpoint(route, commandPorts)),
    ...options.queries.map(route => queryEndpoint(route, { ...options, places, pauseFor })),
    ...sessionEndpoints(options.identity),
    ...openSessionEndpoints(options.identity),
    ...signInEndpoints(options.identity),
    ...secondFactorEndpoints(options.identity),
    ...passwordEndpoints(options.identity),
    ...fileEndpoints({ ...options, places }),
    ...feedEndpoints({
      log: options.log,
      reader: options.reader,
      reached: options.reached,
      identity: options.identity,
      maySee: options.maySee ?? seesByRole,
      places,
      pauseFor,
      accountsOf,
      address,
      recordAccess: options.recordAccess,
      stopping,
    }),
    ...(options.ledger ? ledgerEndpoints({ ...options.ledger, log: options.log, accountsOf, pauseFor }) : []),
    ...(options.ledger ? bundleEndpoints({ ...options, ...options.ledger, places, pauseFor }) : []),
    ...questions.map(questionEndpoint),
    ...catalogueEndpoints(events, address),
    ...(options.offersOn ? [offersEndpoint(options.offersOn, options.commands, places)] : []),
    ...(options.webhooks ? webhookEndpoints({ identity: options.identity, webhooks: options.webhooks }) : []),
    ...(options.rebuilder ? rebuildEndpoints(options.rebuilder) : []),
    ...(options.jobs ? jobEndpoints(options.jobs) : []),
    ...reportEndpoints({ ...options, places, pause, ...judgeOf(options, pause) }),
    ...operationEndpoints({
      ready: options.ready,
      trouble: options.trouble ?? options.fault,
      registry: telemetry.registry,
      metrics: { token: options.metricsToken },
    }),
  ];
  const ofBrowsers = madeOnce(async (): Promise<readonly Endpoint[]> => {
    const [{ pageEndpoints }, { downloadEndpoints }, pages] = await Promise.all([
      import('../pages/endpoints.ts'),
      import('../pages/downloads.ts'),
      options.pages?.(),
    ]);
    const isSecure = options.isSecure ?? false;
    const ports = { ...options, ...commandPorts, questions, places, pause, isSecure };
    return [...pageEndpoints(pages ?? [], ports), ...(pages ? downloadEndpoints(api) : [])];
  });
  const ofPrograms: Endpoint[] = [
    ...api,
    policiesEndpoint(async () => policyTable([...ofPrograms, ...(await ofBrowsers())])),
    ...docsEndpoints(document),
  ];
  return { ofPrograms, ofBrowsers };
}

/** What is asked by programs at endpoints and by pages by name, of the log and the ledger. */
function questionsOf(options: ServerOptions, accountsOf: EventPorts['accountsOf']) {
  const { ledger, witnesses, reader, webhooks } = options;
  return [
    eventQuestion({ ...options, accountsOf }),
    apiKeysQuestion(options.identity, options.clock),
    ...(webhooks ? webhookQuestions({ ...options, webhooks }) : []),
    ...(ledger ? [...ledgerQuestions(ledger), ledgerStateQuestion({ ...ledger, reader })] : []),
    ...(witnesses ? [witnessQuestion(witnesses)] : []),
    ...(options.jobs ? jobQuestions(options.jobs) : []),
    ...(options.drafts ? [draftsQuestion(options.drafts, options.commands)] : []),
  ];
}

/** Each of them, with its address, what it is asked with and what it answers, for the types of clients. */
export type KnownQuestionRoute = ReturnType<typeof questionsOf>[number] | ReturnType<typeof catalogueQuestions>[number];

/** What the verifier of bundles says of the log, where there is a ledger. */
function judgeOf({ ledger, log, clock }: ServerOptions, pause: Pause): Pick<ReportPorts, 'judge'> {
  return ledger ? { judge: () => judgeLedger({ ledger: ledger.ledger, log, clock, pause }) } : {};
}

function placesTaken(places: Places): OperationalMetric {
  return {
    name: 'http_places_taken',
    help: 'Streams, exports, reports and waits that are held open',
    label: 'kind',
    read: async () => places.taken,
  };
}
