/**
 * What one person may not do and his colleague may: every command of the authority and the supervisor is sent by somebody
 * who had a hand in all that came before it, then by another account of his, then by a colleague of the same role.
 * Generated from the route table.
 */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { canonicalJson } from '../../events/canonical.ts';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { BASE } from '../../infra/http/endpoint.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import { commandRoutes } from '../../services/routes.ts';
import { control, type FactName, samples } from '../support/controls.ts';
import { ask, askAll, targetOf, verdictOf } from './authorisation-asking.ts';
import { openSite, type Site } from './authorisation-site.ts';

const ROLES = ['MSR', 'SUP'] as const;
type Overseeing = (typeof ROLES)[number];
const ORGANISATION = { MSR: 'msr', SUP: 'sup' } as const;
const HAND = { MSR: 'hand-msr', SUP: 'hand-sup' } as const;
/** Other accounts of the same two persons. */
const SECOND = { MSR: 'second-msr', SUP: 'second-sup' } as const;
const BY_HAND: Actor = { accountId: HAND.MSR as AccountId, orgId: 'msr', role: 'MSR' };

let site: Site;
const tokens = new Map<string, string>();

beforeAll(async () => {
  site = await openSite();
  for (const [stream, change, names] of STORY) {
    await site.append(
      stream,
      names.map(name => control(name, { ...fitting(name, change), ...OTHERWISE[name] })),
      BY_HAND,
    );
  }
  await askAll([...ROLES], async role => {
    for (const account of [HAND[role], SECOND[role], `colleague-${role}`]) {
      tokens.set(account, await site.signIn(account, { role, orgId: ORGANISATION[role] }));
    }
    const { identity } = samples['account.identity-stated'];
    for (const accountId of [HAND[role], SECOND[role]]) {
      const whose = { ...identity, digest: hash('sha256', role).slice(0, 16) };
      await site.append(accountStream(accountId as AccountId), [
        control('account.identity-stated', { accountId, identity: whose }),
      ]);
    }
  });
});

afterAll(() => site.close());

/** Of the change, what a fact of the kind has. */
function fitting(name: FactName, change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([field]) => field in samples[name]));
}

const { projectId, uscc } = samples['application.started'];
const SUBMITTED: readonly FactName[] = ['application.started', 'application.submitted', 'completeness.verified'];
const RECOMMENDED: readonly FactName[] = [...SUBMITTED, 'project.recommended'];
const PANEL: readonly FactName[] = ['panel-formation.started', 'experts.drawn', 'panel.constituted'];
const SCORED: readonly FactName[] = ['scoring.opened', 'score-sheet.submitted'];
const HEARD: readonly FactName[] = [
  'fraud-suspicion.reported',
  'fraud-case.opened',
  'fraud-evidence.recorded',
  'unit.notified',
  'unit-statement.recorded',
];
const ESTABLISHED: readonly FactName[] = [...HEARD, 'fraud.established'];

const members = samples['panel-formation.started'].candidates;
/** What the samples tell of one kind only, and this story of several. */
const OTHERWISE: Readonly<Partial<Record<FactName, object>>> = {
  'experts.drawn': { picks: members.slice(0, 3) },
  'panel.constituted': { members: members.slice(0, 3) },
  'fraud-decision.taken': { revoked: [{ resultId: 'result-2023-017', title: '另一成果', year: 2023 }] },
};

