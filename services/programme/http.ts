import { post } from '../route.ts';
import * as commands from './commands.ts';
import * as projectPlan from './project-plan.ts';
import * as workPlan from './work-plan.ts';

export const routes = [
  post('/programmes', commands.openAnnualProgramme),
  post('/programmes/:year/closing', commands.closeAnnualProgramme),
  post('/programmes/:year/work-plan/drafts', workPlan.draftWorkPlan),
  post('/programmes/:year/work-plan/publication', workPlan.publishWorkPlan),
  post('/programmes/:year/work-plan/amendment', workPlan.amendWorkPlan),
  post('/programmes/:year/applications/opening', commands.openApplications),
  post('/programmes/:year/applications/closing', commands.closeApplications),
  post('/programmes/:year/project-plan/compilation', projectPlan.compileProjectPlan),
  post('/programmes/:year/project-plan/publication', projectPlan.publishProjectPlan),
  post('/programmes/:year/project-plan/amendment', projectPlan.amendProjectPlan),
] as const;
