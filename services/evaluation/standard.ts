/** The standard that all results of a year are scored by: issued in public, frozen once scoring opens (art-19, art-20). */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import { evaluationStandardIssued, evaluationStandardStream } from '../../events/evaluation.ts';
import { SCORING_ALGORITHM } from '../../events/rules/scoring.ts';
import { command } from '../command.ts';
import { programmeYearOf } from '../programme-year.ts';
import { type Rejection, refuse } from '../rejection.ts';
import { type Standard, standards, yearsScored } from './reads.ts';

const input = evaluationStandardIssued.schema.omit({ version: true, hash: true, algorithm: true });

export const issueEvaluationStandard = command({
  name: 'IssueEvaluationStandard',
  title: '发布评定标准',
  records: [evaluationStandardIssued],
  summary:
    'Issues the next version of the evaluation standard: criteria, weights, normalisation, tie-break and arithmetic.',
  allow: ['MSR'],
  input,
  fold: standards,
  stream: ({ year }) => evaluationStandardStream(year),
  about: (_state, { year }) => ({ year }),
  reads: ({ year }) => ({ programme: programmeYearOf(year), scored: yearsScored() }),
  planVersion: known => known.programme.inForce?.version,
  saidAgain(state, standard) {
    const current = state.at(-1);
    return current?.hash === digestOf(standard) && current.url === standard.url ? [] : undefined;
  },
  gate: (state, _given, { scored }, { year }) => (scored.includes(year) ? frozen() : state),
  decide(state, standard) {
    const version = state.length + 1;
    const issued = { ...standard, algorithm: SCORING_ALGORITHM, version, hash: digestOf(standard) };
    return contentFault(standard) ?? [evaluationStandardIssued.of(issued)];
  },
});

/** Of what sheets are scored by; where it is published does not belong to it. */
function digestOf({ title, criteria, normalisation, tieBreak, references }: z.infer<typeof input>): string {
  const stated = { title, criteria, normalisation, tieBreak, references, algorithm: SCORING_ALGORITHM };
  return hash('sha256', canonicalJson(stated), 'hex');
}

function frozen(): Rejection {
  return refuse(
    'art-19',
    'standard-frozen',
    '本年度评分已启动，评定标准不得变更',
    'Scoring of the year has been opened: the standard is frozen',
  );
}

function contentFault({ criteria, tieBreak }: Pick<Standard, 'criteria' | 'tieBreak'>): Rejection | undefined {
  const ids = criteria.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) return invalid('criterion-repeated', '评定指标重复', 'A criterion is repeated');
  if (criteria.reduce((sum, { weight }) => sum + weight, 0) !== 100) {
    return invalid('weights-not-100', '各指标权重之和应为100', 'The weights must add up to 100');
  }
  if (new Set(tieBreak).size !== tieBreak.length || tieBreak.some(id => !ids.includes(id))) {
    return invalid(
      'tie-break-unknown',
      '同分规则只能依次列出本标准的指标',
      'The tie-break names criteria of the standard, each once',
    );
  }
  return undefined;
}

function invalid(code: string, zh: string, en: string): Rejection {
  return refuse('art-20', code, zh, en, 'invalid');
}
