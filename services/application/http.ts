import { post } from '../route.ts';
import * as eligibility from './eligibility.ts';
import * as review from './review.ts';
import * as unit from './unit.ts';
import * as verification from './verification.ts';

export const routes = [
  post('/projects', unit.startApplication),
  post('/projects/:projectId/documents', unit.attachDocument),
  post('/projects/:projectId/undertaking', unit.signUndertaking),
  post('/projects/:projectId/submission', unit.submitApplication),
  post('/projects/:projectId/supplement', unit.supplementApplication),
  post('/projects/:projectId/withdrawal', unit.withdrawApplication),
  post('/projects/:projectId/late-acceptance', unit.acceptLateSubmission),
  post('/projects/:projectId/verification', verification.startVerification),
  post('/projects/:projectId/supplement-request', verification.requestSupplement),
  post('/projects/:projectId/completeness-check', verification.recordCompletenessCheck),
  post('/projects/:projectId/truthfulness-check', verification.recordTruthfulnessCheck),
  post('/projects/:projectId/return', verification.returnApplication),
  post('/projects/:projectId/recommendation', verification.recommendProject),
  post('/projects/:projectId/non-recommendation', verification.declineToRecommendProject),
  post('/projects/:projectId/similarity-check', eligibility.runSimilarityCheck),
  post('/projects/:projectId/similarity-adjudication', eligibility.adjudicateSimilarity),
  post('/projects/:projectId/definition-assessment', eligibility.assessDefinitionConformity),
  post('/projects/:projectId/effect-assessment', eligibility.assessExpectedEffect),
  post('/projects/:projectId/eligibility', eligibility.assessEligibility),
  post('/projects/:projectId/municipal-review', review.startMunicipalReview),
  post('/projects/:projectId/approval', review.approveProject),
  post('/projects/:projectId/rejection', review.rejectProject),
  post('/projects/:projectId/held-decision', review.decideHeldProject),
  post('/projects/:projectId/carry-over', review.carryOverProject),
] as const;
