/** Configuration from the environment, checked once at start. */
import { readFileSync } from 'node:fs';
import proxyAddress from 'proxy-addr';
import { z } from 'zod';
import { LEDGER_SUITES } from '../events/ledger.ts';
import { CLOCK_TOLERANCE_MS } from '../events/rules/recorded-time.ts';
import type { CrossOrigin } from './http/cross-origin.ts';
import type { OidcOptions } from './identity/oidc.ts';
import { PROVIDER_RETURN, type ProviderSignInOptions } from './identity/provider-sign-in.ts';
import type { CheckpointPolicy } from './ledger/checkpoints.ts';
import { parseVerifierLine, SIGNATURE_TYPES, verifierLine } from './ledger/note.ts';
import { configuredKeyring } from './ledger/signer.ts';
import type { Suite } from './ledger/suite.ts';
import type { WitnessAddress } from './ledger/witness-client.ts';
import { type Network, parseNetworks } from './webhooks/target.ts';

/** `esdb://`, `kurrentdb://` and the like. */
const serverUrl = (schemes: RegExp) =>
  z.string().regex(schemes, `地址须形如 (an address like) ${schemes.source.replaceAll('\\', '')}`);

/** Variables whose value may be given as the name of a file that holds it, as containers are given secrets. */
const SECRET_NAMES = [
  'EVENTSTOREDB_URL',
  'MONGODB_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
  'GONGGUAN_LEDGER_KEY',
  'OIDC_CLIENT_SECRET',
] as const;

const environmentSchema = z
  .object({
    EVENTSTOREDB_URL: serverUrl(/^(esdb|kurrent|kurrentdb)(\+discover)?:\/\//).optional(),
    MONGODB_URL: serverUrl(/^mongodb(\+srv)?:\/\//).optional(),
    REDIS_URL: serverUrl(/^rediss?:\/\//).optional(),
    GONGGUAN_NAMESPACE: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, '只能用小写字母、数字和下划线 (lower-case letters, digits and _)')
      .default('gongguan'),
    GONGGUAN_DATA: z.string().min(1).default('data'),
    GONGGUAN_REPORTING_FILE: z.string().min(1).optional(),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    GONGGUAN_PUBLIC_ADDRESS: z.url({ protocol: /^https?$/ }).optional(),
    GONGGUAN_UPLOAD_FILES: z.coerce.number().int().min(1).default(500),
    GONGGUAN_UPLOAD_BYTES: z.coerce.number().int().min(1).default(2_147_483_648),
    GONGGUAN_UPLOAD_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
    GONGGUAN_WEBHOOK_NETWORKS: z
      .string()
      .refine(areNetworks, '应为以逗号分隔的网段 (networks in CIDR notation, e.g. 10.20.0.0/16)')
      .optional(),
    TRUST_PROXY: z
      .string()
      .refine(isProxy, '须为代理个数、地址或 loopback 等 (a count, addresses, or a name like loopback)')
      .optional(),
    CORS_ORIGINS: z
      .string()
      .transform((value, { addIssue }) => {
        const origins = originsIn(value);
        if (!origins) addIssue('* 或以逗号分隔的来源 (an asterisk, or origins like https://a.example, by commas)');
        return origins ?? [];
      })
      .optional(),
    CORS_CREDENTIALS: z
      .string()
      .transform((value, { addIssue }) => {
        const origins = originsIn(value);
        if (origins === '*' || !origins) addIssue('须逐个列出来源 (origins, each by its name)');
        return origins === '*' || !origins ? [] : origins;
      })
      .optional(),
    METRICS_TOKEN: z
      .string()
      .regex(/^[A-Za-z0-9._~+/=-]{20,500}$/, '至少20个字符 (20 characters or more)')
      .optional(),
    GONGGUAN_CLOCK_TOLERANCE: z.coerce
      .number()
      .min(0)
      .default(CLOCK_TOLERANCE_MS / 1_000),
    GONGGUAN_LEDGER_ORIGIN: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,126}$/, '形如 (like) quality.example.cn/ledger')
      .optional(),
    GONGGUAN_LEDGER_SUITE: z.enum(LEDGER_SUITES).optional(),
    GONGGUAN_LEDGER_KEY: z
      .string()
      // In one line, as some keep it, a key has signs for its line ends.
      .transform(pem => pem.replaceAll('\\n', '\n'))
      .refine(isKeyring, '须为 PKCS #8 格式的 Ed25519 或 SM2 私钥 (PEM of Ed25519 or SM2 keys, PKCS #8)')
      .optional(),
    GONGGUAN_CHECKPOINT_EVENTS: z.coerce.number().int().min(1).default(4_096),
    GONGGUAN_CHECKPOINT_SECONDS: z.coerce.number().min(0.1).max(86_400).default(0.5),
    GONGGUAN_WITNESSES: z
      .string()
      .transform((value, { addIssue }) => {
        const witnesses = witnessesIn(value);
        if (!witnesses)
          addIssue('每项为“核验行 地址”，以逗号分隔 (a verifier line and an address each, separated by commas)');
        return witnesses ?? [];
      })
      .optional(),
    GONGGUAN_TIMESTAMP_URL: z.url({ protocol: /^https?$/ }).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
    GONGGUAN_SECOND_FACTOR: z.enum(['required', 'optional']).default('required'),
    OIDC_ISSUER: z.url().optional(),
    OIDC_AUDIENCE: z.string().min(1).optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET: z.string().min(1).optional(),
    OIDC_ACCOUNT_CLAIM: z.string().min(1).default('preferred_username'),
  })
  .refine(({ CORS_ORIGINS: all = [], CORS_CREDENTIALS: own = [] }) => own.every(each => all.includes(each)), {
    error: '须在 CORS_ORIGINS 中逐个列出 (each must stand in CORS_ORIGINS)',
    path: ['CORS_CREDENTIALS'],
  })
  .refine(values => (values.OIDC_ISSUER === undefined) === (values.OIDC_AUDIENCE === undefined), {
    error: '与 OIDC_ISSUER 须同时设置 (goes together with OIDC_ISSUER)',
    path: ['OIDC_AUDIENCE'],
  })
  .refine(values => values.OIDC_CLIENT_ID === undefined || values.OIDC_ISSUER !== undefined, {
    error: '须同时设置 OIDC_ISSUER (needs OIDC_ISSUER)',
    path: ['OIDC_CLIENT_ID'],
  })
  .refine(values => values.OIDC_CLIENT_SECRET === undefined || values.OIDC_CLIENT_ID !== undefined, {
    error: '须同时设置 OIDC_CLIENT_ID (needs OIDC_CLIENT_ID)',
    path: ['OIDC_CLIENT_SECRET'],
  });

