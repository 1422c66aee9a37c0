/** What commands on a panel have in common. */
import type { About, LegalBasis } from '../../events/envelope.ts';
import { type PanelId, panelIdSchema, panelStream, yearOfPanel } from '../../events/panel.ts';
import { unitsOf } from '../../events/rules/panel.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import type { Given } from '../command.ts';
import { personsNow } from '../persons.ts';
import { programmeYearOf } from '../programme-year.ts';
import { notFound, type Rejection, refuse, refuseByHouse } from '../rejection.ts';
import { type Panel, panel } from './decider.ts';
import { bankNow, formsOfUnits, recusalsSoFar, rolesOf } from './views.ts';

export const ARTICLE = 'art-18';

/** Where the work plan, or its default, says how panels are drawn: the regulation does not (domain 1.9). */
export const PLAN_ITEM = 'options.panel';

interface OnPanel {
  readonly panelId: PanelId;
}

export const panelInput = { panelId: panelIdSchema };

export const onPanel = {
  fold: panel,
  stream: ({ panelId }: OnPanel) => panelStream(panelId),
  about: (_state: Panel | undefined, { panelId }: OnPanel): About => ({ year: yearOfPanel(panelId) }),
  planVersion: (known: { readonly programme: ProgrammeYear }) => known.programme.inForce?.version,
};

export const underPlan = ({ panelId }: OnPanel) => ({ programme: programmeYearOf(yearOfPanel(panelId)) });

/** The plan, and what the records say about experts. */
export const withRecords = (input: OnPanel, state: Panel | undefined, { today }: Given) => ({
  ...underPlan(input),
  bank: bankNow(),
  forms: formsOfUnits(state ? unitsOf(state) : [], today),
  recusals: recusalsSoFar(),
  roles: rolesOf(state?.candidates ?? []),
  persons: personsNow,
});

/** The authority forms panels; to others a panel does not exist. */
export const byAuthority = { ...onPanel, allow: ['MSR'] as const, hidden: true as const };

export function planBasis({ inForce }: ProgrammeYear): LegalBasis[] {
  return inForce ? [{ plan: inForce.year, version: inForce.version, item: PLAN_ITEM }] : [];
}

/** The panel with its draw made, or why there is none to act on. */
export function drawnPanel(state: Panel | undefined): Panel | Rejection {
  if (!state) return notFound();
  if (state.status === 'dissolved') return dissolved();
  if (state.status === 'started') {
    return refuseByHouse('panel-draw', 'not-drawn', '尚未抽取专家', 'The experts have not been drawn yet');
  }
  return state;
}

export function dissolved(): Rejection {
  return refuse(ARTICLE, 'panel-dissolved', '该技术评定组已解散', 'The panel has been dissolved');
}
