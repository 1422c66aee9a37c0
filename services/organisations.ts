/** Which units succeed to which, as any decision reads it (D-32). */
import type { EventOf } from '../events/event-type.ts';
import { type Successions, successionsAfter } from '../events/rules/organisations.ts';
import { unitSuccessorRecorded } from '../events/unit.ts';
import { type Fold, stateOfLog } from './command.ts';

const successions: Fold<Successions, EventOf<typeof unitSuccessorRecorded>> = {
  name: 'successions',
  initial: {},
  evolve: successionsAfter,
};

/** All successions, as the log has them now. */
export const successionsNow = stateOfLog(successions, [unitSuccessorRecorded.type]);
