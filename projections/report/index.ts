/** All reports of the supervisor's pack, by their numbers. */
import { actedAs } from './acted-as.ts';
import { actsOnProject, projectOnDay } from './acts.ts';
import { dutiesWithoutAct } from './duties.ts';
import { exclusionsAndGates } from './exclusions.ts';
import { lateEntries } from './late-entries.ts';
import { ledgerVerdict } from './ledger-verdict.ts';
import { materialOfUnit } from './material-accesses.ts';
import { publishedListsReport } from './published-lists.ts';
import { readModelAccounts } from './read-model-accounts.ts';
import type { AnyReport } from './report.ts';
import { reruns } from './reruns.ts';
import { scoreChanges } from './score-changes.ts';
import { countedScoreSheets } from './score-sheets.ts';
import { thirdPartyActs } from './third-party.ts';
import { twoPersonsReport } from './two-persons.ts';
import { unattendedProjects } from './unattended-projects.ts';

export const reports: readonly AnyReport[] = [
  actsOnProject,
  projectOnDay,
  lateEntries,
  dutiesWithoutAct,
  countedScoreSheets,
  scoreChanges,
  reruns,
  publishedListsReport,
  materialOfUnit,
  thirdPartyActs,
  exclusionsAndGates,
  unattendedProjects,
  readModelAccounts,
  ledgerVerdict,
  actedAs,
  twoPersonsReport,
];
