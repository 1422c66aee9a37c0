/** What forming a panel must know of other nouns: the plan, the expert bank, forwarded results, other panels. */

import { accountStream, type Grant } from '../../events/account.ts';
import { type projectListed, projectStream } from '../../events/application.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import {
  type ExpertEvent,
  expertAdmitted,
  expertProfileUpdated,
  expertReinstated,
  expertRemoved,
  expertStream,
  expertSuspended,
} from '../../events/expert.ts';
import type { AccountId, CreditCode, ExpertId, ProjectId } from '../../events/ids.ts';
import type { projectTerminated } from '../../events/implementation.ts';
import {
  expertRecused,
  type PanelEvent,
  type PanelId,
  type PanelProject,
  panelDissolved,
  panelFormationStarted,
} from '../../events/panel.ts';
import type { Sealed } from '../../events/personal.ts';
import { resultBatchForwarded } from '../../events/result.ts';
import { type Employer, employersAfter, type UnitForm } from '../../events/rules/employment.ts';
import { grants } from '../../events/rules/grants.ts';
import { formsOf } from '../../events/rules/organisations.ts';
import { namesOf, unitParticulars } from '../../events/rules/particulars.ts';
import { accountsOf, expertMark } from '../../events/rules/persons.ts';
import { type CivilDate, shanghaiDate } from '../../events/time.ts';
import { unitStream } from '../../events/unit.ts';
import { type Dependency, type Fold, stateOfLog } from '../command.ts';
import { successionsNow } from '../organisations.ts';
import { personsNow } from '../persons.ts';

export interface BankedExpert {
  readonly active: boolean;
  /** Oldest first. */
  readonly employers: readonly Employer[];
}

/** The expert bank by expert id (art-05 （三）). */
export type Bank = Readonly<Record<string, BankedExpert>>;

export const bank: Fold<Bank, ExpertEvent> = {
  name: 'panel/bank',
  initial: {},
  evolve(state, event) {
    if (!isOfStanding(event)) return state;
    const { expertId } = event.data;
    const before = state[expertId] ?? { active: false, employers: [] };
    return { ...state, [expertId]: banked(before, event) };
  },
};

type StandingEvent = EventOf<(typeof BANK_EVENT_TYPES)[number]>;

const isOfStanding = (event: ExpertEvent): event is StandingEvent =>
  BANK_EVENT_TYPES.some(({ type }) => type === event.type);

function banked(before: BankedExpert, event: StandingEvent): BankedExpert {
  switch (event.type) {
    case 'expert.admitted':
      return { active: true, employers: employersAfter(before.employers, event) };
    case 'expert.profile-updated':
      return { ...before, employers: employersAfter(before.employers, event) };
    case 'expert.reinstated':
      return { ...before, active: true };
    case 'expert.suspended':
    case 'expert.removed':
      return { ...before, active: false };
  }
}

const BANK_EVENT_TYPES = [
  expertAdmitted,
  expertProfileUpdated,
  expertSuspended,
  expertReinstated,
  expertRemoved,
] as const;

/** The expert bank as the log has it now. */
export function bankNow(): Dependency<Bank> {
  return stateOfLog(
    bank,
    BANK_EVENT_TYPES.map(({ type }) => type),
    'lately',
  );
}

/** Whether the expert is in the bank and neither suspended nor removed. */
export function isActive(experts: Bank, expertId: string): boolean {
  return experts[expertId]?.active ?? false;
}

/** A project of the plan and what a panel records of it. */
export interface ProjectView {
  readonly listed: PanelProject | undefined;
  readonly terminated: boolean;
}

export const projectBeforePanel: Fold<ProjectView, EventOf<typeof projectListed | typeof projectTerminated>> = {
  name: 'panel/project',
  initial: { listed: undefined, terminated: false },
  evolve(state, event) {
    switch (event.type) {
      case 'project.listed': {
        const { projectId, title, uscc, unitName, bodyId } = event.data;
        return { ...state, listed: { projectId, title, uscc, unitName, bodyId } };
      }
      case 'project.terminated':
        return { ...state, terminated: true };
      default:
        return untouched(state, event);
    }
  },
};

export function projectsBeforePanel(ids: readonly ProjectId[]): Dependency<readonly ProjectView[]> {
  return { resolve: sources => Promise.all(ids.map(id => sources.stream(projectBeforePanel, projectStream(id)))) };
}

