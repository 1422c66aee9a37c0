/** Every read model. A row is written by its projection alone. */
import { boards } from './application/boards.ts';
import { caseFiles } from './application/case-file.ts';
import { fileOwners } from './application/files.ts';
import { refusals } from './application/refusals.ts';
import { similarityCases } from './application/similarity-cases.ts';
import { verificationLedger } from './application/verification-ledger.ts';
import { bans } from './bans.ts';
import { holidayNotices } from './calendar/notices.ts';
import { chargeRows } from './charges.ts';
import { bodyActs } from './dashboard/body-acts.ts';
import { journeys } from './dashboard/journeys.ts';
import { statedFigures } from './dashboard/stated.ts';
import { materialAccesses } from './enforcement/accesses.ts';
import { caseEvidence } from './enforcement/case-evidence.ts';
import { fraudCases } from './enforcement/cases.ts';
import { resultUses } from './enforcement/impact.ts';
import { misconductCases } from './enforcement/misconduct.ts';
import { revocationNotices } from './enforcement/notices.ts';
import { people } from './enforcement/people.ts';
import { aggregations, evaluations } from './evaluation/evaluations.ts';
import { feeComplaints } from './evaluation/fees.ts';
import { scoreSheets } from './evaluation/sheets.ts';
import { evaluationStandards } from './evaluation/standards.ts';
import { toldEvents } from './feed/told-events.ts';
import { followUpLedger } from './implementation/follow-up.ts';
import { problems } from './implementation/problems.ts';
import { implementations } from './implementation/progress.ts';
import { keyRotations } from './ledger/rotations.ts';
import { trailNames } from './names.ts';
import { expertActivity } from './panel/draw-report.ts';
import { panelMemberships } from './panel/duties.ts';
import { panels } from './panel/panels.ts';
import { recusals } from './panel/recusals.ts';
import { personRows } from './persons.ts';
import { erasures } from './privacy/erasures.ts';
import { deadlines } from './programme/deadlines.ts';
import { programmes } from './programme/programmes.ts';
import { projectPlan, projectPlanEntries } from './programme/project-plan.ts';
import { workPlans } from './programme/work-plans.ts';
import type { Projection } from './projection.ts';
import { credentials } from './provisional.ts';
import { certificates, commendations } from './recognition/commendations.ts';
import { earlierResultRows } from './recognition/earlier.ts';
import { incentiveMap } from './recognition/incentives.ts';
import { objections, publicNotices } from './recognition/notices.ts';
import { promotionCoverage, promotions } from './recognition/promotions.ts';
import { proposedResults } from './recognition/proposals.ts';
import { publishedLists, publishedResults, recognitions } from './recognition/results.ts';
import { recordedTimes } from './recorded-times.ts';
import { accounts } from './registry/accounts.ts';
import { awaitingSecondPerson } from './registry/awaiting.ts';
import { bodyRegister } from './registry/bodies.ts';
import { coordinationLedger, exemplars } from './registry/coordination.ts';
import { entrustmentActs, entrustments } from './registry/entrustments.ts';
import { experts } from './registry/experts.ts';
import { regulations } from './registry/regulation.ts';
import { rules } from './registry/rules.ts';
import { unitContacts, units } from './registry/units.ts';
import { reminders } from './reminder/reminders.ts';
import { reportTables } from './reporting/index.ts';
import { resultBatches } from './result/batches.ts';
import { resultMaterials } from './result/materials.ts';
import { resultRows } from './result/results.ts';
import { coverage, phaseMatrix } from './supervision/coverage.ts';
import { deviations } from './supervision/deviations.ts';
import { trailCounts } from './trail/counts.ts';
import { trailEntries } from './trail/entries.ts';
import { projectTraining, trainingCoverage } from './training/coverage.ts';
import { trainees } from './training/roster.ts';
import { trainingSessions } from './training/sessions.ts';
import { unknownKinds } from './unknown-kinds.ts';

export const projections: readonly Projection[] = [
  holidayNotices,
  programmes,
  workPlans,
  projectPlan,
  projectPlanEntries,
  deadlines,
  boards,
  caseFiles,
  verificationLedger,
  refusals,
  similarityCases,
  fileOwners,
  trainingSessions,
  trainees,
  trainingCoverage,
  projectTraining,
  implementations,
  followUpLedger,
  problems,
  regulations,
  rules,
  entrustments,
  entrustmentActs,
  bodyRegister,
  units,
  unitContacts,
  bans,
  experts,
  accounts,
  personRows,
  awaitingSecondPerson,
  credentials,
  earlierResultRows,
  exemplars,
  coordinationLedger,
  evaluationStandards,
  scoreSheets,
  evaluations,
  aggregations,
  feeComplaints,
  panels,
  panelMemberships,
  recusals,
  expertActivity,
  resultRows,
  resultMaterials,
  resultBatches,
  chargeRows,
  fraudCases,
  revocationNotices,
  resultUses,
  materialAccesses,
  misconductCases,
  caseEvidence,
  people,
  proposedResults,
  publicNotices,
  objections,
  recognitions,
  publishedResults,
  publishedLists,
  commendations,
  certificates,
  incentiveMap,
  promotions,
  promotionCoverage,
  reminders,
  erasures,
  keyRotations,
  toldEvents,
  recordedTimes,
  unknownKinds,
  trailEntries,
  trailCounts,
  trailNames,
  deviations,
  coverage,
  phaseMatrix,
  journeys,
  bodyActs,
  statedFigures,
  ...reportTables.map(({ projection }) => projection),
];
