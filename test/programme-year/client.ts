/** The API as people use it: signed in, one request after another, each reading what was written before. */
import { Secret, TOTP } from 'otpauth';
import type { Clock } from '../../services/ports.ts';
import type { CommandRoute } from '../../services/route.ts';
import { commandRoutes } from '../../services/routes.ts';
import { expectDeclared } from '../support/given.ts';

export const PASSWORD = 'programme year 2024';

export interface Accepted {
  readonly id: string;
  readonly revision: number;
  readonly position: string;
  /** Entity tag: the revision as others see it. */
  readonly tag: string;
  readonly status: number;
  readonly recorded: readonly { readonly type: string; readonly sentence: string }[];
  /** One-time code for the holder of an account, where the command gives one. */
  readonly code?: string;
  /** The key of a program, where the command issues one. */
  readonly apiKey?: string;
  /** What messages of a webhook are signed with, where the command registers one. */
  readonly webhookSecret?: string;
}

/** A refusal, as far as tests look at it. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  /** Article id with its item, or the item of the work plan. */
  readonly rule?: string;
  readonly pointers?: readonly string[];
}

type Headers = Readonly<Record<string, string>>;

/** One person, or the public, before the API. */
export interface Caller {
  /** Sends a command that must be accepted. */
  post(path: string, body?: object, headers?: Headers): Promise<Accepted>;
  /** Sends a command that must be refused, and makes sure that it recorded nothing. */
  refused(path: string, body?: object, headers?: Headers): Promise<Refused>;
  get<T = unknown>(path: string): Promise<T>;
  /** Status of a read that may not succeed. */
  statusOf(path: string): Promise<number>;
  /** All items of a paged list, page by page; small pages unless told. */
  list<T = Record<string, unknown>>(path: string, limit?: number): Promise<T[]>;
  text(path: string): Promise<string>;
  /** The text of a read that may not succeed, or its status. */
  textOrStatus(path: string): Promise<string | number>;
  /** Stores a text file; gives its digest. */
  upload(content: string): Promise<string>;
  /** Sets the password of an account with a one-time code. */
  setPassword(accountId: string, code: string): Promise<void>;
  /** Changes his own password, to the one he has. */
  changePassword(): Promise<void>;
  /** Sets up a second factor with an authenticator. */
  setUpSecondFactor(): Promise<void>;
  /** Others ended his sessions: he signs in anew. */
  signInAnew(): void;
  /** Rebuilds a read model and waits for the comparison: the number of rows that came out differently. */
  rebuild(readModel: string): Promise<number | undefined>;
}

interface Session {
  readonly token: string;
  readonly expiresAt: string;
}

interface Rebuild {
  readonly state: 'running' | 'done' | 'failed';
  readonly report?: { readonly differing?: number };
}

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly rule?: { readonly article?: string; readonly item?: string; readonly houseRule?: string };
  readonly errors?: readonly { readonly pointer: string }[];
}

/** Keeps a byte order mark, which programs other than spreadsheets do not expect. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Throws for what no command is posted to. */
function routeAt(path: string): CommandRoute {
  const parts = path.split('/');
  const route = commandRoutes.find(({ path: template }) => {
    const expected = template.split('/');
    return expected.length === parts.length && expected.every((part, at) => part.startsWith(':') || part === parts[at]);
  });
  if (!route) throw new Error(`no command is posted to ${path}`);
  return route;
}

/** What a command that is sent names. */
function thingOf(path: string, body: object): Record<string, string> {
  const { names = [] } = routeAt(path).command;
  const inBody = Object.entries(body).filter(([name]) => names.includes(name));
  const parts = path.split('/');
  const named = routeAt(path)
    .path.split('/')
    .flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), parts[at]]] : []));
  return Object.fromEntries([...named, ...inBody]);
}

/** What was told of a command before it was sent. */
interface Offered {
  readonly command: string;
  readonly may: boolean;
  readonly why?: { readonly code: string; readonly zh: string };
}

/** What was answered: nothing where it is not offered. */
type Answer = Offered | 'not asked' | undefined;

/** Whether it is asked before each command if it is offered, and everybody for what was erased; or before the first command by each name, and few. */
export type Asking = 'each' | 'first';

/** What nobody was offered, or was told to be impossible, changes nothing. */
export function mustHaveBeenOffered(path: string, offered: Answer, recorded: readonly unknown[]): void {
  if (recorded.length === 0 || offered === 'not asked' || offered?.may) return;
  throw new Error(`POST ${path} was accepted and not offered before: ${JSON.stringify(offered)}`);
}

/** What was told to be impossible is refused for that very reason, unless its form was at fault. */
export function mustBeRefusedAsOffered(
  path: string,
  offered: Answer,
  { code, detail }: Pick<Problem, 'code' | 'detail'>,
): void {
  if (offered === 'not asked' || !offered?.why || code === 'invalid-input') return;
  if (offered.why.code === code && offered.why.zh === detail) return;
  throw new Error(`POST ${path} was refused as ${code} (${detail}) and offered as ${JSON.stringify(offered.why)}`);
}

/** Small enough that the lists of a small year have several pages. */
const PAGE = 7;

export class Client {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #length: () => Promise<number>;
  readonly asking: Asking;
  readonly #askedFor = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  #position = '0';
  /** Every address that answered with success, as `GET /path`. */
  readonly answered = new Set<string>();

  /** `length` tells how many events the log holds. */
  constructor(url: string, clock: Clock, length: () => Promise<number>, asking: Asking) {
    this.#url = `${url}/api/v1`;
    this.#clock = clock;
    this.#length = length;
    this.asking = asking;
  }

  readonly public: Caller = this.#caller(undefined);

