/** Commands on the expert bank (art-05 （三）), all of the municipal authority; who is in the bank is not for others to know. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  expertAdmitted,
  expertBankRulesIssued,
  expertBankStream,
  expertIdentityStated,
  expertProfileUpdated,
  expertReinstated,
  expertRemoved,
  expertRenamed,
  expertReviewed,
  expertStream,
  expertSuspended,
} from '../../events/expert.ts';
import { identitySchema } from '../../events/identity.ts';
import { type ExpertId, expertIdSchema } from '../../events/ids.ts';
import { expertMark, expertsOf, identityMark, linkedWith, type Persons } from '../../events/rules/persons.ts';
import { lineSchema } from '../../events/text.ts';
import { shanghaiDate } from '../../events/time.ts';
import { changeOrderFault, unchanged } from '../change.ts';
import { command, type Given, known, sealedPerson, stateOf } from '../command.ts';
import { personsNow, statedIdentityOf, twoPersonsFault } from '../persons.ts';
import { notFound, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import {
  admittedBefore,
  earlierRemovals,
  identityOfExpert,
  isOneOfThem,
  namesakeDeviations,
  namesakesOf,
  renamingOf,
  rollNow,
} from './sameness.ts';
import { bankRules, type Expert, expert, memberFault, profileOf, rulesOn } from './state.ts';

const ARTICLE = ['art-05', '（三）'] as const;

const common = {
  allow: ['MSR'] as const,
  hidden: true as const,
  fold: expert,
  stream: (input: { expertId: ExpertId }) => expertStream(input.expertId),
  about: (_state: Expert, input: { expertId: ExpertId }) => ({ expertId: input.expertId }),
};

export const issueExpertBankRules = command({
  name: 'IssueExpertBankRules',
  title: '发布专家库管理办法',
  records: [expertBankRulesIssued],
  summary: 'Issues the next version of the rules under which experts are admitted and reviewed.',
  allow: ['MSR'],
  reach: { effectiveOn: { notAfter: { years: 2 } } },
  input: expertBankRulesIssued.schema.omit({ version: true }),
  fold: bankRules,
  stream: () => expertBankStream,
  about: () => ({}),
  decide(state, input) {
    const version = state.length + 1;
    const current = state.at(-1);
    if (current && isDeepStrictEqual(current, { ...input, version: current.version })) return [];
    return [expertBankRulesIssued.of({ ...input, version })];
  },
});

export const admitExpert = command({
  ...common,
  name: 'AdmitExpert',
  title: '专家入库',
  records: [expertAdmitted],
  begins: true,
  summary: 'Admits an expert under the rules in effect that day; a person is in the bank once.',
  input: expertAdmitted.schema.omit({ bankRulesVersion: true }).extend({ name: lineSchema, identity: identitySchema }),
  names: ['expertId'],
  reads: () => ({ rules: stateOf(bankRules, expertBankStream) }),
  readsTyped: input => ({
    person: sealedPerson(input.expertId, { name: input.name }),
    identity: statedIdentityOf(input.expertId, input.name, input.identity),
    persons: personsNow,
    roll: rollNow,
    namesakes: namesakesOf(input.expertId, input, input.name),
  }),
  gate: ({ status }, given, { rules }) =>
    status === 'absent' ? (rulesOn(rules, shanghaiDate(given.effectiveAt)) ?? noRules()) : ADMITTED,
  done: passed => passed === ADMITTED,
  decide(inEffect, input, _given, { person, identity, persons, roll, namesakes }) {
    if (inEffect === ADMITTED) {
      return refuse(
        ARTICLE,
        'expert-already-admitted',
        '该专家编号已使用',
        'An expert was already admitted under this id',
      );
    }
    const others = expertsOf(persons, identityMark(identity));
    const fault = admittedBefore(roll, others);
    if (fault) return fault;
    const deviations = [...earlierRemovals(others), ...namesakeDeviations(namesakes)];
    const admission = { ...input, name: person.name, identity, bankRulesVersion: inEffect.version };
    return [expertAdmitted.of(admission, { deviations })];
  },
});

const ADMITTED = 'admitted';

function noRules(): Rejection {
  return refuse(
    ARTICLE,
    'bank-rules-missing',
    '专家库管理办法尚未发布施行，不得入库',
    'No rules of the expert bank are in effect yet',
  );
}

/** The expert as long as he is in the bank. */
function member(state: Expert): Expert | Rejection {
  return memberFault(state) ?? state;
}

