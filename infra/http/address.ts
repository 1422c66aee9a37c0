/** The network that a caller comes from, as far as one caller can be told from another by it. */
import { isIPv6 } from 'node:net';
import type { Request } from 'express';

/** An IPv4 address, or the /64 of an IPv6 one, of which whoever has one address has all. Proxies are those of `TRUST_PROXY`. */
export function networkOf({ ip }: Pick<Request, 'ip'>): string {
  return networkOfAddress(ip ?? 'unknown');
}

const MAPPED = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The same of an address as text; IPv4 in IPv6 counts as IPv4, a zone is left out. */
export function networkOfAddress(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = MAPPED.exec(plain)?.[1];
  if (mapped) return mapped;
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : plain;
}

/** An address as it is shown: an IPv4 one is written one way only. */
export function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** All eight groups; `::` stands for as many zeros as are missing. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.map(group => Number.parseInt(group, 16).toString(16));
}
