/**
 * What the log tells of one person: whether anything of his is on it, and what still needs it. Found by the pseudonym in
 * the stored bytes, so that an event type that names people tomorrow is not overlooked.
 */
import { catalogue, type DomainEvent } from '../../events/catalogue.ts';
import { type ExpertEvent, expertStream } from '../../events/expert.ts';
import { type AccountId, expertIdSchema } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import type { ErasureId, PrivacyEvent } from '../../events/privacy.ts';
import { levelledName } from '../../events/rules/person-name.ts';
import {
  accountMark,
  expertMark,
  isAmong,
  marksOf,
  named,
  type Persons,
  personEventTypes,
} from '../../events/rules/persons.ts';
import type { Dependency, Fold, Sources } from '../command.ts';
import { personsFold } from '../persons.ts';

/** A person as the vault knows him; one with an account is another subject than the same person in somebody's materials. */
export interface Subject {
  readonly subject: string;
  readonly accountId?: AccountId | undefined;
}

interface Panel {
  readonly panelId: string;
  readonly year: number;
  readonly members: readonly string[];
}

export interface Ties {
  /** Whether the log holds a value that his key opens. */
  readonly named: boolean;
  /** His name as his account was registered with it. */
  readonly accountName: Sealed | undefined;
  /** Programme years and projects whose events name him. */
  readonly years: readonly number[];
  readonly projects: readonly string[];
  /** His ids as an expert, and those of them named here under which he is still in the bank. */
  readonly experts: readonly string[];
  readonly inBank: readonly string[];
  readonly accounts: readonly string[];
  /** The erasure that is under way. */
  readonly erasure: ErasureId | undefined;
  /** Of everybody, to be held against his: */
  readonly closedYears: readonly number[];
  readonly carriedOver: readonly { readonly projectId: string; readonly toYear: number }[];
  readonly panels: readonly Panel[];
  readonly openCases: readonly { readonly misconductId: string; readonly accountId: string }[];
}

const NONE: Ties = {
  named: false,
  accountName: undefined,
  years: [],
  projects: [],
  experts: [],
  inBank: [],
  accounts: [],
  erasure: undefined,
  closedYears: [],
  carriedOver: [],
  panels: [],
  openCases: [],
};

/** A fold over all events that looks for the person in their stored bytes. */
export function tiesOf({ subject, accountId }: Subject): Fold<Ties, DomainEvent> {
  const mark = `"${subject}"`;
  return {
    name: `privacy/ties/${subject}`,
    initial: { ...NONE, accounts: accountId === undefined ? [] : [accountId] },
    evolve(state, event) {
      if (isOfErasure(event)) return event.data.subject === subject ? afterErasure(state, event) : state;
      return afterAnything(event.dataText.includes(mark) ? afterNaming(state, event) : state, event);
    },
  };
}

/** Any event type may name a person. */
const KINDS: readonly string[] = [...catalogue.keys()];
const PERSON_KINDS: readonly string[] = personEventTypes.map(({ type }) => type);

/** The ties of a person as the log has them now; reads the whole log once. */
export function tiesNow(person: Subject): Dependency<Ties> {
  return {
    resolve: async sources =>
      ofWholePerson(
        await sources.log(tiesOf(person), KINDS, 'now'),
        await sources.log(personsFold, PERSON_KINDS, 'now'),
      ),
  };
}

/** With every account of his and every place in the bank, by whichever of them he is known here. */
function ofWholePerson(ties: Ties, known: Persons): Ties {
  const own = [...ties.accounts.map(accountMark), ...ties.experts.map(expertMark)];
  const marks = [...new Set(own.flatMap(mark => marksOf(known, mark)))];
  return { ...ties, accounts: named(marks, 'account'), experts: named(marks, 'expert') };
}

/** An erasure names the person it is about, and is nothing that has to be erased. */
function isOfErasure(event: DomainEvent): event is PrivacyEvent {
  return event.type.startsWith('personal-data.');
}

