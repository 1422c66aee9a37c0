/** The command line: serve, api, projector, worker, demo, bootstrap, rebuild, status, jobs, export, report, backup, config. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { z } from 'zod';
import { projections } from '../projections/index.ts';
import { csvOf } from '../projections/report/export.ts';
import { reports } from '../projections/report/index.ts';
import { asOfSchema } from '../projections/report/report.ts';
import { exportTrail } from '../projections/trail/export.ts';
import { trailExportInput } from '../projections/trail/query.ts';
import { StoreUnavailable } from '../services/ports.ts';
import { backup } from './backup.ts';
import { bootstrap } from './bootstrap.ts';
import { BadConfiguration, type Config, readConfig, shown } from './config.ts';
import { demoAccounts } from './demo/cast.ts';
import { DEMO_PASSWORD, loadDemoYear } from './demo/command.ts';
import { isDemoLoaded, NotEmpty } from './demo/load.ts';
import type { House } from './house.ts';
import { WrongEvictionPolicy } from './jobs/redis.ts';
import { printJobs } from './jobs/report.ts';
import { createLogger, identityOf, openHouseFor, type Part, serveHouse, startApplication } from './main.ts';
import { migrate } from './migrate.ts';
import { MigrationRefused } from './migration/refused.ts';
import { answerReport, reportNumbered } from './reports.ts';
import { AlreadyRunning } from './sqlite.ts';
import { printStatus } from './status.ts';

/** Where no terminal shows a bar, a line now and then. */
const QUIET_ELSEWHERE = { noTTYOutput: true, notTTYSchedule: 5_000 };

const program = new Command('gongguan')
  .description('攻关台账：天津市质量攻关年度管理 (event-sourced backend of the quality-improvement programme)')
  .showHelpAfterError();

program
  .command('serve')
  .description('启动服务 (run the API, the projections and the jobs in one process)')
  .option('--demo', '首次启动时载入2024年度演示数据 (load the demo year into an empty data directory first)')
  .action(async (options: { demo?: boolean }) => {
    const config = readConfig(process.env);
    if (options.demo && !(await isDemoLoaded(config.dataDirectory))) await loadDemoApart();
    const house = await open(config, 'thread');
    try {
      await follow(house);
      const application = await serveHouse(house, config, createLogger(config));
      announce(application.url, options.demo ?? false);
      stopOnSignal(() => application.close());
    } catch (error) {
      await house.close();
      throw error;
    }
  });

/** Parts of the service, each in processes of its own. */
const PARTS: readonly (readonly [Exclude<Part, 'all'>, string])[] = [
  ['api', '只启动接口，可多个 (run the API alone, in any number of processes)'],
  ['projector', '只更新读模型，可多个 (make read models alone; each has one owner at a time)'],
  ['worker', '只执行任务，可多个 (do the jobs alone, in any number of processes)'],
];
for (const [part, description] of PARTS) {
  program
    .command(part)
    .description(description)
    .action(async () => {
      const application = await startApplication(readConfig(process.env), { part });
      console.log(`攻关台账 ${part} 已启动 (is running): ${application.url}`);
      stopOnSignal(() => application.close());
    });
}

program
  .command('demo')
  .description('载入2024年度演示数据 (load the demo year into an empty data directory)')
  .action(() =>
    withHouse(async (house, config) => loadDemoYear(house, await identityOf(house, config)), 'stand still'),
  );

program
  .command('bootstrap')
  .argument('<account>', '账户名 (login name)')
  .argument('<name>', '姓名 (name of the person)')
  .option('--supervisor', '监督人员而非市市场监管部门 (a supervisor instead of the municipal authority)')
  .description(
    '登记第一个账户，密码由标准输入读取 (register the first account; the password is read from standard input)',
  )
  .action((account: string, name: string, options: { supervisor?: boolean }) =>
    withHouse(async (house, config) =>
      bootstrap(house, await identityOf(house, config), {
        accountId: account,
        name,
        supervisor: options.supervisor ?? false,
      }),
    ),
  );

program
  .command('rebuild')
  .argument('[projection]', '读模型名称，缺省为全部 (name of a read model; all of them when left out)')
  .description('重建读模型，比对后切换 (build a new generation beside the live one, compare, swap)')
  .action((name: string | undefined) => withHouse(house => rebuild(house, name)));

program
  .command('status')
  .description('日志与读模型的位置 (positions, lag and completeness of log and read models)')
  .action(() => withHouse(printStatus));

