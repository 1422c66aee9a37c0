/** BullMQ's job ids: no colon but in those of schedules, never an integer. */
import { isOccurrence } from './jobs.ts';

/** The id under which BullMQ has a job; that of a scheduled occurrence is its own. */
export function bullIdOf(kind: string, id: string): string {
  return isOccurrence(id) ? id : `${kind}.${Buffer.from(id).toString('base64url')}`;
}

/** The job’s own id again. */
export function jobIdOf(bullId: string): string {
  return isOccurrence(bullId) ? bullId : Buffer.from(bullId.slice(bullId.indexOf('.') + 1), 'base64url').toString();
}
