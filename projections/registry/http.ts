/** Queries on the registers: public where the regulation publishes, otherwise for those who oversee. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import {
  accountIdSchema,
  bodyIdSchema,
  creditCodeSchema,
  entrustmentIdSchema,
  expertIdSchema,
  ruleIdSchema,
} from '../../events/ids.ts';
import { dateSchema, shanghaiDate } from '../../events/time.ts';
import { isEntrusted } from '../mandates.ts';
import type { Reader } from '../ports.ts';
import { OVERSIGHT, oversees, pageAsked, pageMade, paging } from '../query.ts';
import { type Answer, get, jsonOf, pageOf, rowOf } from '../route.ts';
import { accountRowSchema, accountSchema, directory } from './accounts.ts';
import { awaitingSchema, waiting } from './awaiting.ts';
import { bannedOn, bannedUnitSchema, banStateOf, banStateSchema } from './bans.ts';
import { bodiesOn, bodyAsOf, bodySchema } from './bodies.ts';
import { actionRowSchema, exemplarRowSchema, exemplarsIn, jointActions } from './coordination.ts';
import { entrustmentAsOf, entrustmentSchema, entrustmentsAsOf } from './entrustments.ts';
import { expertAsOf, expertSchema, expertsOn } from './experts.ts';
import { personBehind, personSchema } from './person.ts';
import { articleIndex, articlesSchema, regulationsAsOf, validitySchema } from './regulation.ts';
import { EXPERT_BANK_RULES, ruleRowSchema, rules } from './rules.ts';
import { ACTION_TABLE, BAN_TABLE, BODY_TABLE, EXEMPLAR_TABLE, REGULATION_TABLE, RULE_TABLE } from './tables.ts';
import { unitFor, unitRowSchema, unitSchema, unitsIn } from './units.ts';

const NONE: Answer = { kind: 'none' };
const on = { on: dateSchema.optional().meta({ description: 'The day asked about; today if absent' }) };
const dayAsked = (input: { readonly on?: string | undefined }, reader: Reader) => input.on ?? shanghaiDate(reader.now);

const regulation = [
  get({
    path: '/regulation',
    name: 'ListRegulations',
    title: '办法及其有效期',
    summary: 'The registered regulation and its successors, with the days of validity left.',
    allow: 'public',
    input: z.strictObject(paging),
    output: validitySchema,
    paged: true,
    table: REGULATION_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await regulationsAsOf(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/regulation/articles',
    name: 'GetArticles',
    title: '条款索引',
    summary: 'The 27 articles with text and hash, and where the printed numbering is odd.',
    allow: 'public',
    input: z.strictObject({}),
    output: articlesSchema,
    paged: false,
    answer: async (_input, _caller, reader) => jsonOf(await articleIndex(reader)),
  }),
  get({
    path: '/rules',
    name: 'ListRules',
    title: '制度规范',
    summary: 'Rules made under the regulation, in all versions.',
    allow: 'public',
    input: z.strictObject(paging),
    output: ruleRowSchema,
    paged: true,
    table: RULE_TABLE,
    answer: async (input, _caller, reader) => pageOf(await reader.find(rules, pageAsked(input))),
  }),
  get({
    path: '/rules/:ruleId',
    name: 'GetRule',
    title: '制度规范（一项）',
    summary: 'One rule in all its versions.',
    allow: 'public',
    input: z.strictObject({ ruleId: z.union([ruleIdSchema, z.literal(EXPERT_BANK_RULES)]) }),
    output: ruleRowSchema,
    paged: false,
    answer: async ({ ruleId }, _caller, reader) => rowOf(await reader.get(rules, ruleId)),
  }),
] as const;

const organisations = [
  get({
    path: '/entrustments',
    name: 'ListEntrustments',
    title: '第三方委托台账',
    summary: 'Entrustments with scope, term and the acts done under each.',
    allow: OVERSIGHT,
    input: z.strictObject(paging),
    output: entrustmentSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await entrustmentsAsOf(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/entrustments/:entrustmentId',
    name: 'GetEntrustment',
    title: '第三方委托',
    summary: 'One entrustment; a third party sees its own while the term runs.',
    allow: ['TPO', ...OVERSIGHT],
    input: z.strictObject({ entrustmentId: entrustmentIdSchema }),
    output: entrustmentSchema,
    paged: false,
    async answer({ entrustmentId }, caller, reader) {
      const isOwn = caller?.orgId === entrustmentId && (await isEntrusted(reader, caller));
      if (!oversees(caller) && !isOwn) return NONE;
      const entrustment = await entrustmentAsOf(reader, entrustmentId);
      return entrustment ? jsonOf(entrustment) : NONE;
    },
  }),
  get({
    path: '/bodies',
    name: 'ListBodies',
    title: '推荐单位',
    summary: 'Recommending bodies and what each was in charge of on a day.',
    allow: 'public',
    input: z.strictObject({ ...on, ...paging }),
    output: bodySchema,
    paged: true,
    table: BODY_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await bodiesOn(reader, dayAsked(input, reader), pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/bodies/:bodyId',
    name: 'GetBody',
    title: '推荐单位（一家）',
    summary: 'One recommending body with the history of its jurisdictions.',
    allow: 'public',
    input: z.strictObject({ bodyId: bodyIdSchema, ...on }),
    output: bodySchema,
    paged: false,
    async answer(input, _caller, reader) {
      const body = await bodyAsOf(reader, input.bodyId, dayAsked(input, reader));
      return body ? jsonOf(body) : NONE;
    },
  }),
  get({
    path: '/units',
    name: 'ListUnits',
    title: '申报单位',
    summary: 'Registered units, of one district if it is named; without contacts.',
    allow: OVERSIGHT,
    input: z.strictObject({
      district: z
        .string()
        .regex(/^1201\d{2}$/)
        .optional(),
      ...paging,
    }),
    output: unitRowSchema,
    paged: true,
    answer: async (input, _caller, reader) => pageOf(await unitsIn(reader, input.district, pageAsked(input))),
  }),
  get({
    path: '/units/:uscc',
    name: 'GetUnit',
    title: '申报单位（一家）',
    summary: 'One unit; its contact only for the municipal authority and the unit itself.',
    allow: ['UNIT', ...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject({ uscc: creditCodeSchema }),
    output: unitSchema,
    paged: false,
    async answer({ uscc }, caller, reader) {
      const unit = await unitFor(caller, reader, uscc);
      return unit ? jsonOf(unit) : NONE;
    },
  }),
  get({
    path: '/bans',
    name: 'ListBans',
    title: '不受理申报名单',
    summary: 'Units excluded from applying on a day, with the days left.',
    allow: 'public',
    input: z.strictObject({ ...on, ...paging }),
    output: bannedUnitSchema,
    paged: true,
    table: BAN_TABLE,
    async answer(input, _caller, reader) {
      const { page, items } = await bannedOn(reader, dayAsked(input, reader), pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/units/:uscc/ban',
    name: 'GetBan',
    title: '单位是否在不受理期内',
    summary: 'Whether a unit was excluded from applying on a day, and how many days were left.',
    allow: 'public',
    input: z.strictObject({ uscc: creditCodeSchema, ...on }),
    output: banStateSchema,
    paged: false,
    answer: async (input, _caller, reader) => jsonOf(await banStateOf(reader, input.uscc, dayAsked(input, reader))),
  }),
] as const;

const people = [
  get({
    path: '/experts',
    name: 'ListExperts',
    title: '专家库',
    summary: 'Experts with their standing on a day and the reviews due; filtered by latest standing if it is named.',
    allow: OVERSIGHT,
    input: z.strictObject({ standing: z.enum(['active', 'suspended', 'removed']).optional(), ...on, ...paging }),
    output: expertSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await expertsOn(reader, dayAsked(input, reader), input.standing, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/experts/:expertId',
    name: 'GetExpert',
    title: '专家',
    summary: 'One expert with the history of standing and reviews.',
    allow: OVERSIGHT,
    input: z.strictObject({ expertId: expertIdSchema, ...on }),
    output: expertSchema,
    paged: false,
    async answer(input, _caller, reader) {
      const expert = await expertAsOf(reader, input.expertId, dayAsked(input, reader));
      return expert ? jsonOf(expert) : NONE;
    },
  }),
  get({
    path: '/accounts',
    name: 'ListAccounts',
    title: '账户名录',
    summary:
      'Accounts with their names, grants, and what is known of their passwords; those whose holder is still to be identified, if it is asked for.',
    allow: OVERSIGHT,
    input: z.strictObject({ identified: accountRowSchema.shape.identified.optional(), ...paging }),
    output: accountSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await directory(reader, input.identified, pageAsked(input));
      return pageMade(page, items);
    },
  }),
  get({
    path: '/accounts/:accountId/person',
    name: 'GetPersonOfAccount',
    title: '账户持有人的全部账户',
    summary: 'The person behind an account: all accounts of his, and his place in the expert bank; no number.',
    allow: OVERSIGHT,
    input: z.strictObject({ accountId: accountIdSchema }),
    output: personSchema,
    paged: false,
    async answer({ accountId }, _caller, reader) {
      const person = await personBehind(reader, accountId);
      return person ? jsonOf(person) : NONE;
    },
  }),
  get({
    path: '/accounts/awaiting',
    name: 'ListAwaitingAccounts',
    title: '待第二人确认的账户事项',
    summary: 'Resets of passwords and changes of supervisors’ accounts that wait for a second person, oldest first.',
    allow: OVERSIGHT,
    input: z.strictObject(paging),
    output: awaitingSchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { page, items } = await waiting(reader, pageAsked(input));
      return pageMade(page, items);
    },
  }),
] as const;

const coordination = [
  get({
    path: '/exemplars',
    name: 'ListExemplars',
    title: '典型库',
    summary: 'Exemplars by field of advantage; those that stand unless the withdrawn ones are asked for.',
    allow: 'public',
    input: z.strictObject({
      field: z.string().min(1).max(200).optional(),
      status: z.enum(['standing', 'withdrawn']).default('standing'),
      ...paging,
    }),
    output: exemplarRowSchema,
    paged: true,
    table: EXEMPLAR_TABLE,
    answer: async (input, _caller, reader) =>
      pageOf(await exemplarsIn(reader, input.status, input.field, pageAsked(input))),
  }),
  get({
    path: '/coordination-actions',
    name: 'ListCoordinationActions',
    title: '协同配合台账',
    summary: 'Joint work of the municipal authority, industry authorities and associations, the latest first.',
    allow: 'public',
    input: z.strictObject(paging),
    output: actionRowSchema,
    paged: true,
    table: ACTION_TABLE,
    answer: async (input, _caller, reader) => pageOf(await jointActions(reader, pageAsked(input))),
  }),
] as const;

export const routes = [...regulation, ...organisations, ...people, ...coordination] as const;
