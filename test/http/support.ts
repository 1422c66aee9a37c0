/** A server on a free port over real stores in a temporary directory, with a few accounts. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { accountDisabled, accountRegistered, accountStream } from '../../events/account.ts';
import type { RecordedEvent, Role } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type AccountId, accountIdSchema, type Position, START } from '../../events/ids.ts';
import { organisingWorkRecorded, rulebookStream } from '../../events/rulebook.ts';
import { paragraphSchema } from '../../events/text.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { createServer, type ServerOptions } from '../../infra/http/server.ts';
import { createGrantsReader, createNames } from '../../infra/identity/account-grants.ts';
import { createIdentity, type IdentityService } from '../../infra/identity/identity.ts';
import type { OidcOptions } from '../../infra/identity/oidc.ts';
import { createCredentialRecords } from '../../infra/identity/records.ts';
import type { SignInStore } from '../../infra/identity/sign-in-store.ts';
import { SqliteSignIns } from '../../infra/identity/sqlite-sign-ins.ts';
import { printerAt, printLong } from '../../infra/printing/print.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { toldEvents } from '../../projections/feed/told-events.ts';
import type { Reader } from '../../projections/ports.ts';
import { get, jsonOf, pageOf, rowOf } from '../../projections/route.ts';
import { command } from '../../services/command.ts';
import { createHandle } from '../../services/handle.ts';
import type { Clock } from '../../services/ports.ts';
import { refuse, refuseByPlan } from '../../services/rejection.ts';
import { post } from '../../services/route.ts';
import * as rulebook from '../../services/rulebook/http.ts';
import { rulebook as rulebookFold } from '../../services/rulebook/state.ts';
import { readerOf } from '../support/fold.ts';
import { type Past, recorded } from '../support/given.ts';
import { givePassword } from '../support/passwords.ts';

export const PASSWORD = '质量攻关 correct horse';

const common = {
  fold: rulebookFold,
  stream: () => rulebookStream,
  about: () => ({}),
};

/** A command that only the municipal authority may know of, and that always runs into a rule. */
const judge = command({
  ...common,
  name: 'Judge',
  title: '裁决',
  records: [],
  summary: 'Refused under the rule its input names.',
  allow: ['MSR'],
  hidden: true,
  input: z.strictObject({
    year: z.int(),
    outcome: z.enum(['article', 'item', 'plan', 'outage']),
    note: paragraphSchema,
  }),
  decide(_state, { year, outcome }) {
    switch (outcome) {
      case 'article':
        return refuse('art-17a', 'not-completed', '项目尚未完成', 'The project is not completed');
      case 'item':
        return refuse(['art-08', '（三）'], 'same-as-past', '与历年成果雷同', 'Same as a past result', 'forbidden');
      case 'plan':
        return refuseByPlan({ year, version: 2 }, 'deadline', 'too-late', '已过截止日期', 'Too late');
      case 'outage':
        throw new Error('secret detail of the fault');
    }
  },
});

export const commands = [...rulebook.routes, post('/judgements/:year', judge)];

async function* lines(count: number, failAt = -1) {
  for (let line = 0; line < count; line += 1) {
    if (line === failAt) throw new Error('the source broke');
    yield `line ${line}\n`;
  }
}

const numbered = z.strictObject({ year: z.coerce.number().int() });

export const queries = [
  get({
    path: '/bulletins',
    name: 'ListNotices',
    title: '公告',
    summary: 'A public list.',
    allow: 'public',
    input: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(2),
      cursor: z.string().optional(),
    }),
    output: z.object({ n: z.int() }),
    paged: true,
    answer: async ({ limit }) => pageOf({ rows: ['{"n":1}', '{"n":2}'].slice(0, limit), next: 'a b' }),
  }),
  get({
    path: '/bulletins/:year',
    name: 'ShowNotice',
    title: '公告详情',
    summary: 'A row, or none.',
    allow: ['MSR', 'SUP'],
    input: numbered,
    output: z.object({ year: z.int() }),
    paged: false,
    answer: async ({ year }) => rowOf(year === 2024 ? '{"year":2024}' : undefined),
  }),
  get({
    path: '/bulletins/export',
    name: 'ExportNotices',
    title: '导出公告',
    summary: 'A stream.',
    allow: ['MSR'],
    input: z.strictObject({ count: z.coerce.number().int(), failAt: z.coerce.number().int().optional() }),
    output: z.string(),
    paged: false,
    answer: async ({ count, failAt }) => ({
      kind: 'stream',
      mediaType: 'text/csv; charset=utf-8',
      filename: '公告 2024.csv',
      chunks: lines(count, failAt),
    }),
  }),
  get({
    path: '/me/organisation',
    name: 'ShowOrganisation',
    title: '本单位',
    summary: 'Who asks.',
    allow: ['MSR', 'SUP', 'UNIT'],
    input: z.strictObject({}),
    output: z.unknown(),
    paged: false,
    answer: async (_input, caller) => jsonOf({ orgId: caller?.orgId }),
  }),
];