/** Things at the stages at which the rules about persons come to bear, all by the same hand. */
const STORY: readonly (readonly [stream: string, change: object, names: readonly FactName[]])[] = [
  ['project-2024-recommended', { projectId: '2024-recommended' }, RECOMMENDED],
  ['project-2024-reviewed', { projectId: '2024-reviewed' }, RECOMMENDED],
  ['project-2024-held', { projectId: '2024-held' }, [...SUBMITTED, 'project.held']],
  [`project-${projectId}`, {}, ['application.started', 'project.approved', 'project.listed']],
  ['project-2025-listed', { projectId: '2025-listed', year: 2025 }, ['project.approved', 'project.listed']],
  ['programme-2024', {}, ['programme.opened', 'work-plan.published']],
  ['programme-2025', { year: 2025 }, ['programme.opened', 'work-plan.published', 'project-plan.published']],
  ['excellent-list-2024', { resultId: 'result-2024-001' }, ['excellent-result.recognised']],
  ['evaluation-standard-2024', {}, ['evaluation-standard.issued']],
  ['panel-2024-open', { panelId: '2024-open' }, PANEL],
  ['evaluation-2024-open', { panelId: '2024-open' }, SCORED],
  ['panel-2024-closed', { panelId: '2024-closed' }, PANEL],
  ['evaluation-2024-closed', { panelId: '2024-closed' }, [...SCORED, 'scoring.closed']],
  ['evaluation-2024-judged', { panelId: '2024-judged', projects: [{ projectId: '2024-judged', uscc }] }, SCORED],
  ['case-case-heard', { caseId: 'case-heard', projectIds: ['2024-judged'] }, HEARD],
  ['case-case-established', { caseId: 'case-established', projectIds: ['2024-judged'] }, ESTABLISHED],
  [
    'case-case-decided',
    { caseId: 'case-decided', projectIds: ['2024-judged'] },
    [...ESTABLISHED, 'fraud-decision.taken'],
  ],
  [
    'misconduct-misconduct-reported',
    { misconductId: 'misconduct-reported', accountId: HAND.SUP },
    ['misconduct.reported'],
  ],
  [
    'misconduct-misconduct-opened',
    { misconductId: 'misconduct-opened', accountId: HAND.SUP },
    ['misconduct.reported', 'misconduct-case.opened'],
  ],
];
/** Not by the hand: a review has been started by another person. */
const OTHER_REVIEW = [
  'project-2024-reviewed',
  [control('municipal-review.started', { projectId: '2024-reviewed' })],
] as const;

const hashOf = (list: unknown) => hash('sha256', canonicalJson(list as never));
const planned = samples['project.listed'];
const PROJECT_LIST = [{ projectId, title: planned.title, unitName: planned.unitName, bodyName: planned.bodyName }];
const { projectId: _p, ...recognised } = samples['excellent-result.recognised'];
const EXCELLENT_LIST = [
  {
    projectId,
    resultId: 'result-2024-001',
    title: recognised.title,
    unitName: recognised.unitName,
    bodyId: recognised.bodyId,
  },
];

const onPanel = (panelId: string): Words => ({ panelId, sheetId: 'sheet-1', expertId: 'expert-li', projectId });
const onCase = (caseId: string): Words => ({ caseId, from: '2024-12-27' });
const onMisconduct: Words = { misconductId: 'misconduct-opened' };

/** The thing at the stage that a command is for. */
const AT_STAGE: Readonly<Record<string, Words>> = {
  GrantRole: { accountId: HAND.MSR },
  RevokeRole: { accountId: HAND.MSR, role: 'MSR', orgId: 'msr' },
  DisableAccount: { accountId: HAND.MSR },
  EnableAccount: { accountId: HAND.MSR },
  StateAccountIdentity: { accountId: HAND.MSR },
  RenameAccountHolder: { accountId: HAND.MSR },
  StartMunicipalReview: { projectId: '2024-recommended' },
  ApproveProject: { projectId: '2024-reviewed' },
  RejectProject: { projectId: '2024-reviewed' },
  DecideHeldProject: { projectId: '2024-held' },
  CloseAnnualProgramme: { year: 2026 },
  PublishProjectPlan: { listHash: hashOf(PROJECT_LIST) },
  AmendProjectPlan: { year: 2025 },
  PublishExcellentResults: { listHash: hashOf(EXCELLENT_LIST) },
  RecordScoringAbsence: onPanel('2024-open'),
  CloseScoring: onPanel('2024-open'),
  ReopenScoring: onPanel('2024-closed'),
  VoidScoreSheet: onPanel('2024-closed'),
  AggregateScores: onPanel('2024-closed'),
  EstablishFraud: onCase('case-heard'),
  DismissFraudCase: onCase('case-heard'),
  RevokeRecognition: onCase('case-established'),
  StopFraudulentProjects: onCase('case-established'),
  OverturnRevocation: onCase('case-decided'),
  OpenMisconductCase: { misconductId: 'misconduct-reported' },
  SuspendFromEvaluation: onMisconduct,
  ReferMisconduct: onMisconduct,
  RecordDisposition: onMisconduct,
  ReopenTaintedEvaluation: onMisconduct,
  FindTaintWithoutEffect: onMisconduct,
  CloseMisconductCase: onMisconduct,
};

