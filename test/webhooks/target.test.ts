/** Webhooks lead to the public internet alone: judged when the connection is made, whatever way the address is written. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostOptions, postWebhook } from '../../infra/webhooks/post.ts';
import { mayReach, parseNetworks, type Resolve, TargetForbidden } from '../../infra/webhooks/target.ts';

/** Addresses by number, each of which leads to somewhere inside. */
const INSIDE = [
  // This network, private, shared, loopback, link-local with the metadata of clouds.
  ...['0.0.0.0', '0.0.0.1', '0.255.255.255', '10.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200'],
  ...['100.127.255.255', '127.0.0.1', '127.0.0.53', '127.1.2.3', '127.255.255.254', '169.254.0.1', '169.254.169.253'],
  ...['169.254.169.254', '169.254.170.2', '169.254.255.255', '172.16.0.1', '172.17.0.1', '172.31.255.255'],
  ...[
    '10.1.2.3',
    '10.96.0.1',
    '100.64.0.0',
    '127.0.0.2',
    '127.127.127.127',
    '169.254.1.1',
    '172.20.10.2',
    '172.30.0.1',
  ],
  ...['192.168.10.10', '192.168.49.2', '192.168.65.254', '192.168.122.1'],
  // Of protocols, documentation, relays, benchmarks, multicast, reserved, broadcast; inside a cloud.
  ...['192.0.0.1', '192.0.0.170', '192.0.0.192', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1'],
  ...['192.168.0.1', '192.168.1.1', '192.168.255.255', '192.175.48.1', '198.18.0.1', '198.19.255.255', '198.51.100.7'],
  ...['203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '250.1.2.3', '255.255.255.255', '168.63.129.16'],
  // IPv6: unspecified, loopback, link-local, site-local, unique local, multicast, discard, documentation.
  ...[
    '::',
    '::1',
    '::2',
    'fe80::1',
    'fe80::a9fe:a9fe',
    'febf::1',
    'fec0::1',
    'feff::1',
    'fc00::1',
    'fd00::1',
    'fd00:ec2::254',
  ],
  ...['fdff::ffff', 'ff00::1', 'ff02::1', 'ff0e::1', '100::1', '100:0:0:1::1', '2001:db8::1', '3fff::1', '3fff:fff::1'],
  // An address of IPv4 in one of IPv6: mapped, compatible, translated, 6to4, Teredo, NAT64, ISATAP.
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:192.168.1.1',
    '::ffff:8.8.8.8',
  ],
  ...[
    '::127.0.0.1',
    '::10.0.0.1',
    '::a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '::ffff:0:10.0.0.1',
    '2002:7f00:1::',
    '2002:a00:1::1',
  ],
  ...['2002:a9fe:a9fe::', '2002:c0a8:101::1', '2002:808:808::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ...[
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::7f00:1',
    '64:ff9b:1:fffe::1',
  ],
  ...['2400:cb00::5efe:7f00:1', '2400:cb00::5efe:10.0.0.1', '2400:cb00::200:5efe:7f00:1', 'fe80::5efe:7f00:1'],
  ...[
    '::ffff:100.64.0.1',
    '::ffff:172.16.0.1',
    '::ffff:0.0.0.0',
    '2002:6440:1::1',
    '64:ff9b::c0a8:101',
    '64:ff9b::6440:1',
  ],
  // Of protocols and of nobody yet.
  ...[
    '2001:2::1',
    '2001:3::1',
    '2001:4:112::1',
    '2001:10::1',
    '2001:20::1',
    '2001:30::1',
    '2620:4f:8000::1',
    '5f00::1',
    '4000::1',
  ],
  ...[
    '6000::1',
    '8000::1',
    'a000::1',
    'c000::1',
    'e000::1',
    'f000::1',
    'f800::1',
    '1::1',
    '200::1',
    '400::1',
    '0:0:1::',
  ],
];

/** The same as people and attackers write them into an address of the web. */
const WRITTEN = [
  ...['localhost', 'localhost.', 'LOCALHOST', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '017700000001'],
  ...[
    '0177.0.0.1',
    '0x7f.0.0.1',
    '127.000.000.001',
    '0',
    '0x0',
    '00',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '１２７.0.0.1',
    '127。0。0。1',
  ],
  ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '[::127.0.0.1]', '[::]', '[0::0]'],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', 'ⓛocalhost', '①②⑦.⓪.⓪.①', '0x7F000001', '127.0.0.1%2e'],
];

let sentinel: Server;
let port: number;
let reached = 0;

beforeAll(async () => {
  sentinel = createServer((_req, res) => res.end('reached'));
  sentinel.on('connection', () => {
    reached += 1;
  });
  // Of both families, so that every loopback address would be answered.
  await new Promise<void>(resolve => sentinel.listen(0, '::', resolve));
  port = (sentinel.address() as AddressInfo).port;
});
afterAll(() => new Promise(resolve => sentinel.close(resolve)));
beforeEach(() => {
  reached = 0;
});

const post = (address: string, options: Partial<PostOptions> = {}) =>
  postWebhook(address, {}, '{}', { allowed: [], patienceMs: 2_000, ...options });
const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => 'answered',
    error => (error instanceof TargetForbidden ? 'forbidden' : String(error.code ?? error.name)),
  );
