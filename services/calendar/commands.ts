/** Registering the yearly notice on days off: working days are counted by it from then on. */
import { calendarStream, holidayNoticeRegistered, holidayNoticeSchema } from '../../events/calendar.ts';
import { canonicalJson } from '../../events/canonical.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command } from '../command.ts';
import { type Rejection, refuseForm } from '../rejection.ts';
import { countingNotice, registeredNotice } from '../working-days.ts';
import { holidayNoticeFault } from './state.ts';

export const registerHolidayNotice = command({
  name: 'RegisterHolidayNotice',
  title: '登记放假安排通知',
  records: [holidayNoticeRegistered],
  summary:
    'Registers the notice on the days off of a year and the weekend days worked instead; it counts from then on, and moves no day fixed before.',
  allow: ['MSR'],
  input: holidayNoticeSchema.extend({ reason: paragraphSchema.optional() }),
  fold: registeredNotice,
  stream: ({ year }) => calendarStream(year),
  about: (_state, { year }) => ({ year }),
  decide(state, { reason, ...notice }, { today }) {
    const current = countingNotice(notice.year, state);
    if (current && canonicalJson({ ...notice, version: current.version }) === canonicalJson(current)) return [];
    const fault = holidayNoticeFault(notice) ?? issueFault(notice.issuedOn, today);
    if (fault) return fault;
    if (current && reason === undefined) return reasonNeeded(current.number);
    const replaces = current && reason !== undefined ? { reason } : {};
    return [holidayNoticeRegistered.of({ ...notice, version: (state?.version ?? 0) + 1, ...replaces }, replaces)];
  },
});

function issueFault(issuedOn: string, today: string): Rejection | undefined {
  if (issuedOn <= today) return undefined;
  const pointer = '/issuedOn';
  const detail = `印发日期 ${issuedOn} 晚于今天`;
  return refuseForm('invalid', 'date-in-future', '通知尚未印发', 'The notice has not been issued yet', [
    { pointer, code: 'date-in-future', detail },
  ]);
}

function reasonNeeded(number: string): Rejection {
  return refuseForm(
    'invalid',
    'replacing-needs-reason',
    `该年已有${number}，以新通知替代须说明理由`,
    `${number} counts for the year; to put another in its place needs a reason`,
    [{ pointer: '/reason', code: 'required', detail: '须说明理由' }],
  );
}
