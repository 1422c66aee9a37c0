/** The first accounts of an empty house: nobody is there yet who could register them. */
import { createInterface } from 'node:readline/promises';
import type { AccountId } from '../events/ids.ts';
import { registerAccount } from '../services/account/commands.ts';
import { digestOf } from '../services/identifiers.ts';
import type { House } from './house.ts';
import type { Identity } from './identity/identity.ts';

const SYSTEM = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' } as const;

/** Registers an account of the municipal authority or of the supervisor. Throws RangeError when it is refused. */
export async function bootstrap(
  house: House,
  identity: Identity,
  accountId: string,
  name: string,
  supervisor: boolean,
) {
  const password = await ask('密码 password (at least 10 characters): ');
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

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(question);
    if (answer.length < 10) throw new RangeError('密码至少10个字符 (a password has at least 10 characters)');
    return answer;
  } finally {
    terminal.close();
  }
}
