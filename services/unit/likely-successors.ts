/**
 * Units that may be one under another code: of one name, at one address, or reached through the person by whom a unit that
 * was excluded from applying is reached (art-25, D-32). A sign for people; nothing follows from it by itself.
 */
import { Map as PersistentMap } from 'immutable';
import type { Deviation } from '../../events/envelope.ts';
import type { EventOf, EventsOf } from '../../events/event-type.ts';
import type { CreditCode } from '../../events/ids.ts';
import { levelledOrganisation, likenessOf, stemOfName } from '../../events/rules/organisations.ts';
import { levelledName } from '../../events/rules/person-name.ts';
import { unitParticularsChanged, unitRegistered, unitRenamed } from '../../events/unit.ts';
import { type Dependency, type Fold, type Sources, stateOfLog } from '../command.ts';
import { exclusionsNow } from '../exclusion.ts';

const KINDS = [unitRegistered, unitRenamed, unitParticularsChanged] as const;
type Contact = EventOf<typeof unitRegistered>['data']['contact'];

/** What one event of a unit can tell of it. */
interface Told {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly contact?: Contact | undefined;
}

interface Known {
  readonly uscc: CreditCode;
  readonly name: string;
  readonly address: string | undefined;
  readonly contact: Contact | undefined;
}

/** Units by something that those who are alike share. */
type Index = PersistentMap<string, readonly CreditCode[]>;

interface Register {
  readonly units: PersistentMap<CreditCode, Known>;
  readonly byStem: Index;
  readonly byAddress: Index;
}

const registered: Fold<Register, EventsOf<typeof KINDS>> = {
  name: 'unit/registered',
  initial: { units: PersistentMap(), byStem: PersistentMap(), byAddress: PersistentMap() },
  evolve({ units, byStem, byAddress }, { data }) {
    const { uscc } = data;
    const before = units.get(uscc);
    const { name, address, contact }: Told = data;
    const now = {
      uscc,
      name: name ?? before?.name ?? '',
      address: address === undefined ? before?.address : levelledOrganisation(address),
      contact: contact ?? before?.contact,
    };
    return {
      units: units.set(uscc, now),
      byStem: moved(byStem, uscc, before && stemOfName(before.name), stemOfName(now.name)),
      byAddress: moved(byAddress, uscc, before?.address, now.address),
    };
  },
};

function moved(index: Index, uscc: CreditCode, from: string | undefined, to: string | undefined): Index {
  if (from === to) return index;
  const left = from === undefined ? index : index.update(from, [], units => units.filter(unit => unit !== uscc));
  return to === undefined ? left : left.update(to, [], units => [...units, uscc]);
}

const registeredNow = stateOfLog(
  registered,
  KINDS.map(({ type }) => type),
);

/** What is known of the unit asked about. */
export interface SuccessorQuestion {
  readonly uscc: CreditCode;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  /** In clear. */
  readonly contact?: { readonly name: string; readonly phone: string } | undefined;
}

/** Another unit, and what the two have in common. */
export interface Alike {
  readonly uscc: CreditCode;
  readonly shared: readonly ('name' | 'address' | 'contact')[];
}

const MOST = 5;

/** The other registered units that are like one. */
export function unitsLike(asked: SuccessorQuestion): Dependency<readonly Alike[]> {
  return {
    async resolve(sources) {
      const [{ bans }, register] = [await exclusionsNow.resolve(sources), await registeredNow.resolve(sources)];
      const alike: Alike[] = [];
      for (const uscc of candidates(asked, register, Object.keys(bans) as CreditCode[])) {
        const other = register.units.get(uscc);
        if (!other || uscc === asked.uscc || alike.length === MOST) continue;
        const isExcluded = (bans[other.uscc]?.bans.length ?? 0) > 0;
        const shared = [
          ...(isOneName(asked, other) ? (['name'] as const) : []),
          ...(isOneAddress(asked, other) ? (['address'] as const) : []),
          ...(isExcluded && (await isOneContact(sources, asked, other)) ? (['contact'] as const) : []),
        ];
        if (shared.length > 0) alike.push({ uscc: other.uscc, shared });
      }
      return alike;
    },
  };
}

/** Those of its name or address, and those whose contact is compared: few among all that are registered. */
function candidates(
  { name, address }: SuccessorQuestion,
  { byStem, byAddress }: Register,
  excluded: readonly CreditCode[],
): ReadonlySet<CreditCode> {
  const named = name === undefined ? [] : byStem.get(stemOfName(name), []);
  const housed = address === undefined ? [] : byAddress.get(levelledOrganisation(address), []);
  return new Set([...named, ...housed, ...excluded]);
}

function isOneName({ uscc, name }: SuccessorQuestion, other: Known): boolean {
  return name !== undefined && likenessOf({ name, uscc }, other) !== undefined;
}

function isOneAddress({ address }: SuccessorQuestion, other: Known): boolean {
  return address !== undefined && levelledOrganisation(address) === other.address;
}

/** By his name or by his number; somebody who was erased is like nobody. */
async function isOneContact(sources: Sources, { contact }: SuccessorQuestion, other: Known): Promise<boolean> {
  if (!contact || !other.contact) return false;
  const [name, phone] = await Promise.all([sources.open(other.contact.name), sources.open(other.contact.phone)]);
  const digits = (text: string) => text.replace(/\D/g, '').replace(/^86(?=\d{11}$)/, '');
  return (
    (name !== undefined && levelledName(name) === levelledName(contact.name)) ||
    (phone !== undefined && digits(phone) === digits(contact.phone))
  );
}

const SHARED = { name: ['名称', 'name'], address: ['地址', 'address'], contact: ['联系人', 'contact'] } as const;

/** For people to look at: whether a succession is to be recorded. */
export function likelySuccession({ uscc, shared }: Alike): Deviation {
  const said = (language: 0 | 1) => shared.map(each => SHARED[each][language]);
  return {
    code: 'likely-successor',
    basis: unitRenamed.basis,
    zh: `与 ${uscc} ${said(0).join('、')}相同或相近，是否有承继关系待核实`,
    en: `${said(1).join(', ')} as or like that of ${uscc}: whether one succeeds to the other is to be found out`,
  };
}
