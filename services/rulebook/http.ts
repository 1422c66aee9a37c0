import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/regulations', commands.registerRegulation, '/regulation'),
  post('/regulations/succession', commands.registerRegulationSuccessor, '/regulation'),
  post('/regulations/repeal', commands.recordRegulationRepeal, '/regulation'),
  post('/rules', commands.issueProgrammeRule),
  post('/rules/:ruleId/revision', commands.reviseProgrammeRule),
  post('/rules/:ruleId/repeal', commands.repealProgrammeRule),
  post('/meetings', commands.recordMeeting, '/trail'),
  post('/notices', commands.recordNotice, '/trail'),
  post('/organising-work', commands.recordOtherOrganisingWork, '/trail'),
] as const;
