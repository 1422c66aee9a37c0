import { post } from '../route.ts';
import * as confidentiality from './confidentiality.ts';
import * as decision from './decision.ts';
import * as investigation from './investigation.ts';
import * as misconduct from './misconduct.ts';

export const routes = [
  post('/fraud-cases', investigation.reportSuspectedFraud),
  post('/fraud-cases/:caseId/opening', investigation.openFraudCase),
  post('/fraud-cases/:caseId/evidence', investigation.recordFraudEvidence),
  post('/fraud-cases/:caseId/notice', investigation.notifyUnit),
  post('/fraud-cases/:caseId/statement', investigation.recordUnitStatement),
  post('/fraud-cases/:caseId/dismissal', investigation.dismissFraudCase),
  post('/fraud-cases/:caseId/finding', decision.establishFraud),
  post('/fraud-cases/:caseId/decision', decision.revokeRecognition),
  post('/fraud-cases/:caseId/stopped-projects', decision.stopFraudulentProjects),
  post('/fraud-cases/:caseId/overturning', decision.overturnRevocation),

  post('/confidentiality-undertakings', confidentiality.signConfidentialityUndertaking),

  post('/misconduct-reports', misconduct.reportMisconduct, '/misconduct-cases/:misconductId'),
  post('/misconduct-cases/:misconductId/opening', misconduct.openMisconductCase),
  post('/misconduct-cases/:misconductId/suspension', misconduct.suspendFromEvaluation),
  post('/misconduct-cases/:misconductId/referral', misconduct.referMisconduct),
  post('/misconduct-cases/:misconductId/disposition', misconduct.recordDisposition),
  post('/misconduct-cases/:misconductId/taint', misconduct.reopenTaintedEvaluation),
  post('/misconduct-cases/:misconductId/taint/none', misconduct.findTaintWithoutEffect),
  post('/misconduct-cases/:misconductId/closing', misconduct.closeMisconductCase),
] as const;
