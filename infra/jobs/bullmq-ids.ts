/** BullMQ's job ids: no colon but in those of schedules, never an integer. */
import { isOccurrence } from './jobs.ts';

export function bullIdOf(kind: string, id: string): string {
  return isOccurrence(id) ? id : `${kind}.${Buffer.from(id).toString('base64url')}`;
}

export function idOf(bullId: string): string {
  return isOccurrence(bullId) ? bullId : Buffer.from(bullId.slice(bullId.indexOf('.') + 1), 'base64url').toString();
}
