/**
 * The verdict over the ledger that a stranger would come to: the bundle of the whole log is made, and judged by the verifier that goes
 * with it. What is in the bundle is for those alone who may see all of the log, and so is the verdict.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccountId, Position } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { LedgerVerdict } from '../../projections/report/report.ts';
import type { Clock } from '../../services/ports.ts';
import { beginBundle } from './bundle/bundle.ts';
import { readerFor } from './bundle/reader.ts';
import type { Ledger } from './ledger.ts';
import { ledgerState, saidOf } from './state.ts';
import { verifyBundle } from './verify/bundle.js';
import { sourceOfFile } from './verify/node.js';

export interface JudgingPorts {
  readonly ledger: Ledger;
  readonly log: Pick<EventLog, 'readAll'>;
  readonly clock: Clock;
  /** Between pieces of work of some milliseconds. */
  readonly pause?: (() => Promise<void> | undefined) | undefined;
}

const EVERYTHING = readerFor({ accountId: 'report' as AccountId, orgId: 'sup', role: 'SUP' }, new Set());

/** Undefined before the first checkpoint. */
export async function judgeLedger(ports: JudgingPorts): Promise<LedgerVerdict | undefined> {
  const state = await ledgerState(ports.ledger);
  if (!state.checkpoint) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'gongguan-verdict-'));
  try {
    const path = join(directory, 'bundle.zip');
    await writeBundle(path, ports);
    const { outcome, says, steps, violations, remarks } = await verdictOf(path, ports);
    return {
      outcome,
      says: says.zh,
      checkpoint: saidOf(state),
      steps: steps.map(step => ({ title: step.title.zh, outcome: step.outcome, says: step.says.zh })),
      violations: violations.map(({ zh, index, position }) => ({
        says: zh,
        index,
        position: position as Position | undefined,
      })),
      remarks: remarks.map(({ zh }) => zh),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeBundle(path: string, ports: JudgingPorts): Promise<void> {
  const asked = { scope: { kind: 'log' }, reader: EVERYTHING } as const;
  const bundle = await beginBundle(asked, { ...ports, witnessKeys: [], personOf: async () => [] });
  await pipeline(Readable.from(bundle), createWriteStream(path, { mode: 0o600 }));
}

async function verdictOf(path: string, { pause }: JudgingPorts) {
  const source = await sourceOfFile(path);
  try {
    return await verifyBundle(source, pause ? { pause } : {});
  } finally {
    await source.close();
  }
}
