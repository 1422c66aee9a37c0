/** The body's story (art-17b): compile what the log holds, recommend or decline each result, forward the batch. */
import { z } from 'zod';
import { type About, type Deviation, RECOMMENDING_ROLES } from '../../events/envelope.ts';
import {
  type BodyId,
  bodyIdSchema,
  comparePositions,
  type Position,
  type ProjectId,
  positionSchema,
  projectIdSchema,
  sha256Schema,
  yearSchema,
} from '../../events/ids.ts';
import {
  type BatchedResult,
  RESULTS_A_BATCH,
  resultBatchForwarded,
  resultBatchStream,
  resultNotRecommended,
  resultRecommended,
  resultsCompiled,
} from '../../events/result.ts';
import { inChargeOn } from '../../events/rules/jurisdiction.ts';
import { actDays, dueUnderPlan, lateUnderPlan } from '../../events/rules/lateness.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { paragraphSchema } from '../../events/text.ts';
import type { CivilDate } from '../../events/time.ts';
import { command, type Dependency, type Given } from '../command.ts';
import { exclusionsNow, stopFault } from '../exclusion.ts';
import { programmeYearOf } from '../programme-year.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { batches, batchRoot, type ResultBatch, type Verdict } from './batch.ts';
import { type Book, type BookEntries, bookAt, bookOf, dropCause, inChargeOf, isCompiled } from './book.ts';

interface OfBody {
  readonly year: number;
  readonly bodyId: BodyId;
}

const byBody = {
  fold: batches,
  allow: RECOMMENDING_ROLES,
  stream: ({ year, bodyId }: OfBody) => resultBatchStream(year, bodyId),
  about: (
    _state: readonly ResultBatch[],
    { year, bodyId, projectId }: OfBody & { readonly projectId?: ProjectId },
  ): About => ({
    year,
    bodyId,
    ...(projectId !== undefined && { projectId }),
  }),
  reads: ({ year }: OfBody) => ({ programme: programmeYearOf(year), book: bookOf(year) }),
  planVersion: ({ programme }: { readonly programme: ProgrammeYear }) => programme.inForce?.version,
};

/** DL-11 for the body. */
const forwardingDay = ({ programme }: { readonly programme: ProgrammeYear }) =>
  dueUnderPlan(programme.inForce, 'result-batch.forwarded');

const input = { year: yearSchema, bodyId: bodyIdSchema };
const inBatch = { ...input, batch: z.int().min(1) };

/** The head of the log, so that no list is pinned at a position that is still to come. */
const head: Dependency<Position> = { resolve: sources => sources.head() };

export const compileResults = command({
  ...byBody,
  name: 'CompileResults',
  title: '汇总项目成果',
  records: [resultsCompiled],
  summary: `Compiles every result that the log holds for the body, now or at a position that is named, and that is in no batch so far; of more than ${RESULTS_A_BATCH} the rest at a later one.`,
  input: z.strictObject({ ...input, position: positionSchema.optional() }),
  readsTyped: () => ({ head }),
  saidAgain: (state, { bodyId, position }, { actor }) =>
    actor.orgId === bodyId && state.some(batch => batch.position === position) ? [] : undefined,
  gate(state, { actor, today }, { book }, { bodyId }) {
    if (actor.orgId !== bodyId) return notFound();
    return notCompiled(bookAt(book), bodyId, today).length > 0 ? state : nothingToCompile();
  },
  dueOn: (_passed, _given, known) => forwardingDay(known),
  decide(state, { year, bodyId, position: asked }, given, facts) {
    const position = asked ?? facts.head;
    if (comparePositions(position, facts.head) > 0) {
      return refuseForm(
        'invalid',
        'position-not-reached',
        '台账尚未到达该位置',
        'The log has not reached this position',
      );
    }
    const projects = openAt(facts.book, position, bodyId, given);
    if (isRejection(projects)) return projects;
    return [resultsCompiled.of({ year, bodyId, batch: state.length + 1, position, projects })];
  },
});

/** What the body has to compile as of a position, as much of it as a batch takes; a list that has been overtaken since is refused. */
function openAt(
  entries: BookEntries,
  position: Position,
  bodyId: BodyId,
  { today }: Given,
): BatchedResult[] | Rejection {
  const now = bookAt(entries);
  const listed = inChargeOf(bookAt(entries, position), bodyId, today).filter(result => !isCompiled(now, result));
  if (listed.length === 0) return nothingToCompile();
  const current = new Set(inChargeOf(now, bodyId, today).map(({ projectId, version }) => `${projectId}@${version}`));
  const overtaken = listed.filter(({ projectId, version }) => !current.has(`${projectId}@${version}`));
  if (overtaken.length > 0) {
    const names = overtaken.map(({ projectId }) => projectId).join('、');
    return refuse(
      'art-17b',
      'position-outdated',
      `该位置之后有成果已撤回、补充或移交（${names}），请以更新的位置汇总`,
      `Results have been withdrawn, supplemented or handed over since that position (${names}): take a later one`,
    );
  }
  return listed
    .slice(0, RESULTS_A_BATCH)
    .map(({ projectId, version, materialsRoot }) => ({ projectId, version, materialsRoot }));
}

