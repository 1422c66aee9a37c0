/** What is recognised and not revoked in a year as of a position of the log: what a publication must equal (art-21). */
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import type { EventsOf } from '../../events/event-type.ts';
import { type AccountId, comparePositions, type Position, type ProjectId, type ResultId } from '../../events/ids.ts';
import { type ExcellentEntry, excellentResultRecognised } from '../../events/recognition.ts';
import { type Chain, oldestFirst } from '../chain.ts';
import type { Dependency, Fold } from '../command.ts';
import { listHashOf } from '../list-hash.ts';

const KINDS = [excellentResultRecognised, fraudDecisionTaken, revocationOverturned] as const;

type Act =
  | { readonly entry: ExcellentEntry; readonly by: AccountId }
  | { readonly caseId: string; readonly revoked: readonly ResultId[] }
  | { readonly overturned: string };

/** Named by the year, because states over the log are cached by name. */
function actsOf(year: number): Fold<Chain<Act> | undefined, EventsOf<typeof KINDS>> {
  const acted = (value: Act, rest: Chain<Act> | undefined) => ({ value, rest });
  return {
    name: `excellent-listing-${year}`,
    initial: undefined,
    evolve(acts, event) {
      switch (event.type) {
        case 'excellent-result.recognised': {
          if (event.data.year !== year) return acts;
          const { projectId, resultId, title, unitName, bodyId } = event.data;
          const entry = { projectId, resultId, title, unitName, bodyId };
          return acted({ entry, by: event.meta.actor.accountId }, acts);
        }
        case 'fraud-decision.taken': {
          const { caseId, revoked } = event.data;
          return acted({ caseId, revoked: revoked.map(({ resultId }) => resultId) }, acts);
        }
        case 'revocation.overturned':
          return acted({ overturned: event.data.caseId }, acts);
      }
    },
  };
}

interface Recognition {
  readonly entry: ExcellentEntry;
  readonly by: AccountId;
}

/** Those that stand after the acts, by result. */
function standingAfter(acts: readonly Act[]): Recognition[] {
  const recognised = new Map<ResultId, Recognition>();
  const revokedIn = new Map<ResultId, string>();
  for (const act of acts) {
    if ('entry' in act) {
      recognised.set(act.entry.resultId, act);
      revokedIn.delete(act.entry.resultId);
    } else if ('revoked' in act) {
      for (const id of act.revoked) if (recognised.has(id)) revokedIn.set(id, act.caseId);
    } else {
      for (const [id, caseId] of revokedIn) if (caseId === act.overturned) revokedIn.delete(id);
    }
  }
  return [...recognised].filter(([id]) => !revokedIn.has(id)).map(([, recognition]) => recognition);
}

export interface RecognisedList {
  /** In the order of the project ids. */
  readonly projects: readonly ProjectId[];
  /** Of what the list says of each of them. */
  readonly listHash: string;
  /** Accounts that recognised a result of the list. */
  readonly recognisers: ReadonlySet<AccountId>;
}

const TYPES = KINDS.map(({ type }) => type);

/** The list as the log has it now. */
export function recognisedNow(year: number): Dependency<RecognisedList> {
  return { resolve: async sources => listAfter(await sources.log(actsOf(year), TYPES, 'now')) };
}

/** The list as of a position, or undefined for a position that the log has not reached. */
export function recognisedAsOf(year: number, position: Position): Dependency<RecognisedList | undefined> {
  return {
    async resolve(sources) {
      if (comparePositions(position, await sources.head()) > 0) return undefined;
      return listAfter(await sources.log(actsOf(year), TYPES, position));
    },
  };
}

async function listAfter(acts: Chain<Act> | undefined): Promise<RecognisedList> {
  const live = standingAfter(oldestFirst(acts));
  const list = live.map(({ entry }) => entry).sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  return {
    projects: list.map(({ projectId }) => projectId),
    listHash: await listHashOf(list),
    recognisers: new Set(live.map(({ by }) => by)),
  };
}
