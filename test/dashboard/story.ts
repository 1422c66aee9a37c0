/** A year in which everything happens that a dashboard counts, to one project or another; one event a day. */
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { samples } from '../support/controls.ts';
import { logOf, type Told, told } from '../support/fold.ts';

const officerOf = (orgId: string): Actor => ({ accountId: `rec.${orgId}` as AccountId, orgId, role: 'REC-D' });
export const BODY = 'district-binhai';
export const OTHER_BODY = 'district-hexi';
const body = { actor: officerOf(BODY) };
/** The body that has taken over. */
const otherBody = { actor: officerOf(OTHER_BODY) };

const NAMES = [
  'commended',
  'keptAfterAll',
  'objected',
  'leftOut',
  'revoked',
  'overturned',
  'withdrawn',
  'declined',
  'rejected',
  'stopped',
  'terminated',
  'fraudulent',
  'waiting',
  'taken back',
  'drafted',
] as const;
type Name = (typeof NAMES)[number];
export const projectOf = (name: Name) => `2024-aaaa00${String(NAMES.indexOf(name) + 10)}`;

const digest = (symbol: string) => symbol.repeat(64);
const { content } = samples['application.submitted'];
const { content: resultContent } = samples['results.submitted'];
const sealed = (subject: string) => ({ subject, sealed: 'c2VhbGVkLXNlYWxlZC1zZWFsZWQtc2VhbGVkLXNlYWxlZA' });

function applied(name: Name, root = 'c', yuan = 100): Told {
  const projectId = projectOf(name);
  return told('application.submitted', {
    projectId,
    materialsRoot: digest(root),
    content: { ...content, expectedEconomic: { yuan, basis: '测算' } },
  });
}

function results(name: Name, yuan: number, bodyId = BODY): Told {
  const achieved = { ...resultContent, economicBenefit: { yuan, basis: '核算' } };
  return told('results.submitted', { projectId: projectOf(name), bodyId, content: achieved });
}

const started = (name: Name) => told('application.started', { projectId: projectOf(name) });

function verified(name: Name, root = 'c'): Told[] {
  const check = { projectId: projectOf(name), materialsRoot: digest(root) };
  return [told('completeness.verified', check, body), told('truthfulness.verified', check, body)];
}

function recommended(name: Name): Told[] {
  const projectId = projectOf(name);
  return [started(name), applied(name), ...verified(name), told('project.recommended', { projectId }, body)];
}

function listed(name: Name): Told[] {
  const projectId = projectOf(name);
  const review = ['eligibility.confirmed', 'project.approved', 'project.listed'] as const;
  return [...recommended(name), ...review.map(act => told(act, { projectId }))];
}

function completed(name: Name): Told[] {
  const projectId = projectOf(name);
  return [
    ...listed(name),
    told('implementation-plan.submitted', { projectId }),
    told('project.completed', { projectId }),
  ];
}

/** Checks that fail, a supplement, a return: the way back to the same stages. */
const backAndForth: readonly Told[] = [
  ...recommended('commended').slice(0, 4),
  told('completeness.failed', { projectId: projectOf('commended'), materialsRoot: digest('c') }, body),
  told('application.supplemented', {
    projectId: projectOf('commended'),
    version: 2,
    materialsRoot: digest('d'),
    content: { ...content, expectedEconomic: { yuan: 130, basis: '测算' }, categories: ['优化服务'] },
  }),
  ...verified('commended', 'd'),
  told('truthfulness.failed', { projectId: projectOf('commended'), materialsRoot: digest('d') }, body),
  told('application.returned', { projectId: projectOf('commended') }, body),
  applied('commended', 'e', 140),
  ...verified('commended', 'e'),
  told('project.recommended', { projectId: projectOf('commended') }, body),
  ...listed('commended').slice(5),
  told('implementation-plan.submitted', { projectId: projectOf('commended') }),
  told('visit.recorded', { projectId: projectOf('commended'), bodyId: BODY }, body),
  told('visit.recorded', { projectId: projectOf('commended'), bodyId: OTHER_BODY, visitId: 'visit-2' }, otherBody),
  told('guidance.issued', { projectId: projectOf('commended') }, body),
  told('progress.urged', { projectId: projectOf('commended') }, body),
  told('project.completed', { projectId: projectOf('commended') }),
];

/** The ways out before the results. */
const endings: readonly Told[] = [
  started('drafted'),
  started('withdrawn'),
  applied('withdrawn'),
  told('application.withdrawn', { projectId: projectOf('withdrawn') }),
  started('declined'),
  applied('declined'),
  told('application.supplemented', {
    projectId: projectOf('declined'),
    version: 2,
    content: { ...content, expectedEconomic: { yuan: 55, basis: '测算' } },
  }),
  told('project.not-recommended', { projectId: projectOf('declined') }, otherBody),
  ...recommended('rejected'),
  told('project.held', { projectId: projectOf('rejected') }),
  told('held-project.decided', { projectId: projectOf('rejected'), decision: 'proceed' }),
  told('project.rejected', { projectId: projectOf('rejected') }),
  ...recommended('stopped'),
  told('project.held', { projectId: projectOf('stopped') }),
  told('held-project.decided', { projectId: projectOf('stopped'), decision: 'stop' }),
  ...completed('terminated'),
  results('terminated', 9),
  told('project.terminated', { projectId: projectOf('terminated') }),
  ...listed('waiting'),
  told('project.carried-over', { projectId: projectOf('waiting') }),
  ...completed('taken back'),
  results('taken back', 11),
  told('results.withdrawn', { projectId: projectOf('taken back') }),
];