function notCompiled(book: Book, bodyId: BodyId, today: CivilDate) {
  return inChargeOf(book, bodyId, today).filter(result => !isCompiled(book, result));
}

function nothingToCompile(): Rejection {
  return refuse('art-17b', 'nothing-to-compile', '没有待汇总的成果', 'There is no result to compile');
}

export const recommendResult = command({
  ...byBody,
  name: 'RecommendResult',
  title: '推荐成果',
  records: [resultRecommended],
  summary: 'Recommends one result of a batch to the municipal authority; an opinion is welcome, not required (D-21).',
  input: z.strictObject({ ...inBatch, projectId: projectIdSchema, opinion: paragraphSchema.optional() }),
  names: ['projectId'],
  reads: asked => ({ ...byBody.reads(asked), exclusions: exclusionsNow }),
  gate(state, given, { book, exclusions }, on) {
    const found = judging(state, on, bookAt(book), given);
    if (isRejection(found)) return found;
    const fault = stopFault(exclusions, on.projectId);
    return fault ?? (found.earlier?.recommended === false ? alreadyDeclined() : { earlier: found.earlier });
  },
  done: ({ earlier }) => earlier !== undefined,
  dueOn: (_passed, _given, known) => forwardingDay(known),
  decide({ earlier }, { opinion, ...named }) {
    if (earlier) return again(earlier.opinion, opinion);
    return [resultRecommended.of({ ...named, ...(opinion !== undefined && { opinion }) })];
  },
});

export const declineToRecommendResult = command({
  ...byBody,
  name: 'DeclineToRecommendResult',
  title: '不予推荐成果',
  records: [resultNotRecommended],
  summary: 'Declines to recommend one result of a batch, with a reason; final for this version.',
  input: z.strictObject({ ...inBatch, projectId: projectIdSchema, reason: paragraphSchema }),
  names: ['projectId'],
  gate: (state, given, { book }, on) => judging(state, on, bookAt(book), given),
  done: ({ earlier }) => earlier?.recommended === false,
  dueOn: (_passed, _given, known) => forwardingDay(known),
  decide({ earlier }, { reason, ...named }) {
    if (earlier && !earlier.recommended) return again(earlier.reason, reason);
    return [resultNotRecommended.of({ ...named, reason }, { reason })];
  },
});

function alreadyDeclined(): Rejection {
  return refuse(
    'art-17b',
    'already-declined',
    '该成果已不予推荐；项目单位可在期限内重新提交',
    'The result has been declined; the unit can submit it again while the window is open',
  );
}

/** The verdict so far on a result of an open batch, if the caller may give one. */
function judging(
  state: readonly ResultBatch[],
  named: OfBody & { readonly batch: number; readonly projectId: ProjectId },
  book: Book,
  given: Given,
): { readonly earlier: Verdict | undefined } | Rejection {
  const batch = openBatch(state, named, book, given);
  if (isRejection(batch)) return batch;
  return memberFault(batch, named, book, given) ?? { earlier: batch.verdicts.get(named.projectId) };
}

/** The batch, if it is not forwarded and the caller answers for a result of it today. */
function openBatch(
  state: readonly ResultBatch[],
  asked: OfBody & { readonly batch: number },
  book: Book,
  given: Given,
): ResultBatch | Rejection {
  const batch = state.find(({ batch: number }) => number === asked.batch);
  if (!batch) return notFound();
  if (!answersFor(batch, asked.bodyId, book, given)) {
    return given.actor.orgId === asked.bodyId ? notInCharge() : notFound();
  }
  if (batch.forwarded === undefined) return batch;
  return refuse('art-17b', 'batch-forwarded', '该批成果已报送', 'The batch has been forwarded');
}

/** A batch is its body's, and that of any body that took over the charge of one of its results (art-06). */
function answersFor({ projects }: ResultBatch, bodyId: BodyId, book: Book, { actor, today }: Given): boolean {
  const inCharge = projects.flatMap(({ projectId }) => {
    const standing = book.standing.get(projectId);
    return standing ? [inChargeOn(book.charges, standing, today)] : [];
  });
  if (inCharge.length === 0) return actor.orgId === bodyId;
  return inCharge.some(body => body === actor.orgId);
}

