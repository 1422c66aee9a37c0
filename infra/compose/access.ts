/**
 * The record of who opens material (art-26). It is written before anything is handed out, so that what cannot be recorded
 * is not opened; and it is asked for only once a reader may have the material, so that no record tells of what he may not.
 */
import type { OpenedObject } from '../../events/enforcement.ts';
import type { Actor } from '../../events/envelope.ts';
import type { MaterialKind, Owned } from '../../events/rules/material.ts';
import { type Opening, recordMaterialAccess } from '../../services/enforcement/confidentiality.ts';
import { type Handle, SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { problemOfRejection } from '../http/problem.ts';

/** The request that opens it. */
export interface OpeningRequest {
  readonly actor: Actor;
  readonly requestId: string;
  readonly correlationId: string;
}

/**
 * `via` is the endpoint; `opened` may be empty, where it is only asked whether the caller may open material now. Throws
 * Problem when he may not.
 */
export type RecordAccess = (request: OpeningRequest, via: string, opened: Opening['opened']) => Promise<void>;

/** A unit opens its own material alone, which needs no record. */
export function accessRecorder(handle: Handle): RecordAccess {
  return async ({ actor: { accountId, orgId, role }, requestId, correlationId }, via, opened) => {
    if (role === 'UNIT') return;
    const access = { accountId, orgId, role, via, opened };
    const requestDigest = digestOf(access);
    const outcome = await handle(recordMaterialAccess, access, {
      actor: SYSTEM,
      // A page may open several kinds of material in one request.
      commandId: `access-${requestId}-${requestDigest}`,
      requestDigest,
      correlationId,
    });
    if (outcome.rejected) throw problemOfRejection(outcome);
  };
}

/** What has been read of material and is not on record yet; each object once, in the order in which it was met. */
export class Openings {
  readonly #opened = new Map<MaterialKind, Map<string, OpenedObject>>();

  add(kind: MaterialKind, { projectId, uscc }: Owned): void {
    const objects = this.#opened.get(kind) ?? new Map<string, OpenedObject>();
    this.#opened.set(kind, objects);
    const known = objects.get(projectId)?.units ?? [];
    objects.set(projectId, { objectId: projectId, units: uscc === undefined ? known : [uscc as never] });
  }

  /** What of it a text names, or all; it is taken out. */
  take(text?: string): Opening['opened'] {
    const isNamed = ({ objectId }: OpenedObject) => text === undefined || text.includes(`"${objectId}"`);
    const taken = [...this.#opened].map(([kind, objects]) => ({
      kind,
      objects: [...objects.values()].filter(isNamed),
    }));
    this.#opened.clear();
    return taken.filter(({ objects }) => objects.length > 0);
  }
}