/** Servers that take the place of the embedded SQLite files, each on its own or together. */
export interface Engines {
  readonly eventStoreDb?: string;
  readonly mongodb?: string;
  readonly redis?: string;
}

export interface Config {
  /** Directory of the embedded stores. */
  readonly dataDirectory: string;
  /** Where the embedded store lays the tables for BI tools, for its group to read; among its own files where undefined. */
  readonly reportingFile?: string;
  readonly engines: Engines;
  /** Files that hold the URLs of servers, where the environment names files. */
  readonly engineFiles: Engines;
  /** Sets this installation's streams, collections and keys apart from others on the same servers. */
  readonly namespace: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where the public reaches this installation, without a slash at the end: what it prints leads there. */
  readonly publicAddress: string;
  /** Which proxies may say who the caller is, as Express reads it: a count, an address, `loopback`. */
  readonly trustProxy?: string | number;
  /** Whose pages may read the API in a browser. */
  readonly crossOrigin: CrossOrigin;
  /** What operators show to read the metrics of a process that serves the public; undefined where nobody may. */
  readonly metricsToken?: string;
  /** What an organisation may have uploaded without attaching it to anything, and for how many days. */
  readonly uploads: { readonly files: number; readonly bytes: number; readonly keepDays: number };
  /** Networks that webhooks may lead to though they are not of the public internet; also without TLS. */
  readonly webhookNetworks: readonly Network[];
  /** How far the clock may be behind the log before nothing is recorded any more, in milliseconds. */
  readonly clockToleranceMs: number;
  /** The name of the ledger in its checkpoints; derived from a secret of the installation where undefined. */
  readonly ledgerOrigin?: string;
  /** Which hash and signatures a new ledger has; one that has keys keeps its own. */
  readonly ledgerSuite?: Suite;
  /** Private keys in PEM, the first of which signs the ledger; undefined where the house keeps its own. */
  readonly ledgerKey?: string;
  /** How long a growing ledger may be without a checkpoint: in events, and in milliseconds, at most a day. */
  readonly checkpoints: CheckpointPolicy;
  /** Whom each checkpoint is sent to. */
  readonly witnesses: readonly WitnessAddress[];
  /** Where the checkpoints of milestones are time-stamped (RFC 3161); undefined for nowhere. */
  readonly timestampUrl?: string;
  readonly logLevel: z.infer<typeof environmentSchema>['LOG_LEVEL'];
  /** Where traces are sent, over OTLP/HTTP; undefined for none. */
  readonly traces: string | undefined;
  /** Whether nobody acts for the authority or the supervising body without a second factor. */
  readonly secondFactor: 'required' | 'optional';
  readonly oidc: OidcOptions | undefined;
  /** People sign in there by a browser. */
  readonly providerSignIn: ProviderSignInOptions | undefined;
}