const hostOf = (address: string) => (address.includes(':') ? `[${address}]` : address);
const resolvingTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('where a webhook may lead', () => {
  it.each(INSIDE)('%s is inside: neither by its number nor by a name that resolves to it', async address => {
    expect(mayReach(address, [])).toBe(false);
    for (const scheme of ['http', 'https']) {
      expect(await failure(post(`${scheme}://${hostOf(address)}:${port}/`))).toBe('forbidden');
      const named = post(`${scheme}://hook.example.cn:${port}/`, { resolve: resolvingTo(address) });
      expect(await failure(named)).toBe('forbidden');
    }
    expect(reached).toBe(0);
  });

  it.each(WRITTEN)('%s is not reached', async host => {
    for (const scheme of ['http', 'https'])
      expect(await failure(post(`${scheme}://${host}:${port}/`))).not.toBe('answered');
    expect(reached).toBe(0);
  });

  it('the targets are at least 150', () => {
    expect(new Set([...INSIDE, ...WRITTEN]).size).toBeGreaterThanOrEqual(150);
  });

  it.each(['8.8.8.8', '1.1.1.1', '114.114.114.114', '223.5.5.5', '2400:3200::1', '2606:4700:4700::1111', '240e::1'])(
    '%s is of the public internet',
    address => {
      expect(mayReach(address, [])).toBe(true);
    },
  );

  it.each(['ftp://8.8.8.8/', 'file:///etc/passwd', 'gopher://8.8.8.8/', 'https://user:pass@8.8.8.8/', 'nothing', ''])(
    '“%s” is no address of a webhook',
    async address => {
      expect(await failure(post(address))).toBe('forbidden');
    },
  );

  it('given no TLS, then the public internet is not reached either', async () => {
    expect(await failure(post('http://8.8.8.8/'))).toBe('forbidden');
    expect(await failure(post('http://hook.example.cn/', { resolve: resolvingTo('8.8.8.8') }))).toBe('forbidden');
  });

  it('given one of several addresses of a name is inside, then none is reached', async () => {
    const resolve = resolvingTo('8.8.8.8', '127.0.0.1');
    expect(await failure(post(`https://hook.example.cn:${port}/`, { resolve }))).toBe('forbidden');
    expect(reached).toBe(0);
  });

  it('given a name that leads elsewhere when it is asked again, then what was judged is what is connected to', async () => {
    let asked = 0;
    const rebinding: Resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '203.0.114.1' : '127.0.0.1', family: 4 }];
    };
    for (let n = 0; n < 3; n += 1) {
      const sent = post(`https://hook.example.cn:${port}/`, { resolve: rebinding, patienceMs: 300 });
      expect(await failure(sent)).not.toBe('answered');
    }
    expect(asked).toBe(3);
    expect(reached).toBe(0);
  });
});

describe('networks that are allowed by configuration', () => {
  const allowed = parseNetworks('127.0.0.0/8, ::1/128');

  it('given loopback is, then it is reached by number and by name, without TLS; the planted sentinel tells', async () => {
    expect((await post(`http://127.0.0.1:${port}/`, { allowed })).body).toBe('reached');
    expect((await post(`http://[::1]:${port}/`, { allowed })).body).toBe('reached');
    expect((await post(`http://hook.example.cn:${port}/`, { allowed, resolve: resolvingTo('127.0.0.1') })).status).toBe(
      200,
    );
    expect(reached).toBe(3);
    expect(await failure(post('http://10.0.0.1/', { allowed }))).toBe('forbidden');
    expect(await failure(post(`http://[::ffff:127.0.0.1]:${port}/`, { allowed }))).toBe('forbidden');
  });

  it('given a receiver that leads on to another address, then nobody follows', async () => {
    const leading = createServer((_req, res) => {
      res.writeHead(307, { Location: `http://127.0.0.1:${port}/` }).end();
    });
    await new Promise<void>(resolve => leading.listen(0, '127.0.0.2', resolve));
    const at = (leading.address() as AddressInfo).port;
    const answer = await post(`http://127.0.0.2:${at}/`, { allowed: parseNetworks('127.0.0.2/32') });
    expect(answer.status).toBe(307);
    expect(reached).toBe(0);
    await new Promise(resolve => leading.close(resolve));
  });

  it('given what is no network, then it is refused', () => {
    expect(() => parseNetworks('10.0.0.0')).toThrow();
    expect(() => parseNetworks('10.0.0.0/33')).toThrow();
  });
});

describe('a receiver that misbehaves', () => {
  const allowed = parseNetworks('127.0.0.0/8');

  async function against(handle: Parameters<typeof createServer>[1], patienceMs = 2_000) {
    const server = createServer(handle as never);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcome = await post(address, { allowed, patienceMs }).catch((error: Error) => error.name);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    return outcome;
  }

  it('given it never answers, or never ends, then it is given up', async () => {
    expect(await against(() => undefined, 200)).toMatch(/TimeoutError|AbortError/);
    expect(await against((_req, res) => void res.writeHead(200).write('x'), 200)).toMatch(
      /TimeoutError|AbortError|Error/,
    );
  });

  it('given it answers without end, then its beginning is taken', async () => {
    const outcome = await against((_req, res) => {
      const more = () => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
      };
      res.on('drain', more);
      res.on('error', () => undefined);
      more();
    });
    expect(outcome).toMatchObject({ status: 200 });
    expect((outcome as { body: string }).body).toHaveLength(65_536);
  });

  it.each([
    ['120', 120_000],
    ['nothing', undefined],
    ['soon', undefined],
  ])('given `Retry-After: %s`, then %s milliseconds', async (header, ms) => {
    const outcome = await against((_req, res) => void res.writeHead(503, { 'Retry-After': header }).end());
    expect(outcome).toMatchObject({ status: 503, retryAfterMs: ms });
  });
});
