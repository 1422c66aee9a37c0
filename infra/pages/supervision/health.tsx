/** 系统健康: whether what is shown is whole and of now, since when it is not, what that means, and what to do. */
import { OVERSIGHT } from '../../../projections/query.ts';
import { NO_INPUT, page } from '../page.ts';
import { count, minute } from '../parts/format.ts';
import { SignedVerdict } from '../parts/ledger.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';
import { actionWord } from './facets.tsx';
import { jobWord } from './health-jobs.ts';
import { type ReadModel, readFrom, type SystemNow, systemNow, type Trouble, troublesOf } from './troubles.ts';

export const healthPage = page({
  path: '/supervision/health',
  name: 'ShowHealthPage',
  title: '系统健康',
  access: OVERSIGHT,
  input: NO_INPUT,
  load: (_input, asking) => systemNow(asking),
  view: ({ data: now }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>系统健康</h1>
      <p class="lead">页面上的数字由台账的全部事件逐个算出。这里说明：算全了没有，算到哪里，后台事务和存证是否正常。</p>
      <Verdict now={now} />
      <Troubles troubles={troublesOf(now)} />
      <SetAside quarantine={now.health.quarantine} models={now.health.readModels} />
      <h2>后台事务</h2>
      <Jobs now={now} />
      <h2>台账存证</h2>
      <SignedVerdict state={now.ledger} witnesses={now.witnesses} />
      <p class="tools">
        <a href="/supervision/ledger">检查点、见证人和签名密钥</a>
        <a href="/supervision/reports/8">各项内容在某一位置之前是否完整（报告 8）</a>
      </p>
      <h2>页面内容由什么算出</h2>
      <p class="fine">每一项对台账的每个事件都有交代：要么算入，要么与它无关。两数相加即已读到的事件数。</p>
      <ReadModels models={now.health.readModels} />
    </>
  ),
});

interface Of {
  readonly now: SystemNow;
}

function Verdict({ now: { health, ...rest } }: Of) {
  const { head, readModels, recordedTimes } = health;
  const latest = recordedTimes.latest && `，最近一个记录于 ${minute(recordedTimes.latest)}`;
  const troubles = troublesOf({ health, ...rest });
  if (troubles.length > 0) {
    return (
      <p class="verdict bad">
        有 {troubles.length} 项异常，逐项说明如下。台账到位置 {head}
        {latest}。
      </p>
    );
  }
  const behind = readModels.filter(({ state, lag }) => state === 'live' && lag > 0).length;
  return (
    <p class="verdict">
      {behind === 0
        ? `一切正常：各页面的数字已算入台账全部事件（到位置 ${head}${latest ?? ''}）。`
        : `一切正常：${behind} 项正在算入最新的事件，片刻即可赶上；其余已算到位置 ${head}。`}
    </p>
  );
}

function Troubles({ troubles }: { readonly troubles: readonly Trouble[] }) {
  if (troubles.length === 0) return null;
  return (
    <>
      <h2>异常</h2>
      <Table
        caption="异常，严重的在前"
        columns={[
          { head: '什么不正常', cell: ({ what }) => <strong>{what}</strong>, isProse: true },
          { head: '自何时', cell: ({ since }) => (since === undefined ? '不详' : minute(since)), isOneLine: true },
          { head: '对页面上的数字意味着什么', cell: ({ meaning }) => meaning, isProse: true },
          {
            head: '怎么办',
            cell: ({ remedy, command }) => (
              <>
                {remedy}
                {command && (
                  <small>
                    命令：<code>{command}</code>
                  </small>
                )}
              </>
            ),
            isProse: true,
          },
        ]}
        rows={troubles}
      />
    </>
  );
}

/** Events that a read model could not take; each can be read in full. */
function SetAside({
  quarantine,
  models,
}: {
  readonly quarantine: SystemNow['health']['quarantine'];
  readonly models: readonly ReadModel[];
}) {
  if (quarantine.length === 0) return null;
  return (
    <>
      <h2>隔离的事件</h2>
      <Table
        caption="隔离的事件"
        columns={[
          {
            head: '事件',
            cell: ({ position, type }) => (
              <a href={eventAddress(position)}>
                {actionWord(type)}（{position}）
              </a>
            ),
          },
          {
            head: '没有算入',
            cell: ({ projection, generation }) =>
              readFrom(models.find(each => each.name === projection && each.generation === generation) ?? {}),
          },
          { head: '原因（供系统管理人员）', cell: ({ reason }) => <code>{reason}</code>, isProse: true },
        ]}
        rows={quarantine}
      />
    </>
  );
}

function ReadModels({ models }: { readonly models: readonly ReadModel[] }) {
  return (
    <Table
      caption="页面内容由什么算出"
      none="尚未开始计算。"
      columns={[
        { head: '回答的问题', cell: readFrom, isProse: true },
        { head: '状态', cell: model => <Standing model={model} /> },
        { head: '最近更新', cell: ({ updatedAt }) => minute(updatedAt), isOneLine: true },
        { head: '算入的事件', cell: ({ handled }) => count(handled), isNumber: true },
        { head: '无关的事件', cell: ({ ignored }) => count(ignored), isNumber: true },
      ]}
      rows={models}
    />
  );
}

function Standing({ model: { state, complete, quarantined, unknown, lag } }: { readonly model: ReadModel }) {
  if (state === 'retired') return <>已由新一代替换，保留备退回</>;
  if (state === 'building') return <>正在重建，建成比对后才用于页面</>;
  return (
    <>
      {complete ? <span class="good">完整</span> : <span class="warn">不完整</span>}
      {quarantined > 0 && <span class="warn">，{count(quarantined)} 个事件被隔离</span>}
      {unknown > 0 && <span class="warn">，{count(unknown)} 个事件不认识</span>}
      {lag > 0 && <>，还有 {count(lag)} 个事件待算入</>}
    </>
  );
}

function Jobs({ now: { jobs, dead } }: Of) {
  if (!jobs) return <p class="alert">任务队列联系不上，有多少事务待办暂不可知。</p>;
  return (
    <>
      <Facts
        facts={[
          ['等待办理', `${count(jobs.waiting)} 件`],
          ['正在办理', `${count(jobs.active)} 件`],
          ['定时或者推迟', `${count(jobs.delayed)} 件`],
          ['已放弃', `${count(jobs.dead)} 件`],
        ]}
      />
      {dead.length > 0 && (
        <Table
          caption="已放弃的后台事务，最近的在前"
          columns={[
            { head: '事务', cell: ({ kind }) => jobWord(kind).title },
            { head: '放弃于', cell: ({ failedAt }) => minute(failedAt), isOneLine: true },
            { head: '试过', cell: ({ attempts }) => `${count(attempts)} 次`, isNumber: true },
            { head: '意味着什么', cell: ({ kind }) => jobWord(kind).missing, isProse: true },
            { head: '原因（供系统管理人员）', cell: ({ reason }) => <code>{reason}</code>, isProse: true },
          ]}
          rows={dead}
        />
      )}
    </>
  );
}
