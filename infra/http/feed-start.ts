/** What readers of a feed say when they begin, and what the feed needs of the system. */
import { z } from 'zod';
import { positionSchema, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { RecordAccess } from '../compose/access.ts';
import type { AuthenticatedCaller, IdentityService } from '../identity/identity.ts';
import type { Pause } from '../time-slices.ts';
import { feedFilter } from './feed-filter.ts';
import type { FeedSourcePorts } from './feed-sources.ts';
import type { Places } from './places.ts';

export interface FeedPorts extends FeedSourcePorts {
  readonly log: EventLog;
  readonly identity: IdentityService;
  readonly places: Places;
  /** Puts on record who is shown material. */
  readonly recordAccess: RecordAccess;
  /** Between pages of the log. */
  readonly pauseFor: (caller: AuthenticatedCaller | undefined) => Pause;
  /** Ends all streams when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs?: number;
}

export const cursorSchema = z.union([positionSchema, z.uuid()]);

/** Parameters of a query string: where to begin, and what is sought. */
export const feedStart = {
  after: cursorSchema.default(START).meta({
    override: { type: 'string', default: START },
    description:
      'Where the reader has come to, as a page or a frame told it: an event’s id; to those who oversee, its position',
  }),
  ...feedFilter,
};
