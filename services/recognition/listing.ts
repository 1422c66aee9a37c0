/** What is recognised and not revoked in a year as of a position of the log: what a publication must equal (art-21). */
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import type { EventsOf } from '../../events/fact.ts';
import { type AccountId, comparePositions, type Position, type ProjectId } from '../../events/ids.ts';
import { type ExcellentEntry, excellentResultRecognised } from '../../events/recognition.ts';
import type { Fold, Reading } from '../command.ts';
import { listHashOf } from '../list-hash.ts';

interface Recognition {
  readonly entry: ExcellentEntry;
  readonly by: AccountId;
  readonly revokedIn: string | undefined;
}

const KINDS = [excellentResultRecognised, fraudDecisionTaken, revocationOverturned] as const;

/** Named by the year, because states over the log are cached by name. */
function recognitionsOf(year: number): Fold<readonly Recognition[], EventsOf<typeof KINDS>> {
  return {
    name: `excellent-listing-${year}`,
    initial: [],
    evolve(state, event) {
      switch (event.type) {
        case 'excellent-result.recognised': {
          if (event.data.year !== year) return state;
          const { projectId, resultId, title, unitName, bodyId } = event.data;
          const entry = { projectId, resultId, title, unitName, bodyId };
          return [...state, { entry, by: event.meta.actor.accountId, revokedIn: undefined }];
        }
        case 'fraud-decision.taken': {
          const { caseId, revoked } = event.data;
          const ids = new Set<string>(revoked.map(({ resultId }) => resultId));
          return state.map(each => (ids.has(each.entry.resultId) ? { ...each, revokedIn: caseId } : each));
        }
        case 'revocation.overturned':
          return state.map(each => (each.revokedIn === event.data.caseId ? { ...each, revokedIn: undefined } : each));
      }
    },
  };
}

export interface RecognisedList {
  /** In the order of the project ids. */
  readonly projects: readonly ProjectId[];
  /** Of what the list says of each of them. */
  readonly listHash: string;
  /** Accounts that recognised a result of the list. */
  readonly recognisers: ReadonlySet<AccountId>;
}

/** The list as of a position, or undefined for a position that the log has not reached. */
export function recognisedAsOf(year: number, position: Position): Reading<RecognisedList | undefined> {
  return {
    async resolve(sources) {
      if (comparePositions(position, await sources.head()) > 0) return undefined;
      const types = KINDS.map(({ type }) => type);
      const recognitions = await sources.log(recognitionsOf(year), types, position);
      const live = recognitions.filter(({ revokedIn }) => revokedIn === undefined);
      const list = live.map(({ entry }) => entry).sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
      return {
        projects: list.map(({ projectId }) => projectId),
        listHash: await listHashOf(list),
        recognisers: new Set(live.map(({ by }) => by)),
      };
    },
  };
}
