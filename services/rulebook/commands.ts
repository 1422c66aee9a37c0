/** Commands on the rulebook (art-01, art-05 （一）（四）, art-27), all of the municipal authority. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { ruleIdSchema, sha256Schema } from '../../events/ids.ts';
import {
  meetingRecorded,
  noticeRecorded,
  organisingWorkRecorded,
  programmeRuleIssued,
  programmeRuleRepealed,
  programmeRuleRevised,
  regulationInForce,
  regulationRegistered,
  regulationRepealed,
  regulationSuperseded,
  rulebookStream,
} from '../../events/rulebook.ts';
import {
  ARTICLES,
  citationError,
  ISSUED_ON,
  LAST_DAY,
  LAST_DAY_BY_CIVIL_CODE,
  NUMBERING_ANOMALIES,
  REGULATION,
} from '../../events/statute.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { dateSchema } from '../../events/time.ts';
import { command, type Given } from '../command.ts';
import { type Rejection, refuse, refuseByHouse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { type ProgrammeRule, type Regulation, type Rulebook, regulationOf, rulebook, ruleOf } from './state.ts';

const common = {
  allow: ['MSR'] as const,
  fold: rulebook,
  stream: () => rulebookStream,
  about: () => ({}),
};

export const registerRegulation = command({
  ...common,
  name: 'RegisterRegulation',
  title: '登记办法文本',
  records: [regulationRegistered, regulationInForce],
  summary:
    'Registers the regulation with its 27 articles, their hashes and the anomalies of the print; it is in force from issue.',
  reach: { publishedOn: { notBefore: 'regulation', notAfter: 'today' } },
  input: z.strictObject({
    doc: z.literal(REGULATION),
    title: lineSchema,
    publishedOn: dateSchema,
    indexNumber: lineSchema,
    recipients: z.array(lineSchema).min(1),
    copiedTo: z.array(lineSchema),
    /** The articles the caller means to register: ids as cited. */
    articles: z.array(z.strictObject({ id: z.string(), hash: sha256Schema })),
  }),
  gate: state => state,
  done: state => regulationOf(state, REGULATION) !== undefined,
  decide(state, input) {
    if (regulationOf(state, input.doc)) {
      return refuse('art-01', 'regulation-already-registered', '该办法已登记', 'The regulation is already registered');
    }
    const fault = registerFault(input.articles);
    if (fault) return fault;
    const { articles: _cited, ...facts } = input;
    return [
      regulationRegistered.of({
        ...facts,
        issuedOn: ISSUED_ON,
        articles: ARTICLES.map(({ id, ordinal, label, hash: textHash }) => ({ id, ordinal, label, hash: textHash })),
        textHash: hash('sha256', ARTICLES.map(article => article.text).join('\n')),
        anomalies: NUMBERING_ANOMALIES.map(anomaly => ({ ...anomaly })),
      }),
      regulationInForce.of({
        doc: input.doc,
        from: ISSUED_ON,
        lastDay: LAST_DAY,
        lastDayByCivilCode: LAST_DAY_BY_CIVIL_CODE,
      }),
    ];
  },
});

/** Why a list of articles is not the register of the printed text. */
function registerFault(cited: readonly { readonly id: string; readonly hash: string }[]): Rejection | undefined {
  for (const { id } of cited) {
    const error = citationError(id);
    if (error) return refuse('art-01', 'article-not-citable', error.zh, error.en, 'invalid');
  }
  const differs = ARTICLES.some((article, at) => cited[at]?.id !== article.id || cited[at]?.hash !== article.hash);
  if (differs || cited.length !== ARTICLES.length) {
    return refuse(
      'art-01',
      'register-mismatch',
      '条款登记表与印发文本不一致，应为27条，序号连续，文本摘要一致',
      'The register differs from the printed text: 27 articles in order with matching hashes are needed',
      'invalid',
    );
  }
  return undefined;
}

const ending = { doc: lineSchema, from: dateSchema, document: lineSchema };

export const registerRegulationSuccessor = command({
  ...common,
  name: 'RegisterRegulationSuccessor',
  title: '登记接替办法',
  records: [regulationSuperseded],
  summary: 'Registers the regulation that takes over; programmes opened earlier continue (D-39).',
  reach: { successorLastDay: { notAfter: { years: 30 } } },
  input: z.strictObject({ ...ending, successor: lineSchema, successorLastDay: dateSchema }),
  names: ['doc'],
  gate: registered,
  decide(regulation, input) {
    return (
      endingFault(regulation, input.from) ??
      (input.successorLastDay <= input.from
        ? refuse('art-27', 'validity-empty', '接替办法的有效期为空', 'The successor would never be in force', 'invalid')
        : [regulationSuperseded.of(input)])
    );
  },
});

