/** The unit's story (art-17a): attach, undertake, submit to the body in charge; supplement or withdraw until compiled. */
import { z } from 'zod';
import { projectStream } from '../../events/application.ts';
import type { About, Actor } from '../../events/envelope.ts';
import {
  type BodyId,
  bodyIdSchema,
  documentIdSchema,
  type ProjectId,
  projectIdSchema,
  sha256Schema,
} from '../../events/ids.ts';
import { RESULT_DOCUMENT_KINDS } from '../../events/programme.ts';
import {
  type ResultContent,
  resultDocumentAttached,
  resultsSubmitted,
  resultsSupplemented,
  resultsWithdrawn,
  resultUndertakingSigned,
} from '../../events/result.ts';
import { type Addressee, chargeOver, inChargeOn } from '../../events/rules/jurisdiction.ts';
import { isOverAt } from '../../events/rules/lateness.ts';
import { type PlanInForce, type ProgrammeYear, programmeYear } from '../../events/rules/plan.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { districtOf } from '../bodies.ts';
import { blobOf, command, type Given, known, sealedPeople } from '../command.ts';
import { type Exclusions, exclusionsNow, stopFault } from '../exclusion.ts';
import { alreadyAttached, materialsRoot, participantNames, sealContent } from '../materials.ts';
import { programmeNotOpen, programmeYearOf } from '../programme-year.ts';
import {
  isRejection,
  notFound,
  type Rejection,
  refuse,
  refuseByHouse,
  refuseByPlan,
  refuseForm,
} from '../rejection.ts';
import { again } from '../repeat.ts';
import { type Book, type BookEntries, bookAt, bookOf, isCompiled, isDeclined } from './book.ts';
import { plainResultSchema, RESULT_UNDERTAKING_HASH } from './materials.ts';
import { type ProjectOfResult, projectOfResult, type ResultSubmission } from './state.ts';

type State = ProjectOfResult | undefined;

const byUnit = {
  fold: projectOfResult,
  allow: ['UNIT'] as const,
  stream: (input: { readonly projectId: ProjectId }) => projectStream(input.projectId),
  about: aboutOf,
  planVersion: (facts: { readonly programme: ProgrammeYear }) => facts.programme.inForce?.version,
};

/** Only asked once a decision is accepted, hence of a project that is there. */
function aboutOf(state: State): About {
  if (!state) return {};
  const { year, projectId, uscc, bodyId, submission } = state;
  return { year, projectId, uscc, bodyId: submission?.bodyId ?? bodyId };
}

/** Empty for a project that is not there: the decision refuses it anyway. */
function surroundings(state: State) {
  return {
    programme: state ? programmeYearOf(state.year) : known(programmeYear.initial),
    book: state ? bookOf(state.submission?.year ?? state.year) : known<BookEntries>(undefined),
    exclusions: exclusionsNow,
  };
}

const input = { projectId: projectIdSchema };

/** The unit's own project, completed and not stopped for fraud since (D-34). */
function ongoingProject(state: State, actor: Actor, exclusions: Exclusions): ProjectOfResult | Rejection {
  const own = completedProject(state, actor);
  return isRejection(own) ? own : (stopFault(exclusions, own.projectId) ?? own);
}

/** The unit's own project, completed; to anyone else's unit it does not exist. */
function completedProject(state: State, actor: Actor): ProjectOfResult | Rejection {
  if (!state || state.uscc !== actor.orgId) return notFound();
  switch (state.stage) {
    case 'completed':
      return state;
    case 'application':
      return refuse('art-17a', 'project-not-listed', '项目未列入项目计划', 'The project is not in the project plan');
    case 'implementing':
      return refuse(
        'art-17a',
        'project-not-completed',
        '项目尚未完成，完成后方可提交成果材料',
        'Results are submitted once the project is completed',
      );
    case 'terminated':
      return refuse('art-17a', 'project-terminated', '项目已终止', 'The project has been terminated');
  }
}

/** Whether the body has the materials and has not declined them: then they are no longer the unit's to change. */
function isInBatch(book: Book, { projectId, submission }: ProjectOfResult): boolean {
  if (!submission) return false;
  const result = { projectId, version: submission.version };
  return isCompiled(book, result) && !isDeclined(book, result);
}

function frozen(): Rejection {
  return refuse(
    'art-17b',
    'results-compiled',
    '推荐单位已汇总该成果，不得更改或撤回',
    'The body has compiled the result: it can be neither changed nor withdrawn',
  );
}

