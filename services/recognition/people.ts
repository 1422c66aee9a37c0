/** The people of a result: named in clear by whoever acts, known on the log by their subjects alone. */
import type { Sealed } from '../../events/personal.ts';
import { levelledName } from '../../events/rules/person-name.ts';
import type { Dependency, Sources } from '../command.ts';
import { excellentResultsNow } from '../excellent-results.ts';
import { recognisedProjectOf } from './reads.ts';

/** One of the participants that the unit named in the materials of a result; undefined for anybody else. */
export function participantOf(resultId: string, name: string): Dependency<Sealed | undefined> {
  return {
    async resolve(sources) {
      const result = (await excellentResultsNow.resolve(sources)).get(resultId);
      if (!result?.projectId || !result.uscc) return undefined;
      const project = await recognisedProjectOf(result.projectId).resolve(sources);
      const own = sources.subjectOf(result.uscc, name);
      for (const { name: given } of project?.submission?.content.participants ?? []) {
        if (given.subject === own || (await isSpelling(sources, given, name))) return sources.seal(given.subject, name);
      }
      return undefined;
    },
  };
}

/** What was sealed before spellings were one has a subject of its own. */
async function isSpelling(sources: Sources, sealed: Sealed, name: string): Promise<boolean> {
  const known = await sources.open(sealed);
  return known !== undefined && levelledName(known) === levelledName(name);
}
