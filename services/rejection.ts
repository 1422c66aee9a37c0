/** A refused command: a value that names its rule in Chinese and English. Nothing is recorded. */
import type { LegalBasis } from '../events/envelope.ts';
import { type HouseRule, houseRuleLabel } from '../events/house-rules.ts';
import { type ArticleId, REGULATION } from '../events/statute.ts';

/**
 * invalid: the input has the wrong form or content; forbidden: the caller may not; hidden: the caller may not know;
 * conflict: the state does not allow it; stale: the caller saw an older revision; reused: the key stands for another body.
 */
export type RejectionKind = 'invalid' | 'forbidden' | 'hidden' | 'conflict' | 'stale' | 'reused';

export interface InputFault {
  /** JSON pointer into the request body. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface Rejection {
  readonly rejected: true;
  readonly kind: RejectionKind;
  /** Stable machine-readable code, kebab-case. */
  readonly code: string;
  /** The article, work-plan item or rule of the house that refuses; absent for rules of form. */
  readonly rule?: LegalBasis;
  readonly zh: string;
  readonly en: string;
  readonly faults?: readonly InputFault[];
}

/** Refuses under an article of the regulation. */
export function refuse(
  article: ArticleId | readonly [ArticleId, item: string],
  code: string,
  zh: string,
  en: string,
  kind: RejectionKind = 'conflict',
): Rejection {
  const rule: LegalBasis =
    typeof article === 'string'
      ? { doc: REGULATION, article }
      : { doc: REGULATION, article: article[0], item: article[1] };
  return { rejected: true, kind, code, rule, zh, en };
}

/** Refuses under an item of the work plan in force. */
export function refuseByPlan(
  plan: { readonly year: number; readonly version: number },
  item: string,
  code: string,
  zh: string,
  en: string,
): Rejection {
  return { rejected: true, kind: 'conflict', code, rule: { plan: plan.year, version: plan.version, item }, zh, en };
}

/** Refuses under a rule of the house (制度), which the regulation does not have. */
export function refuseByHouse(
  houseRule: HouseRule,
  code: string,
  zh: string,
  en: string,
  kind: RejectionKind = 'conflict',
): Rejection {
  const label = houseRuleLabel(houseRule);
  return { rejected: true, kind, code, rule: { houseRule }, zh: `${label.zh}：${zh}`, en: `${label.en}: ${en}` };
}

/** Refuses for a reason of form or access that no article states. */
export function refuseForm(
  kind: RejectionKind,
  code: string,
  zh: string,
  en: string,
  faults?: readonly InputFault[],
): Rejection {
  return { rejected: true, kind, code, zh, en, ...(faults && { faults }) };
}

/** What a caller is told of a thing he may not know about, and of a thing that is not there: the same. */
export function notFound(): Rejection {
  return refuseForm('hidden', 'not-found', '未找到', 'Not found');
}

/** Tells a rejection from events or from a value. */
export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}
