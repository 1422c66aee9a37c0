/**
 * The command line: what the program offers, in the order of its help. What a command does is loaded when it is asked for,
 * so that help and a look at the configuration do not wait for the whole program.
 */
import { Command } from 'commander';
import own from '../package.json' with { type: 'json' };
import type { FromOutside } from './cli/verify.ts';
import { addWitnessCommands } from './cli/witness-commands.ts';
import { sayInChinese } from './cli/words.ts';
import type { Part } from './compose/part.ts';
import { OWNER_ALONE } from './private-files.ts';

// Whatever a command writes may hold what is not for everybody who has an account on this machine.
process.umask(OWNER_ALONE);

// Before its commands: each takes over what is said here.
const program = sayInChinese(new Command('gongguan'))
  .description('攻关台账：天津市质量攻关年度管理 (event-sourced backend of the quality-improvement programme)')
  .version(own.version, '-V, --version', '显示版本 (show the version)')
  .showHelpAfterError();

program
  .command('serve')
  .description('启动服务 (run the API, the projections and the jobs in one process)')
  .option('--demo', '首次启动时载入2024年度演示数据 (load the demo year into an empty data directory first)')
  .option(
    '--yes',
    '确认把使用公开密码的演示服务对其他机器开放 (with --demo: open it to other machines, public passwords and all)',
  )
  .action(async ({ demo = false, yes = false }: { demo?: boolean; yes?: boolean }) =>
    (await import('./cli/serving.ts')).serveCommand({ demo, yes }),
  );

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
    .action(async () => (await import('./cli/serving.ts')).run(part));
}

program
  .command('demo')
  .description('载入2024年度演示数据 (load the demo year into an empty data directory)')
  .action(async () => (await import('./cli/founding.ts')).demo());

program
  .command('bootstrap')
  .argument('<account>', '账户名 (login name)')
  .argument('<name>', '姓名 (name of the person)')
  .option('--supervisor', '监督人员而非市市场监管部门 (a supervisor instead of the municipal authority)')
  .option('--identity <kind>', '证件种类 (kind of his identity document)', '居民身份证')
  .option('--country <code>', '护照签发国，三字母代码 (of a passport: who issued it, ISO 3166-1)')
  .description(
    '登记首批账户：市市场监管部门、监督机构各两个，仅限尚未启用的系统；证件号码和密码依次由标准输入读取 (register the founders, two of each kind, in a house that nobody uses yet; the number of the identity document and the password are read from standard input)',
  )
  .action(
    async (
      accountId: string,
      name: string,
      { supervisor = false, identity, country }: { supervisor?: boolean; identity: string; country?: string },
    ) => {
      const { registerFirst } = await import('./cli/founding.ts');
      await registerFirst({ accountId, name, supervisor, document: identity, ...(country && { country }) });
    },
  );

program
  .command('reset')
  .argument('<account>', '账户名 (login name)')
  .argument('<reason>', '理由 (reason)')
  .description(
    '提出重置密码，须由一名有权人员登录后确认并领取一次性代码 (start a password reset; somebody who administers the account confirms it and is given the code)',
  )
  .action(async (accountId: string, reason: string) =>
    (await import('./cli/founding.ts')).orderReset(accountId, reason),
  );

program
  .command('rebuild')
  .argument('[projection]', '读模型名称，缺省为全部 (name of a read model; all of them when left out)')
  .option(
    '--accept-log',
    '以现有日志为准，弃用另一日志留下的读模型 (this log counts: drop what is derived from another)',
  )
  .description('重建读模型，比对后切换 (build a new generation beside the live one, compare, swap)')
  .action(async (name: string | undefined, { acceptLog = false }: { acceptLog?: boolean }) =>
    (await import('./cli/read-models.ts')).rebuild(name, acceptLog),
  );

program
  .command('status')
  .description('日志与读模型的位置 (positions, lag and completeness of log and read models)')
  .action(async () => (await import('./cli/read-models.ts')).status());

