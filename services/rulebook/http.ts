import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/regulations', commands.registerRegulation),
  post('/regulations/succession', commands.registerRegulationSuccessor),
  post('/regulations/repeal', commands.recordRegulationRepeal),
  post('/rules', commands.issueProgrammeRule),
  post('/rules/:ruleId/revision', commands.reviseProgrammeRule),
  post('/rules/:ruleId/repeal', commands.repealProgrammeRule),
  post('/organising-work', commands.recordOtherOrganisingWork),
];
