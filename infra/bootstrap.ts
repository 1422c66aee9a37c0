/** The first accounts of an empty house: nobody is there yet who could register them. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { AccountId } from '../events/ids.ts';
import { registerAccount } from '../services/account/commands.ts';
import { digestOf } from '../services/identifiers.ts';
import type { House } from './house.ts';
import { MIN_PASSWORD_LENGTH } from './identity/credentials.ts';
import type { Identity } from './identity/identity.ts';

/** Where typed characters are echoed. */
const UNSEEN = new Writable({ write: (_chunk, _encoding, done) => done() });

const SYSTEM = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' } as const;

/** Registers an account of the municipal authority or of the supervisor. Throws RangeError when it is refused. */
export async function bootstrap(
  house: House,
  identity: Identity,
  accountId: string,
  name: string,
  supervisor: boolean,
): Promise<void> {
  const password = await ask(`密码 password (at least ${MIN_PASSWORD_LENGTH} characters): `);
  const grant = supervisor
    ? { role: 'SUP', orgId: 'sup', orgName: '监督机构' }
    : { role: 'MSR', orgId: 'msr', orgName: '天津市市场监督管理委员会' };
  const input = { accountId, name, grant };
  const commandId = `bootstrap-${accountId}`;
  const outcome = await house.handle(registerAccount, input, {
    actor: SYSTEM,
    commandId,
    requestDigest: digestOf(input),
    correlationId: commandId,
  });
  if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
  await identity.setPassword(accountId as AccountId, password);
  console.log(`已登记 registered: ${accountId} (${grant.role})`);
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
