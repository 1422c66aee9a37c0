/**
 * Who has had a hand in a result. Two people out of one: whoever verified or recommended it does not evaluate it, and
 * whoever did either does not approve it (art-19, art-21).
 */
import { Map as PersistentMap } from 'immutable';
import { type ApplicationEvent, projectStream } from '../events/application.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import { type EvaluationEvent, evaluationStream } from '../events/evaluation.ts';
import type { EventOf } from '../events/event-type.ts';
import type { ProjectId } from '../events/ids.ts';
import type { PanelId } from '../events/panel.ts';
import { resultRecommended } from '../events/result.ts';
import { isJudging, isOfOffice, isVerifying } from '../events/rules/separation-of-duties.ts';
import type { Dependency, Fold } from './command.ts';

type Accounts = readonly string[];

const withOne = (accounts: Accounts, accountId: string): Accounts =>
  accounts.includes(accountId) ? accounts : [...accounts, accountId];

/** Those whose acts on a stream count. */
function doersOf<E extends RecordedEvent>(name: string, counts: (event: E) => boolean): Fold<Accounts, E> {
  return {
    name: `separation/${name}`,
    initial: [],
    evolve: (state, event) => (counts(event) ? withOne(state, event.meta.actor.accountId) : state),
  };
}

const handlers = doersOf<ApplicationEvent>('handlers', isOfOffice);
const recommenders = doersOf<ApplicationEvent>('recommenders', isVerifying);
const evaluators = doersOf<EvaluationEvent>('evaluators', isJudging);

/** By project: who recommended its result (art-17b). Named on the batches of the bodies, hence read from the log. */
const sponsors: Fold<PersistentMap<string, Accounts>, EventOf<typeof resultRecommended>> = {
  name: 'separation/sponsors',
  initial: PersistentMap(),
  evolve: (state, { data: { projectId }, meta: { actor } }) =>
    state.update(projectId, [], accounts => withOne(accounts, actor.accountId)),
};

/** Accounts that had a hand in one of the projects, or recommended its result. */
function onProjects(
  fold: Fold<Accounts, ApplicationEvent>,
  ids: readonly ProjectId[],
): Dependency<ReadonlySet<string>> {
  return {
    async resolve(sources) {
      const sponsored = await sources.log(sponsors, [resultRecommended.type], 'lately');
      const acted = await Promise.all(
        ids.map(async id => [...(await sources.stream(fold, projectStream(id))), ...(sponsored.get(id) ?? [])]),
      );
      return new Set(acted.flat());
    },
  };
}

/** Who verified, recommended, followed up or approved one of the projects: none of them evaluates it. */
export const handlersOf = (ids: readonly ProjectId[]) => onProjects(handlers, ids);

/** Who verified or recommended one of the projects: none of them approves its result. */
export const recommendersOf = (ids: readonly ProjectId[]) => onProjects(recommenders, ids);

/** Who gave a sheet on one of the panels, or a word on its ranking. */
export function evaluatorsOf(panelIds: readonly PanelId[]): Dependency<Accounts> {
  return {
    resolve: async sources =>
      (await Promise.all(panelIds.map(id => sources.stream(evaluators, evaluationStream(id))))).flat(),
  };
}
