/** What staff undertake before they open material, and the record of what they open (art-26). */
import { hash } from 'node:crypto';
import { z } from 'zod';
import {
  type AccessEvent,
  accessStream,
  type ConfidentialityEvent,
  confidentialityStream,
  confidentialityUndertakingSigned,
  MATERIAL_KINDS,
  materialAccessed,
  OBJECTS_AN_EVENT,
  type OpenedObject,
} from '../../events/enforcement.ts';
import { type About, RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import type { CreditCode, ProjectId } from '../../events/ids.ts';
import { UNDERTAKING_ROLES } from '../../events/rules/material.ts';
import { command, type Fold, stateOf } from '../command.ts';
import { personsNow } from '../persons.ts';
import { type Rejection, refuse, refuseForm } from '../rejection.ts';
import { isSuspended, suspensionsNow } from '../suspensions.ts';
import { ownersOf } from './reads.ts';

/** What a member of staff undertakes (D-37). Changing a word changes the hash that later undertakings carry. */
export const CONFIDENTIALITY_TEXT =
  '本人承诺：严格遵守评定程序和相关规定，实事求是、公正廉洁，依法保守在天津市质量攻关工作中知悉的国家秘密、商业秘密和工作秘密；' +
  '如有违反，愿意接受处理。';
export const CONFIDENTIALITY_HASH = hash('sha256', CONFIDENTIALITY_TEXT);

/** Wordings signed, by role and organisation. */
type Undertakings = ReadonlySet<string>;

const undertakingOf = (role: Role, orgId: string, textHash = CONFIDENTIALITY_HASH) => `${role}/${orgId}/${textHash}`;

export const undertakingsFold: Fold<Undertakings, ConfidentialityEvent> = {
  name: 'enforcement/undertakings',
  initial: new Set(),
  evolve: (state, { data }) => new Set(state).add(undertakingOf(data.role, data.orgId, data.textHash)),
};

export const signConfidentialityUndertaking = command({
  name: 'SignConfidentialityUndertaking',
  title: '签署保密承诺',
  records: [confidentialityUndertakingSigned],
  summary:
    'Staff of the authority and of bodies, experts and third parties sign for themselves; nobody signs for another.',
  allow: UNDERTAKING_ROLES,
  input: z.strictObject({}),
  fold: undertakingsFold,
  stream: (_input, { actor }) => confidentialityStream(actor.accountId),
  about: (_state, _input, { actor }) => ({ accountId: actor.accountId }),
  gate: signed => signed,
  done: (signed, { actor: { role, orgId } }) => signed.has(undertakingOf(role, orgId)),
  decide(state, _input, { actor: { accountId, orgId, role } }) {
    if (state.has(undertakingOf(role, orgId))) return [];
    return [confidentialityUndertakingSigned.of({ accountId, orgId, role, textHash: CONFIDENTIALITY_HASH })];
  },
});

/** What a person has opened in the day of the stream, in sets that grow, so that neither adding nor asking takes long. */
type Day = readonly ReadonlySet<string>[];

type Access = z.infer<typeof materialAccessed.schema>;
const keyOf = ({ role, kind }: Pick<Access, 'role' | 'kind'>, objectId: string) => [role, kind, objectId].join('/');

export const accesses: Fold<Day, AccessEvent> = {
  name: 'enforcement/accesses',
  initial: [],
  evolve: (state, { data }) =>
    withKeys(
      state,
      data.objects.map(({ objectId }) => keyOf(data, objectId)),
    ),
};

/** Sets that are no larger than what comes are taken up by it. */
function withKeys(sets: Day, keys: readonly string[]): Day {
  const kept = [...sets];
  const coming = new Set(keys);
  for (let last = kept.at(-1); last && last.size <= coming.size; last = kept.at(-1)) {
    for (const key of last) coming.add(key);
    kept.pop();
  }
  return [...kept, coming];
}

/** More than any one answer shows. */
const MOST_OBJECTS = 5_000;

const openingSchema = materialAccessed.schema.pick({ accountId: true, orgId: true, role: true, via: true }).extend({
  /** Nothing, where it is only asked whether the person may open material now. */
  opened: z.array(
    z.strictObject({
      kind: z.enum(MATERIAL_KINDS),
      objects: materialAccessed.schema.shape.objects.element.array().max(MOST_OBJECTS),
    }),
  ),
});
export type Opening = z.infer<typeof openingSchema>;

export const recordMaterialAccess = command({
  name: 'RecordMaterialAccess',
  title: '记录调阅材料',
  records: [materialAccessed],
  summary: 'The system records who opens whose material, before it is handed out; once a person, object and day.',
  allow: ['SYS'],
  hidden: true,
  input: openingSchema,
  fold: accesses,
  stream: ({ accountId }, { today }) => accessStream(today, accountId),
  about: (_state, { accountId, opened }) => ({ accountId, ...aboutOne(opened) }),
  reads: ({ accountId, ...opening }, state) => ({
    signed: stateOf(undertakingsFold, confidentialityStream(accountId)),
    suspensions: suspensionsNow,
    persons: personsNow,
    owners: ownersOf(withoutOwner(newIn(state, opening))),
  }),
  decide(state, { opened, ...access }, { today }, { signed, suspensions, persons, owners }) {
    if (UNDERTAKING_ROLES.includes(access.role)) {
      if (!signed.has(undertakingOf(access.role, access.orgId))) return undertakingMissing(access.role);
      if (isSuspended(suspensions, persons, access.accountId, today)) return suspended();
    }
    return newIn(state, { ...access, opened }).flatMap(({ kind, objects }) => {
      const owned = objects.map(object => withOwner(object, owners));
      return inParts(owned, OBJECTS_AN_EVENT).map(part => materialAccessed.of({ ...access, kind, objects: part }));
    });
  },
});

/** What has not been put on record today. */
function newIn(day: Day, { role, opened }: Pick<Opening, 'role' | 'opened'>): Opening['opened'] {
  const isNew = (key: string) => !day.some(keys => keys.has(key));
  return opened.map(({ kind, objects }) => ({
    kind,
    objects: objects.filter(({ objectId }) => isNew(keyOf({ role, kind }, objectId))),
  }));
}

/** Everything but a file is a project's. */
function projectsIn(opened: Opening['opened']): readonly OpenedObject[] {
  return opened.filter(({ kind }) => kind !== 'file').flatMap(({ objects }) => objects);
}

function withoutOwner(opened: Opening['opened']): readonly ProjectId[] {
  return projectsIn(opened)
    .filter(({ units }) => units.length === 0)
    .map(({ objectId }) => objectId as ProjectId);
}

/** The project and the unit, where the opening is of one. */
function aboutOne(opened: Opening['opened']): About {
  const [first, ...others] = opened.flatMap(({ objects }) => objects);
  if (!first || others.length > 0) return {};
  const [uscc, ...more] = first.units;
  return {
    ...(projectsIn(opened).length > 0 && { projectId: first.objectId as ProjectId }),
    ...(uscc !== undefined && more.length === 0 && { uscc }),
  };
}

function withOwner(
  { objectId, units }: OpenedObject,
  owners: ReadonlyMap<ProjectId, CreditCode | undefined>,
): OpenedObject {
  const owner = units.length === 0 ? owners.get(objectId as ProjectId) : undefined;
  return { objectId, units: owner ? [owner] : units };
}

function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_part, at) => items.slice(at * size, (at + 1) * size));
}

/** art-26 speaks of those who take part in the evaluation; that a body's officers undertake as well is the house's rule. */
function undertakingMissing(role: Role): Rejection {
  const zh = '签署保密承诺后方可调阅材料';
  const en = 'Material is opened after the confidentiality undertaking has been signed';
  const isOfBody = (RECOMMENDING_ROLES as readonly Role[]).includes(role);
  if (isOfBody) return refuseForm('forbidden', 'undertaking-not-signed', `${zh}（保密制度）`, en);
  return refuse('art-26', 'undertaking-not-signed', zh, en, 'forbidden');
}

function suspended(): Rejection {
  return refuse(
    'art-26',
    'duty-suspended',
    '已暂停参与评定工作，不能调阅材料',
    'Your part in the evaluation is suspended: no material is opened',
    'forbidden',
  );
}
