/** What one person orders and another confirms: erasure of personal data, a new key of the ledger. */
import { minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { AccountLink, wordFor } from './links.tsx';
import { listOf, offeredOn, subjectPage } from './listing.tsx';

interface Ordered {
  readonly ordered: { readonly at: string };
  readonly stage: string;
  readonly reason: string;
}

export const erasuresPage = subjectPage({
  path: '/erasures',
  name: 'ShowErasuresPage',
  title: '个人信息删除',
  lead: '市级提出，监督人员确认，随后销毁密钥，台账中的个人信息即不可读。',
  acts: ['ErasePersonalData'],
  lists: [
    listOf<
      Ordered & {
        readonly erasureId: string;
        readonly name: string;
        readonly askedBy: string;
        readonly legalGround: string;
      }
    >({
      key: 'erasures',
      label: '删除台账',
      query: 'ListErasures',
      none: '没有删除事项。',
      offered: { acts: ['ConfirmErasure'], on: ({ erasureId }) => ({ erasureId }) },
      columns: seen => [
        { head: '提出', cell: ({ ordered }) => minute(ordered.at), isOneLine: true },
        { head: '姓名', cell: ({ name }) => name },
        { head: '要求人', cell: ({ askedBy }) => askedBy },
        { head: '理由', cell: ({ reason, legalGround }) => `${reason}（${legalGround}）` },
        { head: '状态', cell: ({ stage }) => wordFor('stage', stage, 'ListErasures') },
        {
          head: '办理',
          cell: ({ erasureId }) => <OffersInRow {...offeredOn(seen, { erasureId })} />,
        },
      ],
    }),
  ],
});

interface Rotation extends Ordered {
  readonly rotationId: string;
  readonly ordered: { readonly by: string; readonly byName: string; readonly at: string };
  readonly introduced?: { readonly at: string };
}

export const rotationsPage = subjectPage({
  path: '/ledger/rotations',
  name: 'ShowRotationsPage',
  title: '台账签名密钥的更换',
  lead: '市级提出，监督人员确认，新密钥由旧密钥在台账中引入。',
  acts: ['OrderLedgerKeyRotation'],
  lists: [
    listOf<Rotation>({
      key: 'rotations',
      label: '更换台账',
      query: 'ListLedgerKeyRotations',
      none: '没有更换过密钥。',
      offered: { acts: ['ConfirmLedgerKeyRotation'], on: ({ rotationId }) => ({ rotationId }) },
      columns: seen => [
        { head: '提出', cell: ({ ordered }) => minute(ordered.at), isOneLine: true },
        { head: '理由', cell: ({ reason }) => reason },
        { head: '状态', cell: ({ stage }) => wordFor('stage', stage, 'ListLedgerKeyRotations') },
        {
          head: '提出人',
          cell: ({ ordered }) => <AccountLink accountId={ordered.by} name={ordered.byName} actor={seen.actor} />,
        },
        { head: '新密钥启用', cell: ({ introduced }) => introduced && minute(introduced.at), isOneLine: true },
        {
          head: '办理',
          cell: ({ rotationId }) => <OffersInRow {...offeredOn(seen, { rotationId })} />,
        },
      ],
    }),
  ],
});
