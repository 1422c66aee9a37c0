/** 收费投诉: the programme charges nothing, and who was asked for money says so. */
import { count, minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { Facts } from '../parts/table.tsx';
import { UnitLink, wordFor } from './links.tsx';
import { listOf, offeredOn, sheet, subjectPage } from './listing.tsx';

interface Complaint {
  readonly complaintId: string;
  readonly year: number;
  readonly uscc: string;
  readonly stage: string;
  readonly askedBy: string;
  readonly detail: string;
  readonly raisedAt: string;
  readonly state: string;
  readonly resolution?: { readonly findings: string; readonly remedy?: string };
}

export const feeComplaintsPage = subjectPage({
  path: '/fee-complaints',
  name: 'ShowFeeComplaintsPage',
  title: '收费投诉',
  lead: '成果技术评定中各项目单位不承担任何费用（第十九条）。',
  acts: ['RaiseFeeComplaint'],
  lists: [
    listOf<Complaint>({
      key: 'complaints',
      label: '投诉',
      query: 'ListFeeComplaints',
      none: '没有投诉。',
      offered: { acts: ['ResolveFeeComplaint'], on: ({ complaintId }) => ({ complaintId }) },
      columns: seen => [
        { head: '投诉', cell: ({ raisedAt }) => minute(raisedAt), isOneLine: true },
        { head: '单位', cell: ({ uscc }) => <UnitLink uscc={uscc} /> },
        { head: '环节', cell: ({ stage }) => stage },
        { head: '收费人', cell: ({ askedBy }) => askedBy },
        { head: '情况', cell: ({ detail }) => detail },
        {
          head: '处理',
          cell: ({ state, resolution }) =>
            `${wordFor('state', state, 'ListFeeComplaints')}${resolution ? `：${resolution.findings}${resolution.remedy ?? ''}` : ''}`,
        },
        {
          head: '办理',
          cell: ({ complaintId }) => <OffersInRow {...offeredOn(seen, { complaintId })} />,
        },
      ],
    }),
    sheet<{
      readonly statement: string;
      readonly complaints?: number;
      readonly upheld?: number;
      readonly open?: number;
    }>({
      key: 'statement',
      label: '不收费声明',
      query: 'GetZeroChargeStatement',
      none: '没有声明。',
      show: ({ statement, complaints, upheld, open }) => (
        <>
          <p>{statement}</p>
          <Facts
            facts={[
              ['投诉', complaints === undefined ? undefined : count(complaints)],
              ['属实', upheld === undefined ? undefined : count(upheld)],
              ['待处理', open === undefined ? undefined : count(open)],
            ]}
          />
        </>
      ),
    }),
  ],
});
