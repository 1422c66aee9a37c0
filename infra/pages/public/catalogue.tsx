/** 事件目录: what every kind of event means, for those who build on the streams. */
import { z } from 'zod';
import { VISIBILITIES } from '../../../events/envelope.ts';
import { ARTICLE_IDS, articleLabel } from '../../../events/statute.ts';
import { codeWord } from '../../../events/words.ts';
import { cloudEventType } from '../../../projections/feed/cloud-attributes.ts';
import type { FieldTold, KindSummary, KindTold, VersionTold } from '../../integrators/catalogue.ts';
import { schemaAddress } from '../../integrators/catalogue.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters, TextField } from '../parts/field.tsx';
import { count } from '../parts/format.ts';
import { Facts, Table } from '../parts/table.tsx';

export const eventCataloguePage = page({
  path: '/catalogue/events',
  name: 'ShowEventCataloguePage',
  title: '事件目录',
  access: 'public',
  input: z.strictObject({
    q: z.string().max(100).optional(),
    visibility: z.enum(VISIBILITIES).optional(),
    article: z.enum(ARTICLE_IDS).optional(),
  }),
  load: (input, { ask }) => ask<{ items: KindSummary[] }>('ListEventKinds', input),
  view: ({ data: { items }, input: { q, visibility, article } }) => (
    <>
      <h1>事件目录</h1>
      <p class="lead">
        台账中每一种事件的含义、依据和公开范围。事件按 CloudEvents 1.0 提供：
        <a href="/api/v1/asyncapi.json">AsyncAPI 3.1 文档</a>、<a href="/docs">接口文档</a>。
      </p>
      <Filters label="筛选事件种类">
        <TextField label="查找" name="q" value={q} hint="名称或者代码" />
        <ChoiceField
          label="公开范围"
          name="visibility"
          options={VISIBILITIES.map(each => [each, codeWord('visibility', each)] as const)}
          chosen={visibility}
        />
        <ChoiceField
          label="依据"
          name="article"
          options={ARTICLE_IDS.map(each => [each, articleLabel(each)] as const)}
          chosen={article}
        />
      </Filters>
      <p class="fine">共 {count(items.length)} 种。</p>
      <Table
        caption="事件种类"
        columns={[
          {
            head: '事件',
            cell: ({ type, title }) => (
              <>
                <a href={`/catalogue/events/${type}`}>{title}</a>
                <small class="hash">{type}</small>
              </>
            ),
            isProse: true,
          },
          { head: '环节', cell: ({ phase }) => phase, isOneLine: true },
          { head: '依据', cell: ({ basis }) => basis, isProse: true },
          { head: '谁可以看', cell: ({ seenBy }) => seenBy.zh, isProse: true },
          { head: '版本', cell: ({ version }) => version, isNumber: true },
        ]}
        rows={items}
        none="没有这样的事件种类。"
      />
    </>
  ),
});

export const eventKindPage = page({
  path: '/catalogue/events/:type',
  name: 'ShowEventKindPage',
  title: ({ type }) => `事件种类 ${type}`,
  access: 'public',
  input: z.strictObject({ type: z.string().max(100) }),
  load: ({ type }, { ask }) => ask<KindTold>('GetEventKind', { type }),
  view: ({ data: kind }) => (
    <>
      <p class="crumbs">
        <a href="/catalogue/events">事件目录</a>
      </p>
      <h1>{kind.title}</h1>
      <Facts
        facts={[
          ['代码', <span class="hash">{kind.type}</span>],
          ['CloudEvents 的 type', <span class="hash">{cloudEventType(kind.type)}</span>],
          ['版本', `第 ${kind.version} 版`],
          ['环节', kind.phase],
          ['依据', <Basis kind={kind} />],
          ['谁可以看', kind.seenBy.zh],
          ['账本', kind.milestone ? '记入后即签发检查点' : undefined],
        ]}
      />
      <h2>字段</h2>
      <Table
        caption="字段"
        columns={[
          {
            head: '字段',
            cell: ({ zh, place, hint }) => (
              <>
                {zh}
                <small class="hash">{place}</small>
                {hint && <small>{hint}</small>}
              </>
            ),
          },
          { head: '类型', cell: typeWord, isOneLine: true },
          { head: '必有', cell: ({ required }) => (required ? '是' : '否') },
          { head: '取值', cell: codesTold, isProse: true },
        ]}
        rows={kind.fields}
        none="没有字段。"
      />
      {kind.versions.map(version => (
        <Version kind={kind} version={version} />
      ))}
    </>
  ),
});

function Basis({ kind: { article, basis } }: { readonly kind: KindTold }) {
  return article === undefined ? <span>{basis}</span> : <a href={`/statute/${article}`}>{basis}</a>;
}

const TYPES: Readonly<Record<string, string>> = {
  string: '文字',
  integer: '整数',
  number: '数',
  boolean: '是否',
  array: '列表',
  object: '一组字段',
  null: '空',
};

function typeWord({ personal, types }: FieldTold): string {
  const words = types.map(type => TYPES[type] ?? type).join('或者');
  return personal ? '个人信息，已加密' : words;
}

function codesTold({ codes, personal }: FieldTold): string {
  if (personal) return '只有监督机构和主管部门收到，且为密文';
  return codes.map(({ value, zh }) => (zh === value ? value : `${value} ${zh}`)).join('、');
}

function Version({ kind: { type, versions }, version }: { readonly kind: KindTold; readonly version: VersionTold }) {
  const { version: number, change, schema, example, redacted } = version;
  return (
    <section>
      <h2>
        第 {number} 版{number === versions[0]?.version && '（现行）'}
      </h2>
      {change ? <p>与上一版相比：{change.zh}。</p> : <p class="none">最初的形式。</p>}
      <p class="tools">
        <a href={schemaAddress(type, number, false)}>JSON Schema</a>
        {redacted && <a href={schemaAddress(type, number, true)}>JSON Schema（社会和当事各方所见）</a>}
      </p>
      <h3>示例</h3>
      <pre>{JSON.stringify(example, undefined, 2)}</pre>
      <details>
        <summary>JSON Schema</summary>
        <pre>{JSON.stringify(schema, undefined, 2)}</pre>
      </details>
    </section>
  );
}
