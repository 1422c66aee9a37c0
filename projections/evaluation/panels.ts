/** On whose declarations and recusals scores rest: the standing of each panel, and the moments that a sheet is held against. */
import { z } from 'zod';
import { confidentialityUndertakingSigned } from '../../events/enforcement.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { positionSchema } from '../../events/ids.ts';
import { type PanelEvent, panelFacts } from '../../events/panel.ts';
import { isFree, type PanelStanding, pairOf, panelStanding } from '../../events/panel-standing.ts';
import { instantSchema } from '../../events/time.ts';
import { projection, when } from '../projection.ts';

export const momentSchema = z.strictObject({ at: instantSchema, position: positionSchema, eventId: z.string() });
export type Moment = z.infer<typeof momentSchema>;

/** What a sheet is held against: the latest declaration, and the recusal. */
export const pairMomentsSchema = z.strictObject({
  declared: momentSchema.extend({ word: z.enum(['none', 'conflict']) }).optional(),
  recused: momentSchema.optional(),
});
type PairMoments = z.infer<typeof pairMomentsSchema>;

export interface PanelRow {
  readonly standing: PanelStanding;
  /** By expert and unit. */
  readonly moments: Readonly<Record<string, PairMoments>>;
}

export const evaluatingPanels = projection<PanelRow>({
  name: 'evaluating-panels',
  version: 1,
  question: '评分所依据的成员、申明和回避 (On which members, declarations and recusals do scores rest?)',
  indexes: [],
  handlers: [
    when(
      panelFacts,
      ({ data }) => data.panelId,
      (row, event) => {
        const standing = panelStanding.evolve(row?.standing, event);
        return standing && { standing, moments: noted(row?.moments ?? {}, event) };
      },
    ),
  ],
});

function momentOf({ id, position, meta }: RecordedEvent): Moment {
  return { at: meta.recordedAt, position, eventId: id };
}

function noted(moments: PanelRow['moments'], event: PanelEvent): PanelRow['moments'] {
  if (event.type === 'panel-formation.started') return {};
  if (event.type !== 'interest.declared' && event.type !== 'expert.recused') return moments;
  const key = keyOf(event.data);
  const moment = momentOf(event);
  const change =
    event.type === 'expert.recused'
      ? { recused: moments[key]?.recused ?? moment }
      : { declared: { ...moment, word: event.data.declaration } };
  return { ...moments, [key]: { ...moments[key], ...change } };
}

interface OfPair {
  readonly expertId: string;
  readonly uscc: string;
}

const keyOf = ({ expertId, uscc }: OfPair) => `${expertId}/${uscc}`;

export function momentsOf({ moments }: PanelRow, of: OfPair): PairMoments {
  return moments[keyOf(of)] ?? {};
}

export function isMember({ standing }: PanelRow, expertId: string): boolean {
  return standing.members.some(member => member === expertId);
}

export function isRecused({ standing }: PanelRow, of: OfPair): boolean {
  const { recused, declaration } = pairOf(standing, of);
  return recused || declaration === 'conflict';
}

/** Whether a member may see and discuss what concerns a unit (art-18). */
export function seesUnit(row: PanelRow, of: OfPair): boolean {
  return isMember(row, of.expertId) && isFree(row.standing, of);
}

export const undertakings = projection<Moment>({
  name: 'evaluation-undertakings',
  version: 1,
  question: '哪些专家签署了保密承诺 (Which accounts of experts have signed the undertaking of art-26, and when first?)',
  indexes: [],
  handlers: [
    when(
      [confidentialityUndertakingSigned],
      ({ data }) => (data.role === 'EXPERT' ? data.accountId : undefined),
      (row, event) => row ?? momentOf(event),
    ),
  ],
});
