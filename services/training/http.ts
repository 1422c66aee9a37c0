import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/trainings', commands.scheduleTraining),
  post('/trainings/:trainingId/trainees', commands.enrolTrainee),
  post('/trainings/:trainingId/delivery', commands.deliverTraining),
  post('/trainings/:trainingId/trainees/:traineeId/attendance', commands.recordTrainingAttendance),
  post('/trainings/:trainingId/trainees/:traineeId/absence', commands.recordTrainingAbsence),
  post('/trainings/:trainingId/cancellation', commands.cancelTraining),
] as const;
