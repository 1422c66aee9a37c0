/** Memory of the service: after the demo year, and flat under ten minutes of work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Area } from './bench.ts';
import { APPLICATION, load, startServer } from './children.ts';

const MIB = 1024 * 1024;
/** The load leaves garbage of 200 MiB and more, which is collected when the service has been idle for a while. */
const IDLE_MS = 60_000;

export const memory: Area = {
  name: 'memory',
  long: true,
  async run({ lab, report }) {
    const service = spawn(process.execPath, ['infra/gongguan.js', 'serve', '--demo'], {
      env: { ...embedded(), GONGGUAN_DATA: lab.newDirectory('demo'), PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await listening(service);
    const loaded = residentOf(service.pid as number);
    await sleep(IDLE_MS);
    const idle = residentOf(service.pid as number);
    service.kill('SIGTERM');
    await once(service, 'exit');
    report.figure({
      area: 'resident memory of serve --demo as the demo year is loaded',
      values: [loaded],
      unit: 'MiB',
    });
    report.figure({
      area: 'resident memory of serve --demo, a minute idle after the demo year',
      values: [idle],
      unit: 'MiB',
      must: { atMost: 360 },
    });
  },
};

const SOAK_SECONDS = 600;
const SETTLED_SECONDS = 120;
const SAMPLE_SECONDS = 5;
const COMMANDS_A_SECOND = 200;

export const soak: Area = {
  name: 'soak',
  long: true,
  async run({ lab, report, ...bench }) {
    const seconds = bench.seconds(SOAK_SECONDS, 60);
    const { directory } = await lab.projectedHouse((await lab.year()).length);
    const application = await startServer(APPLICATION, { directory }, `${directory}/requests.log`);
    const { url, token, pid } = application;
    const working = load({
      url,
      ...(token && { token }),
      requests: 'mixed',
      units: await lab.units(),
      connections: 16,
      rate: COMMANDS_A_SECOND,
      seconds,
    });
    const resident: number[] = [];
    for (let at = 0; at < seconds; at += SAMPLE_SECONDS) {
      await sleep(SAMPLE_SECONDS * 1_000);
      resident.push(residentOf(pid));
    }
    const sample = await working;
    await application.stop();
    const settled = Math.floor((SETTLED_SECONDS / SOAK_SECONDS) * resident.length);
    const early = meanOf(resident.slice(settled, settled + 6));
    const late = meanOf(resident.slice(-6));
    report.figure({
      area: `soak, ${seconds} s at ${Math.round(sample.rate)} commands/s: growth of resident memory`,
      values: [(late / early - 1) * 100],
      unit: '%',
      limit: `${Math.round(early)} MiB settled, ${Math.round(late)} MiB at the end`,
      must: { atMost: 10 },
    });
  },
};

/** The environment without the servers that other areas may be measured on. */
function embedded(): NodeJS.ProcessEnv {
  const { EVENTSTOREDB_URL, MONGODB_URL, REDIS_URL, ...others } = process.env;
  return others;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Resolves when the service has announced its address. */
async function listening(service: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: service.stdout as NonNullable<ChildProcess['stdout']> })) {
    if (line.includes('http://')) break;
  }
  service.stdout?.resume();
}

/** Resident set in MiB, as Linux tells it. */
function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / MIB;
}
