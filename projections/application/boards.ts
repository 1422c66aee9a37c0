/** R-O1, R-O2, R-O3: where every application stands, for the unit, the recommending body and the municipal authority. */
import { inChargeToday } from '../charges.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';
import { advanced, lifeEventTypes, type ProjectProgress, type ProjectStage, progressBegun } from './progress.ts';

export const boards = projection<ProjectProgress>({
  name: 'boards',
  version: 3,
  question: '每个项目处于哪个环节、由谁办理 (Where does each application stand, and who must act?)',
  material: { none: '只有名称、单位和所处环节 (names and stages)' },
  indexes: [
    { fields: ['uscc', 'since'] },
    { fields: ['charge', 'since'] },
    { fields: ['charge', 'stage', 'since'] },
    { fields: ['year', 'stage', 'since'] },
    { fields: ['owedBy', 'dueOn'] },
    { fields: ['owedBy', 'owes'] },
    { fields: ['charge', 'owes'] },
  ],
  handlers: [
    on(
      lifeEventTypes,
      ({ data }) => data.projectId,
      (row, event) => (event.type === 'application.started' ? progressBegun(event) : row && advanced(row, event)),
    ),
  ],
});

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

/** The unit's applications, the latest move first. */
export function boardOfUnit(reader: Reader, uscc: string, page: Asked): Promise<Page> {
  return reader.find(boards, { where: { uscc }, order: { by: ['since'], direction: 'desc' }, ...page });
}

/** What a recommending body has before it today, the longest waiting first. */
export async function inboxOfBody(
  reader: Reader,
  bodyId: string,
  stage: ProjectStage | undefined,
  page: Asked,
): Promise<Page> {
  const where = { ...(await inChargeToday(reader, bodyId)), ...given({ stage }) };
  return reader.find(boards, { where, order: { by: ['since'], direction: 'asc' }, ...page });
}

/** Applications of a year at a stage, the longest waiting first. */
export function atStage(reader: Reader, year: number, stage: ProjectStage, page: Asked): Promise<Page> {
  return reader.find(boards, { where: { year, stage }, order: { by: ['since'], direction: 'asc' }, ...page });
}
