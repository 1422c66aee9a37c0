/** What commands on a panel have in common. */
import type { About, LegalBasis } from '../../events/envelope.ts';
import { type PanelId, panelIdSchema, panelStream, yearOfPanel } from '../../events/panel.ts';
import { unitsOf } from '../../events/rules/panel.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import type { Given } from '../command.ts';
import { personsNow } from '../persons.ts';
import { programmeYearOf } from '../programme-year.ts';
import { notFound, type Rejection, refuse, refuseByHouse } from '../rejection.ts';
import { bankNow, formsOfUnits, recusalsSoFar, rolesOf } from './reads.ts';
import { type PanelState, panel } from './state.ts';

export const PANEL_ARTICLE = 'art-18';

/** Where the work plan, or its default, says how panels are drawn: the regulation does not (domain 1.9). */
export const PLAN_ITEM = 'options.panel';

interface OnPanel {
  readonly panelId: PanelId;
}

export const panelInput = { panelId: panelIdSchema };

export const onPanel = {
  fold: panel,
  stream: ({ panelId }: OnPanel) => panelStream(panelId),
  about: (_state: PanelState | undefined, { panelId }: OnPanel): About => ({ year: yearOfPanel(panelId) }),
  planVersion: (known: { readonly programme: ProgrammeYear }) => known.programme.inForce?.version,
};

export const underPlanOfPanel = ({ panelId }: OnPanel) => ({ programme: programmeYearOf(yearOfPanel(panelId)) });

/** The plan, and what the records say about experts. */
export const withRecords = (input: OnPanel, state: PanelState | undefined, { today }: Given) => ({
  ...underPlanOfPanel(input),
  bank: bankNow(),
  forms: formsOfUnits(state ? unitsOf(state) : [], today),
  recusals: recusalsSoFar(),
  roles: rolesOf(state?.candidates ?? []),
  persons: personsNow,
});

/** The authority forms panels; to others a panel does not exist. */
export const byAuthorityOnPanel = { ...onPanel, allow: ['MSR'] as const, hidden: true as const };

/** The work-plan item a panel rests on; nothing without a plan in force. */
export function planBasis({ inForce }: ProgrammeYear): LegalBasis[] {
  return inForce ? [{ plan: inForce.year, version: inForce.version, item: PLAN_ITEM }] : [];
}

/** The panel with its draw made, or why there is none to act on. */
export function drawnPanel(state: PanelState | undefined): PanelState | Rejection {
  if (!state) return notFound();
  if (state.status === 'dissolved') return dissolved();
  if (state.status === 'started') {
    return refuseByHouse('panel-draw', 'not-drawn', '尚未抽取专家', 'The experts have not been drawn yet');
  }
  return state;
}

/** Refuses any act on a panel that was dissolved. */
export function dissolved(): Rejection {
  return refuse(PANEL_ARTICLE, 'panel-dissolved', '该技术评定组已解散', 'The panel has been dissolved');
}
