/** A Redis of one's own, to be killed, frozen and misconfigured. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { describe } from 'vitest';
import { temporaryDirectory } from '../support/log.ts';
import '../support/machine.ts';

/** Runs `suite` where the program is installed, or shows it as skipped. */
export function describeWithRedisServer(name: string, suite: () => void): void {
  const installed = spawnSync('redis-server', ['--version']).status === 0;
  if (!installed) console.warn(`SKIPPED: no redis-server is installed, its tests do not run: ${name}`);
  describe.skipIf(!installed)(name, suite);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return address.port;
}

export class RedisServer {
  readonly url: string;
  readonly #arguments: string[];
  readonly #directory: ReturnType<typeof temporaryDirectory>;
  #process: ChildProcess | undefined;

  private constructor(port: number, configuration: readonly string[]) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#directory = temporaryDirectory();
    this.#arguments = ['--port', String(port), '--bind', '127.0.0.1', '--dir', this.#directory.path, '--save', ''];
    this.#arguments.push(...configuration);
  }

  /** `configuration` as on the command line of redis-server. */
  static async start(...configuration: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), configuration);
    await server.restart();
    return server;
  }

  /** Starts it again on the same port with what it had written, and waits until it answers. */
  async restart(): Promise<void> {
    this.#process = spawn('redis-server', this.#arguments, { stdio: 'ignore' });
    await this.ask(redis => redis.ping());
  }

  async kill(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null || this.#process.signalCode) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** Connections stand, and nothing answers on them. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: 200 });
    redis.on('error', () => undefined);
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  async remove(): Promise<void> {
    await this.kill();
    this.#directory[Symbol.dispose]();
  }
}
