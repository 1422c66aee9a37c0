import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/bodies', commands.registerRecommendingBody),
  post('/bodies/:bodyId/name', commands.renameRecommendingBody),
  post('/bodies/:bodyId/jurisdictions', commands.assignJurisdiction),
  post('/bodies/:bodyId/transfers', commands.transferJurisdiction),
] as const;
