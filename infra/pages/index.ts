/** Every page. */
import { benefits, bodyComparison, dashboards, funnel, participation, stages } from './dashboards/dashboards.tsx';
import type { Page } from './page.ts';
import { home } from './public/home.tsx';
import { deadlines, projectPlan, workPlan } from './public/plans.tsx';
import { proof } from './public/proof.tsx';
import { allResults, certificate, certificateSearch, excellentResults, revocations } from './public/results.tsx';
import { bodies, statute } from './public/statute.tsx';
import { supervision } from './supervision/home.tsx';
import { deviations, health } from './supervision/registers.tsx';
import { reportPage } from './supervision/reports.tsx';
import { trail } from './supervision/trail.tsx';

export const pages: readonly Page[] = [
  home,
  workPlan,
  projectPlan,
  deadlines,
  excellentResults,
  allResults,
  certificateSearch,
  certificate,
  revocations,
  bodies,
  statute,
  proof,
  supervision,
  trail,
  reportPage,
  deviations,
  health,
  dashboards,
  funnel,
  bodyComparison,
  benefits,
  participation,
  stages,
];