function notInCharge(): Rejection {
  return refuse(
    'art-06',
    'body-not-in-charge',
    '该批成果不在本单位推荐范围',
    'The results are not in the charge of this body',
    'forbidden',
  );
}

/** Why no verdict can be given on a result: not in the batch, overtaken, or now another body's. */
function memberFault(
  { batch, projects }: ResultBatch,
  { bodyId, projectId }: OfBody & { readonly projectId: ProjectId },
  book: Book,
  { actor, today }: Given,
): Rejection | undefined {
  const member = projects.find(result => result.projectId === projectId);
  if (!member) return refuse('art-17b', 'result-not-in-batch', '该成果不在本批', 'The result is not in this batch');
  if (dropCause(book, { bodyId, batch }, member)) {
    return refuse(
      'art-17b',
      'result-overtaken',
      '该成果材料已撤回、补充或列入另一批，本批不再推荐',
      'These materials have been withdrawn, superseded or compiled elsewhere: this batch does not decide on them',
    );
  }
  const standing = book.standing.get(projectId);
  return standing && inChargeOn(book.charges, standing, today) === actor.orgId ? undefined : notInCharge();
}

export const forwardResultBatch = command({
  ...byBody,
  name: 'ForwardResultBatch',
  title: '报送成果推荐',
  records: [resultBatchForwarded],
  summary: 'Forwards a batch once every result is recommended or declined; the root is the one the body has seen.',
  input: z.strictObject({ ...inBatch, root: sha256Schema }),
  saidAgain(state, { root, batch: number, bodyId }, { actor }) {
    const forwarded = state.find(({ batch }) => batch === number)?.forwarded;
    return forwarded === root && actor.orgId === bodyId ? [] : undefined;
  },
  gate(state, given, { book: entries }, { year, bodyId, batch: number }) {
    const book = bookAt(entries);
    const batch = openBatch(state, { year, bodyId, batch: number }, book, given);
    if (isRejection(batch)) return batch;
    const parts = partsOf(batch, bodyId, book);
    return undecidedFault(parts.undecided) ?? parts;
  },
  dueOn: (_passed, _given, known) => forwardingDay(known),
  decide(parts, { root, ...named }, given, { programme }) {
    const fault = rootFault(parts, root);
    if (fault) return fault;
    const { projects, declined, dropped } = parts;
    return [
      resultBatchForwarded.of(
        { ...named, root, projects, declined, dropped },
        { deviations: lateForwarding(programme, given) },
      ),
    ];
  },
});

/** Every result of a batch in exactly one of four places. What was declined stays so, whatever the unit does next. */
function partsOf({ batch, projects, verdicts }: ResultBatch, bodyId: BodyId, book: Book) {
  const placed = projects.map(result => {
    const verdict = verdicts.get(result.projectId);
    const cause = dropCause(book, { bodyId, batch }, result);
    const isDeclined = verdict?.recommended === false && cause !== 'in-another-batch';
    return { result, cause: isDeclined ? undefined : cause, recommended: verdict?.recommended };
  });
  const judged = (verdict: boolean | undefined) =>
    placed.filter(({ cause, recommended }) => !cause && recommended === verdict).map(({ result }) => result);
  const dropped = placed.flatMap(({ result, cause }) => (cause ? [{ ...result, cause }] : []));
  return { projects: judged(true), declined: judged(false), undecided: judged(undefined), dropped };
}

function undecidedFault(undecided: readonly BatchedResult[]): Rejection | undefined {
  if (undecided.length === 0) return undefined;
  const names = undecided.map(({ projectId }) => projectId).join('、');
  return refuse(
    'art-17b',
    'results-undecided',
    `尚有成果未作出推荐或不予推荐的决定：${names}`,
    `Results are neither recommended nor declined: ${names}`,
  );
}

function rootFault(
  { projects, declined }: { readonly projects: readonly BatchedResult[]; readonly declined: readonly BatchedResult[] },
  root: string,
): Rejection | undefined {
  if (batchRoot(projects, declined) === root) return undefined;
  return refuse(
    'art-17b',
    'root-differs-from-log',
    '拟报送的成果与项目单位提交的材料不一致，请重新核对汇总表',
    'What is to be forwarded differs from what the units submitted: look at the summary again',
  );
}

/** DL-11 for the body: a late batch is forwarded and flagged. */
function lateForwarding({ inForce }: ProgrammeYear, { effectiveAt, now }: Given): Deviation[] {
  const named = { code: 'results-forwarded-late', zh: '成果报送', en: 'forwarding of the results' };
  return lateUnderPlan(inForce, 'result-batch.forwarded', actDays(effectiveAt, now), named);
}
