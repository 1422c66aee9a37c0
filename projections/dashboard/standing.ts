/**
 * The journeys of a year with what stands in other rows: a list says of a result that is not on it that it was not
 * proposed, and an overturning names the case only.
 */
import { revocationNotices } from '../enforcement/notices.ts';
import { panels } from '../panel/panels.ts';
import type { Reader } from '../ports.ts';
import { given, loadMany, pagesOf } from '../query.ts';
import { type Journey, taken } from './journey.ts';
import { journeys } from './journeys.ts';

/** The read models behind {@link journeysOf}. */
export const JOURNEY_SOURCES = [journeys, panels, revocationNotices] as const;

/** All journeys of a year, or of all years, page by page. */
export async function* journeysOf(reader: Reader, year: number | undefined): AsyncIterable<Journey[]> {
  for await (const page of pagesOf(reader, journeys, given({ year }))) yield settled(reader, page);
}

/** The journeys of some projects, by project. */
export async function journeysTo(reader: Reader, projectIds: readonly string[]): Promise<ReadonlyMap<string, Journey>> {
  const rows = await loadMany(reader, journeys, projectIds);
  const found = await settled(reader, [...rows.values()]);
  return new Map(found.map(journey => [journey.projectId, journey]));
}

async function settled(reader: Reader, rows: readonly Journey[]): Promise<Journey[]> {
  const panelIds = new Set(rows.flatMap(({ evaluation }) => evaluation?.panelId ?? []));
  const caseIds = new Set(rows.flatMap(({ revocations }) => revocations.map(({ caseId }) => caseId)));
  const [judging, decisions] = await Promise.all([
    loadMany(reader, panels, [...panelIds]),
    loadMany(reader, revocationNotices, [...caseIds]),
  ]);
  return rows.map(row => {
    const proposal = row.evaluation && judging.get(row.evaluation.panelId)?.proposal;
    const judged = proposal ? passedOver(row, proposal) : row;
    return judged.revocations.reduce((journey, { caseId, at }) => {
      const revoked = taken(journey, 'revoked', { at, bodyId: row.bodyId });
      const end = decisions.get(caseId)?.overturned;
      return end ? taken(revoked, 'overturned', { at: end.at, bodyId: row.bodyId }) : revoked;
    }, judged);
  });
}

/** A result that is still only evaluated is left out, if its panel has proposed a list since: the last one tells. */
function passedOver(journey: Journey, proposal: { readonly at: string; readonly position: string }): Journey {
  const { stage, evaluation, bodyId } = journey;
  if (stage !== 'evaluated' || !evaluation || proposal.position <= evaluation.position) return journey;
  return taken(journey, 'not-proposed', { at: proposal.at, bodyId });
}
