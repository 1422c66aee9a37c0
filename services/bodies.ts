/** The recommending bodies and who is in charge of what (art-06), and what else that depends on, as any decision reads it. */
import { bodiesStream, type Jurisdiction } from '../events/body.ts';
import type { CreditCode } from '../events/ids.ts';
import { type Bodies, bodies, type Charges, districtOfProject } from '../events/rules/jurisdiction.ts';
import { unitParticulars } from '../events/rules/particulars.ts';
import { unitStream } from '../events/unit.ts';
import { type Dependency, known, stateOf } from './command.ts';

export const bodiesNow: Dependency<Bodies> = stateOf(bodies, bodiesStream);

export const chargesNow: Dependency<Charges> = {
  resolve: async sources => (await bodiesNow.resolve(sources)).charges,
};

/** The district by which a bureau is in charge of a project. */
export function districtOf(
  project: { readonly uscc: CreditCode; readonly jurisdiction?: Jurisdiction | undefined } | undefined,
): Dependency<string | undefined> {
  if (!project) return known(undefined);
  return {
    async resolve(sources) {
      const unit = await sources.stream(unitParticulars, unitStream(project.uscc));
      return districtOfProject(project, unit?.district);
    },
  };
}