const exporting = program.command('export').description('导出 (export)');
exporting
  .command('erasures')
  .description(
    '导出已销毁的密钥之摘要，与备份分开保存，恢复时据以再次删除 (which keys were destroyed, to be kept apart from backups: a restore erases them again)',
  )
  .option('--output <file>', '输出文件，缺省为标准输出 (standard output when left out)')
  .action(async (options: { output?: string }) => (await import('./cli/restoring.ts')).writeErasures(options));
exporting
  .command('trail')
  .description('导出监督轨迹 (export the supervision trail)')
  .option('--format <format>', '格式：csv 或 ndjson (format: csv or ndjson)', 'csv')
  .option('--output <file>', '输出文件，缺省为标准输出 (standard output when left out)')
  .option('--article <id>', '依据条款，如 art-12 (an article that it was done under)')
  .option('--project <id>', '项目编号 (a project)')
  .option('--person <account>', '人员账户 (account of a person)')
  .option('--unit <code>', '统一社会信用代码 (a unit, by its credit code)')
  .option('--from <instant>', '记录时间不早于 (recorded then or later)')
  .option('--to <instant>', '记录时间早于 (recorded before)')
  .option('--as-of <position|instant>', '截至某一位置或时刻 (as the log stood then)')
  .action(async (options: Record<string, string>) => (await import('./cli/trail.ts')).writeTrail(options));
exporting
  .command('bundle')
  .description(
    '导出证据包：事件及其存在证明，断网可核验 (events with their proofs in one file, to be verified without this system; the whole log unless told)',
  )
  .requiredOption('--output <file>', '输出文件 (the zip to write)')
  .option('--as <role>', '给谁看：public、MSR 或 SUP (for whom it is)', 'public')
  .option('--year <year>', '只含一个年度 (a programme year)')
  .option('--project <id>', '只含一个项目 (a project)')
  .option('--person <account>', '只含一个人员 (a person)')
  .action(async (options: Record<string, string>) => (await import('./cli/bundle.ts')).writeBundle(options));

program
  .command('report')
  .argument('[number]', '报告编号，缺省列出全部 (number of the report; lists them all when left out)')
  .description('监督报告，由日志直接得出 (answer a supervisor’s question from the log itself)')
  .option('--project <id>', '项目编号 (a project)')
  .option('--unit <code>', '统一社会信用代码 (a unit, by its credit code)')
  .option('--organisation <id>', '单位编号 (an organisation)')
  .option('--entrustment <id>', '委托编号 (an entrustment)')
  .option('--panel <id>', '技术评定组编号 (a panel)')
  .option('--year <year>', '年度 (a programme year)')
  .option('--on <date>', '有效日期 (the day that it is asked of)')
  .option('--days <days>', '登记可迟的天数 (days within which an act is recorded in time)')
  .option('--as-of <position|instant|date>', '截至某一位置、时刻或某日终了所知 (what was known then)')
  .option(
    '--valid-at <instant|date>',
    '有效时间：只计该时刻（含）或该日终了前发生的行为 (what had taken place by then)',
  )
  .option('--format <format>', '格式：csv 或 json (format: csv or json)', 'csv')
  .option('--output <file>', '输出文件，缺省为标准输出 (standard output when left out)')
  .action(async (number: string | undefined, options: Record<string, string>) =>
    (await import('./cli/report.ts')).runReport(number, options),
  );

const many = (value: string, before: readonly string[]) => [...before, value];
program
  .command('verify')
  .argument('[bundle]', '证据包，缺省为本系统所存 (a bundle; what is stored here when left out)')
  .description(
    '核验证据包或本系统的日志与存证，指出第一个坏事件；退出码 0 完好、2 用法有误、3 不完好 (verify a bundle, or log and ledger as they are stored here, beside a running service too; exits with 0 for whole, 2 for wrong usage, 3 for violated)',
  )
  .option('--checkpoint <file>', '另处得到的检查点，可多个 (a checkpoint from elsewhere; repeatable)', many, [])
  .option('--key <vkey>', '台账的签名密钥，取自另处 (the key of the log, from elsewhere)', many, [])
  .option('--witness <vkey>', '见证人的密钥，其联署不可缺 (the key of a witness who must have cosigned)', many, [])
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (bundle: string | undefined, options: FromOutside) =>
    (await import('./cli/verify.ts')).verify(bundle, options),
  );