/** Results of a year that recommending bodies have forwarded (art-17b). Named by the year: states are cached by name. */
export function forwardedIn(year: number): Dependency<readonly ProjectId[]> {
  const fold: Fold<readonly ProjectId[], EventOf<typeof resultBatchForwarded>> = {
    name: `panel/forwarded-${year}`,
    initial: [],
    evolve: (state, { data }) =>
      data.year === year ? [...state, ...data.projects.map(({ projectId }) => projectId)] : state,
  };
  return stateOfLog(fold, [resultBatchForwarded.type], 'lately');
}

export interface OtherPanel {
  readonly panelId: PanelId;
  readonly projects: readonly ProjectId[];
}

/** Panels of a year that are not dissolved, with the projects they hold. */
export function otherPanelsOf(year: number): Dependency<readonly OtherPanel[]> {
  const fold: Fold<readonly OtherPanel[], EventOf<typeof panelFormationStarted> | EventOf<typeof panelDissolved>> = {
    name: `panel/panels-${year}`,
    initial: [],
    evolve(state, { type, data }) {
      if (type === 'panel.dissolved') return state.filter(({ panelId }) => panelId !== data.panelId);
      const { panelId, projects } = data;
      return data.year === year ? [...state, { panelId, projects: projects.map(({ projectId }) => projectId) }] : state;
    },
  };
  return stateOfLog(fold, [panelFormationStarted.type, panelDissolved.type], 'lately');
}

/** What those who may come to be members may do besides: grants by account, of all accounts of each. */
export type GrantsByAccount = ReadonlyMap<string, readonly Grant[]>;

export function rolesOf(experts: readonly ExpertId[]): Dependency<GrantsByAccount> {
  return {
    async resolve(sources) {
      const persons = await personsNow.resolve(sources);
      const ids = new Set(experts.flatMap(id => accountsOf(persons, expertMark(id))) as AccountId[]);
      const held = [...ids].map(async id => [id, (await sources.stream(grants, accountStream(id))).grants] as const);
      return new Map(await Promise.all(held));
    },
  };
}

export interface EarlierRecusal {
  readonly panelId: PanelId;
  readonly expertId: ExpertId;
  readonly uscc: CreditCode;
  readonly on: CivilDate;
}

const recusals: Fold<readonly EarlierRecusal[], Extract<PanelEvent, { type: 'expert.recused' }>> = {
  name: 'panel/recusals',
  initial: [],
  evolve(state, { data: { panelId, expertId, uscc }, meta }) {
    return [...state, { panelId, expertId, uscc, on: shanghaiDate(meta.effectiveAt) }];
  },
};

export function recusalsSoFar(): Dependency<readonly EarlierRecusal[]> {
  return stateOfLog(recusals, [expertRecused.type], 'lately');
}

/** By unit: its forms of today, each with the names it was ever registered under. */
export type Forms = ReadonlyMap<string, readonly UnitForm[]>;

export function formsOfUnits(units: readonly CreditCode[], today: CivilDate): Dependency<Forms> {
  return {
    async resolve(sources) {
      const successions = await successionsNow.resolve(sources);
      const forms = units.map(async unit => {
        const named = formsOf(successions, unit, today).map(async form => ({
          ...form,
          names: namesOf(await sources.stream(unitParticulars, unitStream(form.uscc as CreditCode))),
        }));
        return [unit, await Promise.all(named)] as const;
      });
      return new Map(await Promise.all(forms));
    },
  };
}

const expertSubject: Fold<string | undefined, ExpertEvent> = {
  name: 'panel/expert-subject',
  initial: undefined,
  evolve: (state, event) => (event.type === 'expert.admitted' ? event.data.name.subject : state),
};

/** Texts sealed as the expert's own, under the subject his name is sealed under; what is not given stays so. */
export function sealedFor(
  expertId: ExpertId,
  texts: readonly (string | undefined)[],
): Dependency<readonly (Sealed | undefined)[]> {
  return {
    async resolve(sources) {
      const subject = await sources.stream(expertSubject, expertStream(expertId));
      if (subject === undefined) return [];
      return Promise.all(texts.map(async text => (text === undefined ? undefined : sources.seal(subject, text))));
    },
  };
}

/** Sealed texts as they were said; undefined for one that is not there, or was erased. */
export function opened(texts: readonly (Sealed | undefined)[]): Dependency<readonly (string | undefined)[]> {
  return { resolve: sources => Promise.all(texts.map(text => text && sources.open(text))) };
}
