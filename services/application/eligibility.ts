/** The municipal authority's assessments: the definition (art-03), the expected effect, sameness and eligibility (art-08). */
import { z } from 'zod';
import {
  definitionConformityAssessed,
  eligibilityConfirmed,
  eligibilityDenied,
  expectedEffectAssessed,
  projectHeld,
  similarityAdjudicated,
  similarityChecked,
} from '../../events/application.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { qualifies } from '../../events/rules/qualification.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command } from '../command.ts';
import { exclusionsNow } from '../exclusion.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { banGate, onApplication, submittedProject } from './guards.ts';
import { workOf } from './materials.ts';
import { type ApplicantUnit, programmeOf, unitOf } from './reads.ts';
import { ALGORITHM_VERSION, corpusHash, corpusNow, findHits, worksBefore } from './sameness.ts';
import {
  type ApplicationStage,
  type ApplicationState,
  type Assessment,
  needsAdjudication,
  type Similarity,
} from './state.ts';

const byAuthority = {
  ...onApplication,
  allow: ['MSR'] as const,
  reads: (_input: unknown, state: ApplicationState | undefined) => ({ programme: programmeOf(state) }),
};

const input = { projectId: projectIdSchema };
/** A signal while the body verifies, binding once the project is recommended (D-13). */
const ASSESSABLE: readonly ApplicationStage[] = ['submitted', 'recommended'];

export const runSimilarityCheck = command({
  ...byAuthority,
  name: 'RunSimilarityCheck',
  title: '雷同比对',
  records: [similarityChecked],
  summary: 'Compares the current materials with every excellent result of earlier years, pinned to a place in the log.',
  input: z.strictObject(input),
  reads: (_input, state) => ({
    programme: programmeOf(state),
    corpus: corpusNow,
  }),
  gate(state, _given, { programme: { inForce } }) {
    const project = submittedProject(state, ASSESSABLE, 'art-08');
    if (isRejection(project)) return project;
    if (inForce) return { project, inForce };
    return refuse('art-09', 'work-plan-not-published', '年度工作方案尚未公布', 'The work plan is not published');
  },
  done: ({ project: { assessment } }) => assessment.similarity !== undefined,
  decide({ project, inForce }, { projectId }, _given, known) {
    const threshold = inForce.plan.options.similarityThreshold;
    const works = worksBefore(known.corpus, project.year);
    const hash = corpusHash(works);
    if (isCompared(project.assessment.similarity, hash, threshold)) return [];
    return [
      similarityChecked.of({
        projectId,
        corpusPosition: known.corpus.position,
        corpusHash: hash,
        corpusSize: works.length,
        algorithmVersion: ALGORITHM_VERSION,
        threshold,
        hits: findHits(workOf(project, project.submission.content), project.uscc, works, threshold),
      }),
    ];
  },
});

/** Whether the materials were compared with the same works in today's way. */
function isCompared(similarity: Similarity | undefined, hash: string, threshold: number): boolean {
  return (
    similarity?.corpusHash === hash &&
    similarity.threshold === threshold &&
    similarity.algorithmVersion === ALGORITHM_VERSION
  );
}

export const adjudicateSimilarity = command({
  ...byAuthority,
  name: 'AdjudicateSimilarity',
  title: '雷同认定',
  records: [similarityAdjudicated],
  summary: 'A person decides whether a project that is close to an earlier result is the same (D-11); never a machine.',
  input: z.strictObject({ ...input, verdict: z.enum(['same', 'different']), reason: paragraphSchema }),
  gate(state) {
    const project = submittedProject(state, ASSESSABLE, 'art-08');
    if (isRejection(project)) return project;
    const { similarity } = project.assessment;
    if (similarity && needsAdjudication(similarity)) return similarity;
    return refuse(
      ['art-08', '（三）'],
      'nothing-to-adjudicate',
      '没有达到阈值的雷同比对结果需要认定',
      'No similarity at or above the threshold awaits adjudication',
    );
  },
  done: ({ adjudication }) => adjudication !== undefined,
  decide(similarity, { projectId, verdict, reason }) {
    const earlier = similarity.adjudication;
    if (earlier?.verdict === verdict && earlier.reason === reason) return [];
    return [similarityAdjudicated.of({ projectId, verdict, reason }, { reason })];
  },
});