export const attachResultDocument = command({
  ...byUnit,
  name: 'AttachResultDocument',
  title: '上传成果材料',
  records: [resultDocumentAttached],
  summary: 'Attaches an uploaded file to the result materials of a completed project; nothing is ever replaced.',
  input: z.strictObject({
    ...input,
    kind: z.enum(RESULT_DOCUMENT_KINDS),
    name: lineSchema,
    sha256: sha256Schema,
    classification: z.enum(['public', 'internal', 'trade-secret']),
  }),
  reads: (_input, state) => surroundings(state),
  readsTyped: ({ sha256 }, _state, { actor }) => ({ blob: blobOf(actor, sha256) }),
  saidAgain(state, document, { actor }) {
    const own = completedProject(state, actor);
    return isRejection(own) ? undefined : alreadyAttached(own.documents, document);
  },
  gate(state, { actor }, { book, exclusions }) {
    const own = ongoingProject(state, actor, exclusions);
    return !isRejection(own) && isInBatch(bookAt(book), own) ? frozen() : own;
  },
  decide(_own, document, given, { blob }) {
    if (!blob) return refuseForm('invalid', 'blob-not-found', '该文件尚未上传', 'No such file has been uploaded');
    const { size, mediaType } = blob;
    return [
      resultDocumentAttached.of({ ...document, documentId: documentIdSchema.parse(given.newId), size, mediaType }),
    ];
  },
});

export const signResultUndertaking = command({
  ...byUnit,
  name: 'SignResultUndertaking',
  title: '签署成果材料完整性真实性承诺',
  records: [resultUndertakingSigned],
  summary: 'Signs the undertaking that the result materials are complete and true, anew for each submission.',
  input: z.strictObject({ ...input, signatory: lineSchema, position: lineSchema }),
  reads: (_input, state) => surroundings(state),
  readsTyped: ({ signatory }, _state, { actor }) => ({ signatories: sealedPeople(actor.orgId, [signatory]) }),
  gate(state, { actor }, { book, exclusions }) {
    const own = ongoingProject(state, actor, exclusions);
    if (isRejection(own) || own.undertakingSigned) return own;
    return isInBatch(bookAt(book), own) ? frozen() : own;
  },
  done: ({ undertakingSigned }) => undertakingSigned !== undefined,
  decide(own, { projectId, position }, _given, { signatories }) {
    if (own.undertakingSigned) {
      const [signatory] = signatories;
      return again(own.undertakingSigned, { subject: signatory?.subject ?? '', position });
    }
    return signatories.map(signatory =>
      resultUndertakingSigned.of({ projectId, signatory, position, textHash: RESULT_UNDERTAKING_HASH }),
    );
  },
});

export const submitResults = command({
  ...byUnit,
  name: 'SubmitResults',
  title: '提交项目成果材料',
  records: [resultsSubmitted],
  summary: 'Submits the result materials to the body that recommended the project, or to the one that took over (D-6).',
  input: z.strictObject({ ...input, bodyId: bodyIdSchema, content: plainResultSchema }),
  reads: (_input, state) => surroundings(state),
  readsTyped: ({ content }, state, { actor }) => ({
    district: districtOf(state),
    names: sealedPeople(actor.orgId, participantNames(content)),
  }),
  gate(state, given, { exclusions, book, programme }) {
    const own = ongoingProject(state, given.actor, exclusions);
    if (isRejection(own)) return own;
    const fault = alreadySubmitted(own, bookAt(book)) ?? windowFault(own, programme, given);
    return fault ?? undertakingFault(own) ?? documentFault(own, programme.inForce) ?? own;
  },
  dueOn: resultsDay,
  decide(own, { bodyId, content: plain }, given, facts) {
    const addressee = addressedTo(own, bodyId, bookAt(facts.book), facts.district, given);
    if (isRejection(addressee)) return addressee;
    const { projectId, year } = own;
    return [
      resultsSubmitted.of(
        { projectId, year, ...addressee, ...nextVersion(own, sealContent(plain, facts.names)) },
        { about: { bodyId: addressee.bodyId } },
      ),
    ];
  },
});

/** DL-11, where the plan sets a day. */
function resultsDay(_own: ProjectOfResult, _given: Given, { programme }: { readonly programme: ProgrammeYear }) {
  return programme.inForce?.plan.deadlines.results;
}

/** A declined result can be submitted again within the window, as a new version (D-15). */
function alreadySubmitted(own: ProjectOfResult, book: Book): Rejection | undefined {
  const { projectId, submission } = own;
  if (!submission || isDeclined(book, { projectId, version: submission.version })) return undefined;
  return refuse('art-17a', 'already-submitted', '成果材料已提交', 'The results have been submitted');
}

