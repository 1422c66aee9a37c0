import { post } from '../route.ts';
import * as commands from './commands.ts';
import * as commendation from './commendation.ts';
import * as incentive from './incentive.ts';
import * as notice from './notice.ts';
import * as promotion from './promotion.ts';
import * as recognising from './recognising.ts';
import * as review from './review.ts';

export const routes = [
  post('/programmes/:year/excellent-list/review', review.reviewExcellentList),
  post('/programmes/:year/excellent-list/return', review.returnExcellentList),
  post('/programmes/:year/public-notices', notice.openPublicNotice),
  post('/programmes/:year/public-notices/:notice/closing', notice.closePublicNotice),
  post('/programmes/:year/objections', notice.raiseObjection),
  post('/programmes/:year/objections/:objectionId/decision', notice.decideObjection),
  post('/programmes/:year/excellent-results', recognising.recogniseExcellentResult),
  post('/programmes/:year/excellent-results/publication', recognising.publishExcellentResults),
  post('/programmes/:year/commendations', commendation.issueCommendation),
  post('/programmes/:year/commendations/:commendationId/certificate', commendation.issueCertificate),
  post('/excellent-results/earlier', commands.recordEarlierExcellentResult),
  post('/coordination-actions', commands.recordCoordinationAction),
  post('/exemplars', commands.designateExemplar),
  post('/exemplars/:resultId/withdrawal', commands.withdrawExemplar),
  post('/promotions', promotion.recordPromotionActivity, '/programmes/:year/promotions'),
  post('/promotions/local', promotion.recordLocalPromotion, '/programmes/:year/promotions'),
  post('/exchange-meetings', promotion.conveneExchangeMeeting, '/programmes/:year/promotions'),
  post('/exchange-meetings/:promotionId/cancellation', promotion.cancelExchangeMeeting),
  post('/exchange-meetings/:promotionId/presentations', promotion.recordPresentation),
  post('/bodies/:bodyId/incentive-policies', incentive.recordIncentivePolicy),
  post('/bodies/:bodyId/incentive-policies/:policyId/revision', incentive.reviseIncentivePolicy),
  post('/bodies/:bodyId/incentives', incentive.recordIncentiveGranted),
] as const;
