/** The commands of a witness, as the command line offers them. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ServeWitnessOptions } from './witness.ts';

/** Throws InvalidArgumentError. */
function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('须为整数 (a whole number)');
  return Number(value);
}

export function addWitnessCommands(program: Command): void {
  const witness = program
    .command('witness')
    .description('见证人：由监督机构自行运行，联署检查点 (run by a supervising body: cosigns the checkpoints of logs)');
  /** A command of the witness; all work in its directory. */
  const ofWitness = (name: string, description: string) =>
    witness
      .command(name)
      .description(description)
      .option('--directory <directory>', '见证人的目录 (directory of the witness)', 'witness');

  ofWitness('init', '生成密钥，打印核验行 (make its key and print its verifier line)')
    .argument('<name>', '名称，如 witness.example.cn (its name)')
    .action(async (name: string, options: { directory: string }) =>
      (await import('./witness.ts')).init(name, options.directory),
    );
  ofWitness('trust', '认可账本的密钥 (count a key as one of a log’s: the first, or the next after a rotation)')
    .argument('<origin>', '账本名称，检查点的第一行 (origin of the log: the first line of its checkpoints)')
    .argument('<key>', '核验行 (verifier line of the key)')
    .action(async (origin: string, key: string, options: { directory: string }) =>
      (await import('./witness.ts')).trust(origin, key, options.directory),
    );
  ofWitness('retire', '不再认可账本的密钥 (count a key of a log no more)')
    .argument('<origin>', '账本名称 (origin of the log)')
    .argument('<key>', '核验行 (verifier line of the key)')
    .action(async (origin: string, key: string, options: { directory: string }) =>
      (await import('./witness.ts')).retire(origin, key, options.directory),
    );
  ofWitness('serve', '启动见证人 (answer logs)')
    .option('--host <host>', '监听地址 (where it listens)', '127.0.0.1')
    .option('--port <port>', '端口 (port)', wholeNumber, 3100)
    .option('--webhook <address>', '警报以 JSON 发往此地址 (alarms are posted there as JSON)')
    .option('--program <path>', '每次警报运行此程序 (is run for each alarm, with the JSON on its standard input)')
    .action(async (options: ServeWitnessOptions) => (await import('./witness.ts')).serveWitness(options));
  ofWitness(
    'status',
    '各账本与警报；有警报时退出码为3，久无检查点为4 (logs and alarms; exit code 3 with an alarm, 4 in silence)',
  )
    .option(
      '--silent-after <hours>',
      '多少小时没有新检查点即提示 (hours without a checkpoint that are too many)',
      wholeNumber,
      48,
    )
    .action(async ({ directory, silentAfter }: { directory: string; silentAfter: number }) =>
      (await import('./witness.ts')).witnessStatus(directory, silentAfter),
    );
  ofWitness('evidence', '显示一项证据 (print what was refused, and what had been cosigned)')
    .argument('<number>', '警报编号 (number of the alarm)', wholeNumber)
    .action(async (number: number, options: { directory: string }) =>
      (await import('./witness.ts')).evidence(number, options.directory),
    );
  ofWitness('acknowledge', '查明后结束一项警报，证据保留 (end an alarm that was looked into; the evidence stays)')
    .argument('<number>', '警报编号 (number of the alarm)', wholeNumber)
    .argument('<reason>', '查明的情况 (what was found)')
    .action(async (number: number, reason: string, options: { directory: string }) =>
      (await import('./witness.ts')).acknowledge(number, reason, options.directory),
    );
}
