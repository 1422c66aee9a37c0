/** The founders of an empty house: nobody is there yet who could register them. It is on the log, passwords excepted. */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { MUNICIPAL_AUTHORITY, SUPERVISING_BODY } from '../events/account.ts';
import type { AccountId } from '../events/ids.ts';
import { registerAccount } from '../services/account/commands.ts';
import { orderCredentialReset } from '../services/account/credentials.ts';
import { digestOf } from '../services/identifiers.ts';
import type { House } from './house.ts';
import { MIN_PASSWORD_LENGTH } from './identity/credentials.ts';
import type { Identity } from './identity/identity.ts';

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
}

/** Asks for a password and registers the account with it. Throws RangeError when either is refused. */
export async function bootstrap(house: House, identity: Identity, account: FirstAccount): Promise<void> {
  const password = await ask(`密码 password (at least ${MIN_PASSWORD_LENGTH} characters): `);
  await registerFirstAccount(house, identity, account, password);
  console.log(`已登记 registered: ${account.accountId}`);
}

/** Throws RangeError when it is refused. */
export async function registerFirstAccount(
  house: House,
  identity: Identity,
  { accountId, name, supervisor }: FirstAccount,
  password: string,
): Promise<void> {
  const input = { accountId, name, grant: supervisor ? SUPERVISOR : AUTHORITY };
  const commandId = `bootstrap-${accountId}`;
  const outcome = await house.handle(registerAccount, input, {
    actor: SYSTEM,
    commandId,
    requestDigest: digestOf(input),
    correlationId: commandId,
  });
  if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
  if (await identity.setFirstPassword(accountId as AccountId, password, 'command-line')) return;
  throw new RangeError(
    `${accountId} 已登记并设置了密码；遗忘密码的须重置 (${accountId} is registered and has a password: a forgotten one is reset)`,
  );
}

/**
 * For somebody whom no two administrators are left to let in. The operator's word is the first of two: a person who
 * administers the account confirms it and is given the code. Throws RangeError when it is refused.
 */
export async function orderResetByOperator(house: House, accountId: string, reason: string): Promise<void> {
  const input = { accountId, reason };
  const commandId = `reset-${randomUUID()}`;
  const outcome = await house.handle(orderCredentialReset, input, {
    actor: SYSTEM,
    commandId,
    requestDigest: digestOf(input),
    correlationId: commandId,
  });
  if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
  console.log(`已提出，待有权人员确认 waits for an administrator: ${accountId}`);
}

/** The first line of standard input; on a terminal it is not shown while it is typed. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const { stdin } = process;
  const lines = createInterface({ input: stdin, output: UNSEEN, terminal: stdin.isTTY ?? false });
  lines.once('SIGINT', () => lines.close());
  try {
    for await (const line of lines) {
      if (line.length >= MIN_PASSWORD_LENGTH) return line;
      break;
    }
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
  throw new RangeError(
    `密码至少${MIN_PASSWORD_LENGTH}个字符 (a password has at least ${MIN_PASSWORD_LENGTH} characters)`,
  );
}
