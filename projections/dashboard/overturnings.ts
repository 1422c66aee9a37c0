/** Which decisions of revocation were overturned, and when (art-25). */
import { revocationOverturned } from '../../events/enforcement.ts';
import { projection, when } from '../projection.ts';

export const overturnings = projection<{ readonly caseId: string; readonly at: string }>({
  name: 'overturned-revocations',
  version: 1,
  question: '哪些撤销决定已被撤销 (Which decisions of revocation were overturned, and when?)',
  indexes: [],
  handlers: [
    when(
      [revocationOverturned],
      ({ data }) => data.caseId,
      (row, { data: { caseId }, meta }) => row ?? { caseId, at: meta.recordedAt },
    ),
  ],
});
