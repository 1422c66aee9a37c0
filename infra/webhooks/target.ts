/**
 * Where a webhook may lead. What others have us call must not reach the machines around us: an address is judged when the
 * connection is made, on what its name resolves to then, so that a name that resolves to something else a moment later
 * gains nothing. Only addresses of the public internet pass, and the networks that the configuration names.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A network as written in CIDR notation, parsed. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** Networks by their CIDR notation, separated by commas. Throws Error for what is none. */
export function parseNetworks(text: string): readonly Network[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => ipaddr.parseCIDR(part));
}

/** The address is not one that a webhook may lead to. */
export class TargetForbidden extends Error {
  constructor(host: string) {
    super(`${host} 不是允许推送的地址 (leads to an address that webhooks may not reach)`);
    this.name = 'TargetForbidden';
  }
}

/** Public by number, and yet answered inside a cloud: the wire server of Azure. */
const INSIDE_CLOUDS = parseNetworks('168.63.129.16/32');
/** Of IPv6 only what is handed out as global unicast (RFC 4291); what embeds an address of IPv4 lies outside, or is named by its range. */
const GLOBAL_UNICAST = parseNetworks('2000::/3');
/** Interface ids of ISATAP (RFC 5214), which embed an address of IPv4. */
const ISATAP = 0x5efe;

/** Whether an address of IPv4 or IPv6, as text, may be connected to. */
export function mayReach(address: string, allowed: readonly Network[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (isWithin(parsed, allowed)) return true;
  if (parsed.range() !== 'unicast' || isWithin(parsed, INSIDE_CLOUDS)) return false;
  if (parsed.kind() === 'ipv4') return true;
  const { parts } = parsed as ipaddr.IPv6;
  return isWithin(parsed, GLOBAL_UNICAST) && parts[5] !== ISATAP;
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]): boolean {
  return networks.some(
    ([network, bits]) => network.kind() === address.kind() && address.match([network, bits] as never),
  );
}

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = hostname =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });

/**
 * For `connect`: the addresses of a name, or TargetForbidden where any of them may not be reached. What is connected to is
 * what was judged, for nobody resolves the name again.
 */
export function guardedLookup(may: (address: string) => boolean, resolve: Resolve = resolveBySystem): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      found => {
        const [first] = found;
        if (!first || !found.every(({ address }) => may(address))) {
          callback(new TargetForbidden(hostname), '', 0);
        } else if (all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

/** An address of the web, and which addresses of the net it may lead to. */
export interface Target {
  readonly url: URL;
  readonly may: (address: string) => boolean;
}

/**
 * What can be said of an address before anything is resolved. Without TLS it may lead into the networks that are named
 * alone. Throws TargetForbidden.
 */
export function targetOf(address: string, allowed: readonly Network[]): Target {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TargetForbidden(address);
  }
  const may = (at: string) => (url.protocol === 'https:' ? mayReach(at, allowed) : isNamed(at, allowed));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Nobody resolves a number: `connect` asks no lookup about it.
  if (isIP(host) !== 0 && !may(host)) throw new TargetForbidden(host);
  return { url, may };
}

function isNamed(address: string, allowed: readonly Network[]): boolean {
  return ipaddr.isValid(address) && isWithin(ipaddr.parse(address), allowed);
}
