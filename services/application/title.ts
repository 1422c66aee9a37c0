/** The reservation that keeps one live application per unit, title and year (art-10): stream `uniq-title-{hash}`. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { projectStream, type TitleEvent, titleReleased, titleReserved, titleStream } from '../../events/application.ts';
import { canonicalJson } from '../../events/canonical.ts';
import { creditCodeSchema, type ProjectId, projectIdSchema, yearSchema } from '../../events/ids.ts';
import { lineSchema } from '../../events/text.ts';
import { command, type Dependency, type Fold, known, stateOf } from '../command.ts';
import { type Rejection, refuseByHouse } from '../rejection.ts';
import { level } from './sameness.ts';
import { type ApplicationState, application, isDead } from './state.ts';

export interface Title {
  readonly heldBy: ProjectId | undefined;
}

const title: Fold<Title, TitleEvent> = {
  name: 'application/title',
  initial: { heldBy: undefined },
  evolve(state, event) {
    switch (event.type) {
      case 'title.reserved':
        return { heldBy: event.data.projectId };
      case 'title.released':
        return state.heldBy === event.data.projectId ? { heldBy: undefined } : state;
    }
  },
};

/**
 * SHA-256 of credit code, year and levelled title: spelling variants of one title share one key. Reservations stand on the
 * log under keys without decimal marks, so keys are made without them.
 */
export function titleKeyOf(application: {
  readonly uscc: string;
  readonly year: number;
  readonly title: string;
}): string {
  return hash(
    'sha256',
    canonicalJson([application.uscc, application.year, level(application.title).replaceAll('.', '')]),
  );
}

/** Who holds the title of an application; nobody while there is no application. */
export function titleReservationOf(state: ApplicationState | undefined): Dependency<Title> {
  return state ? stateOf(title, titleStream(titleKeyOf(state))) : known(title.initial);
}

/** Refused while another live project holds the title. */
export function titleTaken(holder: ProjectId): Rejection {
  return refuseByHouse(
    'title-reservation',
    'title-taken',
    `本单位本年度已有同名申报项目 ${holder}；如不再申报请先撤回`,
    `The unit's project ${holder} of this year already holds this title; withdraw it first if it is given up`,
  );
}

/**
 * Sent by the system ahead of every submission. It is harmless alone: only the holder itself, once it has ended for good,
 * lets go of a title, so a reservation without a submission is merely waiting for one.
 */
export const reserveTitle = command({
  name: 'ReserveTitle',
  title: '登记申报题目',
  records: [titleReserved, titleReleased],
  begins: true,
  summary: 'Reserves a title for a project of a unit and year; takes over from a project that has ended.',
  allow: ['SYS'],
  // Of two projects under one title the second must not miss that the first has just been taken up again.
  exact: true,
  input: z.strictObject({
    projectId: projectIdSchema,
    uscc: creditCodeSchema,
    year: yearSchema,
    title: lineSchema,
  }),
  fold: title,
  stream: input => titleStream(titleKeyOf(input)),
  about: (_state, { year, projectId, uscc }) => ({ year, projectId, uscc }),
  reads: (_input, { heldBy }) => ({
    holder: heldBy ? stateOf(application, projectStream(heldBy)) : known(undefined),
  }),
  decide({ heldBy }, input, given, { holder }) {
    const { projectId } = input;
    if (heldBy === projectId) return [];
    const titleKey = titleKeyOf(input);
    const reserved = titleReserved.of({ projectId, titleKey, at: given.now });
    if (heldBy === undefined) return [reserved];
    if (!holder || !isDead(holder)) return titleTaken(heldBy);
    return [titleReleased.of({ projectId: heldBy, titleKey, reason: '原项目申报已终结' }), reserved];
  },
});
