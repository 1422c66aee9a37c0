/** Loads the demo year through the real write path, with the clock of the year. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { type Instant, shanghaiDate } from '../../events/time.ts';
import type { AnyCommand } from '../../services/command.ts';
import { recordMaterialAccess } from '../../services/enforcement/confidentiality.ts';
import { type Accepted, type CommandOutcome, createHandle, type HandlerPorts } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { Pace } from '../pace.ts';
import { commandIdOf, type DemoStep, type Memory } from './step.ts';
import { demoYear } from './year.ts';

export interface DemoPorts extends Omit<HandlerPorts, 'clock'> {
  readonly commands: ReadonlyMap<string, AnyCommand>;
  /** Directory that remembers whether the demo is there. */
  readonly directory: string;
  /** How much goes on at a time, and for how long an outage is waited for. */
  readonly pace?: Pace;
  /** What else belongs to the year; done before it counts as loaded. */
  readonly finish?: () => Promise<void>;
}

export interface DemoProgress {
  readonly done: number;
  readonly total: number;
  /** Where the year stands. */
  readonly at: Instant;
}

/** The directory already holds data that is not the demo's. */
export class NotEmpty extends Error {
  constructor(directory: string) {
    super(
      `${directory} 已有其他数据，演示年度只能载入空目录 (holds other data; the demo year needs an empty directory)`,
    );
    this.name = 'NotEmpty';
  }
}

/** A step of the demo was refused: the demo and the rules disagree. */
export class DemoRefused extends Error {
  constructor(step: DemoStep, outcome: CommandOutcome) {
    super(`demo step ${step.label} (${step.command}) was refused: ${JSON.stringify(outcome)}`);
    this.name = 'DemoRefused';
  }
}

const MARKER = 'demo.json';
/** Steps of different threads that are under way together share disk syncs. */
export const TOGETHER = 128;

/**
 * Loads the year once; an interrupted load goes on where it stood, since a step recorded before is not recorded again.
 * Returns false if the year was there. An outage is waited for, as long as the pace has patience. Throws {@link NotEmpty},
 * {@link DemoRefused}, and what {@link Pace.run} throws.
 */
export async function loadDemo(ports: DemoPorts, onProgress: (progress: DemoProgress) => void): Promise<boolean> {
  const marker = join(ports.directory, MARKER);
  const state = await markerOf(ports.directory);
  if (state === 'complete') return false;
  if (state === undefined && (await ports.store.head()) !== '0') throw new NotEmpty(ports.directory);
  await writeFile(marker, 'loading');
  await play(demoYear(), ports, onProgress);
  await ports.finish?.();
  await writeFile(marker, 'complete');
  return true;
}

/** Whether the directory holds the whole year. */
export async function isDemoLoaded(directory: string): Promise<boolean> {
  return (await markerOf(directory)) === 'complete';
}

function markerOf(directory: string): Promise<string | undefined> {
  return readFile(join(directory, MARKER), 'utf8').catch(() => undefined);
}

