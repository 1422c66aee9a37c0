/** Where experts worked and what units were called and came from when something happened (art-18, D-23, D-32). */
import type { DomainEvent } from '../../events/catalogue.ts';
import { expertAdmitted, expertProfileUpdated } from '../../events/expert.ts';
import { type Employer, employersAfter, employmentConflicts, lookBackFrom } from '../../events/rules/employment.ts';
import { formsOf, type Successions, successionsAfter } from '../../events/rules/organisations.ts';
import { type PanelStanding, pairOf } from '../../events/rules/panel.ts';
import { namesOf, type UnitParticulars, unitParticulars } from '../../events/rules/particulars.ts';
import type { CivilDate } from '../../events/time.ts';
import { unitRegistered, unitRenamed, unitSuccessorRecorded } from '../../events/unit.ts';

export const EMPLOYMENT_KINDS = [
  expertAdmitted,
  expertProfileUpdated,
  unitRegistered,
  unitRenamed,
  unitSuccessorRecorded,
] as const;

/** As far as the log has been read. */
export class Employment {
  readonly #employers = new Map<string, readonly Employer[]>();
  readonly #units = new Map<string, UnitParticulars | undefined>();
  #successions: Successions = {};

  take(event: DomainEvent): void {
    switch (event.type) {
      case 'expert.admitted':
      case 'expert.profile-updated': {
        const { expertId } = event.data;
        this.#employers.set(expertId, employersAfter(this.#employers.get(expertId) ?? [], event));
        break;
      }
      case 'unit.registered':
      case 'unit.renamed': {
        const { uscc } = event.data;
        this.#units.set(uscc, unitParticulars.evolve(this.#units.get(uscc), event));
        break;
      }
      case 'unit.successor-recorded':
        this.#successions = successionsAfter(this.#successions, event);
        break;
    }
  }

  /** What the bank says against an expert's judging a unit on a day, that nobody has written down or dismissed. */
  flaws(panel: PanelStanding | undefined, expertId: string, uscc: string, day: CivilDate): readonly string[] {
    if (!panel) return [];
    const { recused, detected, dismissed } = pairOf(panel, { expertId, uscc });
    if (recused) return [];
    const listed = panel.projects.find(project => project.uscc === uscc)?.unitName;
    const forms = formsOf(this.#successions, uscc, day).map(form => {
      const names = [form.relation === 'itself' ? listed : undefined, ...namesOf(this.#units.get(form.uscc))];
      return { ...form, names: names.filter(name => name !== undefined) };
    });
    const since = lookBackFrom(day, panel.rules.lookBackYears);
    return employmentConflicts(forms, this.#employers.get(expertId) ?? [], since)
      .filter(({ likeness, rule }) => likeness === 'same' && !detected.includes(rule) && !dismissed.includes(rule))
      .map(({ grounds }) => grounds);
  }
}
