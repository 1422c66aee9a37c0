/** 第三方委托: what third parties are entrusted with, and for how long. */
import { CLERICAL_COMMANDS } from '../../../events/rules/mandate.ts';
import { count, minute } from '../parts/format.ts';
import { Facts } from '../parts/table.tsx';
import { Entrusted, type EntrustmentShown } from './entrusted.tsx';
import { wordFor } from './links.tsx';
import { listOf, sheet, subjectPage } from './listing.tsx';

export const entrustmentsPage = subjectPage({
  path: '/entrustments',
  name: 'ShowEntrustmentsPage',
  title: '第三方委托',
  lead: '第三方机构只能在委托事项和期限内办理事务性工作（第五条）。',
  acts: ['VerifyThirdPartyCapability'],
  lists: [
    listOf<EntrustmentShown>({
      key: 'entrustments',
      label: '委托台账',
      query: 'ListEntrustments',
      none: '没有委托。',
      columns: () => [
        { head: '机构', cell: ({ entrustmentId, name }) => <a href={`/entrustments/${entrustmentId}`}>{name}</a> },
        { head: '状态', cell: ({ state }) => wordFor('state', state, 'GetEntrustment') },
        { head: '期限', cell: ({ from, lastDay }) => (from ? `${from} 至 ${lastDay ?? ''}` : '') },
        {
          head: '不收费条款',
          cell: ({ noFeeClause }) => (noFeeClause === undefined ? '' : noFeeClause ? '有' : '没有'),
        },
        { head: '已办理', cell: ({ acts }) => count(acts?.total ?? 0), isNumber: true },
      ],
    }),
  ],
});

export const entrustmentPage = subjectPage<EntrustmentShown>({
  path: '/entrustments/:entrustmentId',
  name: 'ShowEntrustmentPage',
  title: '第三方委托',
  offered: {
    acts: ['EntrustThirdParty', 'ChangeEntrustmentScope', 'TerminateEntrustment'],
    on: ({ entrustmentId }) => ({ entrustmentId }),
    filledIn: ({ uscc }) => ({ EntrustThirdParty: { uscc } }),
  },
  head: ({ ask }, { entrustmentId }) => ask<EntrustmentShown>('GetEntrustment', { entrustmentId }),
  heading: ({ name }) => name,
  facts: ({ state, uscc, from, lastDay, capability, noFeeClause, terminated }) => (
    <Facts
      facts={[
        ['状态', wordFor('state', state, 'GetEntrustment')],
        ['统一社会信用代码', uscc],
        ['期限', from && `${from} 至 ${lastDay ?? ''}`],
        ['能力核验', capability && `${minute(capability.at).slice(0, 10)}，${capability.findings}`],
        ['不收费条款', noFeeClause === undefined ? undefined : noFeeClause ? '有' : '没有'],
        ['终止', terminated && `${terminated.lastDay}，${terminated.reason}`],
      ]}
    />
  ),
  lists: [
    sheet<EntrustmentShown>({
      key: 'scope',
      label: '委托事项',
      query: 'GetEntrustment',
      none: '没有委托。',
      show: (of, { now }) => <Entrusted of={of} now={now} />,
    }),
    sheet<EntrustmentShown>({
      key: 'acts',
      label: '受托办理',
      query: 'GetEntrustment',
      lead: '涉及某一年度、项目、单位或培训的委托事项，在其页面办理。',
      none: '没有委托。',
      isFor: actor => actor?.role === 'TPO',
      acts: CLERICAL_COMMANDS,
      show: () => null,
    }),
  ],
});
