import { post } from '../route.ts';
import * as commands from './commands.ts';
import { stateAccountIdentity } from './identity.ts';

export const routes = [
  post('/accounts', commands.registerAccount),
  post('/accounts/:accountId/identity', stateAccountIdentity),
  post('/accounts/:accountId/grants', commands.grantRole),
  post('/accounts/:accountId/revocation', commands.revokeRole),
  post('/accounts/:accountId/disablement', commands.disableAccount),
  post('/accounts/:accountId/enablement', commands.enableAccount),
];
