/** The people of a result: named in clear by whoever acts, known on the log by their subjects alone. */
import type { Sealed } from '../../events/personal.ts';
import type { Reading } from '../command.ts';
import { resultsNow } from './results.ts';
import { projectOf } from './views.ts';

/** One of the participants that the unit named in the materials of a result; undefined for anybody else. */
export function participantOf(resultId: string, name: string): Reading<Sealed | undefined> {
  return {
    async resolve(sources) {
      const result = (await resultsNow.resolve(sources)).get(resultId);
      if (!result?.projectId || !result.uscc) return undefined;
      const project = await projectOf(result.projectId).resolve(sources);
      const subject = sources.subjectOf(result.uscc, name);
      const isNamed = project?.submission?.content.participants.some(person => person.name.subject === subject);
      return isNamed ? sources.seal(subject, name) : undefined;
    },
  };
}
