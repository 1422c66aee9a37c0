import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/excellent-results/earlier', commands.recordEarlierExcellentResult),
  post('/coordination-actions', commands.recordCoordinationAction),
  post('/exemplars', commands.designateExemplar),
  post('/exemplars/:resultId/withdrawal', commands.withdrawExemplar),
];
