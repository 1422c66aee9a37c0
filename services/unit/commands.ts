import type { Deviation } from '../../events/envelope.ts';
import { closesCircle } from '../../events/rules/organisations.ts';
import {
  professionalOrganisationRecognised,
  unitRegistered,
  unitRegistrationVerified,
  unitSuccessorRecorded,
} from '../../events/unit.ts';
import { bodiesNow } from '../bodies.ts';
import { command, sealedPerson } from '../command.ts';
import { successionsNow } from '../organisations.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { likelySuccession, unitsLike } from './likely-successors.ts';
import { contactSchema, inFuture, onUnit, type UnitState } from './state.ts';

const ARTICLE = ['art-08', '（一）'] as const;
/** A branch is registered here, its head may not be: for the municipal authority to look at (D-2). */
const BRANCH: Deviation = {
  code: 'branch-unit',
  basis: unitRegistered.basis,
  zh: '申报单位为分支机构，请核实是否在本市登记注册',
  en: 'The unit is a branch; whether it counts as registered in Tianjin is to be checked',
};

/** A unit that is registered. */
function onRecord(state: UnitState): UnitState | Rejection {
  return state.kind ? state : notFound();
}

export const registerUnit = command({
  ...onUnit,
  name: 'RegisterUnit',
  title: '登记申报单位',
  records: [unitRegistered],
  begins: true,
  summary: 'Registers an applicant unit by its credit code; a branch is flagged (D-2).',
  allow: ['MSR', 'REC-I', 'REC-A', 'REC-D'],
  input: unitRegistered.schema.extend({ contact: contactSchema }),
  reads: input => ({ contact: sealedPerson(input.uscc, input.contact), alike: unitsLike(input) }),
  decide(state, input, _given, { contact, alike }) {
    if (state.kind) return refuse(ARTICLE, 'unit-exists', '该单位已登记', 'The unit is already registered');
    const facts = { ...input, industries: [...new Set(input.industries)], contact };
    const deviations = [BRANCH].filter(() => input.isBranch).concat(alike.map(likelySuccession));
    return [unitRegistered.of(facts, deviations.length > 0 ? { deviations } : {})];
  },
});

export const verifyUnitRegistration = command({
  ...onUnit,
  name: 'VerifyUnitRegistration',
  title: '核验登记注册',
  records: [unitRegistrationVerified],
  summary: 'Records what the public register says, be it that the unit is not registered in Tianjin.',
  allow: ['MSR'],
  enteredLater: true,
  input: unitRegistrationVerified.schema,
  gate: onRecord,
  decide(state, input, given) {
    if (input.verifiedOn > given.today) return inFuture();
    const { lastCheck } = state;
    const asBefore =
      lastCheck?.source === input.source &&
      lastCheck.verifiedOn === input.verifiedOn &&
      lastCheck.inTianjin === input.inTianjin;
    return asBefore ? again(lastCheck, input) : [unitRegistrationVerified.of(input, { evidence: input.evidence })];
  },
});

export const recogniseProfessionalOrganisation = command({
  ...onUnit,
  name: 'RecogniseProfessionalOrganisation',
  title: '记录专业组织认可',
  records: [professionalOrganisationRecognised],
  summary: 'Records the document by which an industry authority recognises a professional organisation (D-9).',
  allow: ['MSR', 'REC-I'],
  enteredLater: true,
  input: professionalOrganisationRecognised.schema,
  reads: () => ({ bodies: bodiesNow }),
  gate(state) {
    const unit = onRecord(state);
    if (isRejection(unit) || unit.kind === '专业组织') return unit;
    return refuse(
      ARTICLE,
      'not-professional-organisation',
      '该单位不是专业组织，无需认可',
      'The unit is no professional organisation',
    );
  },
  decide(state, input, given, { bodies }) {
    if (given.actor.role === 'REC-I' && given.actor.orgId !== input.authority) {
      return refuse(
        'art-06',
        'other-authority',
        '行业主管部门只能记录本部门的认可',
        'An industry authority records its own recognition only',
        'forbidden',
      );
    }
    if (bodies.registered.get(input.authority)?.kind !== 'industry-authority') {
      return refuse(
        ARTICLE,
        'not-industry-authority',
        '认可单位应为已登记的市级行业主管部门',
        'The recognising body must be a registered industry authority',
      );
    }
    if (input.recognisedOn > given.today) return inFuture();
    const known = state.recognitions.find(
      ({ authority, document }) => authority === input.authority && document === input.document,
    );
    return known ? again(known, input) : [professionalOrganisationRecognised.of(input, { evidence: input.evidence })];
  },
});

export const recordUnitSuccessor = command({
  ...onUnit,
  name: 'RecordUnitSuccessor',
  title: '记录单位承继关系',
  records: [unitSuccessorRecorded],
  summary: 'Records that a unit succeeds to another one, whose exclusion from applying it then shares (D-32).',
  allow: ['MSR'],
  input: unitSuccessorRecorded.schema,
  exact: true,
  reads: () => ({ successions: successionsNow }),
  gate: onRecord,
  decide(state, input, given, { successions }) {
    if (input.predecessor === input.uscc) {
      return refuseForm('invalid', 'own-predecessor', '单位不能承继自身', 'A unit cannot succeed to itself');
    }
    if (input.effectiveOn > given.today) return inFuture();
    const known = state.successions.find(({ predecessor }) => predecessor === input.predecessor);
    if (!known && closesCircle(successions, input.uscc, input.predecessor)) return circle(input);
    return known ? again(known, input) : [unitSuccessorRecorded.of(input)];
  },
});

/** Units that succeed to each other in a circle would have no first one. */
function circle({ uscc, predecessor }: { readonly uscc: string; readonly predecessor: string }): Rejection {
  return refuseForm(
    'conflict',
    'succession-circle',
    `内部制度（承继关系）：${predecessor} 已直接或间接承继 ${uscc}，承继关系不得成环`,
    `Rule of the house (successions): ${predecessor} already succeeds to ${uscc}, directly or through others; there is no circle`,
  );
}
