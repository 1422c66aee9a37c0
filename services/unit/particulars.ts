/** Changes of what a unit is called, where it is registered, in which industries it works and how it is reached. */
import { z } from 'zod';
import { type CreditCode, creditCodeSchema } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import type { UnitParticulars } from '../../events/rules/particulars.ts';
import { lineSchema } from '../../events/text.ts';
import { type UnitEvent, unitParticularsChanged, unitRenamed, unitStream } from '../../events/unit.ts';
import { changeOrderFault, unchanged } from '../change.ts';
import { command, type Dependency, type Fold, known, sealedPerson } from '../command.ts';
import { notFound, type Rejection } from '../rejection.ts';
import { likelySuccession, unitsLike } from './likely-successors.ts';
import { contactSchema, onUnit, type UnitState } from './state.ts';

const changeSchema = unitParticularsChanged.schema.extend({
  name: lineSchema.optional(),
  contact: contactSchema.optional(),
});
type Change = z.infer<typeof changeSchema>;
type Contact = NonNullable<Change['contact']>;

const sealedContact: Fold<Extract<UnitEvent, { type: 'unit.registered' }>['data']['contact'] | undefined, UnitEvent> = {
  name: 'unit/contact',
  initial: undefined,
  evolve(state, event) {
    const isTold = event.type === 'unit.registered' || event.type === 'unit.particulars-changed';
    return isTold ? (event.data.contact ?? state) : state;
  },
};

type Sealing = { readonly name: Sealed; readonly phone: Sealed } | undefined;

/** The contact sealed for the log; undefined for the one that is on record. */
function newContact(uscc: CreditCode, contact: Contact | undefined): Dependency<Sealing> {
  if (!contact) return known(undefined);
  return {
    async resolve(sources) {
      const present = await sources.stream(sealedContact, unitStream(uscc));
      const [name, phone] = present ? await Promise.all([sources.open(present.name), sources.open(present.phone)]) : [];
      const isOnRecord = name === contact.name && phone === contact.phone;
      return isOnRecord ? undefined : sealedPerson(uscc, contact).resolve(sources);
    },
  };
}

/** A unit whose particulars are on record. */
function described({ particulars, ...state }: UnitState): (UnitState & { particulars: UnitParticulars }) | Rejection {
  return particulars ? { ...state, particulars } : notFound();
}

export const recordUnitChange = command({
  ...onUnit,
  name: 'RecordUnitChange',
  title: '记录单位信息变更',
  records: [unitRenamed, unitParticularsChanged],
  summary:
    'Records that a unit is called, registered, engaged or reached otherwise from a day on, with the document that shows it. What was published before keeps the name of its day.',
  allow: ['MSR'],
  reach: { changedOn: { notAfter: 'today' } },
  input: changeSchema,
  readsTyped: input => ({ contact: newContact(input.uscc, input.contact), alike: unitsLike(input) }),
  gate: described,
  decide(state, input, _given, { contact, alike }) {
    const { name: formerName } = state.particulars;
    const { uscc, changedOn, document, name } = input;
    const change = { uscc, changedOn, document };
    const others = { ...changesOf(state.particulars, input), ...(contact && { contact }) };
    const circumstances = alike.length > 0 ? { deviations: alike.map(likelySuccession) } : {};
    const isRenamed = name !== undefined && name !== formerName;
    const isOtherwise = Object.keys(others).length > 0;
    if (!isRenamed && !isOtherwise) return unchanged(state.change, input);
    const fault = changeOrderFault(state.change, input);
    if (fault) return fault;
    const changed = unitParticularsChanged.of({ ...change, ...others }, isRenamed ? {} : circumstances);
    if (!isRenamed) return [changed];
    const renamed = unitRenamed.of({ ...change, formerName, name }, circumstances);
    return isOtherwise ? [renamed, changed] : [renamed];
  },
});

/** What of the change is not so already, besides the name. */
function changesOf(now: UnitParticulars, { district, industries, address }: Change) {
  return {
    ...(district !== undefined && district !== now.district && { district }),
    ...(industries && industries.join('\n') !== now.industries.join('\n') && { industries: [...new Set(industries)] }),
    ...(address !== undefined && address !== now.address && { address }),
  };
}

export const changeUnitContact = command({
  ...onUnit,
  name: 'ChangeUnitContact',
  title: '变更单位联系人',
  records: [unitParticularsChanged],
  summary: 'States whom to reach in the own unit from today on.',
  allow: ['UNIT'],
  input: z.strictObject({ uscc: creditCodeSchema, contact: contactSchema }),
  readsTyped: input => ({ contact: newContact(input.uscc, input.contact), alike: unitsLike(input) }),
  gate: (state, { actor }, _known, { uscc }) => (actor.orgId === uscc ? described(state) : notFound()),
  decide(_state, { uscc }, { today: changedOn }, { contact, alike }) {
    if (!contact) return [];
    const deviations = alike.map(likelySuccession);
    return [
      unitParticularsChanged.of(
        { uscc, changedOn, document: '单位自行变更', contact },
        deviations.length > 0 ? { deviations } : {},
      ),
    ];
  },
});