async function play(
  steps: readonly DemoStep[],
  ports: DemoPorts,
  onProgress: (progress: DemoProgress) => void,
): Promise<void> {
  const clock = { time: steps[0]?.at as Instant, now: () => clock.time };
  // The year is entered in its own order; a load that goes on where it was interrupted begins anew in January.
  const time = { take: clock.now, learn: () => {}, behindMs: () => 0 };
  const handle = createHandle({ ...ports, clock, time });
  const pace = ports.pace ?? new Pace({ most: TOGETHER });
  const recorded = new Map<string, readonly RecordedEvent[]>();
  const memoryOf = ({ orgId }: Actor): Memory => ({
    eventsOf: label => recorded.get(label) ?? [],
    head: () => ports.store.head(),
    store: async text => (await ports.blobs.put(chunksOf(text), orgId)).sha256,
  });

  async function take(step: DemoStep): Promise<void> {
    const input = await step.input(memoryOf(step.actor));
    if (!input) return;
    const command = ports.commands.get(step.command) ?? SENT_BY_THE_SYSTEM.get(step.command);
    if (!command) throw new Error(`no command ${step.command}`);
    const commandId = commandIdOf(step.label);
    const outcome = await handle(command, input, {
      actor: step.actor,
      commandId,
      // The step itself: what it looks back at may have moved on when an interrupted load repeats it.
      requestDigest: digestOf(step.label),
      correlationId: commandIdOf(step.thread),
      ...step.stated,
    });
    if (outcome.rejected) throw new DemoRefused(step, outcome);
    if (LOOKED_BACK_AT.has(step.command)) recorded.set(step.label, await eventsOf(commandId, outcome));
  }

  /** Those recorded now, or before the load was interrupted. */
  async function eventsOf(commandId: string, { streamId, events }: Accepted): Promise<readonly RecordedEvent[]> {
    if (events.length > 0) return events;
    const stream = await ports.store.readStream(streamId, NO_STREAM);
    return stream.filter(event => event.meta.commandId === commandId);
  }

  let done = 0;
  for (const run of runsOf(steps)) {
    for (const wave of wavesOf(run)) {
      // Entered together, at the end of the run: recorded times stay in the order of positions.
      clock.time = run.at(-1)?.at as Instant;
      await allSettledOrThrow(wave.map(step => pace.run(() => take(step))));
      done += wave.length;
      onProgress({ done, total: steps.length, at: clock.time });
    }
  }
}

/** Nothing is under way any more when it throws: whoever closes the stores then takes them from nobody. */
async function allSettledOrThrow(works: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

/** Commands that nobody posts. */
const SENT_BY_THE_SYSTEM: ReadonlyMap<string, AnyCommand> = new Map([
  [recordMaterialAccess.name, recordMaterialAccess as AnyCommand],
]);

/** Commands whose events a later step needs. */
const LOOKED_BACK_AT = new Set([
  'RunSimilarityCheck',
  'CompileProjectPlan',
  'CompileResults',
  'AggregateScores',
  'DraftExcellentList',
  'ReviewExcellentList',
  'RecogniseExcellentResult',
]);

/** What is entered item by item, or by one person after the other: none is looked at for another. */
const ENTERED_IN_A_ROW = new Set([
  'RecordEarlierExcellentResult',
  'SignConfidentialityUndertaking',
  'RecommendResult',
  'RecogniseExcellentResult',
  'SubmitScoreSheet',
  'NoteDivergence',
  'IssueCommendation',
]);

/**
 * The steps of one day that follow one another go together: those of projects and units, and those of a row. Any other is of the
 * authority, who looks at them all: it stands alone.
 */
function runsOf(steps: readonly DemoStep[]): readonly (readonly DemoStep[])[] {
  const runs: DemoStep[][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    if (run?.[0] && goTogether(run[0], step)) run.push(step);
    else runs.push([step]);
  }
  return runs;
}

function goTogether(one: DemoStep, next: DemoStep): boolean {
  if (shanghaiDate(one.at) !== shanghaiDate(next.at)) return false;
  return isOfCrowd(one) ? isOfCrowd(next) : ENTERED_IN_A_ROW.has(one.command) && one.command === next.command;
}

/** Of a project or a unit, as hundreds of others are. */
const isOfCrowd = ({ thread }: DemoStep): boolean => /^(project|unit)-/.test(thread);

/** Steps that need not wait for one another: the first of every thread, then the second of those that have one; a row at once. */
function wavesOf(run: readonly DemoStep[]): readonly (readonly DemoStep[])[] {
  if (run[0] && !isOfCrowd(run[0])) return [run];
  const waves: DemoStep[][] = [];
  const taken = new Map<string, number>();
  for (const step of run) {
    const wave = taken.get(step.thread) ?? 0;
    taken.set(step.thread, wave + 1);
    waves[wave] ??= [];
    waves[wave].push(step);
  }
  return waves;
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
