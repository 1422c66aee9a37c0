import { post } from '../route.ts';
import * as followUp from './follow-up.ts';
import * as monitoring from './monitoring.ts';
import * as unit from './unit.ts';

export const routes = [
  post('/projects/:projectId/implementation-plan', unit.submitImplementationPlan),
  post('/projects/:projectId/implementation-plan/revision', unit.reviseImplementationPlan),
  post('/projects/:projectId/pdca-stages', unit.reportPdcaStage),
  post('/projects/:projectId/monitorings', monitoring.recordMonitoring),
  post('/projects/:projectId/strategy-adjustments', monitoring.adjustStrategy),
  post('/projects/:projectId/completion', monitoring.declareProjectCompleted),
  post('/projects/:projectId/termination', monitoring.requestTermination),
  post('/projects/:projectId/visit-plans', followUp.planVisit),
  post('/projects/:projectId/visits', followUp.recordVisit),
  post('/projects/:projectId/guidance', followUp.issueGuidance),
  post('/projects/:projectId/urgings', followUp.urgeProgress),
  post('/projects/:projectId/problems', followUp.raiseProblem),
  post('/projects/:projectId/problems/:problemId/resolution', followUp.resolveProblem),
] as const;
