/** The draw run again from its published parts, and the candidates compared with the bank as it was: equal or not. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { expertAdmitted, expertReinstated, expertRemoved, expertSuspended } from '../../events/expert.ts';
import { sha256Schema, sortablePosition } from '../../events/ids.ts';
import { beaconSchema } from '../../events/panel.ts';
import { candidateSetHash, candidatesAmong, drawAgain, replacementFrom } from '../../events/rules/draw.ts';
import type { Draw } from '../../events/rules/panel.ts';
import { expertMark, named } from '../../events/rules/persons.ts';
import { readMarksOf } from '../persons.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, load } from '../query.ts';
import { type PanelRow, panels } from './panels.ts';

interface ActivityRow {
  readonly expertId: string;
  /** From which position of the log on he was active or not, oldest first. */
  readonly changes: readonly { readonly from: string; readonly active: boolean }[];
}

/** Kept apart from the register of the bank, which knows days and not positions. */
export const expertActivity = projection<ActivityRow>({
  name: 'expert-activity',
  version: 1,
  question: '某一时点专家库中有效的专家 (Which experts were active at a position of the log?)',
  indexes: [],
  handlers: [
    on(
      [expertAdmitted, expertReinstated, expertSuspended, expertRemoved],
      ({ data }) => data.expertId,
      (row, { type, data, position }) => {
        const active = type === 'expert.admitted' || type === 'expert.reinstated';
        const change = { from: sortablePosition(position), active };
        return { expertId: data.expertId, changes: [...(row?.changes ?? []), change] };
      },
    ),
  ],
});

const comparison = { recorded: z.array(z.string()), again: z.array(z.string()), equal: z.boolean() };

export const drawReportSchema = z.strictObject({
  panelId: z.string(),
  /** Everything below holds. */
  equal: z.boolean(),
  algorithm: z.string(),
  algorithmKnown: z.boolean(),
  seed: z.string(),
  seedCommitment: sha256Schema,
  /** The seed is the one committed to. */
  seedKept: z.boolean(),
  beacon: beaconSchema.optional(),
  beaconValue: z.string().optional(),
  candidateSetHash: sha256Schema,
  /** The hash is that of the recorded candidates. */
  candidatesKept: z.boolean(),
  /** The candidates are the experts who were active in the bank when the formation started. */
  candidates: z.strictObject(comparison),
  /** All candidates in the order of the draw, run again. */
  order: z.array(z.string()),
  picks: z.strictObject(comparison),
  replacements: z.array(
    z.strictObject({
      expertId: z.string(),
      reason: z.string(),
      recorded: z.string(),
      again: z.string(),
      equal: z.boolean(),
    }),
  ),
  /** Dissolved panels of the year that had drawn experts for some of the same results: a draw made again shows. */
  earlierDraws: z.array(z.strictObject({ panelId: z.string(), reason: z.string() })),
});
type DrawReport = z.infer<typeof drawReportSchema>;

const sha256 = (text: string) => hash('sha256', text);

/** Undefined for a panel that has not been drawn. */
export async function drawReportOf(reader: Reader, panelId: string): Promise<DrawReport | undefined> {
  const row = await load(reader, panels, panelId);
  const draw = row?.standing.draw;
  if (!row?.drawn || !draw) return undefined;
  const activity = await all(reader, expertActivity, {});
  const candidates = await candidatesAt(reader, activity, row.started.position);
  const earlierDraws = redrawn(row, await all(reader, panels, { year: row.year }));
  return { ...runAgain(row, draw, row.drawn, candidates, activity), earlierDraws };
}

/** Who was to be drawn from at a position. */
async function candidatesAt(reader: Reader, activity: readonly ActivityRow[], position: string) {
  const active = activeAt(activity, position);
  const persons = active.map(async id => [id, named(await readMarksOf(reader, expertMark(id)), 'expert')] as const);
  const own = new Map(await Promise.all(persons));
  return candidatesAmong(active, id => own.get(id) ?? [id]);
}

function runAgain(
  { panelId, standing, started, replacements }: PanelRow,
  draw: Draw,
  drawn: NonNullable<PanelRow['drawn']>,
  rightly: readonly string[],
  activity: readonly ActivityRow[],
): Omit<DrawReport, 'earlierDraws'> {
  const { candidates, seedCommitment, rules, beacon } = standing;
  const parts = { candidates, size: rules.size, seedCommitment, ...draw, algorithm: drawn.algorithm };
  const { order, picks, algorithmKnown, seedKept } = drawAgain(parts, isActiveAt(activity, drawn.position), sha256);
  const findings = {
    algorithmKnown,
    seedKept,
    candidatesKept: candidateSetHash(candidates, sha256) === started.candidateSetHash,
    candidates: compared(candidates, rightly),
    picks: compared(draw.picks, picks),
    replacements: replacementsAgain(order, draw.picks, replacements, activity),
  };
  const checks = [findings.candidates, findings.picks, ...findings.replacements];
  const held = findings.algorithmKnown && findings.seedKept && findings.candidatesKept;
  return {
    panelId,
    equal: held && checks.every(({ equal }) => equal),
    algorithm: drawn.algorithm,
    seed: draw.seed,
    seedCommitment,
    ...(beacon && { beacon }),
    ...(draw.beaconValue !== undefined && { beaconValue: draw.beaconValue }),
    candidateSetHash: started.candidateSetHash,
    order: [...order],
    ...findings,
  };
}

function compared(recorded: readonly string[], again: readonly string[]): DrawReport['picks'] {
  const equal = recorded.length === again.length && recorded.every((id, index) => id === again[index]);
  return { recorded: [...recorded], again: [...again], equal };
}

function replacementsAgain(
  order: readonly string[],
  picks: readonly string[],
  replacements: PanelRow['replacements'],
  activity: readonly ActivityRow[],
): DrawReport['replacements'] {
  const everMembers: string[] = [...picks];
  return replacements.map(({ expertId, replacement, reason, position }) => {
    const { replacement: again = '' } = replacementFrom(order, everMembers, isActiveAt(activity, position));
    everMembers.push(replacement);
    return { expertId, reason, recorded: replacement, again, equal: again === replacement };
  });
}

function activeAt(activity: readonly ActivityRow[], position: string): string[] {
  return activity.filter(row => wasActive(row, position)).map(({ expertId }) => expertId);
}

function isActiveAt(activity: readonly ActivityRow[], position: string): (id: string) => boolean {
  const active = new Set(activeAt(activity, position));
  return id => active.has(id);
}

function wasActive({ changes }: ActivityRow, position: string): boolean {
  return changes.findLast(({ from }) => from < position)?.active ?? false;
}

function redrawn(row: PanelRow, others: readonly PanelRow[]): DrawReport['earlierDraws'] {
  const own = new Set<string>(row.standing.projects.map(({ projectId }) => projectId));
  return others
    .filter(other => other.started.position < row.started.position && other.drawn)
    .filter(({ standing }) => standing.projects.some(({ projectId }) => own.has(projectId)))
    .flatMap(({ panelId, dissolved }) => (dissolved ? [{ panelId, reason: dissolved.reason }] : []));
}
