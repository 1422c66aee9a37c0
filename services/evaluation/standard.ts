/** The standard that all results of a year are scored by: issued in public, frozen once scoring opens (art-19, art-20). */
import { hash } from 'node:crypto';
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
  decide(state, standard, _given, { scored }) {
    const fault = contentFault(standard);
    if (fault) return fault;
    const { title, criteria, normalisation, tieBreak, references } = standard;
    const stated = { title, criteria, normalisation, tieBreak, references, algorithm: SCORING_ALGORITHM };
    const digest = hash('sha256', canonicalJson(stated), 'hex');
    const current = state.at(-1);
    if (current?.hash === digest && current.url === standard.url) return [];
    if (scored.includes(standard.year)) {
      return refuse(
        'art-19',
        'standard-frozen',
        '本年度评分已启动，评定标准不得变更',
        'Scoring of the year has been opened: the standard is frozen',
      );
    }
    return [
      evaluationStandardIssued.of({
        ...standard,
        algorithm: SCORING_ALGORITHM,
        version: state.length + 1,
        hash: digest,
      }),
    ];
  },
});

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