const SAME_PERSON = '403 same-person';
const SAME_JUDGE = '409 same-person';
const TOOK_PART = '409 took-part-in-evaluation';
const OWN_ACCOUNT = '403 own-account';
const OWN_CASE = '404 not-found';

/** Every rule about persons among these commands: what the hand is told, and no colleague. */
const BY_PERSON: Readonly<Record<string, string>> = {
  GrantRole: OWN_ACCOUNT,
  RevokeRole: OWN_ACCOUNT,
  DisableAccount: OWN_ACCOUNT,
  EnableAccount: OWN_ACCOUNT,
  StateAccountIdentity: OWN_ACCOUNT,
  RenameAccountHolder: OWN_ACCOUNT,
  StartMunicipalReview: SAME_PERSON,
  ApproveProject: SAME_PERSON,
  RejectProject: SAME_PERSON,
  DecideHeldProject: SAME_PERSON,
  PublishProjectPlan: SAME_PERSON,
  AmendProjectPlan: SAME_PERSON,
  PublishExcellentResults: SAME_PERSON,
  RecordScoringAbsence: SAME_PERSON,
  CloseScoring: SAME_PERSON,
  ReopenScoring: SAME_PERSON,
  VoidScoreSheet: SAME_PERSON,
  AggregateScores: SAME_PERSON,
  EstablishFraud: TOOK_PART,
  DismissFraudCase: TOOK_PART,
  RevokeRecognition: SAME_JUDGE,
  StopFraudulentProjects: SAME_JUDGE,
  OverturnRevocation: SAME_JUDGE,
  OpenMisconductCase: OWN_CASE,
  SuspendFromEvaluation: OWN_CASE,
  ReferMisconduct: OWN_CASE,
  RecordDisposition: OWN_CASE,
  ReopenTaintedEvaluation: OWN_CASE,
  FindTaintWithoutEffect: OWN_CASE,
  CloseMisconductCase: OWN_CASE,
};

const overseeing = commandRoutes.flatMap(route =>
  ROLES.filter(role => route.command.allow.includes(role)).map(role => ({ route, role })),
);

async function verdicts(accountOf: (role: Overseeing) => string, position: string): Promise<readonly string[]> {
  const told: string[] = [];
  // One after the other: what is done to a thing decides what can be done next.
  for (const { route, role } of overseeing) {
    const { name } = route.command;
    const words = { ...PLAIN, position, ...AT_STAGE[name] };
    const target = targetOf({ name, method: 'POST', path: `${BASE}${route.path}` }, words);
    told.push(verdictOf(await ask(site.url, target, tokens.get(accountOf(role)))));
  }
  return told;
}

const PLAIN: Words = { ...Object.assign({}, ...Object.values(samples)), year: 2024, accountId: 'somebody-else' };

describe('a person and his colleague', () => {
  it('given somebody had a hand in what came before, then he is refused where the rule is about persons, by whichever account, and no colleague', async () => {
    await site.append(...OTHER_REVIEW);
    const position = await site.head();
    await site.append('programme-2024', [
      control('project-plan.compiled', { position, listHash: hashOf(PROJECT_LIST) }),
    ]);
    // What he may do he does the first time, so that a colleague finds everything as he does the second time.
    await verdicts(role => HAND[role], position);
    const hand = await verdicts(role => HAND[role], position);
    const second = await verdicts(role => SECOND[role], position);
    const colleague = await verdicts(role => `colleague-${role}`, position);
    const otherwiseThanColleague = (told: readonly string[]) =>
      overseeing.flatMap(({ route }, at) =>
        told[at] !== 'allowed' && told[at] !== colleague[at] ? [[route.command.name, told[at]]] : [],
      );
    expect(Object.fromEntries(otherwiseThanColleague(hand))).toEqual(BY_PERSON);
    expect(Object.fromEntries(otherwiseThanColleague(second))).toEqual(BY_PERSON);
  });
});
