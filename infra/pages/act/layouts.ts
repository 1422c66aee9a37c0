/** The forms that are laid out by hand; every other command has the form that its schema gives. */
import { applicationForms } from './application/application.tsx';
import { documentForms } from './application/documents.tsx';
import { opinionForms } from './application/opinions.tsx';
import { confidentialityForm } from './enforcement/undertaking.tsx';
import { noteDivergenceForm, signExcellentListForm } from './evaluation/proposal.tsx';
import { scoreSheetForms } from './evaluation/score-sheet.tsx';
import { implementationForms } from './implementation/plan.tsx';
import { recordVisitForm } from './implementation/visit.tsx';
import type { FormLayout } from './layout.tsx';
import { declareInterestForm } from './panel/interest.tsx';
import { publishWorkPlanForm } from './programme/work-plan.tsx';
import { publishExcellentResultsForm } from './recognition/publication.tsx';
import { resultForms } from './result/results.tsx';
import { attendanceForms } from './training/attendance.tsx';

const LAYOUTS: readonly FormLayout[] = [
  publishWorkPlanForm,
  ...applicationForms,
  ...documentForms,
  ...opinionForms,
  ...implementationForms,
  recordVisitForm,
  ...attendanceForms,
  ...resultForms,
  confidentialityForm,
  declareInterestForm,
  ...scoreSheetForms,
  noteDivergenceForm,
  signExcellentListForm,
  publishExcellentResultsForm,
];

/** By the name of their command. */
export const layouts: ReadonlyMap<string, FormLayout> = new Map(LAYOUTS.map(layout => [layout.command, layout]));
