/**
 * The record of who opens material (art-26). It is written before anything is handed out, so that what cannot be recorded
 * is not opened; and it is asked for only once a reader may have the material, so that no record tells of what he may not.
 */
import type { Actor } from '../events/envelope.ts';
import type { Material } from '../projections/route.ts';
import { recordMaterialAccess } from '../services/enforcement/confidentiality.ts';
import { type Handle, SYSTEM } from '../services/handle.ts';
import { digestOf } from '../services/identifiers.ts';
import { problemOfRejection } from './http/problem.ts';

/** The request that opens it. */
export interface Opening {
  readonly actor: Actor;
  readonly requestId: string;
  readonly correlationId: string;
}

/** Throws Problem when the caller may not open material now. */
export type RecordAccess = (opening: Opening, material: Material) => Promise<void>;

/** A unit opens its own material alone, which needs no record. */
export function accessRecorder(
  handle: Handle,
  unitsOfFile: (sha256: string) => Promise<readonly string[]>,
): RecordAccess {
  return async ({ actor: { accountId, orgId, role }, requestId, correlationId }, material) => {
    if (role === 'UNIT') return;
    const units = material.kind === 'file' ? await unitsOfFile(material.objectId) : [];
    const access = { accountId, orgId, role, ...material, units };
    const outcome = await handle(recordMaterialAccess, access, {
      actor: SYSTEM,
      commandId: `access-${requestId}`,
      requestDigest: digestOf(access),
      correlationId,
    });
    if (outcome.rejected) throw problemOfRejection(outcome);
  };
}