program
  .command('proof')
  .argument('[event]', '事件编号或位置 (id of an event, or its position)')
  .option('--consistency <sizes...>', '较早检查点的大小，或两个大小 (size of an earlier checkpoint, or two)')
  .description('存证证明：事件在台账中，或台账只增未改 (prove that an event is on the log, or that the log only grew)')
  .action(async (event: string | undefined, { consistency }: { consistency?: readonly string[] }, command: Command) => {
    const [old, later] = consistency ?? [];
    if ((event === undefined) === (old === undefined))
      command.error('请给出事件或 --consistency (an event, or --consistency)');
    const { proveConsistency, proveEvent } = await import('./cli/proof.ts');
    if (event !== undefined) await proveEvent(event);
    else if (old !== undefined) await proveConsistency(old, later);
  });

program
  .command('backup')
  .argument('<directory>', '目标目录，必须为空 (an empty directory)')
  .description('一致性备份，可在运行中执行 (consistent copy; works while the service runs)')
  .action(async (directory: string) => (await import('./cli/moving.ts')).copyTo(directory));

program
  .command('restore')
  .argument('[backup]', '备份目录 (directory of a backup)')
  .option('--replacing <directory>', '被替换的数据目录，由其得知其后的删除 (the data directory that is being replaced)')
  .option(
    '--erasures <file>',
    'gongguan export erasures 导出的删除记录；确知没有的写 none (file of erasures, or the word none)',
  )
  .option(
    '--checkpoint <file>',
    '外部保存的检查点，缺省为被替换的目录中最新的 (checkpoint from outside; that of the replaced directory unless told)',
  )
  .option(
    '--replay-erasures',
    '服务器已用自带工具恢复的，只再次删除个人信息并核对读模型 (servers were restored by their own tools: erase again, check read models)',
  )
  .description(
    '由备份恢复空的数据目录：先校验，再次删除其后已删除的个人信息 (fill an empty data directory from a backup: checked first, and whoever was erased since is erased again)',
  )
  .action(async (copy: string | undefined, options: object) =>
    (await import('./cli/restoring.ts')).restoreFrom(copy, options),
  );

const jobs = program.command('jobs').description('任务：数量与已放弃者 (jobs: how many, and those given up)');
jobs.action(async () => (await import('./cli/jobs.ts')).list());
jobs
  .command('retry')
  .argument('<kind>', '任务种类 (kind of job)')
  .argument('<id>', '任务编号 (id of the job)')
  .description('重试一项已放弃的任务 (give a dead job all its attempts again)')
  .action(async (kind: string, id: string) => (await import('./cli/jobs.ts')).retry(kind, id));

program
  .command('migrate')
  .requiredOption('--from <engine>', '来源 (from): sqlite')
  .requiredOption('--to <engine>', '目标 (to): eventstoredb')
  .description('搬迁：日志、密钥和文件，并证明两份日志相同 (move log, keys and files; resumes; proves both logs equal)')
  .action(async (engines: { from: string; to: string }) => (await import('./cli/moving.ts')).move(engines));

addWitnessCommands(program);

program
  .command('config')
  .description('配置 (configuration)')
  .command('check')
  .description('检查环境变量及其所指 (check the environment variables, and what they name)')
  .action(async () => {
    const [{ readConfig, shown }, { checkStart }] = await Promise.all([
      import('./config.ts'),
      import('./compose/start-check.ts'),
    ]);
    const config = readConfig(process.env);
    await checkStart(config);
    console.log(JSON.stringify(shown(config), undefined, 2));
  });

try {
  await program.parseAsync();
} catch (error) {
  const { faultSentence } = await import('./cli/fault.ts');
  console.error(faultSentence(error) ?? error);
  process.exitCode = 1;
}
