/** The projects of a year that are listed as of a position of the log: what a project plan must equal (art-13). */
import { projectApproved, projectListed } from '../../events/application.ts';
import type { EventOf } from '../../events/event-type.ts';
import { type AccountId, comparePositions, type Position, type ProjectId } from '../../events/ids.ts';
import type { PlanEntry } from '../../events/programme.ts';
import { type Chain, oldestFirst } from '../chain.ts';
import type { Dependency, Fold } from '../command.ts';
import { listHashOf } from '../list-hash.ts';

interface Listing {
  readonly listed: Chain<PlanEntry> | undefined;
  readonly approvals: Chain<{ readonly projectId: ProjectId; readonly by: AccountId }> | undefined;
}

type ListingEvent = EventOf<typeof projectApproved> | EventOf<typeof projectListed>;

/** Named by the year, because states over the log are cached by name. */
function listingOf(year: number): Fold<Listing, ListingEvent> {
  return {
    name: `project-listing-${year}`,
    initial: { listed: undefined, approvals: undefined },
    evolve(state, event) {
      switch (event.type) {
        case 'project.listed': {
          if (event.data.year !== year) return state;
          const { projectId, title, unitName, bodyName } = event.data;
          return { ...state, listed: { value: { projectId, title, unitName, bodyName }, rest: state.listed } };
        }
        case 'project.approved': {
          const value = { projectId: event.data.projectId, by: event.meta.actor.accountId };
          return { ...state, approvals: { value, rest: state.approvals } };
        }
      }
    },
  };
}

export interface ListedProjects {
  /** In the order of the project ids. */
  readonly projects: readonly ProjectId[];
  /** Of what the list says of each of them. */
  readonly listHash: string;
  /** Accounts that approved a project of the list. */
  readonly approvers: ReadonlySet<AccountId>;
}

const KINDS = [projectApproved.type, projectListed.type];

/** The projects of a year that are listed by now. */
export function projectsListedNow(year: number): Dependency<ListedProjects> {
  return { resolve: async sources => listedProjects(await sources.log(listingOf(year), KINDS, 'now')) };
}

/** The listed projects as of a position, or undefined for a position that the log has not reached. */
export function projectsListed(year: number, position: Position): Dependency<ListedProjects | undefined> {
  return {
    async resolve(sources) {
      if (comparePositions(position, await sources.head()) > 0) return undefined;
      return listedProjects(await sources.log(listingOf(year), KINDS, position));
    },
  };
}

async function listedProjects({ listed, approvals }: Listing): Promise<ListedProjects> {
  const byId = new Map([...oldestFirst(listed)].map(entry => [entry.projectId, entry]));
  const list = [...byId.values()].sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
  const approvers = oldestFirst(approvals).filter(approval => byId.has(approval.projectId));
  return {
    projects: list.map(({ projectId }) => projectId),
    listHash: await listHashOf(list),
    approvers: new Set(approvers.map(approval => approval.by)),
  };
}
