/** The command line, run as a user runs it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Circumstances {
  /** Data directory. */
  readonly data?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** No file may grow beyond it, as on a disk that is full. */
  readonly fileSizeKib?: number;
  /** Standard input; empty unless told. */
  readonly input?: string;
}

interface Running {
  readonly process: ChildProcess;
  /** What it has written to standard output so far. */
  written(): string;
  readonly ended: Promise<Ended>;
}

function start(args: readonly string[], { data, environment, fileSizeKib, input = '' }: Circumstances): Running {
  const command = [process.execPath, 'infra/gongguan.js', ...args];
  // `dash` counts blocks of 512 bytes.
  const limited = ['sh', '-c', `ulimit -f ${(fileSizeKib ?? 0) * 2}; exec "$@"`, 'sh', ...command];
  const [program = '', ...rest] = fileSizeKib === undefined ? command : limited;
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...(data !== undefined && { GONGGUAN_DATA: data }), PORT: '0', ...environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { process: child, written: () => stdout, ended };
}

/** Runs a command to its end. */
export function gongguan(args: readonly string[], circumstances: Circumstances = {}): Promise<Ended> {
  return start(args, circumstances).ended;
}

export interface Service extends AsyncDisposable {
  readonly url: string;
  /** Asks it to stop, and waits until it has. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

const ADDRESS = /接口 API\s+(http:\/\/\S+)\/api\/v1/;

/** Starts `serve` and waits until it says where it listens. */
export async function serve(circumstances: Circumstances): Promise<Service> {
  const running = start(['serve'], circumstances);
  const url = await new Promise<string>((resolve, reject) => {
    running.process.stdout?.on('data', () => {
      const address = ADDRESS.exec(running.written())?.[1];
      if (address) resolve(address);
    });
    void running.ended.then(({ stderr }) => reject(new Error(`serve ended: ${stderr}`)));
  });
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    running.process.kill(signal);
    return running.ended;
  };
  return {
    url,
    stop,
    async [Symbol.asyncDispose]() {
      if (running.process.exitCode === null) await stop('SIGKILL');
    },
  };
}
