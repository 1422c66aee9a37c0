/** Demo passwords are public: whoever opens a system that has them to other machines is told so, and must mean it. */
import { BlockList, isIP } from 'node:net';
import type { AccountId } from '../../events/ids.ts';
import type { Config } from '../config.ts';
import { demoAccounts } from '../demo/cast.ts';
import { DEMO_PASSWORD } from '../demo/command.ts';
import { createCredentials } from '../identity/credentials.ts';
import type { KeyStore } from '../vault/key-store.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine reaches an address to listen on. A name that is not `localhost` may be anybody's. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

const warningOf = (host: string) =>
  `！！！ 警告：演示账户使用公开的密码（${DEMO_PASSWORD}），而服务将在 ${host} 上对其他机器开放，任何人都能以主管部门、监督人员、专家的身份登录。
!!! WARNING: the demo accounts have a public password, and HOST=${host} opens the service to other machines: anybody can sign in as the authority, the supervisor or an expert.`;

/** Before a demo is opened to other machines. Throws RangeError unless that was meant. */
export function checkExposure({ host }: Pick<Config, 'host'>, meant: boolean): void {
  if (isLoopback(host)) return;
  console.error(warningOf(host));
  if (meant) return;
  throw new RangeError(
    '演示服务只在本机开放；确需对外开放的，加 --yes，或去掉 HOST (a demo is for this machine alone: add --yes if you mean it, or unset HOST)',
  );
}

/**
 * What to say when a system with demo passwords is opened to other machines; undefined when there is nothing to say. The
 * passwords are looked at themselves, wherever the demo was loaded and whatever has been changed since.
 */
export async function exposedPasswords(
  { host }: Pick<Config, 'host'>,
  keyStore: KeyStore,
): Promise<string | undefined> {
  if (isLoopback(host)) return undefined;
  const { verify } = createCredentials(keyStore);
  for (const { accountId } of demoAccounts) {
    if ((await verify(accountId as AccountId, DEMO_PASSWORD)) !== undefined) return warningOf(host);
  }
  return undefined;
}