/** DL-11: 按要求 is what the plan says; the last day counts to 24:00. A plan without a day leaves the year open. */
function windowFault(own: ProjectOfResult, { open, inForce }: ProgrammeYear, { now }: Given): Rejection | undefined {
  if (!open || !inForce) return programmeNotOpen(own.year);
  const { results } = inForce.plan.deadlines;
  if (!results || !isOverAt(results, now)) return undefined;
  return refuseByPlan(
    inForce,
    'deadlines.results',
    'results-closed',
    `成果材料提交已于 ${results} 截止`,
    `Results were due on ${results}`,
  );
}

/** The one body a result goes to: that of the project, or whoever has taken over its charge since (art-06, D-6). */
function addressedTo(
  own: ProjectOfResult,
  bodyId: BodyId,
  { charges }: Book,
  district: string | undefined,
  { today }: Given,
): Addressee | Rejection {
  const recommended = chargeOver(charges, own.bodyId, { industry: own.industry, district });
  if (recommended && inChargeOn(charges, recommended, today) === bodyId) return { ...recommended, bodyId };
  return refuse(
    'art-17a',
    'not-the-recommending-body',
    '成果材料应提交给推荐该项目的单位；推荐范围已移交的，提交给接收单位',
    'Results go to the body that recommended the project, or to the one its charge was transferred to',
  );
}

function undertakingFault(own: ProjectOfResult): Rejection | undefined {
  if (own.undertakingSigned) return undefined;
  return refuseByHouse(
    'result-undertaking',
    'undertaking-not-signed',
    '应先签署成果材料完整性、真实性承诺；再次提交须重新签署',
    'The undertaking must be signed first, and again for each new submission',
  );
}

function documentFault(own: ProjectOfResult, plan: PlanInForce | undefined): Rejection | undefined {
  const required = plan?.plan.options.requiredResultDocuments ?? [];
  const missing = required.filter(kind => !own.documents.some(document => document.kind === kind));
  if (!plan || missing.length === 0) return undefined;
  return refuseByPlan(
    plan,
    'options.requiredResultDocuments',
    'documents-missing',
    `缺少工作方案要求的成果材料：${missing.join('、')}`,
    `Missing result materials required by the work plan: ${missing.join(', ')}`,
  );
}

function nextVersion(own: ProjectOfResult, content: ResultContent) {
  return { version: own.versions + 1, content, materialsRoot: materialsRoot(content, own.documents) };
}

export const supplementResults = command({
  ...byUnit,
  name: 'SupplementResults',
  title: '补充项目成果材料',
  records: [resultsSupplemented],
  summary: 'Replaces the submitted result materials by a new version, until the body has compiled them.',
  input: z.strictObject({ ...input, content: plainResultSchema, explanation: paragraphSchema }),
  reads: (_input, state) => surroundings(state),
  readsTyped: ({ content }, _state, { actor }) => ({ names: sealedPeople(actor.orgId, participantNames(content)) }),
  gate(state, given, { book, exclusions, programme }) {
    const own = submittedProject(state, given.actor, book);
    if (isRejection(own)) return own;
    return stopFault(exclusions, own.projectId) ?? windowFault(own, programme, given) ?? own;
  },
  decide(own, { content: plain, explanation }, _given, facts) {
    const { projectId, submission } = own;
    const { year, bodyId, jurisdiction } = submission;
    const content = sealContent(plain, facts.names);
    return [
      resultsSupplemented.of({ projectId, year, bodyId, jurisdiction, ...nextVersion(own, content), explanation }),
    ];
  },
});

export const withdrawResults = command({
  ...byUnit,
  name: 'WithdrawResults',
  title: '撤回项目成果材料',
  records: [resultsWithdrawn],
  summary: 'Withdraws the submitted result materials, until the body has compiled them.',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  reads: (_input, state) => surroundings(state),
  gate: (state, { actor }, { book }) => submittedProject(state, actor, book),
  decide: (_own, { projectId, reason }) => [resultsWithdrawn.of({ projectId, reason }, { reason })],
});

/** The project whose materials are handed in and still the unit's to change. */
function submittedProject(
  state: State,
  actor: Actor,
  entries: BookEntries,
): (ProjectOfResult & { readonly submission: ResultSubmission }) | Rejection {
  const own = completedProject(state, actor);
  if (isRejection(own)) return own;
  const { projectId, submission } = own;
  if (!submission) {
    return refuse('art-17a', 'not-submitted', '成果材料尚未提交', 'No results have been submitted');
  }
  return isCompiled(bookAt(entries), { projectId, version: submission.version }) ? frozen() : { ...own, submission };
}
