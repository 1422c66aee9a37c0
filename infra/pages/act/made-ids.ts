/**
 * Ids of things that a command makes and that nobody has to think of: the form gives one, carries it on, and neither asks for
 * it nor shows it. Names that people choose, such as those by which they sign in, are asked for.
 */
import { randomBytes } from 'node:crypto';

interface MadeId {
  readonly field: string;
  /** What the id begins with. */
  readonly kind: string;
}

/** By the name of the command. */
export const MADE_IDS: ReadonlyMap<string, MadeId> = new Map<string, MadeId>([
  ['AdmitExpert', { field: 'expertId', kind: 'expert' }],
  ['VerifyThirdPartyCapability', { field: 'entrustmentId', kind: 'entrustment' }],
  ['RegisterRecommendingBody', { field: 'bodyId', kind: 'body' }],
  ['IssueProgrammeRule', { field: 'ruleId', kind: 'rule' }],
  ['RecordCoordinationAction', { field: 'actionId', kind: 'action' }],
  ['RecordEarlierExcellentResult', { field: 'resultId', kind: 'result' }],
  ['RecordPromotionActivity', { field: 'promotionId', kind: 'promotion' }],
  ['RecordLocalPromotion', { field: 'promotionId', kind: 'promotion' }],
  ['ConveneExchangeMeeting', { field: 'promotionId', kind: 'meeting' }],
  ['RecordIncentivePolicy', { field: 'policyId', kind: 'policy' }],
]);

/** Whether a field holds what the form of a command makes. */
export const isMadeId = (command: string, at: string): boolean => MADE_IDS.get(command)?.field === at;

/** `expert-3f9c1a2b04d7`: 48 bits tell the things of one city apart; two of one id are refused when they are made. */
export function madeIdFor(command: string, field: string): string | undefined {
  return isMadeId(command, field) ? `${MADE_IDS.get(command)?.kind}-${randomBytes(6).toString('hex')}` : undefined;
}
