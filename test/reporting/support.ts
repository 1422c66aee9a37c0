/** A log of real facts, its tables for BI tools in a file, and the runner between them. */
import { join } from 'node:path';
import type { DecidedEvent } from '../../events/event-type.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { openSqliteRows, REPORTING_FILE } from '../../infra/read-store/sqlite-files.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import type { ReadStore } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { reportTables } from '../../projections/reporting/index.ts';
import type { NewEvent } from '../../services/ports.ts';
import { control } from '../support/controls.ts';
import { ABOUT } from '../support/fold.ts';
import { newFact, stream, temporaryDirectory } from '../support/log.ts';

/** The fact as the write path appends it: as visible as its kind is, and about its project. */
export function fact(commandId: string, draft: DecidedEvent): NewEvent {
  const event = newFact(commandId, draft);
  const { projectId } = draft.data as { readonly projectId?: string };
  const about = { ...ABOUT, ...(projectId !== undefined && { projectId }) };
  return { ...event, meta: { ...event.meta, visibility: draft.kind.visibility, about } };
}

/** Applications that were begun, with ids in their order. */
export function applications(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const projectId = `2024-${String(at).padStart(8, '0')}` as never;
    return fact(`start-${at}`, control('application.started', { projectId, title: 'as it was' }));
  });
}

export interface Reporting extends AsyncDisposable {
  /** The file that BI tools are given. */
  readonly path: string;
  readonly runner: ProjectionRunner;
  append(events: readonly NewEvent[]): Promise<void>;
}

export interface ReportingParts {
  readonly projections?: readonly Projection[];
  /** Instead of the files. */
  readonly rows?: ReadStore;
}

export async function openReporting({
  projections = reportTables.map(({ projection }) => projection),
  rows,
}: ReportingParts = {}): Promise<Reporting> {
  const directory = temporaryDirectory();
  const log = new SqliteEventStore({ path: join(directory.path, 'events.db') });
  const files = openSqliteRows(directory.path);
  const store = rows ?? files;
  const alarms: string[] = [];
  const alarm = (message: string, details: object) => void alarms.push(`${message} ${JSON.stringify(details)}`);
  const runner = new ProjectionRunner({ log, store, projections, now: () => '2024-03-20T02:00:00.000Z', alarm });
  await runner.start();
  let revision = -1;
  return {
    path: join(directory.path, REPORTING_FILE),
    runner,
    async append(events) {
      for (let at = 0; at < events.length; at += 500) {
        const part = events.slice(at, at + 500);
        await log.append(stream('reported'), revision, part);
        revision += part.length;
      }
      if (!(await runner.reached(await log.head(), 20_000))) throw new Error('the tables do not follow');
    },
    async [Symbol.asyncDispose]() {
      await runner.stop();
      await log.close();
      files.close();
      directory[Symbol.dispose]();
      if (alarms.length > 0) throw new Error(alarms.join('\n'));
    },
  };
}
