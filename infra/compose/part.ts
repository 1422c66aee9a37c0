/** What runs in a process: everything, or a part of it beside other processes. */
import { BadConfiguration, type Config, isShared } from '../config.ts';
import { startTracing } from '../observability/tracing.ts';
import { openSystem, type System, type SystemOptions } from './system.ts';

/** What a process does: all there is to do, or one part, of which any number of processes may run. */
export type Part = 'all' | 'api' | 'projector' | 'worker';

const PROJECTING = { all: 'thread', api: 'elsewhere', projector: 'here', worker: 'elsewhere' } as const;
const KEEPING_LEDGER = { all: undefined, api: 'elsewhere', projector: 'elsewhere', worker: 'here' } as const;

/** Throws BadConfiguration when parts are to run apart, but something is kept in files of this machine. */
export async function openSystemFor(part: Part, config: Config, options: SystemOptions): Promise<System> {
  if (part !== 'all' && !isShared(config)) {
    throw new BadConfiguration([`${part}: 分开运行须配置 EVENTSTOREDB_URL、MONGODB_URL、REDIS_URL (needs all three)`]);
  }
  const { traces: endpoint } = config;
  const tracing =
    endpoint === undefined
      ? undefined
      : await startTracing({ endpoint, service: 'gongguan', part, warn: options.alarm });
  try {
    const keepingLedger = KEEPING_LEDGER[part];
    const own = { projecting: PROJECTING[part], ...(keepingLedger && { keepingLedger }) };
    return await openSystem(config, { ...own, tracing, ...options });
  } catch (error) {
    await tracing?.close();
    throw error;
  }
}
