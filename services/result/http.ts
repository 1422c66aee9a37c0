import { post } from '../route.ts';
import * as body from './body.ts';
import * as unit from './unit.ts';

const batches = '/programmes/:year/bodies/:bodyId/result-batches';

export const routes = [
  post('/projects/:projectId/result-documents', unit.attachResultDocument),
  post('/projects/:projectId/result-undertaking', unit.signResultUndertaking),
  post('/projects/:projectId/results', unit.submitResults),
  post('/projects/:projectId/results-supplement', unit.supplementResults),
  post('/projects/:projectId/results-withdrawal', unit.withdrawResults),
  post(batches, body.compileResults),
  post(`${batches}/:batch/recommendations`, body.recommendResult),
  post(`${batches}/:batch/declinations`, body.declineToRecommendResult),
  post(`${batches}/:batch/forwarding`, body.forwardResultBatch),
] as const;