const exporting = program.command('export').description('导出 (export)');
exporting
  .command('trail')
  .description('导出监督轨迹 (export the supervision trail)')
  .option('--format <format>', 'csv 或 ndjson', 'csv')
  .option('--output <file>', '输出文件，缺省为标准输出 (standard output when left out)')
  .option('--article <id>', '依据条款，如 art-12')
  .option('--project <id>', '项目编号')
  .option('--person <account>', '人员账户')
  .option('--unit <code>', '统一社会信用代码')
  .option('--from <instant>', '记录时间不早于')
  .option('--to <instant>', '记录时间早于')
  .option('--as-of <position|instant>', '截至某一位置或时刻')
  .action(({ output, ...options }: Record<string, string>) =>
    withHouse(async house => {
      const { format, ...filter } = trailExportInput.parse({ order: 'asc', ...options });
      const target = output ? createWriteStream(output) : process.stdout;
      await pipeline(Readable.from(exportTrail(filter, format, house.reader)), target, { end: output !== undefined });
    }),
  );

program
  .command('report')
  .argument('[number]', '报告编号，缺省列出全部 (number of the report; lists them all when left out)')
  .description('监督报告，由日志直接得出 (answer a supervisor’s question from the log itself)')
  .option('--project <id>', '项目编号')
  .option('--unit <code>', '统一社会信用代码')
  .option('--organisation <id>', '单位编号')
  .option('--entrustment <id>', '委托编号')
  .option('--panel <id>', '技术评定组')
  .option('--year <year>', '年度')
  .option('--on <date>', '有效日期')
  .option('--days <days>', '登记可迟的天数')
  .option('--as-of <position|instant|date>', '截至某一位置、时刻或某日终了所知')
  .option('--format <format>', 'csv 或 json', 'csv')
  .option('--output <file>', '输出文件，缺省为标准输出 (standard output when left out)')
  .action((number: string | undefined, options: Record<string, string>) => {
    if (number === undefined) return listReports();
    const asking = askingOf(number, options);
    return withHouse(house => printReport(house, asking), 'stand still');
  });

program
  .command('backup')
  .argument('<directory>', '目标目录，必须为空 (an empty directory)')
  .description('一致性备份，可在运行中执行 (consistent copy; works while the service runs)')
  .action((directory: string) => backup(readConfig(process.env), directory));

const jobs = program.command('jobs').description('任务：数量与已放弃者 (jobs: how many, and those given up)');
jobs.action(() => withHouse(house => printJobs(house.jobs), 'stand still'));
jobs
  .command('retry')
  .argument('<kind>', '任务种类 (kind of job)')
  .argument('<id>', '任务编号 (id of the job)')
  .description('重试一项已放弃的任务 (give a dead job all its attempts again)')
  .action((kind: string, id: string) =>
    withHouse(async house => {
      if (!(await house.jobs.retry(kind, id)))
        throw new RangeError(`该任务不在已放弃之列 (not a dead job): ${kind} ${id}`);
    }, 'stand still'),
  );

program
  .command('migrate')
  .requiredOption('--from <engine>', '来源 (sqlite)')
  .requiredOption('--to <engine>', '目标 (eventstoredb)')
  .description('搬迁：日志、密钥和文件，并证明两份日志相同 (move log, keys and files; resumes; proves both logs equal)')
  .action(async ({ from, to }: { from: string; to: string }) => {
    if (from !== 'sqlite' || to !== 'eventstoredb')
      throw new RangeError('只支持 (only) --from sqlite --to eventstoredb');
    await moveHouse(readConfig(process.env));
  });

program
  .command('config')
  .description('配置 (configuration)')
  .command('check')
  .description('检查环境变量 (check the environment variables)')
  .action(() => console.log(JSON.stringify(shown(readConfig(process.env)), undefined, 2)));

function open(config: Config, projecting: 'here' | 'thread' = 'here'): Promise<House> {
  return openHouseFor('all', config, {
    projecting,
    alarm: (message, details) => console.error(message, JSON.stringify(details)),
  });
}

/** In a process of its own, whose memory goes with it. What goes wrong is told there. */
async function loadDemoApart(): Promise<void> {
  const loading = spawn(process.execPath, [fileURLToPath(new URL('./gongguan.js', import.meta.url)), 'demo'], {
    stdio: 'inherit',
  });
  const [code] = (await once(loading, 'exit')) as [number | null];
  if (code !== 0) throw new RangeError('演示年度未载入 (the demo year was not loaded)');
}

/** Read models are brought to the head of the log first, unless they may stand still. */
async function withHouse(task: (house: House, config: Config) => unknown, readModels = 'follow'): Promise<void> {
  const config = readConfig(process.env);
  const house = await open(config);
  try {
    if (readModels === 'follow') await follow(house);
    await task(house, config);
  } finally {
    await house.close();
  }
}

/** Shows a bar only when there is something to catch up with. */
async function follow(house: House): Promise<void> {
  const bar = new SingleBar({ format: '更新读模型 {bar} {percentage}%', ...QUIET_ELSEWHERE });
  let started = false;
  await house.follow(({ done, head }) => {
    if (!started) bar.start(Number(head), 0);
    started = true;
    bar.update(Number(done));
  });
  if (started) bar.stop();
}