export interface Site {
  readonly url: string;
  readonly store: SqliteEventStore;
  readonly keyStore: SqliteKeyStore;
  readonly identity: IdentityService;
  readonly signIns: SignInStore;
  readonly clock: Clock & { at: string };
  /** Lines of the log. */
  readonly logged: string[];
  readonly endpoints: Awaited<ReturnType<ReturnType<typeof createServer>['endpoints']>>;
  /** A bearer token for an account that holds the role for the organisation. */
  signIn(accountId: string): Promise<string>;
  record(stream: string, ...drafts: (DecidedEvent | Past)[]): Promise<void>;
  /** Registers an account with {@link PASSWORD}. */
  register(account: string, role: Exclude<Role, 'SYS'>, orgId: string): Promise<void>;
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** What operators read. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What operators show. */
export const METRICS_TOKEN = 'for-the-operators-of-a-test';

/** A read side in which nothing stands but the public feed, as the log has it at each question. */
function readerOver(store: SqliteEventStore): Reader {
  const folded: RecordedEvent[] = [];
  let reader = readerOf([toldEvents], { events: folded });
  const current = async () => {
    const newer = await store.readAll(folded.at(-1)?.position ?? START, 100_000);
    if (newer.length > 0) {
      folded.push(...newer);
      reader = readerOf([toldEvents], { events: folded });
    }
    return reader;
  };
  return {
    now: '2024-03-20T02:00:00.000Z',
    get: async (...asked) => (await current()).get(...asked),
    getMany: async (...asked) => (await current()).getMany(...asked),
    find: async (...asked) => (await current()).find(...asked),
    checkpoints: async () => (await current()).checkpoints(),
    head: () => store.head(),
    quarantine: async () => [],
    marks: async () => [],
  } as Partial<Reader> as Reader;
}

export interface SiteOptions extends Partial<ServerOptions> {
  readonly oidc?: OidcOptions;
  /** None unless told. */
  readonly secondFactorFor?: readonly Role[];
}

export async function openSite({ oidc, secondFactorFor = [], ...options }: SiteOptions = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'gongguan-http-'));
  const store = new SqliteEventStore({ path: join(folder, 'events.db') });
  const keyStore = new SqliteKeyStore(join(folder, 'vault.db'));
  const vault = await createVault(keyStore);
  const blobs = createDirectoryBlobs(join(folder, 'files'));
  const clock = { at: '2024-03-20T02:00:00.000Z', now: () => clock.at };
  const signIns = new SqliteSignIns(join(folder, 'sign-ins.db'));
  const handle = createHandle({ store, vault, blobs, clock });
  const identity = await createIdentity({
    keyStore,
    signIns,
    clock,
    accountGrantsOf: createGrantsReader(store),
    records: createCredentialRecords(handle),
    vault,
    nameOf: createNames(store, vault),
    secondFactorFor,
    ...(oidc && { oidc }),
  });
  const logged: string[] = [];
  const service = createServer({
    commands,
    queries,
    handle,
    reader: readerOver(store),
    identity,
    blobs,
    log: store,
    clock,
    logger: pino({}, { write: line => logged.push(line) }),
    reached: async position => position === ('1' as Position),
    openingOf: async ({ role }) => (role === 'EXPERT' ? undefined : { units: [] }),
    recordAccess: async () => undefined,
    print: printerAt('https://gongguan.test'),
    printLong,
    ready: () => true,
    metricsToken: METRICS_TOKEN,
    ...options,
  });
  const { server, close } = service;
  const endpoints = await service.endpoints();

  async function record(stream: string, ...drafts: (DecidedEvent | Past)[]): Promise<void> {
    const revision = (await store.readStream(stream as never, -1)).at(-1)?.revision ?? -1;
    const salt = (await store.head()) as string;
    const events = drafts.map((draft, index) => {
      const { id, type, schemaVersion, data, meta } = recorded(draft, Number(salt) * 100 + index);
      return { id, type, schemaVersion, data, meta };
    });
    await store.append(stream as never, revision, events);
  }

  async function register(account: string, role: Exclude<Role, 'SYS'>, orgId: string): Promise<void> {
    const accountId = accountIdSchema.parse(account);
    const name = await vault.seal(`account-${accountId}`, '张三');
    const grant = { role, orgId, orgName: '某单位', from: '2024-01-01' };
    await record(accountStream(accountId), accountRegistered.of({ accountId, name, grant }));
    await givePassword(keyStore, accountId, PASSWORD);
  }

  await register('msr.chen', 'MSR', 'msr');
  await register('sup.li', 'SUP', 'sup');
  await register('unit.zhao', 'UNIT', '91120000000000000X');
  await register('expert.qian', 'EXPERT', 'expert-01');
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function call(method: string, path: string, { token, body, headers }: CallOptions = {}): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    return fetch(`${url}${path}`, {
      method,
      headers: {
        'accept-encoding': 'identity',
        ...(body !== undefined && !raw && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    });
  }

  return {
    url,
    store,
    keyStore,
    identity,
    signIns,
    clock,
    logged,
    endpoints,
    record,
    register,
    call,
    metrics: async () => (await call('GET', '/metrics', { token: METRICS_TOKEN })).text(),
    async signIn(accountId) {
      const login = { accountId: accountId as AccountId, password: PASSWORD, address: '127.0.0.1' };
      return (await identity.login(login)).token;
    },
    async close() {
      server.closeAllConnections();
      await close();
      await store.close();
      await keyStore.close();
      await signIns.close().catch(() => undefined);
      rmSync(folder, { recursive: true });
    },
  };
}

export const work = { kind: '宣传', detail: '制作年度手册' };
export const workDraft = (detail: string) => organisingWorkRecorded.of({ kind: '宣传', detail });
export const disabled = (accountId: string) =>
  accountDisabled.of({ accountId: accountId as AccountId, reason: '离职' });
