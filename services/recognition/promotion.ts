/** Making excellent results known: by the authority with an exchange meeting (art-23), by bodies in their own field (art-24). */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { type BodyId, resultIdSchema } from '../../events/ids.ts';
import {
  consentSchema,
  exchangeMeetingCancelled,
  exchangeMeetingConvened,
  localPromotionRecorded,
  type PromotionEvent,
  type PromotionId,
  promotionActivityRecorded,
  promotionIdSchema,
  promotionStream,
  resultPresented,
  type ShownResult,
} from '../../events/promotion.ts';
import { inChargeOn } from '../../events/rules/jurisdiction.ts';
import type { ArticleId } from '../../events/statute.ts';
import { shanghaiDate } from '../../events/time.ts';
import { bodiesNow } from '../bodies.ts';
import { command, type Fold, type Given } from '../command.ts';
import { type ExcellentResult, type ExcellentResults, excellentResultsNow, liveResult } from '../excellent-results.ts';
import { isRejection, notFound, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { recognitionFutureFault } from './guards.ts';
import { addresseesNow } from './reads.ts';

interface Meeting {
  readonly year: number;
  readonly heldOn: string;
  /** Why it was called off. */
  readonly cancelled: string | undefined;
  readonly presented: readonly Extract<PromotionEvent, { type: 'result.presented' }>['data'][];
}

/** One promotion: an activity that took place, or a meeting. Undefined until it is recorded. */
export type Promotion = 'activity' | Meeting | undefined;

export const promotion: Fold<Promotion, PromotionEvent> = {
  name: 'promotion',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'promotion-activity.recorded':
      case 'local-promotion.recorded':
        return 'activity';
      case 'exchange-meeting.convened': {
        const { year, heldOn } = event.data;
        return { year, heldOn, cancelled: undefined, presented: [] };
      }
      case 'exchange-meeting.cancelled':
        return isMeeting(state) ? { ...state, cancelled: event.data.reason } : state;
      case 'result.presented':
        return isMeeting(state) ? { ...state, presented: [...state.presented, event.data] } : state;
    }
  },
};

function isMeeting(state: Promotion): state is Meeting {
  return typeof state === 'object';
}

interface OfPromotion {
  readonly promotionId: PromotionId;
}

const onPromotion = {
  fold: promotion,
  allow: ['MSR'] as const,
  stream: ({ promotionId }: OfPromotion) => promotionStream(promotionId),
  about: (state: Promotion, asked: OfPromotion & { readonly year?: number }) => {
    const year = isMeeting(state) ? state.year : asked.year;
    return year === undefined ? {} : { year };
  },
};

/** A result as it is to be shown: what is secret in it only with the unit's consent. */
const toShowSchema = z.strictObject({
  resultId: resultIdSchema,
  /** Whether trade secrets are among what is shown. */
  tradeSecrets: z.boolean(),
  consent: consentSchema.optional(),
});
const toShowList = { results: z.array(toShowSchema).min(1).max(500) };
type ToShow = z.infer<typeof toShowSchema>;

/** The result as shown, or why it cannot be. */
function shown(results: ExcellentResults, { resultId, tradeSecrets, consent }: ToShow, article: ArticleId) {
  const result = liveResult(results, resultId, article);
  if (isRejection(result)) return result;
  if (tradeSecrets && !consent) {
    return refuse(
      'art-26',
      'consent-missing',
      `《${result.title}》中的商业秘密未经项目单位同意，不得公开`,
      `Trade secrets of result ${resultId} are shown with the unit's consent only`,
    );
  }
  const { title, unitName } = result;
  return { result, line: { resultId: result.resultId, title, unitName, ...(tradeSecrets && consent && { consent }) } };
}

/** All results as shown, in the order given and each once, or the first reason against. */
function allShown(
  results: ExcellentResults,
  asked: readonly ToShow[],
  article: ArticleId,
): { readonly lines: ShownResult[]; readonly results: readonly ExcellentResult[] } | Rejection {
  const lines = new Map<string, { readonly result: ExcellentResult; readonly line: ShownResult }>();
  for (const each of asked) {
    const one = shown(results, each, article);
    if (isRejection(one)) return one;
    lines.set(each.resultId, one);
  }
  return {
    lines: [...lines.values()].map(({ line }) => line),
    results: [...lines.values()].map(({ result }) => result),
  };
}

function takenFault(state: Promotion, article: ArticleId): Rejection | undefined {
  if (state === undefined) return undefined;
  return refuse(article, 'promotion-exists', '该宣传推广编号已登记', 'A promotion is recorded under this id');
}

export const recordPromotionActivity = command({
  ...onPromotion,
  name: 'RecordPromotionActivity',
  title: '开展宣传推广',
  records: [promotionActivityRecorded],
  summary: 'Records an activity that made excellent results known.',
  enteredLater: true,
  input: promotionActivityRecorded.schema.extend(toShowList),
  reads: () => ({ results: excellentResultsNow }),
  decide(state, activity, given, { results }) {
    const fault = takenFault(state, 'art-23') ?? recognitionFutureFault(activity.heldOn, given);
    if (fault) return fault;
    const list = allShown(results, activity.results, 'art-23');
    if (isRejection(list)) return list;
    return [promotionActivityRecorded.of({ ...activity, results: list.lines })];
  },
});

