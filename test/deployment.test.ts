import { type ExecFileException, execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type ConnectionOptions, connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../infra/config.ts';
import { gongguan } from './support/command-line.ts';
import {
  awaited,
  closedStores,
  copiedSources,
  type Deployment,
  declaredVolumes,
  defaultOf,
  imageOfThisVersion,
  knownCommands,
  knownVariables,
  noRights,
  noWrittenPassword,
  pinnedImages,
  processes,
  type Rule,
  readDeployment,
  type Service,
  sentSources,
  settable,
  soundImage,
  watched,
} from './support/deployment.ts';
import { temporaryDirectory } from './support/log.ts';
import { describeWithSecrets, makeSecrets } from './support/secrets.ts';
import './support/machine.ts';

const workshop = temporaryDirectory();
afterAll(() => workshop[Symbol.dispose]());

let deployment: Deployment;
beforeAll(async () => {
  const { stdout } = await gongguan(['--help']);
  const offered = stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)\b/gm);
  deployment = readDeployment([...offered].map(([, command]) => command as string));
});

const service = ({ services }: Deployment, name: string) => services[name] as Service;

interface Kept {
  readonly name: string;
  readonly rule: Rule;
  /** Breaks the rule. */
  readonly plant: (planted: Deployment) => unknown;
  /** What the rule then says. */
  readonly fault: string;
}

const kept: readonly Kept[] = [
  {
    name: 'a process is given variables that config.ts reads, and no others',
    rule: knownVariables,
    plant: planted => Object.assign(service(planted, 'api').environment, { MONGO_URL_FILE: '/secrets/mongodb-url' }),
    fault: 'api: MONGO_URL_FILE',
  },
  {
    name: 'whoever starts a process can set each variable that it reads',
    rule: settable,
    plant: planted => Reflect.deleteProperty(service(planted, 'worker').environment, 'GONGGUAN_WITNESSES'),
    fault: 'worker: GONGGUAN_WITNESSES cannot be set',
  },
  {
    name: 'a process runs a command of the command line',
    rule: knownCommands,
    plant: planted => service(planted, 'worker').command.splice(0, 1, 'works'),
    fault: 'works',
  },
  {
    name: 'every image is pinned to a full version',
    rule: pinnedImages,
    plant: planted => Object.assign(service(planted, 'redis'), { image: 'redis:latest' }),
    fault: 'redis:latest',
  },
  {
    name: 'our image has the version of the package',
    rule: imageOfThisVersion,
    plant: planted => Object.assign(planted.manifest, { version: '99.0.0' }),
    fault: 'api: gongguan:0.1.0 is not version 99.0.0',
  },
  {
    name: 'what stays up has a health check',
    rule: watched,
    plant: planted => Object.assign(service(planted, 'projector'), { healthcheck: undefined }),
    fault: 'projector: stays, and nobody sees whether it is well',
  },
  {
    name: 'a server is awaited until it is well, a task until it is done',
    rule: awaited,
    plant: planted => Object.assign(service(planted, 'api').depends_on, { redis: { condition: 'service_started' } }),
    fault: 'api: waits for redis until service_started',
  },
  {
    name: 'volumes have names, which are declared; files of ours are mounted for reading',
    rule: declaredVolumes,
    plant: planted => service(planted, 'redis').volumes.push('redis-log:/log'),
    fault: 'redis-log is not declared',
  },
  {
    name: 'no password is written down',
    rule: noWrittenPassword,
    plant: planted => Object.assign(service(planted, 'api').environment, { REDIS_URL: 'redis://:geheim@redis' }),
    fault: 'api: REDIS_URL is written down',
  },
  {
    name: 'no container gains rights, and no process of ours writes to its image',
    rule: noRights,
    plant: planted => Object.assign(service(planted, 'worker'), { read_only: false }),
    fault: 'worker: may write to its image',
  },
  {
    name: 'a store is reached from within only',
    rule: closedStores,
    plant: planted => service(planted, 'mongodb').ports.push('27017:27017'),
    fault: 'mongodb: publishes 27017:27017 to everybody',
  },
  {
    name: 'the image starts what the package calls gongguan, not as root, from files that exist',
    rule: soundImage,
    plant: planted => planted.dockerfile.push({ keyword: 'USER', rest: 'root' }),
    fault: 'may run as root',
  },
  {
    name: 'what the image copies is not kept from the builder',
    rule: sentSources,
    plant: planted => planted.sent.splice(planted.sent.indexOf('events'), 1),
    fault: 'events',
  },
];

