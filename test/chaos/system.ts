/** A system in a process of its own, over a disk that can be made to fail. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Longer than any patience of the system: an answer that takes this long is none. */
const ANSWER_MS = 15_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

export class ChaosSystem {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #token: string;
  /** What was acknowledged, by the detail that stands in its event. */
  readonly acknowledged: string[] = [];
  #complaints = '';

  private constructor(child: ChildProcess, { url, token }: { readonly url: string; readonly token: string }) {
    this.#process = child;
    this.#url = url;
    this.#token = token;
  }

  static async start(directory: string, environment: Readonly<Record<string, string>>): Promise<ChaosSystem> {
    const child = spawn(
      process.execPath,
      ['--import', './infra/typescript.js', 'test/chaos/processes/system.ts', directory],
      {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let complaints = '';
    const told = createInterface(child.stdout as NodeJS.ReadableStream);
    const first = once(told, 'line').then(([line]) => JSON.parse(line as string) as { url: string; token: string });
    child.stderr?.setEncoding('utf8').on('data', text => {
      complaints += text;
      system?.complained(text);
    });
    let system: ChaosSystem | undefined;
    const ended = once(child, 'close').then(() => {
      throw new Error(`the house did not start: ${complaints}`);
    });
    ended.catch(() => undefined);
    system = new ChaosSystem(child, await Promise.race([first, ended]));
    return system;
  }

  complained(text: string): void {
    this.#complaints += text;
  }

  /** What it wrote to standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Records a piece of organising work. */
  async command(detail: string = randomUUID()): Promise<Answer> {
    const answer = await this.call('POST', '/organising-work', { kind: '动员', detail });
    if (answer.status < 300) this.acknowledged.push(detail);
    return answer;
  }

  query(): Promise<Answer> {
    return this.call('GET', '/trail?limit=1');
  }

  async call(method: string, path: string, body?: object | Uint8Array): Promise<Answer> {
    const raw = body instanceof Uint8Array;
    const response = await fetch(`${this.#url}${path.startsWith('/readyz') ? '' : '/api/v1'}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Idempotency-Key': randomUUID(),
        ...(body && { 'Content-Type': raw ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body && { body: raw ? Buffer.from(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      retryAfter: response.headers.get('retry-after'),
    };
  }

  /** Sets the clock of the system back by an hour, or right again. */
  setClock(to: 'back' | 'right'): void {
    this.#process.kill(to === 'back' ? 'SIGUSR2' : 'SIGHUP');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (!this.alive) return this.#process.exitCode;
    const ended = once(this.#process, 'close');
    this.#process.kill(signal);
    const [code] = await ended;
    return code as number | null;
  }
}
