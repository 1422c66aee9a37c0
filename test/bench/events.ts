/** Events to append, all of the same size. */
import type { Meta } from '../../events/envelope.ts';
import type { NewEvent } from '../../services/ports.ts';
import { control } from '../support/controls.ts';
import { metaOf } from '../support/log.ts';

/** Of data and meta together. */
export const EVENT_BYTES = 600;

/** Events as the write path makes them: ids that grow with time, a fact's data, everything that surrounds it. */
export function newEvents(): () => NewEvent {
  const { data } = control('completeness.verified');
  const meta = padded(metaOf('00000000-0000-7000-8000-000000000000'), data);
  let made = 0;
  return () => {
    made += 1;
    const time = Date.now().toString(16).padStart(12, '0');
    const number = made.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7abc-8def-${number}`;
    return { id, type: 'completeness.verified', schemaVersion: 1, data, meta: { ...meta, commandId: id } };
  };
}

/** With a reason as long as the event needs to have the size of the bench. */
function padded(meta: Meta, data: unknown): Meta {
  const bytes = (reason: string) => Buffer.byteLength(JSON.stringify(data) + JSON.stringify({ ...meta, reason }));
  return { ...meta, reason: 'x'.repeat(Math.max(0, EVENT_BYTES - bytes(''))) };
}
