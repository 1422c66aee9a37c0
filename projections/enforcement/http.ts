/** Queries on fraud and on staff. What a caller may not know of is answered as not there. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { accountIdSchema, creditCodeSchema } from '../../events/ids.ts';
import { OVERSIGHT, pageAsked, pageMade, paging } from '../query.ts';
import { type Answer, get, jsonOf, pageOf } from '../route.ts';
import { accessesBy, accessSchema } from './accesses.ts';
import { caseFor, caseRowSchema, caseSchema, caseStageSchema, casesBy, clueSchema, cluesOf } from './cases.ts';
import { impactOf, impactSchema } from './impact.ts';
import { misconductFor, misconductOf, misconductSchema } from './misconduct.ts';
import { notices, REVOCATION_TABLE, revocationNoticeRowSchema } from './notices.ts';
import { missingSchema, undertakingsMissing } from './people.ts';

const NONE: Answer = { kind: 'none' };
const caseInput = z.strictObject({ caseId: z.string().max(64) });

export const routes = [
  get({
    path: '/revocation-notices',
    name: 'ListRevocationNotices',
    title: '撤销认定通报',
    summary: 'Recognitions that were revoked for fraud, with what became of the decision, the latest first.',
    allow: 'public',
    input: z.strictObject(paging),
    output: revocationNoticeRowSchema,
    paged: true,
    table: REVOCATION_TABLE,
    answer: async (input, _caller, reader) => pageOf(await notices(reader, pageAsked(input))),
  }),
  get({
    path: '/fraud-cases',
    name: 'ListFraudCases',
    title: '弄虚作假案件',
    summary: 'Cases of fraud, the latest first; of one stage or one unit if it is named.',
    allow: OVERSIGHT,
    input: z.strictObject({ stage: caseStageSchema.optional(), uscc: creditCodeSchema.optional(), ...paging }),
    output: caseRowSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await casesBy(reader, input, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/me/fraud-reports',
    name: 'ListOwnFraudReports',
    title: '本单位反映的线索',
    summary: 'What the organisation of the caller has reported, and how far it has come; not what was found.',
    allow: ['UNIT', 'EXPERT', 'TPO', ...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject(paging),
    output: clueSchema,
    paged: true,
    async answer(input, caller, reader) {
      if (!caller) return NONE;
      const { page, items } = await cluesOf(caller, reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/fraud-cases/:caseId',
    name: 'GetFraudCase',
    title: '案件详情',
    summary: 'One case; its unit reads what it was told and what was decided.',
    allow: ['UNIT', ...OVERSIGHT],
    input: caseInput,
    output: caseSchema,
    paged: false,
    async answer({ caseId }, caller, reader) {
      const found = await caseFor(caller, reader, caseId);
      return found ? jsonOf(found) : NONE;
    },
  }),
  get({
    path: '/fraud-cases/:caseId/impact',
    name: 'GetRevocationImpact',
    title: '撤销认定影响清单',
    summary: 'What was built on the results of a case, and whether it has been withdrawn.',
    allow: OVERSIGHT,
    input: caseInput,
    output: z.strictObject({ items: z.array(impactSchema) }),
    paged: false,
    async answer({ caseId }, _caller, reader) {
      const items = await impactOf(reader, caseId);
      return items ? jsonOf({ items }) : NONE;
    },
  }),
  get({
    path: '/confidentiality-undertakings/missing',
    name: 'ListMissingUndertakings',
    title: '未签署保密承诺人员',
    summary: 'Staff, experts and third parties who may act today and have not signed.',
    allow: OVERSIGHT,
    input: z.strictObject(paging),
    output: missingSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await undertakingsMissing(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/material-accesses',
    name: 'ListMaterialAccesses',
    title: '材料调阅轨迹',
    summary: 'Who opened whose material, the latest first; of one person or one unit if it is named.',
    allow: ['SUP'],
    input: z.strictObject({ person: accountIdSchema.optional(), unit: creditCodeSchema.optional(), ...paging }),
    output: accessSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await accessesBy(reader, input, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/misconduct-cases',
    name: 'ListMisconductCases',
    title: '工作人员问题案件',
    summary: 'All cases about staff, except the caller’s own.',
    allow: ['SUP'],
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(misconductSchema) }),
    paged: false,
    answer: async (_input, caller, reader) => jsonOf({ items: await misconductFor(caller, reader) }),
  }),
  get({
    path: '/misconduct-cases/:misconductId',
    name: 'GetMisconductCase',
    title: '工作人员问题案件详情',
    summary: 'One case with everything done in it.',
    allow: ['SUP'],
    input: z.strictObject({ misconductId: z.string().max(64) }),
    output: misconductSchema,
    paged: false,
    async answer({ misconductId }, caller, reader) {
      const found = await misconductOf(caller, reader, misconductId);
      return found ? jsonOf(found) : NONE;
    },
  }),
] as const;
