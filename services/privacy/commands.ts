/**
 * Erasing a person's data (D-42), by two people of two bodies: the municipal authority orders, the supervising body
 * confirms. It is the supervisor's own trail that loses a name, and he alone may know whether a case needs it. The key is
 * destroyed once the confirmation is on the log.
 */
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import {
  type ErasureId,
  erasureConfirmed,
  erasureIdSchema,
  erasureOrdered,
  erasureStream,
  personalDataErased,
} from '../../events/privacy.ts';
import { grants } from '../../events/rules/grants.ts';
import { isSamePerson } from '../../events/rules/persons.ts';
import { lineSchema } from '../../events/text.ts';
import { command, type Dependency, type Given, known } from '../command.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { notFound, refuseForm } from '../rejection.ts';
import { caseFault, type Dossier, type Erasure, erasure, stillNeeded } from './state.ts';
import { type Subject, subjectInBank, tiesNow } from './ties.ts';

/** An account, or somebody whom an organisation named: in its materials, as its contact, as an expert (his own id). */
const personSchema = z.union([
  z.strictObject({ accountId: accountIdSchema }),
  z.strictObject({ orgId: z.string().min(2).max(64), name: lineSchema }),
]);
type Person = z.infer<typeof personSchema>;

function dossierOf(person: Subject): Dependency<Dossier> {
  return {
    async resolve(sources) {
      const { subject, accountId } = person;
      const ties = await tiesNow(person).resolve(sources);
      const held = accountId ? await sources.stream(grants, accountStream(accountId)) : grants.initial;
      return { subject, ties, standing: held, name: ties.accountName };
    },
  };
}

/** A name is sealed for somebody the log names already: it makes no key for anybody else. */
function dossierByName(person: Person): Dependency<Dossier> {
  if ('accountId' in person) {
    const { accountId } = person;
    return dossierOf({ subject: `account-${accountId}`, accountId });
  }
  return {
    async resolve(sources) {
      const { orgId, name } = person;
      const banked = await subjectInBank(sources, orgId, name);
      const others = [sources.subjectAsWritten(orgId, name), ...(banked === undefined ? [] : [banked])];
      let dossier = await dossierOf({ subject: sources.subjectOf(orgId, name) }).resolve(sources);
      for (const subject of others) if (!dossier.ties.named) dossier = await dossierOf({ subject }).resolve(sources);
      return dossier.ties.named ? { ...dossier, name: await sources.seal(dossier.subject, name) } : dossier;
    },
  };
}

const idOf = (given: Given) => erasureIdSchema.parse(given.newId);

export const erasePersonalData = command({
  name: 'ErasePersonalData',
  title: '提出删除个人信息',
  records: [erasureOrdered],
  summary:
    'Orders that the data of one person be erased, whose account or whose name in an organisation is given; somebody of the supervising body confirms it.',
  allow: ['MSR'],
  input: z.strictObject({
    person: personSchema,
    ...erasureOrdered.schema.pick({ askedBy: true, reason: true, legalGround: true }).shape,
  }),
  fold: erasure,
  stream: (_input, given) => erasureStream(idOf(given)),
  about: (_state, { person }) => ('accountId' in person ? { accountId: person.accountId } : {}),
  reads: ({ person }) => ({ dossier: dossierByName(person) }),
  decide(state, { person, ...order }, given, { dossier }) {
    if (state) return [];
    const fault = stillNeeded(dossier, given.today);
    if (fault) return fault;
    if (dossier.ties.erasure !== undefined) {
      return refuseForm(
        'conflict',
        'erasure-under-way',
        '该人员的个人信息正在办理删除',
        'An erasure of this person’s data is under way',
      );
    }
    const { subject, name } = dossier;
    if (!name) return notFound();
    const whose = 'accountId' in person ? person : { orgId: person.orgId };
    return [erasureOrdered.of({ ...order, ...whose, erasureId: idOf(given), subject, name }, { reason: order.reason })];
  },
});

const onErasure = {
  fold: erasure,
  input: z.strictObject({ erasureId: erasureIdSchema }),
  stream: (input: { readonly erasureId: ErasureId }) => erasureStream(input.erasureId),
  about: (state: Erasure | undefined) => (state?.accountId ? { accountId: state.accountId } : {}),
};

/** What the events after the order say of it. */
function dataOf({ erasureId, subject, accountId }: Erasure) {
  return { erasureId, subject, ...(accountId && { accountId }) };
}

export const confirmErasure = command({
  ...onErasure,
  name: 'ConfirmErasure',
  title: '确认删除个人信息',
  records: [erasureConfirmed],
  summary: 'Confirms an erasure that somebody else ordered: the key is destroyed within seconds, and cannot come back.',
  allow: ['SUP'],
  reads: (_input, state) => ({ dossier: state ? dossierOf(state) : known(undefined), persons: personsNow }),
  gate(state, { actor, today }, { dossier, persons }) {
    if (!state || !dossier) return notFound();
    if (state.stage !== 'ordered') return state;
    if (isSamePerson(persons, state.orderedBy, actor.accountId)) {
      return twoPersonsFault(
        'same-person',
        '提出删除的人员不得自行确认',
        'whoever ordered the erasure cannot confirm it',
      );
    }
    return stillNeeded(dossier, today) ?? caseFault(dossier, persons) ?? state;
  },
  done: ({ stage }) => stage !== 'ordered',
  decide: order => (order.stage === 'ordered' ? [erasureConfirmed.of(dataOf(order))] : []),
});

/** The system's own, after it has destroyed the key: over no route. */
export const recordErasure = command({
  ...onErasure,
  name: 'RecordErasure',
  title: '记录个人信息已删除',
  records: [personalDataErased],
  summary: 'Records that the key of a person was destroyed, as it was ordered and confirmed.',
  allow: ['SYS'],
  hidden: true,
  decide(state) {
    if (!state || state.stage === 'ordered') return notFound();
    return state.stage === 'erased' ? [] : [personalDataErased.of(dataOf(state))];
  },
});
