/**
 * What is answered as done already says the same as what stands: every command that may record nothing names the fields it
 * compares before it does. A new one that does not, or one that gains a field, is found here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsByName } from '../../infra/compose/system.ts';
import { isRejection, type Rejection } from '../../services/rejection.ts';
import { again } from '../../services/repeat.ts';

/** Fields that say which thing is meant, or which state of it: with another value it is no repetition. */
const NAMES =
  'accountId projectId uscc bodyId panelId expertId caseId misconductId entrustmentId erasureId promotionId resultId ' +
  'problemId trainingId traineeId commendationId objectionId policyId ruleId evidenceId rotationId year batch notice ' +
  'keyId version position listHash root cycle stage';

/** Fields of content that are compared with what stands, by command. */
const COMPARED: Readonly<Record<string, string>> = {
  DisableAccount: 'reason',
  EnableAccount: 'reason',
  RevokeApiKey: 'reason',
  StateAccountIdentity: 'identity',
  StateExpertIdentity: 'identity',
  AdjudicateSimilarity: 'verdict reason',
  AssessDefinitionConformity: 'conforms reason',
  AssessExpectedEffect: 'marked reason',
  CarryOverProject: 'toYear reason',
  SignTruthfulnessUndertaking: 'signatory position',
  WithdrawApplication: 'reason',
  AcceptLateSubmission: 'until reason',
  RecordCompletenessCheck: 'passed findings evidence',
  RecordTruthfulnessCheck: 'passed findings evidence method',
  RegisterHolidayNotice: 'number title issuedOn holidays workedWeekends reason',
  EnterOutsideBan: 'decision authority from evidence',
  EnterBanLifting: 'decision from reason evidence',
  ConfirmOutsideBan: 'decision from',
  RecordEvidence: 'findings evidence',
  NotifyUnit: 'document answerBy',
  RecordUnitStatement: 'outcome statement evidence',
  DismissFraudCase: 'reason',
  SuspendFromEvaluation: 'from reason',
  ReferMisconduct: 'authority document',
  RecordDisposition: 'authority document decidedOn outcome',
  TerminateEntrustment: 'lastDay reason',
  NoteDivergence: 'note',
  DraftExcellentList: 'projects minutes',
  RecordScoringAbsence: 'reason',
  VoidScoreSheet: 'sheetId reason',
  SubmitScoreSheet: 'scores comment',
  IssueEvaluationStandard: 'title criteria normalisation tieBreak references url',
  IssueExpertBankRules: 'title textHash effectiveOn reviewEveryMonths',
  UpdateExpertProfile: 'fields professionalTitle employerName employerUscc',
  SuspendExpert: 'reason',
  ReinstateExpert: 'reason',
  RemoveExpert: 'reason',
  PlanVisit: 'plannedOn purpose',
  RecordVisit: 'visitId visitedOn kinds place participants findings',
  IssueGuidance: 'visitId opinion',
  UrgeProgress: 'matter expectedBy',
  ResolveProblem: 'resolution',
  RecordMonitoring: 'monitoredOn measurements evaluation evidence',
  AdjustStrategy: 'becauseOf adjustment',
  SubmitImplementationPlan: 'plan',
  ReviseImplementationPlan: 'plan reason',
  ReportPdcaStage: 'summary evidence',
  DrawExperts: 'seed beaconValue',
  DissolvePanel: 'reason',
  RequestRecusal: 'grounds',
  DecideRecusal: 'decision reason',
  CloseAnnualProgramme: 'summary',
  PublishProjectPlan: 'url',
  DraftWorkPlan: 'plan',
  PublishWorkPlan: 'url',
  IssueCommendation: 'recipient document url',
  DecideObjection: 'outcome reason',
  CancelExchangeMeeting: 'reason',
  RecordPresentation: 'tradeSecrets consent',
  PublishExcellentResults: 'url',
  ReviewExcellentList: 'kept removed',
  ReturnExcellentList: 'reason',
  RecommendResult: 'opinion',
  DeclineToRecommendResult: 'reason',
  SignResultUndertaking: 'signatory position',
  ReviseProgrammeRule: 'title textHash effectiveOn',
  EnrolTrainee: 'role name',
  RecordTrainingAttendance: 'reason',
  RecordTrainingAbsence: 'reason',
  CancelTraining: 'reason',
  VerifyUnitRegistration: 'source verifiedOn inTianjin evidence',
  RecogniseProfessionalOrganisation: 'authority document recognisedOn evidence',
  ChangeUnitContact: 'contact',
  RecordUnitSuccessor: 'predecessor kind document effectiveOn',
};

