/** Every read model. A row is written by its projection alone. */
import { boards } from './application/boards.ts';
import { caseFiles } from './application/case-file.ts';
import { applicants } from './application/eligibility.ts';
import { fileOwners } from './application/files.ts';
import { dueDates } from './application/overdue.ts';
import { refusals } from './application/refusals.ts';
import { similarityCases } from './application/similarity-cases.ts';
import { verificationLedger } from './application/verification-ledger.ts';
import { bodyProgress } from './dashboard/body-progress.ts';
import { expectedBenefits } from './dashboard/expected-benefits.ts';
import { participation, unitDistricts } from './dashboard/participation.ts';
import { deadlines } from './programme/deadlines.ts';
import { programmes } from './programme/programmes.ts';
import { projectPlan, projectPlanEntries } from './programme/project-plan.ts';
import { workPlans } from './programme/work-plans.ts';
import type { Projection } from './projection.ts';
import { accounts } from './registry/accounts.ts';
import { bans } from './registry/bans.ts';
import { bodies } from './registry/bodies.ts';
import { coordinationLedger, exemplars } from './registry/coordination.ts';
import { entrustmentActs, entrustments } from './registry/entrustments.ts';
import { experts } from './registry/experts.ts';
import { regulations } from './registry/regulation.ts';
import { earlierResults } from './registry/results.ts';
import { rules } from './registry/rules.ts';
import { unitContacts, units } from './registry/units.ts';
import { reminders } from './reminder/reminders.ts';
import { backdatedActs } from './supervision/backdated-acts.ts';
import { coverage, phaseMatrix } from './supervision/coverage.ts';
import { deviations } from './supervision/deviations.ts';
import { trailEntries } from './trail/entries.ts';
import { trailNames } from './trail/names.ts';

export const projections: readonly Projection[] = [
  programmes,
  workPlans,
  projectPlan,
  projectPlanEntries,
  deadlines,
  boards,
  caseFiles,
  applicants,
  dueDates,
  verificationLedger,
  refusals,
  similarityCases,
  fileOwners,
  regulations,
  rules,
  entrustments,
  entrustmentActs,
  bodies,
  units,
  unitContacts,
  bans,
  experts,
  accounts,
  earlierResults,
  exemplars,
  coordinationLedger,
  reminders,
  trailEntries,
  trailNames,
  deviations,
  backdatedActs,
  coverage,
  phaseMatrix,
  bodyProgress,
  expectedBenefits,
  participation,
  unitDistricts,
];
