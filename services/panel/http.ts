import { post } from '../route.ts';
import * as constitution from './constitution.ts';
import * as formation from './formation.ts';
import * as recusal from './recusal.ts';

export const routes = [
  post('/panels', formation.startPanelFormation),
  post('/panels/:panelId/draw', formation.drawExperts),
  post('/panels/:panelId/declarations', recusal.declareInterest),
  post('/panels/:panelId/conflict-detection', recusal.detectConflicts),
  post('/panels/:panelId/recusal-requests', recusal.requestRecusal),
  post('/panels/:panelId/recusal-decisions', recusal.decideRecusal),
  post('/panels/:panelId/replacements', formation.replaceExpert),
  post('/panels/:panelId/constitution', constitution.constitutePanel),
  post('/panels/:panelId/dissolution', constitution.dissolvePanel),
] as const;