  as(accountId: string): Caller {
    return this.#caller(accountId);
  }

  #caller(accountId: string | undefined): Caller {
    const send = async (method: 'GET' | 'POST', path: string, body?: string, headers: Headers = {}) => {
      const token = accountId && (await this.#tokenOf(accountId));
      const response = await fetch(`${this.#url}${path}`, {
        method,
        // Packing what goes nowhere would take longer than all that is decided.
        headers: { 'accept-encoding': 'identity', ...headers, ...(token && { authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body }),
      });
      if (response.ok) this.answered.add(`${method} ${path.split('?')[0]}`);
      return response;
    };
    const sendJson = (path: string, body: object, headers: Headers) =>
      send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
    const read = (path: string) => send('GET', path, undefined, { 'x-consistency-position': this.#position });
    const readJson = async <T>(path: string) => (await successOf(await read(path))).json() as Promise<T>;

    const offerOf = async (path: string, body: object): Promise<Answer> => {
      const { name } = routeAt(path).command;
      if (this.asking === 'first' && this.#askedFor.has(name)) return 'not asked';
      this.#askedFor.add(name);
      const query = new URLSearchParams(thingOf(path, body));
      const { items } = await readJson<{ items: Offered[] }>(`/offers?${query}`);
      return items.find(({ command }) => command === name);
    };

    return {
      post: async (path, body = {}, headers = {}) => {
        const offered = await offerOf(path, body);
        const response = await successOf(await sendJson(path, body, headers));
        const accepted = (await response.json()) as Omit<Accepted, 'tag' | 'status'>;
        for (const { type } of accepted.recorded ?? []) expectDeclared(routeAt(path).command, type);
        mustHaveBeenOffered(path, offered, accepted.recorded ?? []);
        this.#position = accepted.position;
        return { ...accepted, tag: response.headers.get('etag') ?? '', status: response.status };
      },
      refused: async (path, body = {}, headers = {}) => {
        const before = await this.#length();
        const offered = await offerOf(path, body);
        const response = await sendJson(path, body, headers);
        const problem = (await response.json()) as Problem;
        if (response.ok) throw new Error(`POST ${path} was accepted: ${JSON.stringify(problem)}`);
        const recorded = (await this.#length()) - before;
        if (recorded !== 0) throw new Error(`POST ${path} was refused and yet recorded ${recorded} events`);
        mustBeRefusedAsOffered(path, offered, problem);
        return refusalOf(response.status, problem);
      },
      get: readJson,
      statusOf: async path => (await read(path)).status,
      list: async <T>(path: string, limit = PAGE) => {
        const items: T[] = [];
        const separator = path.includes('?') ? '&' : '?';
        for (let cursor = ''; ; ) {
          const page = await readJson<{ items: T[]; next?: string }>(`${path}${separator}limit=${limit}${cursor}`);
          items.push(...page.items);
          if (page.next === undefined) return items;
          cursor = `&cursor=${encodeURIComponent(page.next)}`;
        }
      },
      text: async path => textOf(await successOf(await read(path))),
      textOrStatus: async path => {
        const response = await read(path);
        return response.ok ? textOf(response) : response.status;
      },
      upload: async content => {
        const headers = { 'content-type': 'application/octet-stream' };
        const response = await successOf(await send('POST', '/files', content, headers));
        return ((await response.json()) as { sha256: string }).sha256;
      },
      setPassword: async (holder, code) => {
        await successOf(await sendJson('/password-resets', { accountId: holder, code, password: PASSWORD }, {}));
        this.#sessions.delete(holder);
      },
      changePassword: async () => {
        const change = { currentPassword: PASSWORD, password: PASSWORD };
        await successOf(await sendJson(`/accounts/${accountId}/password`, change, {}));
        this.#sessions.delete(accountId ?? '');
      },
      setUpSecondFactor: async () => {
        const enrolled = await successOf(await sendJson('/me/second-factor', { currentPassword: PASSWORD }, {}));
        const { secret } = (await enrolled.json()) as { secret: string };
        const totp = new TOTP({ secret: Secret.fromBase32(secret) });
        const code = totp.generate({ timestamp: Date.parse(this.#clock.now()) });
        await successOf(await sendJson('/me/second-factor/confirmation', { code }, {}));
      },
      signInAnew: () => {
        this.#sessions.delete(accountId ?? '');
      },
      rebuild: async readModel => {
        const path = `/read-models/${readModel}/rebuild`;
        await successOf(await sendJson(path, {}, {}));
        for (;;) {
          const { state, report } = await readJson<Rebuild>(path);
          if (state === 'done') return report?.differing;
          if (state === 'failed') throw new Error(`rebuilding ${readModel} failed`);
        }
      },
    };
  }

  async #tokenOf(accountId: string): Promise<string> {
    const open = this.#sessions.get(accountId);
    if (open && open.expiresAt > this.#clock.now()) return open.token;
    const response = await fetch(`${this.#url}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accountId, password: PASSWORD }),
    });
    const session = (await (await successOf(response)).json()) as Session;
    this.#sessions.set(accountId, session);
    return session.token;
  }
}

async function textOf(response: Response): Promise<string> {
  return UTF8.decode(await response.arrayBuffer());
}

async function successOf(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}

function refusalOf(status: number, { code, rule, errors }: Problem): Refused {
  const cited =
    rule && (rule.houseRule ? `制度 ${rule.houseRule}` : `${rule.article ?? '工作方案 '}${rule.item ?? ''}`);
  return {
    status,
    code,
    ...(cited && { rule: cited }),
    ...(errors && { pointers: errors.map(({ pointer }) => pointer) }),
  };
}
