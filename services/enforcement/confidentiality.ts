/** What staff undertake before they open material, and the record of what they open (art-26). */
import { hash } from 'node:crypto';
import { z } from 'zod';
import {
  type AccessEvent,
  accessStream,
  type ConfidentialityEvent,
  confidentialityStream,
  confidentialityUndertakingSigned,
  materialAccessed,
} from '../../events/enforcement.ts';
import type { Role } from '../../events/envelope.ts';
import type { CreditCode } from '../../events/ids.ts';
import { command, type Fold, known as nothing, stateOf } from '../command.ts';
import { isSuspended, suspensionsNow } from '../duty.ts';
import { personsNow } from '../persons.ts';
import { type Rejection, refuse } from '../rejection.ts';
import { ownersOf } from './views.ts';

/** What a member of staff undertakes (D-37). Changing a word changes the hash that later undertakings carry. */
export const CONFIDENTIALITY_TEXT =
  '本人承诺：严格遵守评定程序和相关规定，实事求是、公正廉洁，依法保守在天津市质量攻关工作中知悉的国家秘密、商业秘密和工作秘密；' +
  '如有违反，愿意接受处理。';
export const CONFIDENTIALITY_HASH = hash('sha256', CONFIDENTIALITY_TEXT);

/** Wordings signed, by role and organisation. */
type Undertakings = ReadonlySet<string>;

const undertakingOf = (role: Role, orgId: string, textHash = CONFIDENTIALITY_HASH) => `${role}/${orgId}/${textHash}`;

export const undertakings: Fold<Undertakings, ConfidentialityEvent> = {
  name: 'enforcement/undertakings',
  initial: new Set(),
  evolve: (state, { data }) => new Set(state).add(undertakingOf(data.role, data.orgId, data.textHash)),
};

/** 工作人员 (D-37): nothing is theirs to open before they have undertaken to keep it. */
const UNDERTAKE: readonly Role[] = ['MSR', 'EXPERT', 'TPO'];

export const signConfidentialityUndertaking = command({
  name: 'SignConfidentialityUndertaking',
  title: '签署保密承诺',
  summary: 'Staff of the authority, experts and third parties sign for themselves; nobody signs for another.',
  allow: UNDERTAKE,
  input: z.strictObject({}),
  fold: undertakings,
  stream: (_input, { actor }) => confidentialityStream(actor.accountId),
  about: (_state, _input, { actor }) => ({ accountId: actor.accountId }),
  decide(state, _input, { actor: { accountId, orgId, role } }) {
    if (state.has(undertakingOf(role, orgId))) return [];
    return [confidentialityUndertakingSigned.of({ accountId, orgId, role, textHash: CONFIDENTIALITY_HASH })];
  },
});

/** What has been opened in the running hour. */
interface Hour {
  readonly hour: string;
  readonly opened: ReadonlySet<string>;
}

const hourOf = (instant: string) => instant.slice(0, 13);

interface Opened {
  readonly accountId: string;
  readonly role: Role;
  readonly kind: string;
  readonly objectId: string;
}
const keyOf = ({ accountId, role, kind, objectId }: Opened) => [accountId, role, kind, objectId].join('/');

export const accesses: Fold<Hour, AccessEvent> = {
  name: 'enforcement/accesses',
  initial: { hour: '', opened: new Set() },
  evolve(state, { data, meta }) {
    const hour = hourOf(meta.recordedAt);
    return { hour, opened: new Set(hour === state.hour ? state.opened : []).add(keyOf(data)) };
  },
};

export const recordMaterialAccess = command({
  name: 'RecordMaterialAccess',
  title: '记录调阅材料',
  summary: 'The system records who opens whose material, before it is handed out; once a person, object and hour.',
  allow: ['SYS'],
  hidden: true,
  input: materialAccessed.schema,
  fold: accesses,
  stream: (_input, { today }) => accessStream(today),
  about: (_state, { accountId, projectId, units }) => {
    const [uscc, ...others] = units;
    return {
      accountId,
      ...(projectId !== undefined && { projectId }),
      ...(uscc !== undefined && others.length === 0 && { uscc }),
    };
  },
  reads: ({ accountId, projectId }) => ({
    signed: stateOf(undertakings, confidentialityStream(accountId)),
    suspensions: suspensionsNow,
    persons: personsNow,
    owners: projectId === undefined ? nothing(new Map<string, CreditCode | undefined>()) : ownersOf([projectId]),
  }),
  decide(state, access, { now, today }, { signed, suspensions, persons, owners }) {
    if (UNDERTAKE.includes(access.role)) {
      if (!signed.has(undertakingOf(access.role, access.orgId))) return undertakingMissing();
      if (isSuspended(suspensions, persons, access.accountId, today)) return suspended();
    }
    if (state.hour === hourOf(now) && state.opened.has(keyOf(access))) return [];
    const owner = access.projectId && owners.get(access.projectId);
    return [materialAccessed.of({ ...access, units: [...new Set([...access.units, ...(owner ? [owner] : [])])] })];
  },
});

function undertakingMissing(): Rejection {
  return refuse(
    'art-26',
    'undertaking-not-signed',
    '签署保密承诺后方可调阅材料',
    'Material is opened after the confidentiality undertaking has been signed',
    'forbidden',
  );
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
