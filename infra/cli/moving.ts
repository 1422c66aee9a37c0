/** backup, migrate: the system copied to another directory, or moved to other engines. */
import { backup } from '../compose/backup.ts';
import { readConfig } from '../config.ts';
import { migrate } from '../migrate.ts';
import { alarm } from './opened.ts';
import { withProgress } from './progress-bar.ts';
import { toldToStop } from './told.ts';

/** Copies the data directory, also beside a running service. */
export function copyTo(directory: string): Promise<void> {
  return backup(readConfig(process.env), directory);
}

/** Moves log, keys and files to the configured servers. Throws RangeError for any other pair of engines. */
export async function move({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  if (from !== 'sqlite' || to !== 'eventstoredb') throw new RangeError('只支持 (only) --from sqlite --to eventstoredb');
  const config = readConfig(process.env);
  const signal = toldToStop();
  const { source, target, pins, vault, files, webhooks, drafts } = await withProgress(
    '搬迁 moving {bar} {percentage}% | {value}/{total} 事件 events',
    show => migrate(config, { alarm, signal, onProgress: ({ done, total }) => show(done, total) }),
  );
  console.log(`来源 source: ${source.events} 个事件 events，SHA-256 ${source.sha256}`);
  console.log(`目标 target: ${target.events} 个事件 events，SHA-256 ${target.sha256}，两份日志相同 (equal)`);
  if (vault) console.log(`密钥 vault: ${JSON.stringify(vault)}`);
  if (files) console.log(`文件 files: ${JSON.stringify(files)}`);
  console.log(`推送 webhooks: ${webhooks}`);
  if (drafts !== undefined) console.log(`草稿 drafts: ${drafts}`);
  for (const pin of pins.filter(
    ({ type }) => type.startsWith('project-plan.') || type === 'excellent-results.published',
  ))
    console.log(`名单 list: ${JSON.stringify(pin)}`);
}