async function rebuild(house: House, name: string | undefined): Promise<void> {
  const all = projections.map(projection => projection.name);
  if (name !== undefined && !all.includes(name)) throw new RangeError(`没有读模型 (no such read model): ${name}`);
  const names = name === undefined ? all : [name];
  const bar = new SingleBar({
    format: '重建 {bar} {percentage}% | {duration_formatted}',
    ...QUIET_ELSEWHERE,
  });
  bar.start(Number(await house.events.head()), 0);
  const reports = await house.projector.rebuildAll(names, ({ done }) => bar.update(Number(done)));
  bar.stop();
  for (const { projection, generation, rows, rowsBefore, differing, examples } of reports) {
    const verdict =
      differing === undefined
        ? '版本不同，未比对'
        : differing === 0
          ? '与原读模型一致'
          : `有 ${differing} 行不同：${examples.join('、')}`;
    console.log(`${projection} 第${generation}代：${rows} 行（原 ${rowsBefore} 行），${verdict}`);
  }
}

function listReports(): void {
  for (const { number, title, question, parameters } of reports) {
    const options = Object.keys(parameters.shape).map(name => ` --${name}`);
    console.log(`${String(number).padStart(2)} ${title}：${question}${options.join('')}`);
  }
}

/** What is asked, checked before anything is opened. */
function askingOf(number: string, { asOf, format, output, ...rest }: Record<string, string>) {
  const report = reportNumbered(Number(number));
  if (!report) throw new RangeError(`没有报告 (no such report): ${number}`);
  const asked = { parameters: report.parameters.parse(rest), asOf: asOfSchema.optional().parse(asOf) };
  return { report, asked, format: z.enum(['csv', 'json']).parse(format), output };
}

async function printReport(house: House, asking: ReturnType<typeof askingOf>): Promise<void> {
  const { report, asked, format, output } = asking;
  // What read models say of themselves is asked of those that are as far as they can be.
  if (report.countsAll) await follow(house);
  const answered = await answerReport(report, asked, { role: 'SUP' }, { log: house.events, reader: house.reader });
  const text = format === 'csv' ? csvOf(answered) : `${JSON.stringify(answered, undefined, 2)}\n`;
  if (output === undefined) process.stdout.write(text);
  else await writeFile(output, text);
}

async function moveHouse(config: Config): Promise<void> {
  const bar = new SingleBar({ format: '搬迁 {bar} {percentage}% | {value}/{total} 事件', ...QUIET_ELSEWHERE });
  let started = false;
  const { source, target, pins, vault, files } = await migrate(config, {
    alarm: (message, details) => console.error(message, JSON.stringify(details)),
    onProgress({ done, total }) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
  });
  if (started) bar.stop();
  console.log(`来源 source: ${source.events} 个事件，SHA-256 ${source.sha256}`);
  console.log(`目标 target: ${target.events} 个事件，SHA-256 ${target.sha256}，两份日志相同 (equal)`);
  if (vault) console.log(`密钥 vault: ${JSON.stringify(vault)}`);
  if (files) console.log(`文件 files: ${JSON.stringify(files)}`);
  for (const pin of pins.filter(({ type }) => type.startsWith('project-plan.')))
    console.log(`名单 list: ${JSON.stringify(pin)}`);
}

function announce(url: string, demo: boolean): void {
  const lines = [
    '',
    '攻关台账已启动 (Gongguan is running)',
    `  接口 API            ${url}/api/v1`,
    `  接口文档 API docs   ${url}/docs`,
    `  公开工作方案        ${url}/api/v1/programmes/2024/work-plans`,
    `  公开项目计划        ${url}/api/v1/programmes/2024/project-plan`,
    `  监督轨迹 trail      ${url}/api/v1/trail （监督人员登录后）`,
    `  登录 log in         POST ${url}/api/v1/sessions {"accountId": "...", "password": "..."}`,
  ];
  if (demo) {
    lines.push(`  演示账户 demo accounts（密码 password: ${DEMO_PASSWORD}）`);
    for (const { accountId, purpose } of demoAccounts) lines.push(`    ${accountId.padEnd(14)} ${purpose}`);
  }
  console.log(lines.join('\n'));
}

function stopOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
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

/** What to tell of a fault of the user's making; undefined for any other, which keeps its stack. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  const expected = [
    BadConfiguration,
    AlreadyRunning,
    NotEmpty,
    MigrationRefused,
    RangeError,
    StoreUnavailable,
    WrongEvictionPolicy,
  ].some(kind => error instanceof kind);
  return expected || isAddressInUse(error) ? (error as Error).message : undefined;
}

function isAddressInUse(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(sentenceOf(error) ?? error);
  process.exitCode = 1;
}