describe.each(kept.map(rule => [rule.name, rule] as const))('%s', (_, { rule, plant, fault }) => {
  it('holds', () => expect(rule(deployment)).toEqual([]));

  it('is noticed when it is broken', () => {
    const planted = structuredClone(deployment);
    plant(planted);
    expect(rule(planted)).toContain(fault);
  });
});

describe('docker-compose.yml', () => {
  const composer = spawnSync('docker-compose', ['version']).status === 0;
  if (!composer) console.warn('SKIPPED: docker-compose is not installed, docker-compose.yml is not validated');

  const validate = (file: string) =>
    spawnSync('docker-compose', ['--file', file, '--project-directory', '.', 'config', '--quiet'], {
      encoding: 'utf8',
    });

  it.skipIf(!composer)('is one that docker-compose takes', () => {
    const { status, stderr } = validate('docker-compose.yml');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.skipIf(!composer)('and a slip of the pen is one that it does not', () => {
    const slipped = join(workshop.path, 'slipped.yml');
    writeFileSync(slipped, readFileSync('docker-compose.yml', 'utf8').replace('healthcheck:', 'heathcheck:'));
    const { status, stderr } = validate(slipped);
    expect(stderr).toContain('heathcheck');
    expect(status).toBe(1);
  });
});

describe('the image', () => {
  /** Lays out what the Dockerfile copies beside the packages that `npm ci --omit=dev` leaves. */
  function layOut(root: string, sources: readonly string[]): void {
    for (const source of sources) cpSync(source, join(root, source), { recursive: true });
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    for (const [path, { dev }] of Object.entries<{ dev?: boolean }>(packages)) {
      if (dev || path.split('node_modules').length !== 2 || !existsSync(path)) continue;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      symlinkSync(join(process.cwd(), path), join(root, path));
    }
  }

  const start = (root: string, cwd = root) =>
    new Promise<ExecFileException | null>(resolve => {
      const env = { PATH: process.env.PATH, GONGGUAN_DATA: join(root, 'data') };
      const program = join(root, deployment.manifest.bin.gongguan);
      execFile(process.execPath, [program, 'status'], { cwd, env }, resolve);
    });

  it('holds all that the command line needs', async () => {
    const root = join(workshop.path, 'image');
    layOut(root, copiedSources(deployment));
    expect(await start(root)).toBeNull();
    expect(await start(root, workshop.path), 'from another folder').toBeNull();
  });

  // An older Node keeps nothing.
  it.runIf(Number.parseInt(process.versions.node, 10) >= 26)(
    'keeps what Node has compiled beside its code, and starts where it may not',
    async () => {
      const root = join(workshop.path, 'compiled');
      layOut(root, copiedSources(deployment));
      expect(await start(root)).toBeNull();
      const cache = join(root, 'node_modules/.cache');
      expect(readdirSync(join(cache, 'gongguan'))).toHaveLength(1);
      rmSync(cache, { recursive: true });
      writeFileSync(cache, 'in the way of a folder');
      expect(await start(root)).toBeNull();
    },
  );

  it('and would not start without one of its folders', async () => {
    const root = join(workshop.path, 'incomplete');
    layOut(
      root,
      copiedSources(deployment).filter(source => source !== 'events'),
    );
    expect((await start(root))?.message).toContain(`'${root}/events/`);
  });
});

describeWithSecrets('the secrets of an installation', () => {
  const secrets = join(workshop.path, 'secrets');
  const read = (path: string, directory = secrets) => readFileSync(join(directory, path), 'utf8');

  /** Folders as volumes are mounted into the service that makes the secrets. */
  function emptyVolumes(directory: string): string {
    const mounts = service(deployment, 'secrets').volumes.map(mount => mount.split(':'));
    for (const [source = '', target = ''] of mounts) {
      if (source.startsWith('.')) continue;
      expect(source).toBe(`${target.replace('/secrets/', '')}-secrets`);
      mkdirSync(join(directory, target.replace('/secrets/', '')), { recursive: true });
    }
    return directory;
  }

  beforeAll(() => makeSecrets(emptyVolumes(secrets)));

  it('hold every file that a service reads', () => {
    const wanted = Object.entries(deployment.services).flatMap(([name, { volumes, ...settings }]) => {
      const volume = volumes.find(mount => mount.endsWith(':/secrets:ro'))?.split('-secrets:')[0];
      const paths = JSON.stringify(settings).matchAll(/\/secrets\/([\w./-]+)/g);
      return [...paths].map(([, path]) => (volume ? join(volume, path as string) : `${name} without a volume`));
    });
    expect(wanted).toContain('gongguan/mongodb-url');
    expect(wanted.filter(path => !existsSync(join(secrets, path)))).toEqual([]);
  });

  it('make the configuration of every process', () => {
    const configured = processes(deployment).map(([, { environment }]) => {
      const inContainer = Object.entries(environment).map(([name, value]) => [name, defaultOf(value)] as const);
      const here = inContainer.map(([name, value]) => [name, value.replace('/secrets', join(secrets, 'gongguan'))]);
      return readConfig(Object.fromEntries(here)).engines;
    });
    expect(configured.length).toBeGreaterThan(2);
    for (const { eventStoreDb, mongodb, redis } of configured) {
      expect(eventStoreDb).toContain(`//admin:${read('eventstoredb/admin-password')}@eventstoredb:2113?tls=true`);
      expect(mongodb).toContain(`//gongguan:${read('mongodb/password')}@mongodb:27017/gongguan?replicaSet=`);
      expect(redis).toBe(`redis://:${read('redis/password')}@redis:6379`);
    }
    expect(read('redis/redis.conf')).toBe(`requirepass ${read('redis/password')}\n`);
  });

  it('are made once, and differ from those of any other installation', () => {
    const passwords = ['eventstoredb/admin-password', 'mongodb/root-password', 'mongodb/keyfile', 'redis/password'];
    const before = passwords.map(path => read(path));
    makeSecrets(secrets);
    expect(passwords.map(path => read(path))).toEqual(before);
    const elsewhere = emptyVolumes(join(workshop.path, 'elsewhere'));
    makeSecrets(elsewhere);
    for (const [at, path] of passwords.entries()) expect(read(path, elsewhere)).not.toBe(before[at]);
  });

  it('keep the key file from all but its owner, or mongod refuses it', () => {
    expect(statSync(join(secrets, 'mongodb/keyfile')).mode & 0o777).toBe(0o400);
  });

  describe('with the certificate of EventStoreDB', () => {
    const server = createServer(socket => socket.end());
    beforeAll(async () => {
      server.setSecureContext({ cert: read('eventstoredb/node.crt'), key: read('eventstoredb/node.key') });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => server.close());

    const shakeHands = (options: ConnectionOptions) =>
      new Promise<string>(resolve => {
        const { port } = server.address() as AddressInfo;
        const socket = connect({ host: '127.0.0.1', port, ...options }, () => resolve('trusted'));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        socket.on('close', () => socket.destroy());
      });

    it('the process trusts the server by its name, and no other', async () => {
      const ca = read('gongguan/ca.crt');
      expect(await shakeHands({ ca, servername: 'eventstoredb' })).toBe('trusted');
      expect(await shakeHands({ ca, servername: 'mongodb' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(await shakeHands({ servername: 'eventstoredb' })).not.toBe('trusted');
    });
  });
});
