/** Every table for BI tools. */
import {
  commendationsTable,
  listEntriesTable,
  publishedListsTable,
  revocationsTable,
  revokedResultsTable,
} from './lists.ts';
import { projectStepsTable, projectsTable } from './projects.ts';
import { bodiesTable, unitsTable } from './registers.ts';
import type { ReportTable } from './table.ts';
import { trainingAttendanceTable, trainingsTable } from './trainings.ts';

export const reportTables: readonly ReportTable[] = [
  projectsTable,
  projectStepsTable,
  unitsTable,
  bodiesTable,
  publishedListsTable,
  listEntriesTable,
  commendationsTable,
  revocationsTable,
  revokedResultsTable,
  trainingsTable,
  trainingAttendanceTable,
];