const EVALUATED = ['commended', 'keptAfterAll', 'objected', 'leftOut', 'revoked', 'overturned'] as const;
const PROPOSED = EVALUATED.filter(name => name !== 'leftOut');
const RECOGNISED = ['commended', 'keptAfterAll', 'revoked', 'overturned'] as const;

const batch = (name: Name) => ({ projectId: projectOf(name), version: 1, materialsRoot: digest('c') });

/** From the results to the forwarding; the other body has taken over and answers for the first one. */
const submissions: readonly Told[] = [
  ...PROPOSED.filter(name => name !== 'commended').flatMap(completed),
  ...completed('leftOut'),
  ...completed('fraudulent'),
  results('commended', 120, OTHER_BODY),
  told('results.supplemented', {
    projectId: projectOf('commended'),
    bodyId: OTHER_BODY,
    version: 2,
    content: {
      ...resultContent,
      economicBenefit: { yuan: 125, basis: '核算' },
      methods: ['QC小组', '__proto__'],
      participants: ['person-zhang', 'person-qian'].map(subject => ({ name: sealed(subject), duty: '骨干' })),
    },
  }),
  ...EVALUATED.slice(1).map((name, at) => results(name, 50 + at)),
  results('fraudulent', 7),
  told('result.not-recommended', { projectId: projectOf('leftOut') }, body),
  results('leftOut', 70),
  ...EVALUATED.map(name => told('result.recommended', { projectId: projectOf(name) }, body)),
  told('result-batch.forwarded', { projects: EVALUATED.map(batch) }, body),
  told('fraudulent-projects.stopped', { projectIds: [projectOf('fraudulent')] }),
];

const list = (names: readonly Name[]) =>
  names.map((name, at) => ({ projectId: projectOf(name), rank: at + 1, score: '86.5000' }));
const removed = (...names: Name[]) => names.map(name => ({ projectId: projectOf(name), reason: '成效不突出' }));
const reviewOf = (kept: readonly Name[], out: readonly Name[]) =>
  told('excellent-list.reviewed', { kept: kept.map(projectOf), removed: removed(...out) });

/** The panel proposes, has its list sent back, proposes again; the review is thought over. */
const evaluation: readonly Told[] = [
  told('panel-formation.started'),
  told('panel.constituted'),
  told('expert.replaced', { expertId: 'expert-li', replacement: 'expert-wu' }),
  told('technical-evaluation.completed', { projects: EVALUATED.map(projectOf) }),
  told('excellent-list.proposed', { list: list(PROPOSED) }),
  told('excellent-list.returned', { projects: PROPOSED.map(projectOf) }),
  told('excellent-list.proposed', { list: list(PROPOSED) }),
  reviewOf(
    PROPOSED.filter(name => name !== 'keptAfterAll'),
    ['keptAfterAll'],
  ),
  reviewOf(PROPOSED, []),
  told('objection.upheld', { projectId: projectOf('objected') }),
];

const published = {
  projects: RECOGNISED.map(projectOf),
} as Parameters<typeof told<'excellent-results.published'>>[1];

function revoked(name: Name, caseId: string): Told {
  const result = { resultId: `result-${projectOf(name)}`, projectId: projectOf(name), title: '成果', year: 2024 };
  return told('fraud-decision.taken', { caseId, revoked: [result] });
}

/** Recognition and what follows from it. */
const recognition: readonly Told[] = [
  ...RECOGNISED.map(name =>
    told('excellent-result.recognised', { projectId: projectOf(name), resultId: `result-${projectOf(name)}` }),
  ),
  told('excellent-results.published', published),
  told('commendation.issued', {}, { about: { projectId: projectOf('commended') } }),
  revoked('revoked', 'case-2024-07'),
  revoked('overturned', 'case-2024-08'),
  told('revocation.overturned', { caseId: 'case-2024-08' }),
  told('local-promotion.recorded', { bodyId: OTHER_BODY }, otherBody),
];

const enrolment = (traineeId: string, role: '项目负责人' | '技术骨干', subject: string) =>
  told('trainee.enrolled', { traineeId, role, person: sealed(subject) });

/** One comes, one comes under two numbers, one was put down by mistake. */
const training: readonly Told[] = [
  enrolment('trainee-1', '项目负责人', 'person-zhang'),
  enrolment('trainee-2', '技术骨干', 'person-qian'),
  enrolment('trainee-3', '技术骨干', 'person-qian'),
  enrolment('trainee-4', '技术骨干', 'person-sun'),
  ...['trainee-1', 'trainee-2', 'trainee-3', 'trainee-4'].map(traineeId => told('training.attended', { traineeId })),
  told('training.absence-recorded', { traineeId: 'trainee-4', role: '技术骨干' }),
];

/** The whole year. */
export const YEAR_TOLD: readonly RecordedEvent[] = logOf([
  told('unit.registered'),
  told('recommending-body.registered', { bodyId: BODY }),
  told('recommending-body.registered', { bodyId: OTHER_BODY, name: '河西区市场监督管理局' }),
  ...backAndForth,
  ...endings,
  ...training,
  ...submissions,
  ...evaluation,
  ...recognition,
]);
