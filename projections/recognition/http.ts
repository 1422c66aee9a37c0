/** Queries on the excellent list and what follows from it: public where art-21 publishes, the review for those who oversee. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { bodyIdSchema } from '../../events/ids.ts';
import { certificateNoSchema, RECIPIENT_TYPES } from '../../events/recognition.ts';
import { printableSchema } from '../printable.ts';
import { OVERSIGHT, oversees, pageAsked, pageCounted, pageMade, paging, yearParameter } from '../query.ts';
import { get, jsonOf, pageOf } from '../route.ts';
import { searchParameter } from '../search.ts';
import { allResultsOf, excellentResultSchema, RESULT_SOURCES } from './all-years.ts';
import { certificatePaper } from './certificate.ts';
import { certificateOf, certificateSchema, commendationSchema, commendationsOf } from './commendations.ts';
import { incentiveRowSchema, incentivesOf } from './incentives.ts';
import { noticesOf, objectionSchema, objectionsOf, publicNoticeRowSchema } from './notices.ts';
import { promotionCoverageOf, promotionCoverageSchema, promotionRowSchema, promotionsOf } from './promotions.ts';
import { PROPOSAL_OUTCOMES, proposedOf, proposedRowSchema } from './proposals.ts';
import {
  draftListOf,
  draftListSchema,
  listsOf,
  publishedListSchema,
  publishedResultSchema,
  resultsOf,
} from './results.ts';
import {
  COMMENDATION_TABLE,
  INCENTIVE_TABLE,
  NOTICE_TABLE,
  PROMOTION_TABLE,
  RESULT_LIST_TABLE,
  RESULT_TABLE,
} from './tables.ts';

const ofYear = { year: yearParameter };
const ofBody = { bodyId: bodyIdSchema.optional() };

const lists = [
  get({
    path: '/programmes/:year/excellent-results',
    name: 'ListExcellentResults',
    title: '优秀成果',
    summary: 'The published excellent results of a year, each with its later status.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...ofBody, q: searchParameter, ...paging }),
    output: publishedResultSchema,
    paged: true,
    counted: true,
    table: RESULT_TABLE,
    async answer(input, _caller, reader) {
      return pageCounted(await resultsOf(reader, input.year, input, pageAsked(input)));
    },
  }),
  get({
    path: '/programmes/:year/excellent-results/versions',
    name: 'ListExcellentResultLists',
    title: '优秀成果名单各版本',
    summary: 'All published versions of the list, the newest first, with position and hash to check them by.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...paging }),
    output: publishedListSchema,
    paged: true,
    table: RESULT_LIST_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await listsOf(reader, input.year, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/programmes/:year/excellent-results/draft',
    name: 'GetExcellentResultDraft',
    title: '待公布的优秀成果名单',
    summary: 'What a publication would say as of now, with its hash.',
    allow: OVERSIGHT,
    input: z.strictObject(ofYear),
    output: draftListSchema,
    paged: false,
    answer: async ({ year }, _caller, reader) => jsonOf(await draftListOf(reader, year)),
  }),
  get({
    path: '/programmes/:year/proposed-results',
    name: 'ListProposedResults',
    title: '建议名单与认定差异',
    summary: 'What became of each result that a panel proposed: kept, removed and why, recognised, published.',
    allow: OVERSIGHT,
    input: z.strictObject({ ...ofYear, outcome: z.enum(PROPOSAL_OUTCOMES).optional(), ...paging }),
    output: proposedRowSchema,
    paged: true,
    answer: async (input, _caller, reader) =>
      pageOf(await proposedOf(reader, input.year, input.outcome, pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/public-notices',
    name: 'ListPublicNotices',
    title: '公示',
    summary: 'Public notices of a year, where its work plan asks for them.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...paging }),
    output: publicNoticeRowSchema,
    paged: true,
    table: NOTICE_TABLE,
    answer: async (input, _caller, reader) => pageOf(await noticesOf(reader, input.year, pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/objections',
    name: 'ListObjections',
    title: '异议登记',
    summary: 'Objections and what was decided; who objected is shown to the authority alone.',
    allow: OVERSIGHT,
    input: z.strictObject({ ...ofYear, ...paging }),
    output: objectionSchema,
    paged: true,
    async answer(input, caller, reader) {
      const { page, items } = await objectionsOf(reader, caller, input.year, pageAsked(input));
      return pageMade(page, items);
    },
  }),
] as const;

const earlier = [
  get({
    path: '/excellent-results',
    name: 'ListEarlierResults',
    title: '历年优秀成果',
    summary: 'The excellent results of all years, the latest first: as published, and as recorded of the years before.',
    allow: 'public',
    input: z.strictObject({
      year: z.coerce.number().int().min(2000).max(2100).optional(),
      source: z.enum(RESULT_SOURCES).optional(),
      q: searchParameter,
      ...paging,
    }),
    output: excellentResultSchema,
    paged: true,
    counted: true,
    table: RESULT_TABLE,
    async answer(input, _caller, reader) {
      return pageCounted(await allResultsOf(reader, input, pageAsked(input)));
    },
  }),
] as const;

const honours = [
  get({
    path: '/programmes/:year/commendations',
    name: 'ListCommendations',
    title: '通报表扬登记',
    summary: 'Who was commended for which result, with the later status of the result.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, recipientType: z.enum(RECIPIENT_TYPES).optional(), ...paging }),
    output: commendationSchema,
    paged: true,
    table: COMMENDATION_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await commendationsOf(reader, input.year, input.recipientType, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/certificates/:certificateNo',
    name: 'VerifyCertificate',
    title: '证书查验',
    summary: 'What a certificate says and whether its result is recognised still, by its number.',
    allow: 'public',
    input: z.strictObject({ certificateNo: certificateNoSchema }),
    output: certificateSchema,
    paged: false,
    async answer({ certificateNo }, _caller, reader) {
      const certificate = await certificateOf(reader, certificateNo);
      return certificate ? jsonOf(certificate) : { kind: 'none' };
    },
  }),
  get({
    path: '/certificates/:certificateNo/document',
    name: 'PrintCertificate',
    title: '证书文本',
    summary: 'The certificate as PDF, with a QR code that leads to its check; 已撤销 across it while it is revoked.',
    allow: 'public',
    input: z.strictObject({ certificateNo: certificateNoSchema }),
    output: printableSchema,
    paged: false,
    async answer({ certificateNo }, _caller, reader) {
      const certificate = await certificateOf(reader, certificateNo);
      return certificate ? { kind: 'paper', paper: certificatePaper(certificate) } : { kind: 'none' };
    },
  }),
  get({
    path: '/incentives',
    name: 'ListIncentives',
    title: '激励制度分布',
    summary: 'Incentive policies of the recommending bodies, and how often each was applied.',
    allow: 'public',
    input: z.strictObject({ ...ofBody, ...paging }),
    output: incentiveRowSchema,
    paged: true,
    table: INCENTIVE_TABLE,
    answer: (input, caller, reader) => incentivesOf(reader, caller, input.bodyId, pageAsked(input)),
  }),
] as const;

const promotion = [
  get({
    path: '/programmes/:year/promotions',
    name: 'ListPromotions',
    title: '宣传推广日历',
    summary: 'Activities and exchange meetings of a year, in the order of their days.',
    allow: 'public',
    input: z.strictObject({ ...ofYear, ...ofBody, ...paging }),
    output: promotionRowSchema,
    paged: true,
    table: PROMOTION_TABLE,
    answer: async (input, _caller, reader) =>
      pageOf(await promotionsOf(reader, input.year, input.bodyId, pageAsked(input))),
  }),
  get({
    path: '/programmes/:year/promotion-coverage',
    name: 'ListPromotionCoverage',
    title: '各推荐单位宣传推广情况',
    summary: 'What each recommending body has done for the results of its field; a body sees its own.',
    allow: [...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject({ ...ofYear, ...paging }),
    output: promotionCoverageSchema,
    paged: true,
    async answer(input, caller, reader) {
      const own = oversees(caller) ? undefined : caller?.orgId;
      const { page, items } = await promotionCoverageOf(reader, input.year, own, pageAsked(input));
      return pageMade(page, items);
    },
  }),
] as const;

export const routes = [...lists, ...earlier, ...honours, ...promotion] as const;
