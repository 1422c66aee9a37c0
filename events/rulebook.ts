/** Stream `rulebook`: the regulation, the rules made under it, and other organising work (art-01, art-05 （一）（四）, art-27). */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { ruleIdSchema, sha256Schema, streamId, yearSchema } from './ids.ts';
import { ARTICLE_IDS } from './statute.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const rulebookStream = streamId('rulebook');

export const regulationRegistered = eventType(
  'regulation.registered',
  { article: 'art-01', phase: '监督管理', visibility: 'public', title: '登记办法文本' },
  z.strictObject({
    doc: lineSchema,
    title: lineSchema,
    issuedOn: dateSchema,
    /** Day of publication in the gazette, and its index number. */
    publishedOn: dateSchema,
    indexNumber: lineSchema,
    recipients: z.array(lineSchema),
    copiedTo: z.array(lineSchema),
    articles: z
      .array(z.strictObject({ id: z.enum(ARTICLE_IDS), ordinal: z.int(), label: z.string(), hash: sha256Schema }))
      .length(27),
    textHash: sha256Schema,
    anomalies: z.array(z.strictObject({ label: z.string(), kind: z.string(), note: z.string() })),
  }),
);

export const regulationInForce = eventType(
  'regulation.in-force',
  { article: 'art-27', phase: '监督管理', visibility: 'public', title: '办法施行' },
  z.strictObject({ doc: lineSchema, from: dateSchema, lastDay: dateSchema, lastDayByCivilCode: dateSchema }),
);

const end = { doc: lineSchema, from: dateSchema, document: lineSchema };

export const regulationSuperseded = eventType(
  'regulation.superseded',
  { article: 'art-27', phase: '监督管理', visibility: 'public', title: '登记接替办法' },
  z.strictObject({ ...end, successor: lineSchema, successorLastDay: dateSchema }),
);

export const regulationRepealed = eventType(
  'regulation.repealed',
  { article: 'art-27', phase: '监督管理', visibility: 'public', title: '登记办法废止' },
  z.strictObject(end),
);

const rule = {
  ruleId: ruleIdSchema,
  version: z.int().min(1),
  title: lineSchema,
  textHash: sha256Schema,
  effectiveOn: dateSchema,
};

export const programmeRuleIssued = eventType(
  'programme-rule.issued',
  { article: 'art-05', item: '（一）', phase: '监督管理', visibility: 'public', title: '制定制度规范' },
  z.strictObject(rule),
);

export const programmeRuleRevised = eventType(
  'programme-rule.revised',
  { article: 'art-05', item: '（一）', phase: '监督管理', visibility: 'public', title: '修订制度规范' },
  z.strictObject(rule),
);

export const programmeRuleRepealed = eventType(
  'programme-rule.repealed',
  { article: 'art-05', item: '（一）', phase: '监督管理', visibility: 'public', title: '废止制度规范' },
  z.strictObject({ ruleId: ruleIdSchema, from: dateSchema }),
);

const organising = { article: 'art-05', item: '（四）', phase: '监督管理', visibility: 'internal' } as const;

export const organisingWorkRecorded = eventType(
  'organising-work.recorded',
  { ...organising, title: '记录其他组织工作' },
  z.strictObject({ kind: lineSchema, detail: paragraphSchema }),
);

const filed = { year: yearSchema, title: lineSchema, evidence: z.array(evidenceSchema).max(20) };

/** What was said and settled at a meeting of the year; organisations alone are named. */
export const meetingRecorded = eventType(
  'meeting.recorded',
  { ...organising, title: '登记会议记录' },
  z.strictObject({
    ...filed,
    heldOn: dateSchema,
    place: lineSchema,
    attendees: z.array(lineSchema).min(1).max(200),
    minutes: paragraphSchema,
  }),
);

/** A notice about the organising of the year that was given out: to which organisations, on which day. */
export const noticeRecorded = eventType(
  'notice.recorded',
  { ...organising, title: '登记通知' },
  z.strictObject({
    ...filed,
    issuedOn: dateSchema,
    recipients: z.array(lineSchema).min(1).max(200),
    content: paragraphSchema,
  }),
);

export const rulebookEventTypes = [
  regulationRegistered,
  regulationInForce,
  regulationSuperseded,
  regulationRepealed,
  programmeRuleIssued,
  programmeRuleRevised,
  programmeRuleRepealed,
  organisingWorkRecorded,
  meetingRecorded,
  noticeRecorded,
] as const;
export type RulebookEvent = EventsOf<typeof rulebookEventTypes>;
