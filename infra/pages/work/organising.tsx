/** 组织工作: coordination, exemplars, results of earlier years, and what is kept in order beside the steps of a year. */
import { catalogue } from '../../../events/catalogue.ts';
import type { Role } from '../../../events/envelope.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { AccountLink, wordFor } from './links.tsx';
import { listOf, offeredOn, subjectPage } from './listing.tsx';

interface Coordination {
  readonly title: string;
  readonly detail: string;
  readonly parties: readonly { readonly name: string }[];
  readonly heldOn: string;
}

interface Exemplar {
  readonly resultId: string;
  readonly title: string;
  readonly unitName: string;
  readonly field: string;
  readonly grounds: string;
  readonly designatedAt: string;
  readonly status: string;
}

interface Earlier {
  readonly year: number;
  readonly title: string;
  readonly unitName: string;
}

interface Unsigned {
  readonly accountId: string;
  readonly name: string;
  readonly grants: readonly { readonly role: Role }[];
}

interface Backdated {
  readonly position: string;
  readonly eventType: string;
  readonly effectiveAt: string;
  readonly recordedAt: string;
}

export const organisingPage = subjectPage({
  path: '/organising',
  name: 'ShowOrganisingPage',
  title: '组织工作',
  access: ['MSR', 'SUP', 'REC-I', 'REC-A', 'REC-D'],
  acts: ['RecordMeeting', 'RecordNotice', 'RecordOtherOrganisingWork'],
  lists: [
    listOf<Coordination>({
      key: 'coordination',
      label: '协同配合',
      query: 'ListCoordinationActions',
      none: '没有协同配合的记录。',
      acts: ['RecordCoordinationAction'],
      columns: () => [
        { head: '日期', cell: ({ heldOn }) => heldOn, isOneLine: true },
        { head: '事项', cell: ({ title }) => title },
        { head: '内容', cell: ({ detail }) => detail },
        { head: '参加', cell: ({ parties }) => parties.map(({ name }) => name).join('、') },
      ],
    }),
    listOf<Exemplar>({
      key: 'exemplars',
      label: '典型',
      query: 'ListExemplars',
      lead: '从公布的优秀成果中选树，在年度的“认定和公布”页面办理。',
      none: '没有典型。',
      offered: {
        acts: ['WithdrawExemplar'],
        on: ({ resultId, status }) => (status === 'standing' ? { resultId } : undefined),
      },
      columns: seen => [
        { head: '选树', cell: ({ designatedAt }) => minute(designatedAt).slice(0, 10), isOneLine: true },
        { head: '成果', cell: ({ title }) => title },
        { head: '单位', cell: ({ unitName }) => unitName },
        { head: '领域', cell: ({ field }) => field },
        { head: '理由', cell: ({ grounds }) => grounds },
        { head: '状态', cell: ({ status }) => wordFor('status', status, 'ListExemplars') },
        {
          head: '办理',
          cell: ({ resultId }) => <OffersInRow {...offeredOn(seen, { resultId })} />,
        },
      ],
    }),
    listOf<Earlier>({
      key: 'earlier',
      label: '历年优秀成果',
      query: 'ListEarlierResults',
      lead: '立项时与这些成果比对是否雷同（第八条）。',
      none: '没有历年优秀成果。',
      acts: ['RecordEarlierExcellentResult'],
      columns: () => [
        { head: '年度', cell: ({ year }) => year },
        { head: '成果', cell: ({ title }) => title },
        { head: '单位', cell: ({ unitName }) => unitName },
      ],
    }),
    listOf<Unsigned>({
      key: 'undertakings',
      label: '未签保密承诺',
      query: 'ListMissingUndertakings',
      none: '应当签署保密承诺的人都已签署。',
      acts: ['SignConfidentialityUndertaking'],
      columns: seen => [
        {
          head: '姓名',
          cell: ({ accountId, name }) => <AccountLink accountId={accountId} name={name} actor={seen.actor} />,
        },
        { head: '角色', cell: ({ grants }) => grants.map(({ role }) => ROLE_WORDS[role]).join('、') },
      ],
    }),
    listOf<Backdated>({
      key: 'backdated',
      label: '补录',
      query: 'ListBackdatedActs',
      none: '没有补录。',
      columns: () => [
        { head: '发生', cell: ({ effectiveAt }) => minute(effectiveAt), isOneLine: true },
        { head: '登记', cell: ({ recordedAt }) => minute(recordedAt), isOneLine: true },
        {
          head: '行为',
          cell: ({ position, eventType }) => (
            <a href={`/supervision/events/${Number(position)}`}>{catalogue.get(eventType)?.title ?? '查看记录'}</a>
          ),
        },
      ],
    }),
  ],
});
