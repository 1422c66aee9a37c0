import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { seesByRole } from '../../infra/http/feed-sources.ts';
import { admits } from '../../infra/http/policy.ts';
import { routes } from '../../projections/reminder/http.ts';
import { type ReminderRow, reminderRowSchema, reminders } from '../../projections/reminder/reminders.ts';
import { phraseOf } from '../../projections/trail/sentences.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, rowsOf, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const accountId = 'someone' as AccountId;
const actor = (role: Actor['role'], orgId: string): Actor => ({ accountId, orgId, role });
const BODY = actor('REC-D', ABOUT.bodyId);
const UNIT = actor('UNIT', ABOUT.uscc);
const SUP = actor('SUP', 'sup');

const story = [
  told('reminder.sent'),
  told('reminder.sent', { stage: 'overdue' }),
  told('reminder.sent', {
    item: 'supplementWorkingDays',
    title: '补充材料期限',
    owedBy: { orgId: ABOUT.uscc, role: 'UNIT' },
  }),
  told('reminder.sent', { year: 2025, item: 'municipalReview', owedBy: { orgId: 'msr', role: 'MSR' } }),
];
const reader = readerOf([reminders], { events: logOf(story) });
const [route] = routes;

async function list(caller: Actor | undefined, input: object = {}): Promise<string[] | undefined> {
  const page = (await ask(routes, 'ListReminders', input, caller, reader)) as { items: ReminderRow[] } | undefined;
  return page?.items.map(({ item, stage }) => `${item} ${stage}`);
}

describe('who reads which reminders', () => {
  const all = [
    'municipalReview due-soon',
    'supplementWorkingDays due-soon',
    'verification overdue',
    'verification due-soon',
  ];

  it.each<[string, Actor, string[]]>([
    ['the municipal authority', MSR, all],
    ['the supervising body', SUP, all],
    ['the body', BODY, ['verification overdue', 'verification due-soon']],
    ['the unit', UNIT, ['supplementWorkingDays due-soon']],
    ['another body', actor('REC-D', 'district-heping'), []],
    ['another unit', actor('UNIT', '91120116MA05PXYU6D'), []],
  ])('when %s asks, then it sees what it may, the latest first: %#', async (_who, caller, expected) => {
    expect(await list(caller)).toEqual(expected);
  });

  it('when an organisation asks for those of another, then there is nothing, as if there were none to know of', async () => {
    expect(await list(BODY, { owedBy: ABOUT.uscc })).toBeUndefined();
    expect(await list(UNIT, { owedBy: 'msr' })).toBeUndefined();
    expect(await list(UNIT, { owedBy: ABOUT.uscc })).toHaveLength(1);
    expect(await list(MSR, { owedBy: ABOUT.uscc })).toEqual(['supplementWorkingDays due-soon']);
  });

  it('the public is not admitted, and would be told of nothing', async () => {
    expect(route?.allow).not.toBe('public');
    for (const role of ['EXPERT', 'TPO'] as const) expect(admits(route?.allow ?? 'public', role)).toBe(false);
    expect(admits(route?.allow ?? 'public', undefined)).toBe(false);
    expect(await list(undefined)).toBeUndefined();
  });

  it('in the feed those who oversee see the event, the public does not', () => {
    const [event] = logOf(story);
    expect([MSR, SUP, undefined].map(caller => event && seesByRole(caller, event))).toEqual([true, true, false]);
  });
});

describe('the list', () => {
  it.each<[object, number]>([
    [{ year: '2024' }, 3],
    [{ stage: 'overdue' }, 1],
    [{ year: '2025', stage: 'due-soon' }, 1],
    [{ year: '2025', stage: 'overdue' }, 0],
  ])('when %j is asked for, then %i', async (filter, expected) => {
    expect(await list(SUP, filter)).toHaveLength(expected);
  });

  it('goes on where a page ended', async () => {
    const first = (await ask(routes, 'ListReminders', { limit: '3' }, SUP, reader)) as { next: string };
    expect(await list(SUP, { limit: '3', cursor: first.next })).toEqual(['verification due-soon']);
  });

  it('has rows of the declared shape', async () => {
    const answer = await ask(routes, 'ListReminders', {}, SUP, reader);
    const shape = z.strictObject({ items: z.array(reminderRowSchema) });
    expect(shape.safeParse(answer).error).toBeUndefined();
  });

  it('given the same reminder twice, then there is one row', () => {
    expect(rowsOf(reminders, logOf([told('reminder.sent'), told('reminder.sent')])).size).toBe(1);
  });
});

describe('the sentence of the trail', () => {
  it.each([
    [{}, '提醒{body}：《{project}》“核实并提交推荐意见”期限为2024-05-31，即将届满'],
    [{ stage: 'overdue' }, '提醒{body}：《{project}》“核实并提交推荐意见”期限为2024-05-31，已逾期'],
    [
      { owedBy: { orgId: 'msr', role: 'MSR' }, projectId: undefined },
      '提醒市市场监督管理部门：“核实并提交推荐意见”期限为2024-05-31，即将届满',
    ],
    [
      { owedBy: { orgId: ABOUT.uscc, role: 'UNIT' } },
      '提醒{unit}：《{project}》“核实并提交推荐意见”期限为2024-05-31，即将届满',
    ],
  ])('given %j, then it names who is reminded of what', (change, sentence) => {
    expect(phraseOf('reminder.sent', { ...samples['reminder.sent'], ...change }, 'SYS')).toBe(sentence);
  });
});