function afterErasure(state: Ties, { type, data: { erasureId } }: PrivacyEvent): Ties {
  if (type !== 'personal-data.erased') return { ...state, erasure: erasureId };
  // What was sealed before is lost; only what he gives anew is his again.
  return { ...state, erasure: undefined, named: false, accountName: undefined, years: [], projects: [] };
}

function afterNaming(state: Ties, event: DomainEvent): Ties {
  const { projectId, year = projectId && Number(projectId.slice(0, 4)) } = event.meta.about;
  const told = {
    ...state,
    named: true,
    years: year ? including(state.years, year) : state.years,
    projects: projectId ? including(state.projects, projectId) : state.projects,
  };
  switch (event.type) {
    case 'account.registered':
      return { ...told, accountName: event.data.name };
    case 'expert.admitted': {
      const { expertId } = event.data;
      return { ...told, experts: including(told.experts, expertId), inBank: including(told.inBank, expertId) };
    }
    default:
      return told;
  }
}

function afterAnything(state: Ties, event: DomainEvent): Ties {
  switch (event.type) {
    case 'expert.removed':
      return { ...state, inBank: state.inBank.filter(id => id !== event.data.expertId) };
    case 'programme.closed':
      return { ...state, closedYears: including(state.closedYears, event.data.year) };
    case 'project.carried-over': {
      const { projectId, toYear } = event.data;
      return { ...state, carriedOver: [...state.carriedOver, { projectId, toYear }] };
    }
    case 'panel.constituted': {
      const { panelId, year, members } = event.data;
      return { ...state, panels: [...otherPanels(state, panelId), { panelId, year, members }] };
    }
    case 'panel.dissolved':
      return { ...state, panels: otherPanels(state, event.data.panelId) };
    case 'misconduct.reported': {
      const { misconductId, accountId } = event.data;
      return { ...state, openCases: [...state.openCases, { misconductId, accountId }] };
    }
    case 'misconduct-case.closed':
      return { ...state, openCases: state.openCases.filter(each => each.misconductId !== event.data.misconductId) };
    default:
      return state;
  }
}

function otherPanels({ panels }: Ties, panelId: string): readonly Panel[] {
  return panels.filter(panel => panel.panelId !== panelId);
}

function including<T>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list : [...list, item];
}

/** Programme years that are not closed and whose events, or whose projects, name him. */
export function openYears({ years, projects, carriedOver, closedYears }: Ties): readonly number[] {
  const carried = carriedOver.filter(({ projectId }) => projects.includes(projectId)).map(({ toYear }) => toYear);
  return [...new Set([...years, ...carried])].filter(year => !closedYears.includes(year)).sort();
}

/** Whether he sits on a panel of a year that is not closed. */
export function sitsOnPanel({ panels, experts, closedYears }: Ties): boolean {
  return panels.some(({ year, members }) => !closedYears.includes(year) && members.some(id => experts.includes(id)));
}

/** Whether a case about him, by whichever account, is reported or open: for the supervising body alone to know (art-26). */
export function hasOpenCase({ openCases, accounts }: Ties, persons: Persons): boolean {
  return openCases.some(({ accountId }) => isAmong(persons, accountId, accounts));
}

const bankedNames: Fold<readonly Sealed[], ExpertEvent> = {
  name: 'privacy/banked-names',
  initial: [],
  evolve: (state, event) =>
    event.type === 'expert.admitted' || event.type === 'expert.renamed' ? [...state, event.data.name] : state,
};

/**
 * The pseudonym of an expert who is, or was, called by a name: the bank seals whatever he is called under the one of his
 * admission. Undefined where the bank has nobody so called under this id.
 */
export async function subjectInBank(sources: Sources, orgId: string, name: string): Promise<string | undefined> {
  const { data: expertId } = expertIdSchema.safeParse(orgId);
  if (expertId === undefined) return undefined;
  for (const called of await sources.stream(bankedNames, expertStream(expertId))) {
    const opened = await sources.open(called);
    if (opened !== undefined && levelledName(opened) === levelledName(name)) return called.subject;
  }
  return undefined;
}