/** Whether an installation keeps nothing in files of this machine, so that any number of processes may run it. */
export function isShared({ engines }: Pick<Config, 'engines'>): boolean {
  return engines.eventStoreDb !== undefined && engines.mongodb !== undefined && engines.redis !== undefined;
}

/** The environment does not make a configuration; says for each variable what is wrong. */
export class BadConfiguration extends Error {
  constructor(faults: readonly string[]) {
    super(`配置有误 (bad configuration):\n${faults.map(fault => `  ${fault}`).join('\n')}`);
    this.name = 'BadConfiguration';
  }
}

/** The names of all variables that are read. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.keys(environmentSchema.shape),
  ...SECRET_NAMES.map(name => `${name}_FILE`),
];

/** `defaults` stand where the environment says nothing. Throws {@link BadConfiguration}. */
export function readConfig(environment: NodeJS.ProcessEnv, defaults: NodeJS.ProcessEnv = {}): Config {
  const said = Object.entries(environment).filter(([, value]) => value !== '');
  const present = { ...defaults, ...Object.fromEntries(said) };
  const parsed = environmentSchema.safeParse(
    { ...present, ...secretsFromFiles(present) },
    { error: z.locales.zhCN().localeError },
  );
  if (!parsed.success) {
    throw new BadConfiguration(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`));
  }
  const values = parsed.data;
  const publicAddress = (values.GONGGUAN_PUBLIC_ADDRESS ?? `http://${values.HOST}:${values.PORT}`).replace(/\/+$/, '');
  return {
    dataDirectory: values.GONGGUAN_DATA,
    ...(values.GONGGUAN_REPORTING_FILE && { reportingFile: values.GONGGUAN_REPORTING_FILE }),
    engines: {
      ...(values.EVENTSTOREDB_URL && { eventStoreDb: values.EVENTSTOREDB_URL }),
      ...(values.MONGODB_URL && { mongodb: values.MONGODB_URL }),
      ...(values.REDIS_URL && { redis: values.REDIS_URL }),
    },
    engineFiles: {
      ...(present.EVENTSTOREDB_URL_FILE && { eventStoreDb: present.EVENTSTOREDB_URL_FILE }),
      ...(present.MONGODB_URL_FILE && { mongodb: present.MONGODB_URL_FILE }),
      ...(present.REDIS_URL_FILE && { redis: present.REDIS_URL_FILE }),
    },
    namespace: values.GONGGUAN_NAMESPACE,
    host: values.HOST,
    port: values.PORT,
    publicAddress,
    ...(values.TRUST_PROXY && { trustProxy: proxyOf(values.TRUST_PROXY) }),
    crossOrigin: { origins: values.CORS_ORIGINS ?? [], credentialed: values.CORS_CREDENTIALS ?? [] },
    ...(values.METRICS_TOKEN && { metricsToken: values.METRICS_TOKEN }),
    uploads: {
      files: values.GONGGUAN_UPLOAD_FILES,
      bytes: values.GONGGUAN_UPLOAD_BYTES,
      keepDays: values.GONGGUAN_UPLOAD_DAYS,
    },
    webhookNetworks: parseNetworks(values.GONGGUAN_WEBHOOK_NETWORKS ?? ''),
    clockToleranceMs: values.GONGGUAN_CLOCK_TOLERANCE * 1_000,
    ...(values.GONGGUAN_LEDGER_ORIGIN && { ledgerOrigin: values.GONGGUAN_LEDGER_ORIGIN }),
    ...(values.GONGGUAN_LEDGER_SUITE && { ledgerSuite: values.GONGGUAN_LEDGER_SUITE }),
    ...(values.GONGGUAN_LEDGER_KEY && { ledgerKey: values.GONGGUAN_LEDGER_KEY }),
    checkpoints: {
      everyEvents: values.GONGGUAN_CHECKPOINT_EVENTS,
      everyMs: values.GONGGUAN_CHECKPOINT_SECONDS * 1_000,
    },
    witnesses: values.GONGGUAN_WITNESSES ?? [],
    ...(values.GONGGUAN_TIMESTAMP_URL && { timestampUrl: values.GONGGUAN_TIMESTAMP_URL }),
    logLevel: values.LOG_LEVEL,
    traces: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    secondFactor: values.GONGGUAN_SECOND_FACTOR,
    oidc:
      values.OIDC_ISSUER && values.OIDC_AUDIENCE
        ? { issuer: values.OIDC_ISSUER, audience: values.OIDC_AUDIENCE, accountClaim: values.OIDC_ACCOUNT_CLAIM }
        : undefined,
    providerSignIn: providerSignInOf(values, publicAddress),
  };
}

function providerSignInOf(
  values: z.infer<typeof environmentSchema>,
  publicAddress: string,
): ProviderSignInOptions | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ACCOUNT_CLAIM } = values;
  if (OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined) return undefined;
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    ...(OIDC_CLIENT_SECRET !== undefined && { clientSecret: OIDC_CLIENT_SECRET }),
    accountClaim: OIDC_ACCOUNT_CLAIM,
    returnAddress: `${publicAddress}${PROVIDER_RETURN}`,
  };
}