/** Their thing is made from the id of the command: one that is there was made by this very command. */
const MADE_BY_THE_COMMAND = new Set(
  (
    'StartApplication ReportSuspectedFraud ReportMisconduct RaiseFeeComplaint ErasePersonalData RaiseObjection ' +
    'RecordIncentiveGranted ScheduleTraining OrderLedgerKeyRotation'
  ).split(' '),
);

/** What else is given belongs to a change, and where nothing changes there is none that it could be lost with. */
const OF_A_CHANGE: Readonly<Record<string, string>> = {
  ChangeEntrustmentScope: 'scope from reason',
  SupersedeScoreSheet: 'scores comment reason',
  AmendProjectPlan: 'url reason',
  AmendWorkPlan: 'plan url reason',
  ReviseIncentivePolicy: 'title content effectiveOn url reason',
  // A problem that is open is found by its words; where it was first seen is not another problem.
  RaiseProblem: 'description visitId',
  // The list of `[]` in it is of what a notice is opened over.
  OpenPublicNotice: 'url',
};

/** Where a decision may end without a fact. */
const MAY_BE_SILENT = /return \[\];|\? \[\](?=\s+:)|: \[\];|: \[\]\)|\bagain\(|\brepeated[A-Z]\w*\(/;

/** Names of the commands in a source text that may record nothing. */
const silentIn = (source: string): string[] =>
  [...source.matchAll(/^export const \w+ = command\(\{\n([\s\S]*?)\n\}\);/gm)]
    .map(([, body = '']) => body)
    .filter(body => MAY_BE_SILENT.test(body))
    .flatMap(body => /name: '(\w+)'/.exec(body)?.[1] ?? []);

const sources = (readdirSync('services', { recursive: true }) as string[]).filter(path => path.endsWith('.ts'));
/** Over no route are those that the system sends itself. */
const silent = [
  ...sources.flatMap(path => silentIn(readFileSync(join('services', path), 'utf8'))),
  'DisableAccount',
  'EnableAccount',
].filter(name => commandsByName.has(name));

const words = (text: string | undefined): readonly string[] => text?.split(' ') ?? [];

/** Fields of a command's input that are neither names nor compared. */
function unheard(name: string, fields: readonly string[]): readonly string[] {
  if (MADE_BY_THE_COMMAND.has(name)) return [];
  const heard = new Set([...words(NAMES), ...words(COMPARED[name]), ...words(OF_A_CHANGE[name])]);
  return fields.filter(field => !heard.has(field)).map(field => `${name}.${field}`);
}

const fieldsOf = (name: string) => Object.keys(commandsByName.get(name)?.input.shape ?? {});

describe('a command that may record nothing', () => {
  it('compares all that it is given with what stands', () => {
    expect(silent.length).toBeGreaterThan(80);
    expect(silent.flatMap(name => unheard(name, fieldsOf(name)))).toEqual([]);
  });

  it('is the only one of whom that is said here, and by fields that it has', () => {
    const told = [...Object.keys(COMPARED), ...Object.keys(OF_A_CHANGE), ...MADE_BY_THE_COMMAND];
    expect(told.filter(name => !silent.includes(name))).toEqual([]);
    const fields = Object.entries({ ...COMPARED, ...OF_A_CHANGE }).flatMap(([name, text]) =>
      words(text)
        .filter(field => !fieldsOf(name).includes(field))
        .map(field => `${name}.${field}`),
    );
    expect(fields).toEqual([]);
  });

  it('planted: one that is silent without having compared, and one that gains a field, are found', () => {
    const planted = "export const planted = command({\n  name: 'Planted',\n  decide() {\n    return [];\n  },\n});\n";
    expect(silentIn(planted)).toEqual(['Planted']);
    expect(unheard('Planted', ['projectId', 'reason'])).toEqual(['Planted.reason']);
    expect(unheard('DissolvePanel', ['panelId', 'reason', 'evidence'])).toEqual(['DissolvePanel.evidence']);
  });
});

describe('what is said again', () => {
  it.each<[unknown, unknown]>([
    ['理由', '理由'],
    [undefined, undefined],
    [
      { reason: '理由', evidence: [] },
      { evidence: [], reason: '理由' },
    ],
    [{ reason: '理由' }, { reason: '理由', opinion: undefined }],
  ])('%j is %j', (standing, said) => expect(again(standing, said)).toEqual([]));

  it.each<[unknown, unknown]>([
    ['理由', '另一理由'],
    [undefined, '理由'],
    [{ kinds: ['走访', '指导'] }, { kinds: ['走访'] }],
  ])('%j is not %j', (standing, said) => {
    const answer = again(standing, said);
    expect(isRejection(answer)).toBe(true);
    expect(answer as Rejection).toMatchObject({ kind: 'conflict', code: 'recorded-otherwise' });
    expect((answer as Rejection).zh).toContain('以更正、撤销或者另行登记办理');
  });
});
