/** A log under test: events ready to be appended, and a directory that goes away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Meta } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type StreamId, streamId } from '../../events/ids.ts';
import { REGULATION } from '../../events/statute.ts';
import { eventId } from '../../services/identifiers.ts';
import type { NewEvent } from '../../services/ports.ts';
import { control } from './controls.ts';
import { MSR, NOW } from './given.ts';

/** A directory for one test, removed with it. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'gongguan-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const stream = (name: string): StreamId => streamId(`test-${name}`);

export function metaOf(commandId: string): Meta {
  return {
    commandId,
    requestDigest: '0'.repeat(16),
    correlationId: commandId,
    actor: MSR,
    basis: [{ doc: REGULATION, article: 'art-05', item: '（四）' }],
    about: {},
    phase: '监督管理',
    effectiveAt: NOW,
    recordedAt: NOW,
    visibility: 'internal',
  };
}

/** An event of any type and data; `commandId` makes its id. */
export function newEvent(
  commandId: string,
  data: unknown = { kind: '会议', detail: commandId },
  type = 'organising-work.recorded',
): NewEvent {
  return { id: eventId(commandId, 0, NOW), type, schemaVersion: 1, data, meta: metaOf(commandId) };
}

/** A decided fact as the write path would append it. */
export function newFact(commandId: string, draft: DecidedEvent = control('organising-work.recorded')): NewEvent {
  return { ...newEvent(commandId, draft.data, draft.type), schemaVersion: draft.kind.version };
}