export const stateExpertIdentity = command({
  ...common,
  name: 'StateExpertIdentity',
  title: '登记专家身份',
  records: [expertIdentityStated],
  summary:
    'States the official number of an expert who was admitted without it, or a further one of his; nobody states his own.',
  input: z.strictObject({ expertId: expertIdSchema, identity: identitySchema }),
  reads: () => ({ persons: personsNow }),
  readsTyped: input => ({ identity: identityOfExpert(input.expertId, input.identity), roll: rollNow }),
  gate: (state, given, { persons }, on) =>
    memberFault(state) ?? (isHimself(given, persons, on) ? ownIdentity() : state),
  decide(_member, { expertId }, { actor }, { identity, persons, roll }) {
    if (!identity) return notFound();
    const mark = expertMark(expertId);
    if (linkedWith(persons, mark).includes(identityMark(identity))) return [];
    if (isOneOfThem(persons, actor.accountId, [identityMark(identity)])) return ownIdentity();
    const others = expertsOf(persons, identityMark(identity)).filter(id => id !== expertId);
    return admittedBefore(roll, others) ?? [expertIdentityStated.of({ expertId, identity })];
  },
});

function isHimself({ actor }: Given, persons: Persons, { expertId }: { readonly expertId: ExpertId }): boolean {
  return isOneOfThem(persons, actor.accountId, [expertMark(expertId)]);
}

function ownIdentity(): Rejection {
  return twoPersonsFault('own-identity', '不得登记本人的身份', 'nobody states his own identity');
}

export const renameExpert = command({
  ...common,
  name: 'RenameExpert',
  title: '记录专家更名',
  records: [expertRenamed],
  summary: 'Records that an expert is called otherwise from a day on. Nobody renames himself.',
  reach: { changedOn: { notAfter: 'today' } },
  input: expertRenamed.schema.extend({ name: lineSchema }),
  reads: () => ({ persons: personsNow }),
  readsTyped: ({ expertId, name }, { profile }) => ({
    renaming: renamingOf(expertId, name),
    namesakes: profile ? namesakesOf(expertId, profile, name) : known([]),
  }),
  gate: (state, given, { persons }, on) => memberFault(state) ?? (isHimself(given, persons, on) ? ownName() : state),
  decide(_member, { name: said, ...input }, _given, { renaming, namesakes }) {
    if (!renaming) return notFound();
    const { name, present, renamed } = renaming;
    if (said === present) return unchanged(renamed, input);
    const deviations = namesakeDeviations(namesakes);
    return changeOrderFault(renamed, input) ?? [expertRenamed.of({ ...input, name }, { deviations })];
  },
});

function ownName(): Rejection {
  return twoPersonsFault('own-name', '不得办理本人的更名', 'nobody records a change of his own name');
}

export const updateExpertProfile = command({
  ...common,
  name: 'UpdateExpertProfile',
  title: '更新专家信息',
  records: [expertProfileUpdated],
  summary: 'Replaces the fields, title and employer of an expert.',
  input: expertProfileUpdated.schema,
  readsTyped: input => ({ namesakes: namesakesOf(input.expertId, input) }),
  gate: member,
  decide(state, input, _given, { namesakes }) {
    if (isDeepStrictEqual(state.profile, profileOf(input))) return [];
    return [expertProfileUpdated.of(input, { deviations: namesakeDeviations(namesakes) })];
  },
});

export const reviewExpert = command({
  ...common,
  name: 'ReviewExpert',
  title: '专家考核',
  records: [expertReviewed],
  summary: 'Records a review under the dynamic management of the bank; at most one a day.',
  input: expertReviewed.schema,
  gate(state, given) {
    const fault = memberFault(state);
    if (fault || state.lastReviewedOn !== shanghaiDate(given.effectiveAt)) return fault ?? state;
    return refuse(ARTICLE, 'already-reviewed', '该专家当日已考核', 'The expert was already reviewed that day');
  },
  decide: (_member, input) => [expertReviewed.of(input)],
});

export const suspendExpert = command({
  ...common,
  name: 'SuspendExpert',
  title: '暂停专家资格',
  records: [expertSuspended],
  summary: 'Suspends an expert: not to be drawn until reinstated.',
  input: expertSuspended.schema,
  gate: member,
  done: ({ status }) => status === 'suspended',
  decide: ({ status, reason }, input) =>
    status === 'suspended' ? again(reason, input.reason) : [expertSuspended.of(input)],
});

export const reinstateExpert = command({
  ...common,
  name: 'ReinstateExpert',
  title: '恢复专家资格',
  records: [expertReinstated],
  summary: 'Ends a suspension.',
  input: expertReinstated.schema,
  gate(state) {
    const fault = memberFault(state);
    if (fault || state.reason !== undefined) return fault ?? state;
    return refuse(ARTICLE, 'expert-not-suspended', '该专家未被暂停资格', 'The expert is not suspended');
  },
  done: ({ status }) => status === 'active',
  decide: ({ status, reason }, input) =>
    status === 'suspended' ? [expertReinstated.of(input)] : again(reason, input.reason),
});

export const removeExpert = command({
  ...common,
  name: 'RemoveExpert',
  title: '专家出库',
  records: [expertRemoved],
  summary: 'Removes an expert from the bank for good.',
  input: expertRemoved.schema,
  gate: state => (state.status === 'absent' ? notFound() : state),
  done: ({ status }) => status === 'removed',
  decide: ({ status, reason }, input) =>
    status === 'removed' ? again(reason, input.reason) : [expertRemoved.of(input)],
});