export const assessDefinitionConformity = command({
  ...byAuthority,
  name: 'AssessDefinitionConformity',
  title: '评估是否符合质量攻关定义',
  records: [definitionConformityAssessed],
  summary: 'Assesses the project against the definition of art-03, with a reason.',
  input: z.strictObject({ ...input, conforms: z.boolean(), reason: paragraphSchema }),
  gate: state => submittedProject(state, ASSESSABLE, 'art-03'),
  done: ({ assessment }) => assessment.definition !== undefined,
  decide(project, { projectId, conforms, reason }) {
    const { definition } = project.assessment;
    if (definition?.conforms === conforms && definition.reason === reason) return [];
    return [definitionConformityAssessed.of({ projectId, conforms, reason }, { reason })];
  },
});

export const assessExpectedEffect = command({
  ...byAuthority,
  name: 'AssessExpectedEffect',
  title: '评估预期成效',
  records: [expectedEffectAssessed],
  summary: 'Assesses whether the expected effect is marked: a human judgement with a reason (D-10).',
  input: z.strictObject({ ...input, marked: z.boolean(), reason: paragraphSchema }),
  gate: state => submittedProject(state, ASSESSABLE, 'art-08'),
  done: ({ assessment }) => assessment.effect !== undefined,
  decide(project, { projectId, marked, reason }) {
    const { effect } = project.assessment;
    if (effect?.marked === marked && effect.reason === reason) return [];
    return [expectedEffectAssessed.of({ projectId, marked, reason }, { reason })];
  },
});

export const assessEligibility = command({
  ...byAuthority,
  name: 'AssessEligibility',
  title: '确认申报条件',
  records: [eligibilityConfirmed, eligibilityDenied, projectHeld],
  summary: 'Concludes from the findings whether all three conditions of art-08 are met by the current materials.',
  input: z.strictObject(input),
  reads: (_input, state) => ({ programme: programmeOf(state), unit: unitOf(state), exclusions: exclusionsNow }),
  gate(state, given, { exclusions, unit }) {
    const project = submittedProject(state, ASSESSABLE, 'art-08');
    if (isRejection(project)) return project;
    const held = banGate(project, exclusions, given.today);
    if (isRejection(held)) return held;
    const conditions = conditionsOf(unit, project.assessment);
    const open = conditions.filter(condition => condition.met === undefined);
    // What is held is held before anything is concluded.
    return !held && open.length > 0 ? incomplete(open) : { project, held, conditions };
  },
  done: ({ project: { assessment } }) => assessment.eligibility !== undefined,
  decide({ project, held, conditions }, { projectId }) {
    if (held) return held;
    const failed = conditions.filter(condition => !condition.met);
    const items = failed.map(({ item }) => item);
    if (project.assessment.eligibility?.unmet.join() === items.join()) return [];
    if (failed.length === 0) {
      return [eligibilityConfirmed.of({ projectId, materialsRoot: project.submission.materialsRoot })];
    }
    const reason = failed.map(({ item, zh }) => `${item}${zh}`).join('；');
    return [eligibilityDenied.of({ projectId, items, reason }, { reason })];
  },
});

interface Condition {
  readonly item: '（一）' | '（二）' | '（三）';
  /** Undefined while the finding it rests on is missing. */
  readonly met: boolean | undefined;
  /** What is wrong when it is not met. */
  readonly zh: string;
}

function conditionsOf(unit: ApplicantUnit, { effect, similarity }: Assessment): readonly Condition[] {
  return [
    {
      item: '（一）',
      met: qualifies({ ...unit, kind: unit.registration?.kind }),
      zh: '申报单位不是在本市登记注册的企事业单位',
    },
    { item: '（二）', met: effect?.marked, zh: '预期成效不显著' },
    { item: '（三）', met: isNovel(similarity), zh: '与历年优秀成果项目雷同' },
  ];
}

function isNovel(similarity: Similarity | undefined): boolean | undefined {
  if (!similarity) return undefined;
  if (!needsAdjudication(similarity)) return true;
  return similarity.adjudication && similarity.adjudication.verdict === 'different';
}

function incomplete(open: readonly Condition[]): Rejection {
  const items = open.map(condition => condition.item).join('');
  return refuse(
    'art-08',
    'assessment-incomplete',
    `第八条${items}尚未核验、评估或认定`,
    `The findings on art-08 ${items} are not complete`,
  );
}
