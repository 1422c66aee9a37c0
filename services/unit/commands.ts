/** Commands on applicant units: registration and its check, recognition, bans (art-08 （一）, art-25). */
import { z } from 'zod';
import type { Deviation } from '../../events/envelope.ts';
import type { CreditCode } from '../../events/ids.ts';
import { ISSUED_ON } from '../../events/statute.ts';
import { lineSchema } from '../../events/text.ts';
import { type CivilDate, lastDayOfYears } from '../../events/time.ts';
import {
  applicationBanImposed,
  applicationBanLifted,
  professionalOrganisationRecognised,
  unitRegistered,
  unitRegistrationVerified,
  unitStream,
  unitSuccessorRecorded,
} from '../../events/unit.ts';
import { command, sealedPerson } from '../command.ts';
import { notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { banOn, banWithin, industryAuthoritiesKnown, type Unit, unit } from './decider.ts';

const ARTICLE = ['art-08', '（一）'] as const;
/** Years without applications after a revocation. */
const BAN_YEARS = 5;

const common = {
  fold: unit,
  stream: (input: { uscc: CreditCode }) => unitStream(input.uscc),
  about: (_state: Unit, input: { uscc: CreditCode }) => ({ uscc: input.uscc }),
};

/** A branch is registered here, its head may not be: for the municipal authority to look at (D-2). */
const BRANCH: Deviation = {
  code: 'branch-unit',
  basis: unitRegistered.basis,
  zh: '申报单位为分支机构，请核实是否在本市登记注册',
  en: 'The unit is a branch; whether it counts as registered in Tianjin is to be checked',
};

export const registerUnit = command({
  ...common,
  name: 'RegisterUnit',
  title: '登记申报单位',
  summary: 'Registers an applicant unit by its credit code; a branch is flagged (D-2).',
  allow: ['MSR', 'REC-I', 'REC-A', 'REC-D'],
  input: unitRegistered.schema.extend({
    contact: z.strictObject({ name: lineSchema, phone: z.string().regex(/^\+?[0-9][0-9 -]{5,19}$/) }),
  }),
  reads: input => ({ contact: sealedPerson(input.uscc, input.contact) }),
  decide(state, input, _given, { contact }) {
    if (state.kind) return refuse(ARTICLE, 'unit-exists', '该单位已登记', 'The unit is already registered');
    const facts = { ...input, industries: [...new Set(input.industries)], contact };
    return [unitRegistered.of(facts, input.isBranch ? { deviations: [BRANCH] } : {})];
  },
});

export const verifyUnitRegistration = command({
  ...common,
  name: 'VerifyUnitRegistration',
  title: '核验登记注册',
  summary: 'Records what the public register says, be it that the unit is not registered in Tianjin.',
  allow: ['MSR'],
  enteredLater: true,
  input: unitRegistrationVerified.schema,
  decide(state, input, given) {
    if (!state.kind) return notFound();
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
  ...common,
  name: 'RecogniseProfessionalOrganisation',
  title: '记录专业组织认可',
  summary: 'Records the document by which an industry authority recognises a professional organisation (D-9).',
  allow: ['MSR', 'REC-I'],
  enteredLater: true,
  input: professionalOrganisationRecognised.schema,
  reads: () => ({ industryAuthorities: industryAuthoritiesKnown }),
  decide(state, input, given, { industryAuthorities }) {
    if (!state.kind) return notFound();
    if (given.actor.role === 'REC-I' && given.actor.orgId !== input.authority) {
      return refuse(
        'art-06',
        'other-authority',
        '行业主管部门只能记录本部门的认可',
        'An industry authority records its own recognition only',
        'forbidden',
      );
    }
    if (state.kind !== '专业组织') {
      return refuse(
        ARTICLE,
        'not-professional-organisation',
        '该单位不是专业组织，无需认可',
        'The unit is no professional organisation',
      );
    }
    if (!industryAuthorities.has(input.authority)) {
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

function inFuture(): Rejection {
  return refuseForm('invalid', 'date-in-future', '日期不得晚于今天', 'The date must not be later than today');
}

export const recordUnitSuccessor = command({
  ...common,
  name: 'RecordUnitSuccessor',
  title: '记录单位承继关系',
  summary: 'Records that a unit succeeds to another one, whose exclusion from applying it then shares (D-32).',
  allow: ['MSR'],
  input: unitSuccessorRecorded.schema,
  decide(state, input, given) {
    if (!state.kind) return notFound();
    if (input.predecessor === input.uscc) {
      return refuseForm('invalid', 'own-predecessor', '单位不能承继自身', 'A unit cannot succeed to itself');
    }
    if (input.effectiveOn > given.today) return inFuture();
    const known = state.successions.find(({ predecessor }) => predecessor === input.predecessor);
    return known ? again(known, input) : [unitSuccessorRecorded.of(input)];
  },
});

export const recordApplicationBan = command({
  ...common,
  name: 'RecordApplicationBan',
  title: '不再受理申报',
  summary: 'Records the five-year exclusion that follows a revocation decided outside the system (D-31).',
  allow: ['MSR'],
  reach: { from: { notAfter: 'today' } },
  input: applicationBanImposed.schema.omit({ lastDay: true }),
  decide(state, input) {
    const lastDay: CivilDate = lastDayOfYears(input.from, BAN_YEARS);
    if (lastDay < ISSUED_ON) return overBefore(lastDay);
    const running = banWithin(state, input.from, lastDay);
    if (running) {
      return refuse(
        'art-25',
        'ban-already-running',
        `该单位已在不再受理申报期内：${running.from} 至 ${running.lastDay}`,
        `A ban already runs from ${running.from} to ${running.lastDay}`,
      );
    }
    return [applicationBanImposed.of({ ...input, lastDay })];
  },
});

/** What had ended before the regulation was issued excludes nobody from its programmes. */
function overBefore(lastDay: CivilDate): Rejection {
  const zh = `该期间已于 ${lastDay} 届满，早于办法印发之日 ${ISSUED_ON}`;
  return refuseForm(
    'invalid',
    'ban-over-before-regulation',
    zh,
    `The ban ended on ${lastDay}, before the regulation was issued on ${ISSUED_ON}`,
    [{ pointer: '/from', code: 'ban-over-before-regulation', detail: zh }],
  );
}

export const liftApplicationBan = command({
  ...common,
  name: 'LiftApplicationBan',
  title: '解除不再受理申报',
  summary: 'Lifts the ban from a day on, when the decision behind it is overturned.',
  allow: ['MSR'],
  reach: { from: { notBefore: 'regulation', notAfter: { years: 1 } } },
  input: applicationBanLifted.schema,
  decide(state, input) {
    if (banOn(state, input.from)) return [applicationBanLifted.of(input)];
    return refuse(
      'art-25',
      'no-ban-running',
      `该单位在 ${input.from} 不在不再受理申报期内`,
      `No ban runs on ${input.from}`,
    );
  },
});
