/** 事件: one fact with all that surrounds it, and its proof, which is checked while the page is made. */
import { z } from 'zod';
import type { Visibility } from '../../../events/envelope.ts';
import { positionSchema } from '../../../events/ids.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { TrailEntry } from '../../../projections/trail/query.ts';
import type { EventInTrail } from '../../../projections/trail/related.ts';
import type { ShownEvent } from '../../http/event.ts';
import type { CheckedProof } from '../../ledger/proving.ts';
import { downloadAddress } from '../downloads.ts';
import { page } from '../page.ts';
import { minute } from '../parts/format.ts';
import { Said } from '../parts/said.tsx';
import { type Fact, Facts, Table } from '../parts/table.tsx';

/** Where the page of an event is. */
export const eventAddress = (position: string): string => `/supervision/events/${position}`;

export const eventPage = page({
  path: '/supervision/events/:position',
  name: 'ShowEventPage',
  title: ({ position }) => `事件 ${position}`,
  access: OVERSIGHT,
  input: z.strictObject({ position: positionSchema }),
  load: ({ position }, { ask }) => ask<ShownEvent>('GetEvent', { position }),
  view: ({ data: event }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a> › <a href="/supervision/trail">监督轨迹</a>
      </p>
      <h1>{event.title}</h1>
      {event.inTrail && <p class="lead">{event.inTrail.entry.sentence}。</p>}
      {event.proof && <p class={VERDICTS[event.proof.outcome]}>{event.proof.says}</p>}
      <h2>何人何时</h2>
      <Facts facts={factsOf(event)} />
      <Basis basis={event.basis ?? []} entry={event.inTrail?.entry} />
      <Content event={event} />
      {event.inTrail && <Around inTrail={event.inTrail} />}
      {event.proof && <Proof proof={event.proof} event={event} />}
    </>
  ),
});

const VERDICTS = { proved: 'verdict', failed: 'verdict bad', uncovered: 'alert' } as const;

const VISIBILITY: Readonly<Record<Visibility, string>> = {
  public: '向社会公开',
  parties: '限当事人和监督、主管部门',
  internal: '限主管部门和监督机构',
  restricted: '限主管部门和监督机构，内容从严',
  'case-only': '限监督机构办案',
};

function factsOf({ inTrail, position, stream, revision, visibility, planVersion, eventId }: ShownEvent): Fact[] {
  const entry = inTrail?.entry;
  return [
    ...(entry ? peopleOf(entry) : []),
    ['所依工作方案', planVersion === undefined ? undefined : `第 ${planVersion} 版`],
    ['谁可以看', visibility && VISIBILITY[visibility]],
    ['台账位置', position],
    ['在所属序列中', `${stream} 的第 ${revision + 1} 个事件`],
    ['事件编号', <span class="hash">{eventId}</span>],
  ];
}

function peopleOf(entry: TrailEntry): Fact[] {
  const { person, organisation, role, actedAs, project, unit, body } = entry;
  const isSystem = role === 'SYS';
  return [
    ['行为人', isSystem ? '系统' : <a href={`/people/${person.accountId}`}>{person.name}</a>],
    ['单位', isSystem ? undefined : organisation.name],
    ['角色', ROLE_WORDS[role as keyof typeof ROLE_WORDS]],
    ['受托代办', actedAs && `代${ROLE_WORDS[actedAs as keyof typeof ROLE_WORDS]}`],
    ['发生时间', minute(entry.effectiveAt)],
    [
      '记录时间',
      entry.backdated ? <span class="warn">{minute(entry.recordedAt)}（补录）</span> : minute(entry.recordedAt),
    ],
    ['环节', entry.phase],
    ['项目', project && <a href={`/projects/${project.projectId}/timeline`}>{project.title}</a>],
    ['申报单位', unit && <a href={`/units/${unit.uscc}`}>{unit.name}</a>],
    ['推荐单位', body && <a href={`/bodies/${body.bodyId}`}>{body.name}</a>],
    ['理由', entry.reason],
    ['登录凭据', entry.provisional && <span class="warn">密码经重置，待确认由本人掌握</span>],
  ];
}

interface DeviationTold {
  readonly zh: string;
}

