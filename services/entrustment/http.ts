import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/entrustments/:entrustmentId/capability', commands.verifyThirdPartyCapability),
  post('/entrustments/:entrustmentId', commands.entrustThirdParty),
  post('/entrustments/:entrustmentId/scope', commands.changeEntrustmentScope),
  post('/entrustments/:entrustmentId/termination', commands.terminateEntrustment),
] as const;
