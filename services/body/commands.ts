/** Commands on recommending bodies and their jurisdictions (art-06), all of the municipal authority. */
import { z } from 'zod';
import {
  bodiesStream,
  type Jurisdiction,
  jurisdictionAssigned,
  jurisdictionTransferred,
  recommendingBodyRegistered,
  recommendingBodyRenamed,
} from '../../events/body.ts';
import { type BodyId, bodyIdSchema } from '../../events/ids.ts';
import { type Bodies, bodies, bodiesInCharge, chargesFrom } from '../../events/rules/jurisdiction.ts';
import type { CivilDate } from '../../events/time.ts';
import { changeOrderFault, unchanged } from '../change.ts';
import { command } from '../command.ts';
import { notFound, type Rejection, refuse } from '../rejection.ts';

const common = {
  allow: ['MSR'] as const,
  fold: bodies,
  stream: () => bodiesStream,
  about: (_state: Bodies, input: { bodyId: BodyId }) => ({ bodyId: input.bodyId }),
};

export const registerRecommendingBody = command({
  ...common,
  name: 'RegisterRecommendingBody',
  title: '登记推荐单位',
  records: [recommendingBodyRegistered],
  summary: 'Registers an industry authority, an association or a district bureau as a recommending body (D-7).',
  reach: { from: { notAfter: { years: 1 } } },
  input: recommendingBodyRegistered.schema,
  decide(state, input) {
    if (state.registered.has(input.bodyId)) {
      return refuse('art-06', 'body-exists', '该推荐单位已登记', 'The recommending body is already registered');
    }
    return [recommendingBodyRegistered.of(input)];
  },
});

export const renameRecommendingBody = command({
  ...common,
  name: 'RenameRecommendingBody',
  title: '记录推荐单位更名',
  records: [recommendingBodyRenamed],
  summary:
    'Records that a recommending body is called otherwise from a day on; what was published before stays as it is.',
  reach: { changedOn: { notAfter: 'today' } },
  input: recommendingBodyRenamed.schema.omit({ formerName: true }),
  gate: (state, _given, _known, { bodyId }) => state.registered.get(bodyId) ?? notFound(),
  decide({ name: formerName, renamed }, input) {
    if (input.name === formerName) return unchanged(renamed, input);
    return changeOrderFault(renamed, input) ?? [recommendingBodyRenamed.of({ ...input, formerName })];
  },
});

export const assignJurisdiction = command({
  ...common,
  name: 'AssignJurisdiction',
  title: '明确推荐范围',
  records: [jurisdictionAssigned],
  summary: 'Puts a body in charge of an industry or of a district; a district has one body in charge at a time.',
  reach: { from: { notAfter: { years: 1 } } },
  input: jurisdictionAssigned.schema,
  gate: (state, { today }, _known, { bodyId }) => (state.registered.has(bodyId) ? state : notRegistered(bodyId, today)),
  decide(state, input) {
    const { bodyId, jurisdiction, from } = input;
    const fault = bodyFault(state, bodyId, jurisdiction, from);
    if (fault) return fault;
    const held = chargesFrom(state.charges, jurisdiction, from);
    if (held.some(charge => charge.bodyId === bodyId)) return alreadyHeld();
    if ('district' in jurisdiction && held.length > 0) {
      return refuse(
        'art-06',
        'district-taken',
        '该区自此日起已有推荐单位负责，请办理移交',
        'Another body is in charge of the district on or after that day; transfer it',
      );
    }
    return [jurisdictionAssigned.of(input)];
  },
});

export const transferJurisdiction = command({
  ...common,
  name: 'TransferJurisdiction',
  title: '移交推荐范围',
  records: [jurisdictionTransferred],
  summary: 'Takes an industry or a district from one body and gives it to another, from a day on.',
  reach: { from: { notBefore: 'today', notAfter: { years: 1 } } },
  input: z.strictObject({
    /** The giving body. */
    bodyId: bodyIdSchema,
    ...jurisdictionTransferred.schema.omit({ fromBodyId: true }).shape,
  }),
  gate: (state, { today }, _known, { bodyId }) =>
    state.charges.some(charge => charge.bodyId === bodyId) ? state : notInCharge(today),
  decide(state, input) {
    const { bodyId: fromBodyId, ...rest } = input;
    const { toBodyId, jurisdiction, from } = rest;
    const fault = bodyFault(state, toBodyId, jurisdiction, from);
    if (fault) return fault;
    if (!bodiesInCharge(state.charges, jurisdiction, from).includes(fromBodyId)) return notInCharge(from);
    const held = chargesFrom(state.charges, jurisdiction, from);
    if (held.some(charge => charge.bodyId === fromBodyId && charge.handedOver !== undefined)) {
      return refuse(
        'art-06',
        'transfer-already-set',
        '该范围此后的移交已经确定',
        'A transfer on a later day is already decided',
      );
    }
    if (held.some(charge => charge.bodyId === toBodyId)) return alreadyHeld();
    return [jurisdictionTransferred.of({ fromBodyId, ...rest })];
  },
});

/** Why a body cannot be in charge of a jurisdiction from a day on: district bureaus have districts, the others industries. */
function bodyFault(state: Bodies, bodyId: BodyId, jurisdiction: Jurisdiction, from: CivilDate): Rejection | undefined {
  const body = state.registered.get(bodyId);
  if (!body || body.from > from) return notRegistered(bodyId, from);
  if ((body.kind === 'district-bureau') === 'district' in jurisdiction) return undefined;
  return refuse(
    'art-06',
    'jurisdiction-kind-mismatch',
    '区市场监督管理部门负责本区域，行业主管部门和行业协会负责本行业',
    'District bureaus are in charge of districts, industry authorities and associations of industries',
    'invalid',
  );
}

function notRegistered(bodyId: BodyId, date: CivilDate): Rejection {
  return refuse(
    'art-06',
    'body-not-registered',
    `推荐单位 ${bodyId} 在 ${date} 尚未登记`,
    `Recommending body ${bodyId} is not registered on ${date}`,
  );
}

function notInCharge(date: CivilDate): Rejection {
  return refuse(
    'art-06',
    'jurisdiction-not-held',
    `移出单位在 ${date} 不负责该行业或该区`,
    `The giving body is not in charge on ${date}`,
  );
}

function alreadyHeld(): Rejection {
  return refuse(
    'art-06',
    'jurisdiction-already-held',
    '该单位自此日起已负责该行业或该区',
    'The body is already in charge on or after that day',
  );
}
