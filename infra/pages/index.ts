/** Every page. */
import { benefitsPage } from './dashboards/benefits.tsx';
import { bodyComparisonPage } from './dashboards/bodies.tsx';
import { funnelPage } from './dashboards/funnel.tsx';
import { dashboardsPage } from './dashboards/home.tsx';
import { participationPage } from './dashboards/participation.tsx';
import { stagesPage } from './dashboards/stages.tsx';
import type { DeclaredPage } from './page.ts';
import { eventCataloguePage, eventKindPage } from './public/catalogue.tsx';
import { homePage } from './public/home.tsx';
import { evaluationBasisPage, honoursPage } from './public/honours.tsx';
import { deadlinesPage, projectPlanPage, workPlanPage } from './public/plans.tsx';
import { proofPage } from './public/proof.tsx';
import { bansPage, holidaysPage, promotionPage } from './public/registers.tsx';
import { reportingDictionaryPage } from './public/reporting.tsx';
import {
  allResultsPage,
  certificatePage,
  certificateSearchPage,
  earlierResultsPage,
  excellentResultsPage,
  revocationsPage,
} from './public/results.tsx';
import { articlePage, bodiesPage, statutePage } from './public/statute.tsx';
import { accessesPage } from './supervision/accesses.tsx';
import { coveragePage, idleDutiesPage } from './supervision/coverage.tsx';
import { deviationsPage } from './supervision/deviations.tsx';
import { eventPage } from './supervision/event.tsx';
import { healthPage } from './supervision/health.tsx';
import { supervisionPage } from './supervision/home.tsx';
import { ledgerPage } from './supervision/ledger.tsx';
import { misconductListPage, misconductPage } from './supervision/misconduct.tsx';
import { packPage } from './supervision/pack.tsx';
import { personPage } from './supervision/person.tsx';
import { reportPage } from './supervision/reports.tsx';
import { timelinePage } from './supervision/timeline.tsx';
import { trailPage } from './supervision/trail.tsx';
import { registerPages } from './work/index.ts';
import { ownBodyPage } from './work/own-body.tsx';
import { panelDutiesPage } from './work/panel-duties.tsx';
import { panelFormationPage } from './work/panel-formation.tsx';
import { projectPage } from './work/project.tsx';
import { projectsPage } from './work/projects.tsx';
import { panelRoomPage, readingRoomPage } from './work/reading-room.tsx';
import { workPage } from './work/todo.tsx';

export const pages: readonly DeclaredPage[] = [
  homePage,
  workPlanPage,
  projectPlanPage,
  deadlinesPage,
  excellentResultsPage,
  honoursPage,
  evaluationBasisPage,
  allResultsPage,
  earlierResultsPage,
  certificateSearchPage,
  certificatePage,
  revocationsPage,
  bansPage,
  promotionPage,
  holidaysPage,
  bodiesPage,
  statutePage,
  eventCataloguePage,
  reportingDictionaryPage,
  eventKindPage,
  articlePage,
  proofPage,
  supervisionPage,
  trailPage,
  eventPage,
  timelinePage,
  packPage,
  coveragePage,
  idleDutiesPage,
  ledgerPage,
  personPage,
  accessesPage,
  misconductListPage,
  misconductPage,
  reportPage,
  deviationsPage,
  healthPage,
  dashboardsPage,
  funnelPage,
  bodyComparisonPage,
  benefitsPage,
  participationPage,
  stagesPage,
  workPage,
  ownBodyPage,
  projectsPage,
  projectPage,
  ...registerPages,
  panelFormationPage,
  panelDutiesPage,
  readingRoomPage,
  panelRoomPage,
];
