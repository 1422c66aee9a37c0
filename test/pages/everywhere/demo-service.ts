/** The demo year as a newcomer runs it, and its people signed in by the page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { demoAccounts } from '../../../infra/demo/cast.ts';
import { DEMO_PASSWORD } from '../../../infra/demo/command.ts';

export interface DemoService {
  readonly url: string;
  /** The cookie of whoever signs in, for one header. */
  signIn(accountId: string): Promise<string>;
  close(): Promise<void>;
}

const PORT_SAID = /请用浏览器打开 open (http:\S+?)\/\s/;

/** Runs `serve --demo` on a directory; resolves when it says that it can be opened. */
export async function startDemo({ path }: { readonly path: string }): Promise<DemoService> {
  const serving = spawn(process.execPath, ['infra/gongguan.js', 'serve', '--demo'], {
    env: { PATH: process.env.PATH, GONGGUAN_DATA: path, PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await urlOf(serving);
  return {
    url,
    async signIn(accountId) {
      const answer = await fetch(`${url}/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: url },
        body: new URLSearchParams({ accountId, password: DEMO_PASSWORD }),
      });
      const cookies = answer.headers.getSetCookie().map(cookie => cookie.split(';')[0] as string);
      if (answer.status !== 303 || cookies.length === 0)
        throw new Error(`${accountId} cannot sign in: ${answer.status}`);
      return cookies.join('; ');
    },
    async close() {
      if (serving.exitCode !== null) return;
      const ended = once(serving, 'exit');
      serving.kill('SIGTERM');
      await ended;
    },
  };
}

async function urlOf(serving: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [serving.stdout, serving.stderr]) {
      stream?.on('data', text => {
        said += text;
        const [, url] = PORT_SAID.exec(said) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
    serving.once('exit', code => reject(new Error(`the demo ended with ${code}: ${said}`)));
  });
}

/** One person of each kind, as `npm start` names them, and the public. */
export const READERS: readonly (string | undefined)[] = [
  undefined,
  ...demoAccounts.map(({ accountId }) => accountId),
].filter(reader => !['msr.review1', 'msr.publish', 'rec.a02', 'sup.deputy'].includes(reader ?? ''));
