/** Configuration from the environment, checked once at start. */
import { z } from 'zod';

const environmentSchema = z
  .object({
    GONGGUAN_DATA: z.string().min(1).default('data'),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    TRUST_PROXY: z.string().min(1).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
    OIDC_ISSUER: z.url().optional(),
    OIDC_AUDIENCE: z.string().min(1).optional(),
    OIDC_ACCOUNT_CLAIM: z.string().min(1).default('preferred_username'),
  })
  .refine(values => (values.OIDC_ISSUER === undefined) === (values.OIDC_AUDIENCE === undefined), {
    error: 'OIDC_ISSUER and OIDC_AUDIENCE go together',
    path: ['OIDC_AUDIENCE'],
  });

export interface Config {
  /** Directory of the embedded stores. */
  readonly dataDirectory: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Which proxies may say who the caller is, as Express reads it: a count, an address, `loopback`. */
  readonly trustProxy?: string | number;
  readonly logLevel: z.infer<typeof environmentSchema>['LOG_LEVEL'];
  readonly oidc: { readonly issuer: string; readonly audience: string; readonly accountClaim: string } | undefined;
}

/** The environment does not make a configuration; says for each variable what is wrong. */
export class BadConfiguration extends Error {
  constructor(faults: readonly string[]) {
    super(`bad configuration:\n${faults.map(fault => `  ${fault}`).join('\n')}`);
    this.name = 'BadConfiguration';
  }
}

/** The names of all variables that are read. */
export const ENVIRONMENT_NAMES = Object.keys(environmentSchema.shape);

/** Throws {@link BadConfiguration}. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    throw new BadConfiguration(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`));
  }
  const values = parsed.data;
  return {
    dataDirectory: values.GONGGUAN_DATA,
    host: values.HOST,
    port: values.PORT,
    ...(values.TRUST_PROXY && { trustProxy: proxyOf(values.TRUST_PROXY) }),
    logLevel: values.LOG_LEVEL,
    oidc:
      values.OIDC_ISSUER && values.OIDC_AUDIENCE
        ? { issuer: values.OIDC_ISSUER, audience: values.OIDC_AUDIENCE, accountClaim: values.OIDC_ACCOUNT_CLAIM }
        : undefined,
  };
}

function proxyOf(value: string): string | number {
  return /^\d+$/.test(value) ? Number(value) : value;
}
