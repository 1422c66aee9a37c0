/** What each recommending body does for the projects of a year besides deciding on them (art-16, art-17b, art-24). */
import type { EventOf } from '../../events/event-type.ts';
import { guidanceIssued, progressUrged, visitRecorded } from '../../events/implementation.ts';
import { localPromotionRecorded } from '../../events/promotion.ts';
import { resultBatchForwarded } from '../../events/result.ts';
import { on, projection } from '../projection.ts';
import { actingBody } from './acting-body.ts';
import { type Definition, defined } from './definitions.ts';

export const BODY_ACTS = ['visits', 'guidance', 'urgings', 'batches', 'localPromotions'] as const;
export type BodyAct = (typeof BODY_ACTS)[number];

export const BODY_ACT_DEFINITIONS: Readonly<Record<BodyAct, Definition>> = {
  visits: defined('对该年度项目的走访次数', 'Visits to projects of the year', 'art-16'),
  guidance: defined('对该年度项目提出的指导意见件数', 'Opinions given as guidance to projects of the year', 'art-16'),
  urgings: defined('对该年度项目的督促次数', 'Times that progress of projects of the year was urged', 'art-16'),
  batches: defined('该年度报送的成果批次数', 'Batches of results forwarded in the year', 'art-17b'),
  localPromotions: defined(
    '该年度本行业、本区域的宣传推广活动次数',
    'Promotion activities in the own industry or district in the year',
    'art-24',
  ),
};

const ACT_OF = {
  'visit.recorded': 'visits',
  'guidance.issued': 'guidance',
  'progress.urged': 'urgings',
  'result-batch.forwarded': 'batches',
  'local-promotion.recorded': 'localPromotions',
} as const satisfies Record<string, BodyAct>;

interface BodyActsRow {
  readonly year: number;
  readonly bodyId: string;
  readonly acts: Readonly<Partial<Record<BodyAct, number>>>;
}

const KINDS = [visitRecorded, guidanceIssued, progressUrged, resultBatchForwarded, localPromotionRecorded] as const;
type ActEvent = EventOf<(typeof KINDS)[number]>;

/** The year that an act names, or that of the project it is about; and the body that acts. */
function placeOf(event: ActEvent): Pick<BodyActsRow, 'year' | 'bodyId'> | undefined {
  const year = 'year' in event.data ? event.data.year : event.meta.about.year;
  return year === undefined ? undefined : { year, bodyId: actingBody(event) ?? event.data.bodyId };
}

export const bodyActs = projection<BodyActsRow>({
  name: 'body-acts',
  version: 1,
  question: '各推荐单位年度走访、报送、推广多少次 (How often did each body visit, forward and promote in a year?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    on(
      KINDS,
      event => {
        const place = placeOf(event);
        return place && `${place.year}/${place.bodyId}`;
      },
      (row, event) => {
        const place = placeOf(event);
        if (!place) return row;
        const act = ACT_OF[event.type];
        const acts = row?.acts ?? {};
        return { ...place, acts: { ...acts, [act]: (acts[act] ?? 0) + 1 } };
      },
    ),
  ],
});
