/** A part of the case file that is loaded only when it is opened: to open material is put on record. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { Role } from '../../../../events/envelope.ts';
import type { projectStandingSchema } from '../../../../projections/dashboard/standing-of-project.ts';
import type { Asking, Reading } from '../../page.ts';

export type ProjectStanding = z.infer<typeof projectStandingSchema>;

export interface CaseTab<D = unknown> {
  /** In the address. */
  readonly id: string;
  readonly label: string;
  readonly roles: readonly Role[];
  load(standing: ProjectStanding, asking: Asking): Promise<D>;
  view(shown: { readonly standing: ProjectStanding; readonly data: D; readonly reader: Reading }): VNode;
}

/** Declares a tab: fixes the types. */
export function caseTab<D>(tab: CaseTab<D>): CaseTab {
  return tab as CaseTab;
}
