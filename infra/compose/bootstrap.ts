/** The founders of an empty system: nobody is there yet who could register them. It is on the log, passwords excepted. */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { MUNICIPAL_AUTHORITY, SUPERVISING_BODY } from '../../events/account.ts';
import { type DocumentKind, IDENTITY_DOCUMENT_KINDS, type Identity, identitySchema } from '../../events/identity.ts';
import type { AccountId } from '../../events/ids.ts';
import { registerAccount } from '../../services/account/commands.ts';
import { orderCredentialReset } from '../../services/account/credentials.ts';
import { digestOf } from '../../services/identifiers.ts';
import { MIN_PASSWORD_LENGTH } from '../identity/credentials.ts';
import type { IdentityService as SignIn } from '../identity/identity.ts';
import type { System } from './system.ts';

/** Where typed characters are echoed. */
const UNSEEN = new Writable({ write: (_chunk, _encoding, done) => done() });

const AUTHORITY = { role: 'MSR', orgId: MUNICIPAL_AUTHORITY, orgName: '天津市市场监督管理委员会' };
const SUPERVISOR = { role: 'SUP', orgId: SUPERVISING_BODY, orgName: '监督机构' };
const SYSTEM = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' } as const;

export interface FirstAccount {
  readonly accountId: string;
  readonly name: string;
  /** Of the supervisor instead of the municipal authority. */
  readonly supervisor: boolean;
  readonly identity: Identity;
}

/** What the operator says of a founder before he is asked for what only the founder himself should type. */
export interface Announced extends Omit<FirstAccount, 'identity'> {
  readonly document: string;
  /** Of a passport: who issued it, ISO 3166-1, three letters. */
  readonly country?: string;
}

/**
 * Asks for the number of the founder's identity document and for a password, and registers the account with them. Neither
 * is an argument: those are seen by all who are at the machine. Throws RangeError when anything is refused.
 */
export async function bootstrap(
  system: System,
  signIn: SignIn,
  { document, country, ...account }: Announced,
): Promise<void> {
  if (!isDocument(document)) {
    throw new RangeError(
      `没有此类证件 (no such document): ${document}；可选 one of ${IDENTITY_DOCUMENT_KINDS.join('、')}`,
    );
  }
  const form = new Form();
  try {
    const identity = identityIn({ kind: document, number: await form.ask(`${document}号码 its number: `), country });
    const password = await form.ask(`密码 password (at least ${MIN_PASSWORD_LENGTH} characters): `);
    if (password.length < MIN_PASSWORD_LENGTH) throw tooShort();
    await registerFirstAccount(system, signIn, { ...account, identity }, password);
  } finally {
    form.close();
  }
  console.log(`已登记 registered: ${account.accountId}`);
}

const isDocument = (kind: string): kind is DocumentKind =>
  (IDENTITY_DOCUMENT_KINDS as readonly string[]).includes(kind);

function identityIn({ country, ...stated }: { kind: DocumentKind; number: string; country: string | undefined }) {
  const identity = identitySchema.safeParse({ ...stated, ...(country !== undefined && { country }) });
  if (identity.success) return identity.data;
  const faults = identity.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('；');
  throw new RangeError(`${stated.kind}信息不符 (not as this document has it): ${faults}`);
}

const tooShort = () =>
  new RangeError(`密码至少${MIN_PASSWORD_LENGTH}个字符 (a password has at least ${MIN_PASSWORD_LENGTH} characters)`);

/** Throws RangeError when it is refused. */
export async function registerFirstAccount(
  system: System,
  signIn: SignIn,
  { accountId, name, supervisor, identity }: FirstAccount,
  password: string,
): Promise<void> {
  const input = { accountId, name, identity, grant: supervisor ? SUPERVISOR : AUTHORITY };
  const commandId = `bootstrap-${accountId}`;
  const outcome = await system.handle(registerAccount, input, {
    actor: SYSTEM,
    commandId,
    requestDigest: digestOf(input),
    correlationId: commandId,
  });
  if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
  if (await signIn.setFirstPassword(accountId as AccountId, password, 'command-line')) return;
  throw new RangeError(
    `${accountId} 已登记并设置了密码；遗忘密码的须重置 (${accountId} is registered and has a password: a forgotten one is reset)`,
  );
}

/**
 * For somebody whom no two administrators are left to let in. The operator's word is the first of two: a person who
 * administers the account confirms it and is given the code. Throws RangeError when it is refused.
 */
export async function orderResetByOperator(system: System, accountId: string, reason: string): Promise<void> {
  const input = { accountId, reason };
  const commandId = `reset-${randomUUID()}`;
  const outcome = await system.handle(orderCredentialReset, input, {
    actor: SYSTEM,
    commandId,
    requestDigest: digestOf(input),
    correlationId: commandId,
  });
  if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
  console.log(`已提出，待有权人员确认 waits for an administrator: ${accountId}`);
}

/** Lines of standard input, each asked for; on a terminal they are not shown while they are typed. */
class Form {
  readonly #lines = createInterface({
    input: process.stdin,
    output: UNSEEN,
    terminal: process.stdin.isTTY ?? false,
  });
  readonly #given = this.#lines[Symbol.asyncIterator]();

  constructor() {
    this.#lines.once('SIGINT', () => this.close());
  }

  /** Empty when there is no further line. */
  async ask(question: string): Promise<string> {
    process.stderr.write(question);
    const { value } = await this.#given.next();
    process.stderr.write('\n');
    return value ?? '';
  }

  close(): void {
    this.#lines.close();
  }
}
