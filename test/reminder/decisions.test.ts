import { describe, expect, it } from 'vitest';
import { REMINDER_STAGES, reminderIdOf, reminderSchema, reminderSent, reminderStream } from '../../events/reminder.ts';
import { SYSTEM } from '../../services/handle.ts';
import { sendReminder } from '../../services/reminder/commands.ts';
import { commandRoutes } from '../../services/routes.ts';
import { control, samples } from '../support/controls.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';

const input = samples['reminder.sent'];
const before = '2024-05-31T15:59:59.999Z';
const after = '2024-05-31T16:00:00.000Z';
const send = (when: { stage?: string; now: string; past?: 'sent' }) =>
  decide(sendReminder, {
    past: when.past ? [control('reminder.sent')] : [],
    input: { ...input, ...(when.stage && { stage: when.stage }) },
    actor: SYSTEM,
    now: when.now,
  });

describe('第五条（四） reminders', () => {
  it('given none, when one is sent, then it says who owes what by when', () => {
    expect(factsOf(send({ now: before }))).toEqual([{ type: 'reminder.sent', data: input }]);
  });

  it('rests on the plan item; the article of the duty is not cited, for nobody acted under it', () => {
    const planItem = { plan: 2024, version: 1, item: 'verification' };
    expect(send({ now: before })).toMatchObject([{ basis: [planItem], kind: reminderSent }]);
    expect(reminderSent.basis).toMatchObject({ article: 'art-05', item: '（四）' });
  });

  it('given one, when it is sent again, then nothing is recorded, however late', () => {
    expect(send({ now: before, past: 'sent' })).toEqual([]);
    expect(send({ now: '2025-01-01T00:00:00.000Z', past: 'sent' })).toEqual([]);
  });

  it.each([
    ['overdue', before],
    ['due-soon', after],
  ])('when %s is said at %s, then it is refused: the last day ends at 24:00 in Shanghai', (stage, now) => {
    expect(refusalOf(send({ stage, now }))).toMatchObject({ code: 'reminder-untimely', rule: { article: 'art-05' } });
  });

  it('is sent by the system alone and stands on no route', () => {
    expect(sendReminder.allow).toEqual(['SYS']);
    expect(commandRoutes.map(({ command }) => command.name)).not.toContain('SendReminder');
  });
});

describe('identity of a reminder', () => {
  const reminder = reminderSchema.parse(input);

  it.each<[string, object]>([
    ['year', { year: 2025 }],
    ['duty', { item: 'municipalReview' }],
    ['organisation', { owedBy: { orgId: 'district-heping', role: 'REC-D' } }],
    ['project', { projectId: '2024-zzzzzzzz' }],
    ['no project', { projectId: undefined }],
    ['day', { dueOn: '2024-06-07' }],
    ['stage', { stage: REMINDER_STAGES[1] }],
  ])('another %s makes another reminder', (_what, change) => {
    expect(reminderIdOf({ ...reminder, ...change })).not.toBe(reminderIdOf(reminder));
  });

  it('another plan version or wording does not', () => {
    expect(reminderIdOf({ ...reminder, planVersion: 2, title: '核实' })).toBe(reminderIdOf(reminder));
  });

  it('is a stream of its own, and fit for an id of a job', () => {
    const id = reminderIdOf(reminder);
    expect(id).toBe('2024.verification.district-binhai.2024-7k3m9qwz.2024-05-31.due-soon');
    expect(reminderStream(id)).toBe(`reminder-${id}`);
  });
});
