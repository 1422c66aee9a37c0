/**
 * Units that may be one under another code: of one name, at one address, or reached through the person by whom a unit that
 * was excluded from applying is reached (art-25, D-32). A sign for people; nothing follows from it by itself.
 */
import { Map as PersistentMap } from 'immutable';
import type { Deviation } from '../../events/envelope.ts';
import type { EventOf, EventsOf } from '../../events/fact.ts';
import type { CreditCode } from '../../events/ids.ts';
import { levelledOrganisation, likenessOf } from '../../events/rules/organisations.ts';
import { levelledName } from '../../events/rules/person-name.ts';
import { unitParticularsChanged, unitRegistered, unitRenamed } from '../../events/unit.ts';
import { type Fold, type Reading, type Sources, stateOfLog } from '../command.ts';
import { exclusionsNow } from '../exclusion.ts';

const KINDS = [unitRegistered, unitRenamed, unitParticularsChanged] as const;
type Contact = EventOf<typeof unitRegistered>['data']['contact'];

/** What one fact of a unit can tell of it. */
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

const registered: Fold<PersistentMap<CreditCode, Known>, EventsOf<typeof KINDS>> = {
  name: 'unit/registered',
  initial: PersistentMap(),
  evolve(state, { data }) {
    const { uscc } = data;
    const before = state.get(uscc) ?? { uscc, name: '', address: undefined, contact: undefined };
    const { name, address, contact }: Told = data;
    return state.set(uscc, {
      uscc,
      name: name ?? before.name,
      address: address === undefined ? before.address : levelledOrganisation(address),
      contact: contact ?? before.contact,
    });
  },
};

const registeredNow = stateOfLog(
  registered,
  KINDS.map(({ type }) => type),
);

/** What is known of the unit asked about. */
export interface Asked {
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
export function unitsLike(asked: Asked): Reading<readonly Alike[]> {
  return {
    async resolve(sources) {
      const { bans } = await exclusionsNow.resolve(sources);
      const alike: Alike[] = [];
      for (const other of (await registeredNow.resolve(sources)).values()) {
        if (other.uscc === asked.uscc || alike.length === MOST) continue;
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

function isOneName({ uscc, name }: Asked, other: Known): boolean {
  return name !== undefined && likenessOf({ name, uscc }, other) !== undefined;
}

function isOneAddress({ address }: Asked, other: Known): boolean {
  return address !== undefined && levelledOrganisation(address) === other.address;
}

/** By his name or by his number; somebody who was erased is like nobody. */
async function isOneContact(sources: Sources, { contact }: Asked, other: Known): Promise<boolean> {
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
