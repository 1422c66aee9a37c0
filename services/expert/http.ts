import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/expert-bank/rules', commands.issueExpertBankRules, '/trail'),
  post('/experts', commands.admitExpert),
  post('/experts/:expertId/identity', commands.stateExpertIdentity),
  post('/experts/:expertId/name', commands.renameExpert),
  post('/experts/:expertId/profile', commands.updateExpertProfile),
  post('/experts/:expertId/review', commands.reviewExpert),
  post('/experts/:expertId/suspension', commands.suspendExpert),
  post('/experts/:expertId/reinstatement', commands.reinstateExpert),
  post('/experts/:expertId/removal', commands.removeExpert),
] as const;