function secretsFromFiles(environment: NodeJS.ProcessEnv): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of SECRET_NAMES) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (environment[name] !== undefined)
      throw new BadConfiguration([`${name}: 与 ${name}_FILE 只能设置一个 (set one of them, not both)`]);
    try {
      secrets[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw new BadConfiguration([`${name}_FILE: ${(error as Error).message}`]);
    }
  }
  return secrets;
}

const CREDENTIALS = /\/\/[^/@]*@/;

/** An address without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(CREDENTIALS, '//');
}

/** The configuration as it may be shown: passwords and the token are left out. */
export function shown(config: Config): object {
  const engines = Object.entries(config.engines).map(([name, url]) => [name, url.replace(CREDENTIALS, '//***@')]);
  return {
    ...config,
    engines: Object.fromEntries(engines),
    ...(config.metricsToken !== undefined && { metricsToken: '***' }),
    ...(config.ledgerKey !== undefined && { ledgerKey: '***' }),
    witnesses: config.witnesses.map(({ key, address }) => `${verifierLine(key)} ${address}`),
  };
}

function isKeyring(pem: string): boolean {
  try {
    configuredKeyring(pem);
    return true;
  } catch {
    return false;
  }
}

/** The keys by which the cosignatures of the configured witnesses are checked, a line each. */
export function witnessKeysOf({ witnesses }: Pick<Config, 'witnesses'>): readonly string[] {
  return witnesses.map(({ key }) => verifierLine(key));
}

/** Undefined unless each is the key of a witness with a web address. */
function witnessesIn(value: string): readonly WitnessAddress[] | undefined {
  const entries = value.split(/[,\n]/).filter(entry => entry.trim() !== '');
  try {
    return entries.map(witnessOf);
  } catch {
    return undefined;
  }
}

/** Throws Error. */
function witnessOf(entry: string): WitnessAddress {
  const [line = '', address = '', ...rest] = entry.trim().split(/\s+/);
  const { protocol, username, pathname, origin } = new URL(address);
  const key = parseVerifierLine(line);
  if (rest.length > 0 || !/^https?:$/.test(protocol) || username !== '') throw new RangeError(entry);
  if (key.type !== SIGNATURE_TYPES.cosignature || key.publicKey.length !== 32) throw new RangeError(entry);
  return { key, address: `${origin}${pathname}`.replace(/\/+$/, '') };
}

/** Undefined unless each is an origin as browsers write it (RFC 6454, 6.1). */
function originsIn(value: string): readonly string[] | '*' | undefined {
  if (value.trim() === '*') return '*';
  const origins = value.split(',').map(each => each.trim());
  return origins.every(isOrigin) ? origins : undefined;
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function areNetworks(value: string): boolean {
  try {
    return parseNetworks(value).length > 0;
  } catch {
    return false;
  }
}

/** Whether the server will take it. */
function isProxy(value: string): boolean {
  const proxies = proxyOf(value);
  if (typeof proxies === 'number') return true;
  try {
    proxyAddress.compile(proxies.split(/ *, */));
    return true;
  } catch {
    return false;
  }
}

function proxyOf(value: string): string | number {
  return /^\d+$/.test(value) ? Number(value) : value;
}
