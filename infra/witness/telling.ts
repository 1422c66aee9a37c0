/** Telling people of alarms: in the log, to a web address, to a program. Each is told until it was taken, also after a restart. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { postOutside } from '../outbound.ts';
import type { Misconduct } from './judge.ts';
import type { RefusalEvidence, WitnessStore } from './store.ts';

export interface TellingWays {
  /** Is sent each alarm as JSON, by POST. */
  readonly webhook?: string | undefined;
  /** A program that is run for each alarm, with the JSON on its standard input. */
  readonly program?: string | undefined;
}

export const MISCONDUCT_SENTENCES: { readonly [M in Misconduct]: string } = {
  fork: '账本分叉：同一大小有两个不同的树根，均有账本签名 (fork: two roots of one size, both signed by the log)',
  inconsistent:
    '账本未能证明接续：此前的事件可能已被改动 (not consistent with what was cosigned: earlier events may be altered)',
  shrinking: '账本缩短：检查点小于此前已联署者 (shrinking: a checkpoint smaller than the one cosigned before)',
};

/** What people are sent; the request itself is evidence, shown by `gongguan witness evidence`. */
export function alarmOf(witness: string, { number, origin, misconduct, size, at }: RefusalEvidence): object {
  return { witness, number, origin, misconduct, message: MISCONDUCT_SENTENCES[misconduct], size, at };
}

const PATIENCE_MS = 10_000;
/** Between attempts to tell what could not be told. */
const AGAIN_MS = 60_000;

export interface TellingPorts {
  readonly witness: string;
  readonly store: Pick<WitnessStore, 'untold' | 'told'>;
  readonly logger: Pick<Logger, 'error'>;
  readonly now: () => number;
  readonly ways: TellingWays;
}

export class Telling {
  readonly #ports: TellingPorts;
  #telling: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(ports: TellingPorts) {
    this.#ports = ports;
  }

  /** Tells what nobody was told of yet, now and until it was taken. */
  start(): void {
    this.#again ??= setInterval(() => void this.tell(), AGAIN_MS).unref();
    void this.tell();
  }

  async stop(): Promise<void> {
    clearInterval(this.#again);
    await this.#telling;
  }

  /** Resolves when all that is untold was tried once. */
  async tell(): Promise<void> {
    const before = this.#telling;
    const telling = (async () => {
      await before;
      for (const evidence of this.#ports.store.untold()) await this.#tellOf(evidence);
    })();
    this.#telling = telling;
    await telling;
  }

  async #tellOf(evidence: RefusalEvidence): Promise<void> {
    const { witness, store, logger, now, ways } = this.#ports;
    const alarm = alarmOf(witness, evidence);
    logger.error(alarm, MISCONDUCT_SENTENCES[evidence.misconduct]);
    try {
      if (ways.webhook !== undefined) await postTo(ways.webhook, alarm);
      if (ways.program !== undefined) await runWith(ways.program, alarm);
      store.told(evidence.number, new Date(now()).toISOString());
    } catch (error) {
      logger.error({ error: String(error) }, '警报未能送达，将再试 (the alarm was not taken, it is sent again)');
    }
  }
}

async function postTo(address: string, alarm: object): Promise<void> {
  const { status } = await postOutside(address, { body: JSON.stringify(alarm), contentType: 'application/json' });
  if (status < 200 || status > 299) throw new Error(`${address}: ${status}`);
}

async function runWith(program: string, alarm: object): Promise<void> {
  const child = spawn(program, { stdio: ['pipe', 'ignore', 'ignore'], timeout: PATIENCE_MS });
  // A program that does not read its input is taken at its exit code.
  child.stdin.on('error', () => undefined).end(`${JSON.stringify(alarm)}\n`);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program}: ${code}`);
}
