/** Recognition of what the review kept, and its publication at a position of the log (art-21). */
import { z } from 'zod';
import type { Deviation } from '../../events/envelope.ts';
import {
  comparePositions,
  type ProjectId,
  positionSchema,
  projectIdSchema,
  resultIdSchema,
  sha256Schema,
  yearSchema,
} from '../../events/ids.ts';
import { excellentResultRecognised, excellentResultsPublished } from '../../events/recognition.ts';
import { banOn, endOf } from '../../events/rules/bans.ts';
import { actDays, dueDay, lateUnderPlan } from '../../events/rules/lateness.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { REGULATION } from '../../events/statute.ts';
import { urlSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { excellentResultsNow } from '../excellent-results.ts';
import { type Exclusions, exclusionsNow, suspensionFault } from '../exclusion.ts';
import { positionNotReached } from '../list-hash.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { evaluatorsOf, recommendersOf } from '../separation-of-duties.ts';
import { closedFault, handsFault, onList, otherListFault, type ProposedLists, standingProposal } from './guards.ts';
import { type ExcellentList, isRecognised, keptBy, type Review } from './list.ts';
import { type RecognisedList, recognisedAsOf, recognisedNow } from './listing.ts';
import { publicNoticeFault } from './notice.ts';
import { forwardedNow, proposalsNow, type RecognisedProject, recognisedProjectOf, staleAmong } from './reads.ts';

export const recogniseExcellentResult = command({
  ...onList,
  name: 'RecogniseExcellentResult',
  title: '认定优秀成果',
  records: [excellentResultRecognised],
  summary: 'Recognises a result that the panel proposed and the review kept; a unit under exclusion is flagged.',
  input: z.strictObject({ year: yearSchema, projectId: projectIdSchema }),
  names: ['projectId'],
  reads: (asked, state) => ({
    ...onList.reads(asked),
    persons: personsNow,
    recommenders: recommendersOf([asked.projectId]),
    evaluators: evaluatorsOf(keepers(state, asked.projectId)),
    proposals: proposalsNow,
    stale: staleAmong(keepers(state, asked.projectId)),
    forwarded: forwardedNow,
    project: recognisedProjectOf(asked.projectId),
    exclusions: exclusionsNow,
    results: excellentResultsNow,
  }),
  gate(state, given, known, { year, projectId }) {
    if (isRecognised(state, projectId)) return 'recognised' as const;
    const fault =
      closedFault(known.programme) ??
      keptFault(state, projectId, known, year) ??
      publicNoticeFault(state, projectId, known.programme) ??
      handsFault(known, given) ??
      suspensionFault(known.exclusions, projectId);
    if (fault) return fault;
    const evaluated = evaluatedMaterials(known.project, known.forwarded);
    if (isRejection(evaluated)) return evaluated;
    return known.results.has(resultIdOf(projectId)) ? recognisedBefore() : evaluated;
  },
  done: evaluated => evaluated === 'recognised',
  decide(evaluated, { year, projectId }, given, known) {
    if (evaluated === 'recognised') return [];
    const { uscc, unitName, bodyId, content } = evaluated;
    const resultId = resultIdOf(projectId);
    const { title, problem, methods, results } = content;
    const recognised = { year, projectId, resultId, title, uscc, unitName, bodyId, problem, methods, results };
    const deviations = banned(known.exclusions, uscc, given.today);
    return [excellentResultRecognised.of(recognised, { about: { uscc, bodyId }, deviations })];
  },
});

function resultIdOf(projectId: ProjectId) {
  return resultIdSchema.parse(`result-${projectId}`);
}

/** The panels whose reviews keep a result: more than one once it was put before another panel. */
function keepers(state: ExcellentList, projectId: ProjectId) {
  return keptBy(state, projectId).map(({ panelId }) => panelId);
}

/** Proposed by a panel on a completed evaluation, and kept by the review of exactly that list. */
function keptFault(
  state: ExcellentList,
  projectId: ProjectId,
  proposed: ProposedLists,
  year: number,
): Rejection | undefined {
  const faults = keptBy(state, projectId).map(review => proposalFault(review, projectId, proposed, year));
  if (faults.includes(undefined)) return undefined;
  return (
    faults.at(-1) ??
    refuse(
      'art-21',
      'not-kept',
      '该成果不在审核保留的建议名单内，不得认定',
      'The result is not among those proposed by a panel and kept by the review',
    )
  );
}

function proposalFault(
  review: Review,
  projectId: ProjectId,
  proposed: ProposedLists,
  year: number,
): Rejection | undefined {
  const proposal = standingProposal(proposed, { panelId: review.panelId, year });
  if (isRejection(proposal)) return proposal;
  const other = otherListFault(proposal, review.listHash);
  if (other) return other;
  if (proposed.proposals.evaluated[review.panelId]?.includes(projectId)) return undefined;
  return refuse(
    'art-04',
    'evaluation-not-completed',
    '该成果的技术评定尚未完成，不得认定',
    'The technical evaluation of this result is not complete',
  );
}

/** The materials that were evaluated: those forwarded, if they stand still. */
function evaluatedMaterials(project: RecognisedProject | undefined, forwarded: ReadonlyMap<string, string>) {
  if (project?.submission && forwarded.get(project.projectId) === project.submission.materialsRoot) {
    const { uscc, unitName, submission } = project;
    return { uscc, unitName, bodyId: submission.bodyId, content: submission.content };
  }
  return refuse(
    'art-17b',
    'result-not-standing',
    '该成果材料未经推荐报送，或报送后已撤回、变更',
    'The materials of this result were not forwarded, or no longer stand',
  );
}

function recognisedBefore(): Rejection {
  return refuse(
    'art-21',
    'already-recognised',
    '该成果已认定为优秀成果',
    'The result is recognised as excellent already',
  );
}

/** art-25 bars new applications only: a result that came through before is recognised and flagged. */
function banned(exclusions: Exclusions, uscc: string, today: string): Deviation[] {
  const ban = banOn(exclusions.bans, uscc, today);
  if (!ban) return [];
  return [
    {
      code: 'recognised-while-banned',
      basis: { doc: REGULATION, article: 'art-25' },
      zh: `认定时该单位处于不接受申报期间（至 ${endOf(ban)}）`,
      en: `The unit was excluded from applying (until ${endOf(ban)}) when its result was recognised`,
    },
  ];
}

export const publishExcellentResults = command({
  ...onList,
  name: 'PublishExcellentResults',
  title: '公布优秀成果',
  records: [excellentResultsPublished],
  summary: 'Publishes what is recognised as of a position of the log, recomputed from it, by a second person.',
  input: z.strictObject({ year: yearSchema, position: positionSchema, listHash: sha256Schema, url: urlSchema }),
  reads: asked => ({ ...onList.reads(asked), standing: recognisedNow(asked.year), persons: personsNow }),
  readsTyped: ({ year, position }) => ({ recognised: recognisedAsOf(year, position) }),
  saidAgain: ({ published }, { position, listHash, url }) =>
    published?.position === position && published.listHash === listHash ? again(published.url, url) : undefined,
  gate: (state, given, { programme, standing, persons }) =>
    closedFault(programme) ??
    (state.recognised.length > 0 ? undefined : nothingRecognised()) ??
    (isPublishedAs(state, standing) ? undefined : samePerson(standing, given, persons)) ??
    state,
  done: (state, _given, { standing }) => isPublishedAs(state, standing),
  dueOn: ({ published }, _given, { programme: { inForce } }) =>
    published ? undefined : inForce && dueDay(excellentResultsPublished.type, inForce.year, inForce),
  decide({ published }, { year, position, listHash, url }, given, { programme, recognised, persons }) {
    if (!recognised) return positionNotReached();
    if (published && comparePositions(position, published.position) < 0) return beforePublished(published.position);
    if (recognised.listHash !== listHash) return differsFromLog();
    const projects = [...recognised.projects];
    if (projects.length === 0) return nothingRecognised();
    if (published?.listHash === listHash) return again(published.url, url);
    const version = (published?.version ?? 0) + 1;
    return (
      samePerson(recognised, given, persons) ?? [
        excellentResultsPublished.of(
          { year, version, position, projects, listHash, url },
          { deviations: version === 1 ? latePublication(programme, given) : [] },
        ),
      ]
    );
  },
});

/** Whether what stands is what was published last: to say it again changes nothing. */
function isPublishedAs({ published }: ExcellentList, standing: RecognisedList): boolean {
  return published?.listHash === standing.listHash;
}

/** Who recognises and who publishes are two persons: a default of the house, as for the project plan. */
function samePerson({ recognisers }: RecognisedList, { actor }: Given, persons: Persons): Rejection | undefined {
  if (!isAmong(persons, actor.accountId, recognisers)) return undefined;
  return twoPersonsFault(
    'same-person',
    '认定优秀成果的人员不得公布名单，须由另一人公布',
    'whoever recognised a result of the list cannot publish it; a second person must',
  );
}

function latePublication({ inForce }: ProgrammeYear, { effectiveAt, now }: Given): Deviation[] {
  const named = { code: 'excellent-results-late', zh: '优秀成果公布', en: 'publication of the excellent results' };
  return lateUnderPlan(inForce, 'excellent-results.published', actDays(effectiveAt, now), named);
}

function nothingRecognised(): Rejection {
  return refuse('art-21', 'nothing-recognised', '没有已认定的优秀成果', 'No result is recognised at this position');
}

function differsFromLog(): Rejection {
  return refuse(
    'art-21',
    'list-differs-from-log',
    '拟公布的名单与台账在该位置的认定情况不一致',
    'The list to be published differs from what the log recognises at this position',
  );
}

function beforePublished(position: string): Rejection {
  return refuse(
    'art-21',
    'position-before-published',
    `不得退回到已公布名单的位置（${position}）之前`,
    `The position must not be before that of the published list (${position})`,
  );
}
