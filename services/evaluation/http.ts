import { post } from '../route.ts';
import * as fees from './fees.ts';
import * as proposal from './proposal.ts';
import * as scoring from './scoring.ts';
import * as sheets from './sheets.ts';
import * as standard from './standard.ts';

export const routes = [
  post('/evaluation-standards/:year', standard.issueEvaluationStandard),
  post('/evaluations/:panelId/opening', scoring.openScoring),
  post('/evaluations/:panelId/projects/:projectId/sheet', sheets.submitScoreSheet),
  post('/evaluations/:panelId/projects/:projectId/sheet/supersession', sheets.supersedeScoreSheet),
  post('/evaluations/:panelId/projects/:projectId/absence', scoring.recordScoringAbsence),
  post('/evaluations/:panelId/closing', scoring.closeScoring),
  post('/evaluations/:panelId/reopening', scoring.reopenScoring),
  post('/evaluations/:panelId/sheets/:sheetId/voiding', scoring.voidScoreSheet),
  post('/evaluations/:panelId/aggregation', scoring.aggregateScores),
  post('/evaluations/:panelId/projects/:projectId/divergence-note', proposal.noteDivergence),
  post('/evaluations/:panelId/completion', proposal.completeTechnicalEvaluation),
  post('/evaluations/:panelId/list/draft', proposal.draftExcellentList),
  post('/evaluations/:panelId/list/signature', proposal.signExcellentList),
  post('/evaluations/:panelId/list/proposal', proposal.proposeExcellentList),
  post('/fee-complaints', fees.raiseFeeComplaint),
  post('/fee-complaints/:complaintId/resolution', fees.resolveFeeComplaint),
] as const;