export const recordRegulationRepeal = command({
  ...common,
  name: 'RecordRegulationRepeal',
  title: '登记办法废止',
  records: [regulationRepealed],
  summary: 'Records that the regulation is repealed; bans outlive it (D-39).',
  input: z.strictObject(ending),
  names: ['doc'],
  gate: registered,
  decide: (regulation, input) => endingFault(regulation, input.from) ?? [regulationRepealed.of(input)],
});

function registered(
  state: Rulebook,
  _given: Given,
  _known: unknown,
  { doc }: { readonly doc: string },
): Regulation | Rejection {
  const regulation = regulationOf(state, doc);
  if (regulation) return regulation;
  return refuseByHouse('rulebook', 'regulation-unknown', '该办法未登记', 'The regulation is not registered');
}

function endingFault(regulation: Regulation, from: string): Rejection | undefined {
  if (!regulation.from || !regulation.lastDay || from < regulation.from || from > regulation.lastDay) {
    return refuse(
      'art-27',
      'regulation-not-in-force',
      `该办法在 ${from} 不在有效期内`,
      `The regulation is not in force on ${from}`,
    );
  }
  return undefined;
}

const rule = { ruleId: ruleIdSchema, title: lineSchema, textHash: sha256Schema, effectiveOn: dateSchema };

export const issueProgrammeRule = command({
  ...common,
  name: 'IssueProgrammeRule',
  title: '制定制度规范',
  records: [programmeRuleIssued],
  summary: 'Issues a rule of the programme.',
  reach: { effectiveOn: { notBefore: 'regulation', notAfter: { years: 2 } } },
  input: z.strictObject(rule),
  decide(state, input) {
    if (ruleOf(state, input.ruleId)) {
      return refuse(['art-05', '（一）'], 'rule-exists', '该制度规范已制定，请修订', 'The rule exists; revise it');
    }
    return [programmeRuleIssued.of({ ...input, version: 1 })];
  },
});

/** A rule that was issued and not repealed. */
function standingRule(
  state: Rulebook,
  _given: Given,
  _known: unknown,
  { ruleId }: { readonly ruleId: string },
): ProgrammeRule | Rejection {
  const current = ruleOf(state, ruleId);
  if (current && !current.repealedFrom) return current;
  return refuse(['art-05', '（一）'], 'rule-not-in-force', '没有现行有效的该制度规范', 'No such rule is in force');
}

export const reviseProgrammeRule = command({
  ...common,
  name: 'ReviseProgrammeRule',
  title: '修订制度规范',
  records: [programmeRuleRevised],
  summary: 'Issues the next version of a rule.',
  reach: { effectiveOn: { notBefore: 'regulation', notAfter: { years: 2 } } },
  input: z.strictObject(rule),
  gate: standingRule,
  decide(current, input) {
    if (current.textHash === input.textHash) {
      return again({ ...current, ruleId: input.ruleId }, { ...input, version: current.version });
    }
    return [programmeRuleRevised.of({ ...input, version: current.version + 1 })];
  },
});

export const repealProgrammeRule = command({
  ...common,
  name: 'RepealProgrammeRule',
  title: '废止制度规范',
  records: [programmeRuleRepealed],
  summary: 'Repeals a rule from a date on.',
  reach: { from: { notBefore: 'regulation', notAfter: { years: 2 } } },
  input: z.strictObject({ ruleId: ruleIdSchema, from: dateSchema }),
  gate: standingRule,
  decide: (_current, input) => [programmeRuleRepealed.of(input)],
});

export const recordOtherOrganisingWork = command({
  ...common,
  name: 'RecordOtherOrganisingWork',
  title: '记录其他组织工作',
  records: [organisingWorkRecorded],
  summary: 'Records organising work that no other command covers.',
  enteredLater: true,
  input: z.strictObject({ kind: lineSchema, detail: paragraphSchema }),
  decide: (_state, input) => [organisingWorkRecorded.of(input)],
});

/** Files come last in the form. */
const attached = { evidence: meetingRecorded.schema.shape.evidence };

const filed = {
  ...common,
  about: (_state: Rulebook, { year }: { readonly year: number }) => ({ year }),
};

export const recordMeeting = command({
  ...filed,
  name: 'RecordMeeting',
  title: '登记会议记录',
  records: [meetingRecorded],
  summary:
    'Puts the minutes of a meeting of the year on file; organisations that attended are named, nobody in person.',
  reach: { heldOn: { notBefore: 'regulation', notAfter: 'today' } },
  input: meetingRecorded.schema.omit({ evidence: true }).extend(attached),
  decide: (_state, input) => [meetingRecorded.of(input, { evidence: input.evidence })],
});

export const recordNotice = command({
  ...filed,
  name: 'RecordNotice',
  title: '登记通知',
  records: [noticeRecorded],
  summary: 'Puts a notice about the organising of the year on file: to whom it was given out, and when.',
  reach: { issuedOn: { notBefore: 'regulation', notAfter: 'today' } },
  input: noticeRecorded.schema.omit({ evidence: true }).extend(attached),
  decide: (_state, input) => [noticeRecorded.of(input, { evidence: input.evidence })],
});
