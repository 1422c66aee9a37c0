/** serve, api, projector, worker: processes that stay until they are asked to stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { collectAtRest, collectOnce, workedHere } from '../collect-at-rest.ts';
import type { Part } from '../compose/part.ts';
import type { System } from '../compose/system.ts';
import { type Config, readConfig } from '../config.ts';
import { demoAccounts } from '../demo/cast.ts';
import { DEMO_PASSWORD } from '../demo/command.ts';
import { isDemoLoaded } from '../demo/load.ts';
import { createLogger, type RunningProcess, serveSystem, startProcess } from '../main.ts';
import { checkExposure, exposedPasswords } from './exposure.ts';
import { followShown, open } from './opened.ts';

/** Whoever tries the demo out has no authenticator at hand. */
const DEMO_DEFAULTS = { GONGGUAN_SECOND_FACTOR: 'optional' };

export interface ServeCommandOptions {
  /** Load the demo year first, if it is not there. */
  readonly demo: boolean;
  /** Whether a demo may be opened to other machines. */
  readonly yes: boolean;
}

/** Runs everything in this process until it is told to stop; with `demo` the year is loaded first. */
export async function serveCommand({ demo, yes }: ServeCommandOptions): Promise<void> {
  const config = readConfig(process.env, demo ? DEMO_DEFAULTS : {});
  if (demo) checkExposure(config, yes);
  if (demo && !(await isDemoLoaded(config.dataDirectory))) await loadDemoApart();
  const system = await open(config, { projecting: 'thread' });
  try {
    await followShown(system);
    if (!demo) await warn(config, system);
    const application = await serveSystem(system, config, createLogger(config));
    announce(application.url, demo);
    stay(application);
  } catch (error) {
    await system.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Runs one part of a divided installation until it is told to stop. Throws BadConfiguration unless all three servers
 * are configured.
 */
export async function run(part: Exclude<Part, 'all'>): Promise<void> {
  const config = readConfig(process.env);
  const application = await startProcess(config, { part });
  if (part === 'api') await warn(config, application.system);
  console.log(`攻关台账 ${part} 已启动 (is running): ${application.url}`);
  stay(application);
}

async function warn(config: Config, { keyStore }: System): Promise<void> {
  const warning = await exposedPasswords(config, keyStore);
  if (warning !== undefined) console.error(warning);
}

/**
 * In a process of its own, whose memory goes with it, and which ends with this one: it is told by the signal, and by the end
 * of its channel where this process is killed. What goes wrong is told there.
 */
async function loadDemoApart(): Promise<void> {
  const launcher = fileURLToPath(new URL('../gongguan.js', import.meta.url));
  const loading = spawn(process.execPath, [launcher, 'demo'], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const endToo = (signal: NodeJS.Signals) => loading.kill(signal);
  for (const signal of STOPPING) process.once(signal, endToo);
  const [code] = (await once(loading, 'exit')) as [number | null];
  for (const signal of STOPPING) process.off(signal, endToo);
  if (code !== 0) throw new RangeError('演示年度未载入 (the demo year was not loaded)');
}

/** The pages first, and in a demo who signs in where; then what programs ask. */
function announce(url: string, demo: boolean): void {
  const api = `${url}/api/v1`;
  const lines = [
    '',
    '攻关台账已启动 (Gongguan is running)',
    `  请用浏览器打开 open ${url}/ （公开信息，不用登录 public, no sign-in）`,
    ...(demo
      ? roomsOfDemo(url)
      : [
          `  登录后 signed in    ${url}/work 待办 workbench，${url}/supervision 监督 supervision，${url}/dashboards 看板 dashboards`,
        ]),
    '',
    `  接口 API            ${api}`,
    `  接口文档 API docs   ${url}/docs`,
    `  登录 log in         POST ${api}/sessions {"accountId": "...", "password": "..."}`,
  ];
  console.log(lines.join('\n'));
}

/** What begins on a page, by its path. */
const ROOMS = {
  '/supervision': '监督：先选问题，再看答案和依据 (supervision)',
  '/work': '待办：等待本人办理的事项 (workbench)',
  '/panel-duties': '评定：专家的申明、阅卷和评分 (evaluation)',
} as const;

function roomsOfDemo(url: string): readonly string[] {
  const rooms = Object.entries(ROOMS).flatMap(([path, what]) => [
    '',
    `  ${what}`,
    `    浏览器打开 ${url}${path} 以下列账户之一登录 (open it, sign in as one of these)`,
    ...demoAccounts
      .filter(({ opens }) => opens === path)
      .map(({ accountId, purpose }) => `      ${accountId.padEnd(14)} ${purpose}`),
  ]);
  return [
    `  看板 dashboards     ${url}/dashboards 以 sup.office 或 msr.office 登录 (sign in as one of them)`,
    ...rooms,
    '',
    `  演示账户的密码 password  ${DEMO_PASSWORD}`,
  ];
}

/** Until it is told to stop. */
function stay(application: RunningProcess): void {
  // Somebody may ask while it collects: he shall not wait for the last of it.
  collectAtRest({ collect: collectOnce, worked: workedHere });
  stopOnSignal(() => application.close());
}

const STOPPING = ['SIGINT', 'SIGTERM'] as const;

function stopOnSignal(close: () => Promise<void>): void {
  // What is written there may lie on a disk that is full: no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const signal of STOPPING) {
    process.once(signal, () => {
      close().then(
        () => process.exit(0),
        error => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