export const recordLocalPromotion = command({
  ...onPromotion,
  name: 'RecordLocalPromotion',
  title: '开展本行业、本区域宣传推广',
  records: [localPromotionRecorded],
  summary: 'Records an activity of a recommending body for results of its own industry or district.',
  allow: RECOMMENDING_ROLES,
  enteredLater: true,
  input: localPromotionRecorded.schema.omit({ bodyId: true }).extend(toShowList),
  about: (_state, { year }, { actor }) => ({ year, bodyId: actor.orgId }),
  reads: () => ({ results: excellentResultsNow, bodies: bodiesNow, addressees: addresseesNow }),
  decide(state, activity, given, { results, bodies, addressees }) {
    const fault = takenFault(state, 'art-24') ?? recognitionFutureFault(activity.heldOn, given);
    if (fault) return fault;
    const list = allShown(results, activity.results, 'art-24');
    if (isRejection(list)) return list;
    const bodyId = given.actor.orgId as BodyId;
    const foreign = list.results.find(({ projectId }) => {
      const addressee = projectId && addressees.get(projectId);
      return !addressee || inChargeOn(bodies.charges, addressee, activity.heldOn) !== bodyId;
    });
    if (foreign) return notInField(foreign);
    return [localPromotionRecorded.of({ ...activity, results: list.lines, bodyId })];
  },
});

/** art-24 speaks of 本行业、本区域: those of other bodies, and of years without a body on record, are the authority's. */
function notInField({ title }: ExcellentResult): Rejection {
  return refuse(
    'art-24',
    'not-in-own-field',
    `《${title}》不属于本行业、本区域的优秀成果`,
    `"${title}" is not a result of this body's industry or district`,
    'forbidden',
  );
}

export const conveneExchangeMeeting = command({
  ...onPromotion,
  name: 'ConveneExchangeMeeting',
  title: '召开优秀成果交流会',
  records: [exchangeMeetingConvened],
  summary: 'Convenes an exchange meeting for a day, with its programme.',
  reach: { heldOn: { notBefore: { programme: 0 }, notAfter: { programme: 1 } } },
  input: exchangeMeetingConvened.schema,
  decide: (state, meeting) => takenFault(state, 'art-23') ?? [exchangeMeetingConvened.of(meeting)],
});

/** A meeting that was convened and not called off. */
function standingMeeting(state: Promotion): Meeting | Rejection {
  if (!isMeeting(state)) return notFound();
  if (state.cancelled === undefined) return state;
  return refuse('art-23', 'meeting-cancelled', '该交流会已取消', 'The meeting was cancelled');
}

export const cancelExchangeMeeting = command({
  ...onPromotion,
  name: 'CancelExchangeMeeting',
  title: '取消优秀成果交流会',
  records: [exchangeMeetingCancelled],
  summary: 'Calls off a meeting that has not taken place.',
  input: exchangeMeetingCancelled.schema.pick({ promotionId: true, reason: true }),
  gate(state, { today }) {
    if (!isMeeting(state)) return notFound();
    const { heldOn, presented, cancelled } = state;
    if (cancelled === undefined && (presented.length > 0 || heldOn < today)) {
      return refuse('art-23', 'meeting-held', '交流会已召开，不能取消', 'The meeting has taken place');
    }
    return state;
  },
  done: ({ cancelled }) => cancelled !== undefined,
  decide({ year, heldOn, cancelled }, { promotionId, reason }) {
    if (cancelled !== undefined) return again(cancelled, reason);
    return [exchangeMeetingCancelled.of({ promotionId, year, heldOn, reason }, { reason })];
  },
});

export const recordPresentation = command({
  ...onPromotion,
  name: 'RecordPresentation',
  title: '交流优秀成果',
  records: [resultPresented],
  summary: 'Records that an excellent result was presented at an exchange meeting.',
  enteredLater: true,
  input: toShowSchema.extend({ promotionId: promotionIdSchema }),
  reads: () => ({ results: excellentResultsNow }),
  gate(state, given) {
    const meeting = standingMeeting(state);
    return isRejection(meeting) ? meeting : (notYetFault(meeting, given) ?? meeting);
  },
  decide(meeting, { promotionId, ...asked }, _given, { results }) {
    const earlier = meeting.presented.find(({ resultId }) => resultId === asked.resultId);
    if (earlier) return again(earlier.consent, asked.consent);
    const one = shown(results, asked, 'art-23');
    if (isRejection(one)) return one;
    const { projectId, uscc, bodyId } = one.result;
    const about = { ...(projectId && { projectId }), ...(uscc && { uscc }), ...(bodyId && { bodyId }) };
    return [resultPresented.of({ promotionId, year: meeting.year, heldOn: meeting.heldOn, ...one.line }, { about })];
  },
});

/** Nor can it be stated to have been before. */
function notYetFault({ heldOn }: Meeting, { effectiveAt }: Given): Rejection | undefined {
  if (heldOn <= shanghaiDate(effectiveAt)) return undefined;
  return refuse('art-23', 'meeting-not-held', `交流会定于 ${heldOn} 召开`, `The meeting takes place on ${heldOn}`);
}
