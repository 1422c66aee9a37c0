/** A system in a process of its own, with two people to be erased, whose every word is kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { BASE } from '../../infra/http/endpoint.ts';

export const PASSWORD = 'two people to be erased';
export const SUP_ACCOUNT = 'sup.li';
/** In every personal value that any kind of event has. */
export const THOROUGHLY_NAMED = '欧阳锦瑟';
/** In one. */
export const NAMED_ONCE = '上官流苏';
export const UNIT = '91350100M000100Y43';

export interface Told {
  readonly url: string;
  /** Hexadecimal; empty where there is none any more. */
  readonly keys: { readonly thorough: string; readonly once: string };
}

export class House {
  readonly #process: ChildProcess;
  readonly told: Told;

  private constructor(child: ChildProcess, told: Told) {
    this.#process = child;
    this.told = told;
  }

  /** `log` takes what it writes; `temporary` is where it may leave files beside its data. */
  static async start(
    data: string,
    { log, temporary }: { readonly log: string; readonly temporary: string },
  ): Promise<House> {
    const output = openSync(log, 'a');
    const child = spawn(
      process.execPath,
      ['--import', './infra/typescript.js', 'test/erasure/processes/house.ts', data],
      {
        env: { PATH: process.env.PATH, TMPDIR: temporary },
        stdio: ['ignore', output, output, 'ipc'],
      },
    );
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the house ended with ${code}: see ${log}`);
    });
    ended.catch(() => undefined);
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [Told];
    return new House(child, told);
  }

  /** Has the erasure of the thoroughly named recorded as ordered and confirmed. */
  confirmErasure(): void {
    this.#process.send('erase');
  }

  async signIn(accountId: string): Promise<string> {
    const { text } = await this.call('POST', '/sessions', { body: { accountId, password: PASSWORD } });
    return (JSON.parse(text) as { token: string }).token;
  }

  async call(
    method: string,
    path: string,
    { token, body }: { readonly token?: string; readonly body?: object } = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.told.url}${BASE}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  close(): Promise<unknown> {
    const ended = once(this.#process, 'exit');
    this.#process.send('close');
    return ended;
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
