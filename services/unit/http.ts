import { post } from '../route.ts';
import * as bans from './bans.ts';
import * as commands from './commands.ts';
import { changeUnitContact, recordUnitChange } from './particulars.ts';

export const routes = [
  post('/units', commands.registerUnit),
  post('/units/:uscc/changes', recordUnitChange),
  post('/units/:uscc/contact', changeUnitContact),
  post('/units/:uscc/registration-check', commands.verifyUnitRegistration),
  post('/units/:uscc/recognition', commands.recogniseProfessionalOrganisation),
  post('/units/:uscc/predecessors', commands.recordUnitSuccessor),
  post('/units/:uscc/ban', bans.enterOutsideBan),
  post('/units/:uscc/ban/confirmation', bans.confirmOutsideBan),
  post('/units/:uscc/ban/lifting', bans.enterBanLifting),
  post('/units/:uscc/ban/lifting/confirmation', bans.liftApplicationBan),
] as const;
