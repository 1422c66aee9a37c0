/** 成果报送: whose results are still waited for, and whether what bodies forwarded is what they received. */
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import { OVERSIGHT } from '../../../../projections/query.ts';
import { count } from '../../parts/format.ts';
import { Table } from '../../parts/table.tsx';
import { BodyLink, wordFor } from '../links.tsx';
import { bodiesOf, listOf, sheet, subjectPage } from '../listing.tsx';
import { type ResultProgress, resultColumns } from '../units.tsx';
import { PartsOfYear } from './links.tsx';

interface Reconciled {
  readonly bodyId: string;
  readonly submitted: number;
  readonly recommended: number;
  readonly declined: number;
  readonly received: number;
  readonly notCompiled: readonly string[];
  readonly undecided: readonly string[];
  readonly notForwarded: readonly string[];
  readonly differing: readonly string[];
  readonly balanced: boolean;
}

interface Promoted {
  readonly bodyId: string;
  readonly name: string;
  readonly kind: string;
  readonly recognised: number;
  readonly activities: number;
  readonly promoted: number;
  readonly withoutActivity: boolean;
}

export const resultsOfYearPage = subjectPage({
  path: '/programmes/:year/results',
  name: 'ShowResultsOfYearPage',
  title: '成果报送和推广',
  above: ['/programmes', '年度活动'],
  access: ['UNIT', ...RECOMMENDING_ROLES, ...OVERSIGHT],
  facts: (_head, seen) => <PartsOfYear seen={seen} />,
  lists: [
    listOf<ResultProgress>({
      key: 'unsubmitted',
      label: '尚未提交成果的项目',
      query: 'ListUnsubmittedResults',
      none: '没有尚未提交成果的项目。',
      columns: () => [resultColumns.project, resultColumns.unit, resultColumns.body, resultColumns.state],
    }),
    sheet<{ readonly items: readonly Reconciled[] }>({
      key: 'reconciliation',
      label: '报送对账',
      query: 'GetResultReconciliation',
      lead: '提交、推荐、报送和收到的成果逐一核对。',
      none: '没有报送的成果。',
      names: bodiesOf,
      show: ({ items }, { names }) => (
        <Table
          caption="报送对账"
          none="没有报送的成果。"
          columns={[
            { head: '推荐单位', cell: ({ bodyId }) => <BodyLink bodyId={bodyId} bodyName={names.get(bodyId)} /> },
            { head: '提交', cell: ({ submitted }) => count(submitted), isNumber: true },
            { head: '推荐', cell: ({ recommended }) => count(recommended), isNumber: true },
            { head: '不予推荐', cell: ({ declined }) => count(declined), isNumber: true },
            { head: '市级收到', cell: ({ received }) => count(received), isNumber: true },
            { head: '核对', cell: row => <Balance row={row} /> },
          ]}
          rows={items}
        />
      ),
    }),
    listOf<Promoted>({
      key: 'promotion',
      label: '推广覆盖',
      query: 'ListPromotionCoverage',
      none: '没有推荐单位。',
      columns: () => [
        { head: '推荐单位', cell: ({ bodyId, name }) => <BodyLink bodyId={bodyId} bodyName={name} /> },
        { head: '类型', cell: ({ kind }) => wordFor('kind', kind) },
        { head: '优秀成果', cell: ({ recognised }) => count(recognised), isNumber: true },
        { head: '推广活动', cell: ({ activities }) => count(activities), isNumber: true },
        { head: '已推广', cell: ({ promoted }) => count(promoted), isNumber: true },
        {
          head: '状态',
          cell: ({ recognised, withoutActivity }) =>
            recognised > 0 && withoutActivity ? <span class="warn">尚未推广</span> : '',
        },
      ],
    }),
  ],
});

/** What is open or differs, in words. */
function Balance({ row }: { readonly row: Reconciled }) {
  if (row.balanced) return <>一致</>;
  const open: readonly (readonly [readonly string[], string])[] = [
    [row.notCompiled, '项未汇总'],
    [row.undecided, '项待决定'],
    [row.notForwarded, '项未报送'],
    [row.differing, '项不一致'],
  ];
  const said = open.filter(([items]) => items.length > 0).map(([items, what]) => `${items.length} ${what}`);
  return <span class="warn">{said.join('，') || '不一致'}</span>;
}
