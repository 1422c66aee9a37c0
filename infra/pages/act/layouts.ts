/** The forms that are laid out by hand; every other command has the form that its schema gives. */
import { confidentialityForm } from './enforcement/undertaking.tsx';
import { noteDivergenceForm, signExcellentListForm } from './evaluation/proposal.tsx';
import { scoreSheetForms } from './evaluation/score-sheet.tsx';
import type { FormLayout } from './layout.tsx';
import { declareInterestForm } from './panel/interest.tsx';

const LAYOUTS: readonly FormLayout[] = [
  confidentialityForm,
  declareInterestForm,
  ...scoreSheetForms,
  noteDivergenceForm,
  signExcellentListForm,
];

/** By the name of their command. */
export const layouts: ReadonlyMap<string, FormLayout> = new Map(LAYOUTS.map(layout => [layout.command, layout]));
