/** Experts who are one person: in the bank once by identity; by name and employer alone it is flagged (D-46). */
import { Map as PersistentMap } from 'immutable';
import type { Deviation } from '../../events/envelope.ts';
import { type ExpertEvent, expertEventTypes, expertStream } from '../../events/expert.ts';
import type { Identity, StatedIdentity } from '../../events/identity.ts';
import type { ExpertId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { likenessOf } from '../../events/rules/organisations.ts';
import { levelledName } from '../../events/rules/person-name.ts';
import { accountMark, isSame, type PersonMark, type Persons } from '../../events/rules/persons.ts';
import { REGULATION } from '../../events/statute.ts';
import type { RecordedChange } from '../change.ts';
import { type Dependency, type Fold, type Sources, stateOfLog } from '../command.ts';
import { statedIdentity } from '../persons.ts';
import { type Rejection, refuseByHouse } from '../rejection.ts';
import { type Expert, expert } from './state.ts';

interface Entry extends Expert {
  readonly name: Sealed | undefined;
}

/** Everybody who was ever in the bank, by id. */
export type Roll = PersistentMap<string, Entry>;

const UNKNOWN: Entry = { ...expert.initial, name: undefined };

export const roll: Fold<Roll, ExpertEvent> = {
  name: 'expert/roll',
  initial: PersistentMap(),
  evolve(state, event) {
    if (event.type === 'expert-bank.rules-issued') return state;
    const { expertId } = event.data;
    const before = state.get(expertId) ?? UNKNOWN;
    const { name } = calledAfter({ name: before.name, renamed: undefined }, event);
    return state.set(expertId, { ...expert.evolve(before, event), name });
  },
};

export const rollNow: Dependency<Roll> = stateOfLog(
  roll,
  expertEventTypes.map(({ type }) => type),
  'lately',
);

const isInBank = ({ status }: Expert) => status === 'active' || status === 'suspended';

/** A person who is in the bank is not admitted again under another id. */
export function admittedBefore(known: Roll, ids: readonly string[]): Rejection | undefined {
  const other = ids.find(id => isInBank(known.get(id) ?? UNKNOWN));
  if (other === undefined) return undefined;
  return refuseByHouse(
    'one-number',
    'expert-in-bank-already',
    `该人员已以编号 ${other} 在库`,
    `the person is in the bank as ${other}`,
  );
}

const basis = { doc: REGULATION, article: 'art-05', item: '（三）' } as const;

/** Who was removed and comes back under another id is seen to be the same. */
export function earlierRemovals(ids: readonly string[]): Deviation[] {
  return ids.map(id => ({
    code: 'expert-was-removed',
    basis,
    zh: `该人员曾以编号 ${id} 在库，已出库`,
    en: `The person was in the bank as ${id} and was removed`,
  }));
}

/** A deviation for each expert of the same name and employer, for people to look at. */
export function namesakeDeviations(ids: readonly string[]): Deviation[] {
  return ids.map(id => ({
    code: 'expert-namesake',
    basis,
    zh: `与在库专家 ${id} 姓名、工作单位相同，是否同一人待核实`,
    en: `Name and employer are those of expert ${id}: whether they are one person is to be found out`,
  }));
}

interface Employer {
  readonly employerName: string;
  readonly employerUscc?: string | undefined;
}

const organisationOf = ({ employerName: name, employerUscc: uscc }: Employer) => ({ name, uscc });

const isSameEmployer = (one: Employer, other: Employer) =>
  likenessOf(organisationOf(one), organisationOf(other)) === 'same';

/** Others in the bank of the same name at the same employer; of an expert who is there, unless a name is given, by his own. */
export function namesakesOf(expertId: ExpertId, employer: Employer, name?: string): Dependency<readonly string[]> {
  return {
    async resolve(sources) {
      const known = await rollNow.resolve(sources);
      const own = name === undefined ? await nameOf(sources, known.get(expertId)) : levelledName(name);
      const found: string[] = [];
      for (const [id, entry] of known) {
        if (id === expertId || !isInBank(entry) || !entry.profile || !isSameEmployer(entry.profile, employer)) continue;
        if (own !== undefined && (await nameOf(sources, entry)) === own) found.push(id);
      }
      return found;
    },
  };
}

/** As names are compared; undefined for an erased person. */
async function nameOf(sources: Sources, entry: Entry | undefined): Promise<string | undefined> {
  const name = entry?.name && (await sources.open(entry.name));
  return name && levelledName(name);
}

/** The identity of an expert, sealed as his name is; undefined for one who is not there. */
export function identityOfExpert(expertId: ExpertId, identity: Identity): Dependency<StatedIdentity | undefined> {
  return {
    async resolve(sources) {
      const { name } = await sources.stream(ownName, expertStream(expertId));
      return name && statedIdentity(name.subject, identity).resolve(sources);
    },
  };
}

interface Called {
  readonly name: Sealed | undefined;
  /** The latest change of the name. */
  readonly renamed: RecordedChange | undefined;
}

const ownName: Fold<Called, ExpertEvent> = {
  name: 'expert/own-name',
  initial: { name: undefined, renamed: undefined },
  evolve: calledAfter,
};

function calledAfter(state: Called, event: ExpertEvent): Called {
  if (event.type === 'expert.admitted') return { name: event.data.name, renamed: undefined };
  return event.type === 'expert.renamed' ? { name: event.data.name, renamed: event.data } : state;
}

/** What an expert is to be called, sealed as he was before, beside what he is called, in clear; undefined for nobody. */
export function renamingOf(expertId: ExpertId, name: string) {
  return {
    async resolve(sources: Sources) {
      const { name: present, renamed } = await sources.stream(ownName, expertStream(expertId));
      if (!present) return undefined;
      return { name: await sources.seal(present.subject, name), present: await sources.open(present), renamed };
    },
  };
}

/** Whether an account is of a person who has one of the marks. */
export function isOneOfThem(persons: Persons, accountId: string, marks: readonly PersonMark[]): boolean {
  return marks.some(mark => isSame(persons, accountMark(accountId), mark));
}
