/** Three small projections that between them use every way in which rows are made. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { expertReinstated, expertRemoved, expertSuspended } from '../../events/expert.ts';
import { sortablePosition } from '../../events/ids.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { projections } from '../../projections/index.ts';
import { on, type Projection, projection } from '../../projections/projection.ts';

interface StreamRow {
  readonly stream: string;
  readonly events: number;
  readonly lastCommand: string;
}

const streamFacts = [organisingWorkRecorded, expertReinstated] as const;

/** A row a stream, changed by each of its events. */
export const streams = projection<StreamRow>({
  name: 'streams',
  version: 1,
  question: 'How many events has each stream, and which command was the last?',
  indexes: [{ fields: ['events'] }],
  handlers: [
    on(
      streamFacts,
      event => event.streamId,
      (row, event) => ({
        stream: event.streamId,
        events: (row?.events ?? 0) + 1,
        lastCommand: event.meta.commandId,
      }),
    ),
    on(
      [expertRemoved],
      event => event.streamId,
      (): StreamRow | undefined => undefined,
    ),
  ],
}) as Projection;

interface TypeRow {
  readonly type: string;
  readonly count: number;
}

/** A row a type, taking every event, known or not. */
export const types = projection<TypeRow>({
  name: 'types',
  version: 1,
  question: 'How often was each kind recorded?',
  indexes: [{ fields: ['count'] }],
  handlers: [],
  every: {
    rowIds: (event: RecordedEvent) => [event.type],
    evolve: (row: TypeRow | undefined, event: RecordedEvent) => ({ type: event.type, count: (row?.count ?? 0) + 1 }),
  },
}) as Projection;

interface EntryRow {
  readonly seq: number;
  readonly tags: readonly string[];
}

/** A row an event, written once, found by its tags. */
export const entries = projection<EntryRow>({
  name: 'entries',
  version: 1,
  question: 'Which events bear a tag?',
  indexes: [{ each: 'tags', orderedBy: 'seq' }],
  appendOnly: true,
  handlers: [
    on(
      [organisingWorkRecorded, expertSuspended],
      event => sortablePosition(event.position),
      (_row, event) => ({ seq: Number(event.position), tags: [event.type, event.streamId] }),
    ),
  ],
}) as Projection;

export const testProjections: readonly Projection[] = [streams, types, entries];

/** With those of the product. */
export const allProjections: readonly Projection[] = [...testProjections, ...projections];
