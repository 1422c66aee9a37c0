/** 工作人员问题案件: where each stands, and what was done in it; for the supervising body alone (art-26). */
import { z } from 'zod';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { misconductSchema } from '../../../projections/enforcement/misconduct.ts';
import { NO_INPUT, page } from '../page.ts';
import { minute, panelName } from '../parts/format.ts';
import { Acts, Offers } from '../parts/offers.tsx';
import { Facts, Table } from '../parts/table.tsx';

type Misconduct = z.infer<typeof misconductSchema>;

const STAGES: Readonly<Record<Misconduct['stage'], string>> = { reported: '已反映', open: '已立案', closed: '已办结' };

const LIST = '/supervision/misconduct';

export const misconductListPage = page({
  path: LIST,
  name: 'ShowMisconductListPage',
  title: '工作人员问题案件',
  access: ['SUP'],
  input: NO_INPUT,
  async load(_input, { ask, offersOnEach }) {
    const { items } = await ask<{ items: Misconduct[] }>('ListMisconductCases', {});
    const [offers = []] = await offersOnEach([{}], ['ReportMisconduct']);
    return { items, offers };
  },
  view: ({ data: { items, offers } }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>工作人员问题案件</h1>
      <p class="lead">只有监督机构看得到，本人看不到关于自己的案件。</p>
      <Table
        caption="案件"
        none="没有案件。"
        columns={[
          {
            head: '案件',
            cell: ({ misconductId, kind }) => <a href={`${LIST}/${misconductId}`}>{kind}</a>,
          },
          { head: '涉及人员', cell: row => <Concerned of={row} /> },
          { head: '办理到', cell: ({ stage }) => STAGES[stage] },
          {
            head: '暂停参与评定',
            cell: ({ suspended }) => (suspended ? `自 ${suspended.from} 起` : '没有'),
          },
          { head: '最近一步', cell: ({ acts }) => <Latest acts={acts} />, isOneLine: true },
        ]}
        rows={items}
      />
      <Acts offers={offers} to={LIST} />
    </>
  ),
});

function Concerned({ of: { accountId, name } }: { readonly of: Misconduct }) {
  return <a href={`/people/${accountId}`}>{name ?? accountId}</a>;
}

function Latest({ acts }: Pick<Misconduct, 'acts'>) {
  const last = acts.at(-1);
  return last ? (
    <>
      {last.title}
      <small>{minute(last.at)}</small>
    </>
  ) : null;
}

export const misconductPage = page({
  path: `${LIST}/:misconductId`,
  name: 'ShowMisconductPage',
  title: '工作人员问题案件',
  access: ['SUP'],
  input: z.strictObject({ misconductId: z.string().max(64) }),
  load: async ({ misconductId }, { ask, offers }) => ({
    found: await ask<Misconduct>('GetMisconductCase', { misconductId }),
    offers: await offers({ misconductId }),
  }),
  view: ({ data: { found, offers }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a> › <a href={LIST}>工作人员问题案件</a>
      </p>
      <h1>{found.kind}</h1>
      <p class="lead">{found.detail}</p>
      <Facts facts={factsOf(found)} />
      <Outcomes found={found} />
      <h2>办理经过</h2>
      <Table
        caption="办理经过"
        columns={[
          { head: '时间', cell: ({ at }) => minute(at), isOneLine: true },
          { head: '行为', cell: ({ title }) => title },
          {
            head: '办理人',
            cell: ({ by, byName, role }) => (
              <>
                <a href={`/people/${by}`}>{byName}</a>
                <small>{ROLE_WORDS[role]}</small>
              </>
            ),
          },
        ]}
        rows={found.acts}
      />
      <Offers offers={offers} to={here.pathname} />
    </>
  ),
});

function factsOf(found: Misconduct) {
  const { stage, grounds, suspended, panelId, closed, offlineFile } = found;
  return [
    ['涉及人员', <Concerned of={found} />],
    ['办理到', STAGES[stage]],
    ['立案理由', grounds],
    ['暂停参与评定', suspended && `自 ${suspended.from} 起，理由：${suspended.reason}`],
    ['涉及技术评定组', panelId && <a href={`/panels/${panelId}`}>{panelName(panelId)}</a>],
    ['线下案卷', offlineFile],
    ['结论', closed && `${closed.outcome === 'founded' ? '属实' : '不实'}：${closed.summary}`],
  ] as const;
}

function Outcomes({ found: { referrals, dispositions, taints } }: { readonly found: Misconduct }) {
  const rows = [
    ...referrals.map(({ authority, document }) => ({ what: '移送', says: `移送${authority}`, document })),
    ...dispositions.map(({ authority, document, decidedOn, outcome }) => ({
      what: '处理',
      says: `${decidedOn} ${authority}：${outcome}`,
      document,
    })),
    ...taints.map(({ panelId, projectIds, reason }) => ({
      what: '对评定的影响',
      says: `${panelName(panelId)}：${projectIds.length > 0 ? `重启 ${projectIds.length} 个项目的评定` : '不影响结果'}，${reason}`,
      document: '',
    })),
  ];
  if (rows.length === 0) return null;
  return (
    <>
      <h2>移送、处理和影响</h2>
      <Table
        caption="移送、处理和影响"
        columns={[
          { head: '事项', cell: ({ what }) => what, isOneLine: true },
          { head: '内容', cell: ({ says }) => says },
          { head: '文号', cell: ({ document }) => document },
        ]}
        rows={rows}
      />
    </>
  );
}