function Basis({
  basis,
  entry,
}: {
  readonly basis: NonNullable<ShownEvent['basis']>;
  readonly entry?: TrailEntry | undefined;
}) {
  const deviations = (entry?.deviations ?? []) as readonly DeviationTold[];
  return (
    <>
      <h2>依据</h2>
      {basis.map(({ label, text }) => (
        <section class="statute">
          <h3>{label}</h3>
          {text?.split('\n').map(line => (
            <p>{line}</p>
          ))}
        </section>
      ))}
      {deviations.length > 0 && (
        <div class="alert">
          <h3>偏离</h3>
          {deviations.map(({ zh }) => (
            <p>{zh}</p>
          ))}
        </div>
      )}
    </>
  );
}

interface EvidenceTold {
  readonly name: string;
  readonly sha256: string;
}

/** It stands in a table of its own. */
function withoutEvidence(data: unknown): unknown {
  const { evidence: _evidence, ...rest } = data as { readonly evidence?: unknown };
  return rest;
}

function Content({ event: { data, withheld, inTrail, type } }: { readonly event: ShownEvent }) {
  const evidence = (inTrail?.entry.evidence ?? []) as readonly EvidenceTold[];
  return (
    <>
      <h2>内容</h2>
      {withheld === undefined ? <Said value={withoutEvidence(data)} owner={type} /> : <p class="none">{withheld}。</p>}
      {evidence.length > 0 && (
        <Table
          caption="所附证据"
          columns={[
            { head: '所附证据', cell: ({ name }) => name },
            { head: '文件指纹（SHA-256）', cell: ({ sha256 }) => <span class="hash">{sha256}</span> },
          ]}
          rows={evidence}
        />
      )}
    </>
  );
}

type Related = EventInTrail['related'][number];

const RELATIONS: Readonly<Record<Related['relation'], string>> = {
  cause: '起因',
  together: '同一次操作',
  effect: '后果',
  request: '同一办理过程',
};

function Around({ inTrail: { related, before, after } }: { readonly inTrail: EventInTrail }) {
  const inOrder = Object.keys(RELATIONS).flatMap(relation => related.filter(each => each.relation === relation));
  const rows = [
    ...(before ? [{ word: '同一序列的前一个', entry: before }] : []),
    ...(after ? [{ word: '同一序列的后一个', entry: after }] : []),
    ...inOrder.map(({ relation, entry }) => ({ word: RELATIONS[relation], entry })),
  ];
  return (
    <>
      <h2>前因后果</h2>
      <Table
        caption="相关的事件"
        none="没有相关的事件。"
        columns={[
          { head: '关系', cell: ({ word }) => word, isOneLine: true },
          {
            head: '事件',
            cell: ({ entry }) => <a href={eventAddress(entry.position)}>{entry.sentence}</a>,
            isProse: true,
          },
        ]}
        rows={rows}
      />
    </>
  );
}

const OUTCOMES = {
  passed: <span class="good">通过</span>,
  failed: <span class="warn">不通过</span>,
  unchecked: '未核验',
} as const;

function Proof({ proof, event }: { readonly proof: CheckedProof; readonly event: ShownEvent }) {
  const { steps, entry, root, size, signedAt, outcome } = proof;
  const project = event.inTrail?.entry.project;
  return (
    <>
      <h2>存证证明</h2>
      <p class="lead">打开本页时，系统由所存原文重新计算指纹，并沿证明路径核对到签名的检查点。</p>
      <Table
        caption="核验的步骤"
        none="尚无检查点包含本事件。"
        columns={[
          { head: '步骤', cell: ({ title }) => title, isOneLine: true },
          { head: '结果', cell: step => OUTCOMES[step.outcome], isOneLine: true },
          { head: '说明', cell: ({ says }) => says },
        ]}
        rows={steps}
      />
      <Facts
        facts={[
          ['事件指纹（SHA-256 或者 SM3）', entry && <span class="hash">{entry}</span>],
          ['检查点树根', root && <span class="hash">{root}</span>],
          ['检查点', size === undefined ? undefined : `第 1 至第 ${size} 个事件，签署于 ${minute(signedAt ?? '')}`],
        ]}
      />
      {outcome !== 'uncovered' && (
        <p class="tools">
          <a href={downloadAddress(`/ledger/proofs?position=${event.position}&format=tlog-proof`)}>
            下载证明（C2SP tlog-proof，含事件的存证记录）
          </a>
          {project && <a href={downloadAddress(`/bundles/projects/${project.projectId}`)}>下载本项目证据包（zip）</a>}
          <a href="/proof">怎样自己核验</a>
        </p>
      )}
    </>
  );
}
