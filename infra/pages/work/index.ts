/** The pages of the workbench beside the projects: one list and one page for each kind of thing. */
import type { DeclaredPage } from '../page.ts';
import { accountPage, accountsPage } from './accounts.tsx';
import { bodyPage } from './bodies.tsx';
import { directoryPage } from './directory.tsx';
import { entrustmentPage, entrustmentsPage } from './entrustments.tsx';
import { evaluationPage } from './evaluations.tsx';
import { expertPage, expertsPage } from './experts.tsx';
import { feeComplaintsPage } from './fee-complaints.tsx';
import { followUpPage } from './follow-up.tsx';
import { fraudCasePage, fraudCasesPage } from './fraud-cases.tsx';
import { organisingPage } from './organising.tsx';
import { panelPage, panelsPage } from './panels.tsx';
import { recognitionPage } from './programme/recognition.tsx';
import { resultsOfYearPage } from './programme/results.tsx';
import { municipalReviewPage } from './programme/review.tsx';
import { programmePage, programmesPage } from './programme/year.tsx';
import { remindersPage } from './reminders.tsx';
import { rulePage, rulesPage } from './rules.tsx';
import { trainingPage, trainingsPage } from './trainings.tsx';
import { erasuresPage, rotationsPage } from './two-persons.tsx';
import { unitPage, unitsPage } from './units.tsx';

export const registerPages: readonly DeclaredPage[] = [
  directoryPage,
  programmesPage,
  programmePage,
  municipalReviewPage,
  resultsOfYearPage,
  recognitionPage,
  followUpPage,
  organisingPage,
  unitsPage,
  unitPage,
  bodyPage,
  trainingsPage,
  trainingPage,
  panelsPage,
  panelPage,
  evaluationPage,
  expertsPage,
  expertPage,
  accountsPage,
  accountPage,
  fraudCasesPage,
  fraudCasePage,
  entrustmentsPage,
  entrustmentPage,
  rulesPage,
  rulePage,
  remindersPage,
  feeComplaintsPage,
  erasuresPage,
  rotationsPage,
];
